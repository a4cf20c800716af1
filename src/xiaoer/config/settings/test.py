"""Settings of the test suite: a throw-away home, quick hashing, the ordinary applications."""

from __future__ import annotations

import os
import tempfile

_home = os.environ.setdefault("XIAOER_HOME", tempfile.mkdtemp(prefix="xiaoer-test-"))
os.environ.setdefault("XIAOER_SECRET_KEY", "only-for-tests")

from xiaoer.config.settings.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
