"""Log-in: allauth, second factor, single sign-on, lock-out and the password policy.

Imported at the end of ``base``; what differs between installations is read there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "xiaoer.platform.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USERNAME_MIN_LENGTH = 2
# an office logs in from one address; passwords are counted by axes, codes of the second factor here
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "5/300s/key"}

MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Xiaoer"

SOCIALACCOUNT_ADAPTER = "xiaoer.platform.accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = ["username"]
# an office shares one address, so counting per address would lock out the whole office
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "xiaoer.platform.accounts.lockout.locked_out"
AXES_USERNAME_CALLABLE = "xiaoer.platform.accounts.lockout.account_name"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

XIAOER_PASSWORDS_REMEMBERED = 5
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "xiaoer.platform.accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "xiaoer.platform.accounts.passwords.ClassesValidator",
        "OPTIONS": {"min_classes": 3},
    },
    {"NAME": "xiaoer.platform.accounts.passwords.NameValidator"},
    {
        "NAME": "xiaoer.platform.accounts.passwords.FormerValidator",
        "OPTIONS": {"remembered": XIAOER_PASSWORDS_REMEMBERED},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]


def single_sign_on(*, name: str, server: str, client_id: str, secret: str) -> dict[str, Any]:
    """Return allauth's providers: the city's unified identity when a server is named, else none."""
    if not server:
        return {}
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "unified",
                    "name": name,
                    "client_id": client_id,
                    "secret": secret,
                    "settings": {"server_url": server},
                }
            ],
        }
    }
