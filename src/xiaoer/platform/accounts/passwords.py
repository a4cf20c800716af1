"""The password policy: length, kinds of characters, no former password, a limited life.

Django runs the validators wherever a password is set; their sentences are what people read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xiaoer.platform.accounts.models import FormerPassword, User

CLASSES: tuple[Callable[[str], bool], ...] = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda character: not character.isalnum(),
)


class LengthValidator:
    """Ask for a minimal length."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` when ``password`` is too short."""
        if len(password) < self.min_length:
            raise ValidationError(
                _("密码只有 %(length)s 位，至少要 %(min)s 位。"),
                code="password_too_short",
                params={"length": len(password), "min": self.min_length},
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("至少 %(min)s 位。") % {"min": self.min_length}


class ClassesValidator:
    """Ask for several of: small letters, capital letters, digits, other signs."""

    def __init__(self, min_classes: int) -> None:
        self.min_classes = min_classes

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` when ``password`` mixes too few kinds of characters."""
        if sum(any(map(kind, password)) for kind in CLASSES) < self.min_classes:
            raise ValidationError(
                _("小写字母、大写字母、数字、符号这四类中至少要有 %(min)s 类。"),
                code="password_too_plain",
                params={"min": self.min_classes},
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("小写字母、大写字母、数字、符号四类中至少 %(min)s 类。") % {
            "min": self.min_classes
        }


class FormerValidator:
    """Refuse a password the person had lately."""

    def __init__(self, remembered: int) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` when ``password`` is one of the last ones."""
        if user is None or user.pk is None:
            return
        hashes = FormerPassword.objects.filter(user=user).order_by("-pk")
        lately = list(hashes.values_list("hash", flat=True)[: self.remembered])
        if user.password not in lately and user.has_usable_password():
            lately = [user.password, *lately][: self.remembered]
        if any(check_password(password, each) for each in lately):
            raise ValidationError(
                _("不能使用最近 %(count)s 次用过的密码。"),
                code="password_used_before",
                params={"count": self.remembered},
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("不能与最近 %(count)s 次的密码相同。") % {"count": self.remembered}


class NameValidator:
    """Refuse a password that contains the account's own name."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` when ``password`` contains the user name."""
        if (
            user is not None
            and len(user.username) > 2
            and user.username.lower() in password.lower()
        ):
            raise ValidationError(_("密码不能包含用户名。"), code="password_has_name")

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("不能包含用户名。")


def initial_password() -> str:
    """Return a random password that meets the policy and can be read aloud without mistakes."""
    letters, capitals, digits = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"
    blocks = [
        "".join(secrets.choice(letters) for _i in range(4)),
        "".join(secrets.choice(capitals) for _i in range(4)),
        "".join(secrets.choice(digits) for _i in range(4)),
    ]
    return "-".join(blocks)


def is_change_due(user: User, *, now: datetime) -> bool:
    """Return whether the person must take a new password before doing anything else."""
    if not user.has_usable_password():
        return False
    if user.must_change_password:
        return True
    life = timedelta(days=settings.XIAOER_PASSWORD_DAYS)
    return user.password_changed_at is not None and now - user.password_changed_at >= life


def remember(user: User, *, now: datetime) -> None:
    """Keep the hash of the password just set, and no more hashes than the policy looks at."""
    FormerPassword.objects.create(user=user, hash=user.password, at=now)
    kept = FormerPassword.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)
    surplus = list(kept[settings.XIAOER_PASSWORDS_REMEMBERED :])
    FormerPassword.objects.filter(pk__in=surplus).delete()
