"""Settings: read from the environment once, here, and from nowhere else."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environs import Env

from xiaoer.config.slices import present

env = Env()

PACKAGE = Path(__file__).resolve().parents[2]
CHECKOUT = PACKAGE.parents[1]

with env.prefixed("XIAOER_"):
    XIAOER_HOME = Path(env.str("HOME", "var")).resolve()
    DATABASE_URL = env.str("DATABASE_URL", "")
    DEBUG = env.bool("DEBUG", False)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("TRUSTED_ORIGINS", [])
    XIAOER_HTTPS = env.bool("HTTPS", False)
    XIAOER_UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", 50)
    XIAOER_CITY = env.str("CITY", "清江市")
    XIAOER_OIDC_NAME = env.str("OIDC_NAME", "统一身份认证")
    XIAOER_OIDC_SERVER = env.str("OIDC_SERVER", "")
    XIAOER_OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
    XIAOER_OIDC_SECRET = env.str("OIDC_SECRET", "")
    XIAOER_SESSION_MINUTES = env.int("SESSION_MINUTES", 30)
    XIAOER_SESSION_HOURS = env.int("SESSION_HOURS", 12)
    XIAOER_PASSWORD_DAYS = env.int("PASSWORD_DAYS", 90)
    XIAOER_NODE_MODULES = Path(env.str("NODE_MODULES", str(CHECKOUT / "node_modules")))
    _secret = env.str("SECRET_KEY", "")


def _secret_key() -> str:
    """Return the installation's own secret, made at the first start and kept in its home."""
    path = XIAOER_HOME / "secret.key"
    if not path.exists():
        XIAOER_HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = _secret or _secret_key()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "xiaoer.platform.ui",  # before allauth: its templates are ours
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "csp",
    "ninja",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_tasks",
    "django_tasks_db",
    "xiaoer.platform.accounts",
    "xiaoer.platform.orgs",
    "xiaoer.platform.access",
    "xiaoer.platform.audit",
    "xiaoer.platform.workflow",
    "xiaoer.platform.files",
    "xiaoer.platform.ingest",
    "xiaoer.platform.tasks",
    "xiaoer.platform.api",
    *[f"xiaoer.slices.{name}" for name in present()],
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "xiaoer.platform.files.middleware.UploadGuardMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xiaoer.platform.access.middleware.ActorMiddleware",
    "xiaoer.platform.accounts.middleware.SessionPolicyMiddleware",
    "xiaoer.platform.ui.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "xiaoer.config.urls"
WSGI_APPLICATION = "xiaoer.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "xiaoer.platform.ui.context.page_context",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "xiaoer.platform.ui.templatetags.ui",
            ],
        },
    }
]

_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=2147418112;"
    ),
}

if DATABASE_URL:
    with env.prefixed("XIAOER_"):
        DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
    else:
        DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
else:
    XIAOER_HOME.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(XIAOER_HOME / "xiaoer.sqlite3"),
            "OPTIONS": _SQLITE_OPTIONS,
            "CONN_MAX_AGE": None,
        }
    }

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = XIAOER_HOME / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "xiaoer.platform.ui.packages.PackageFinder",
]
WHITENOISE_MANIFEST_STRICT = False
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(XIAOER_HOME / "files")},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

SESSION_COOKIE_AGE = XIAOER_SESSION_MINUTES * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = XIAOER_HTTPS
SECURE_SSL_REDIRECT = XIAOER_HTTPS
SECURE_HSTS_SECONDS = 31536000 if XIAOER_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

from xiaoer.config.settings.accounts import *  # noqa: E402, F403
from xiaoer.config.settings.accounts import single_sign_on  # noqa: E402

SOCIALACCOUNT_PROVIDERS = single_sign_on(
    name=XIAOER_OIDC_NAME,
    server=XIAOER_OIDC_SERVER,
    client_id=XIAOER_OIDC_CLIENT_ID,
    secret=XIAOER_OIDC_SECRET,
)
