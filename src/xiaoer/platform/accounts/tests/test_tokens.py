"""Tokens: shown once, kept as a digest, gone at their date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xiaoer.platform import clock
from xiaoer.platform.accounts.models import ApiToken
from xiaoer.platform.accounts.tests.builders import a_person, actor_of
from xiaoer.platform.accounts.tokens import token_actor, token_create, token_revoke
from xiaoer.platform.errors import Invalid, NotAllowed, NotFromHere, NotHere

pytestmark = pytest.mark.django_db


class TestToken:
    def test_acts_as_its_owner_until_it_expires(self) -> None:
        user, now = a_person("wangwu", "office"), clock.now()
        made = token_create(actor=actor_of(user), name="取数", days=1, now=now)
        actor = token_actor(token=made.secret, now=now)
        assert actor is not None
        assert (actor.id, actor.holds(frozenset({"office"}))) == (user.pk, True)
        assert token_actor(token=made.secret, now=now + timedelta(days=1)) is None
        assert token_actor(token=made.secret + "x", now=now) is None

    def test_is_not_kept_in_the_clear(self) -> None:
        user = a_person("wangwu")
        made = token_create(actor=actor_of(user), name="取数", days=1, now=clock.now())
        row = ApiToken.objects.get()
        assert made.secret not in str(row.__dict__)
        assert made.secret.startswith(row.hint)

    def test_notes_its_use_once_an_hour(self) -> None:
        user, now = a_person("wangwu"), clock.now()
        made = token_create(actor=actor_of(user), name="取数", days=1, now=now)
        for minutes in (0, 30, 61):
            token_actor(token=made.secret, now=now + timedelta(minutes=minutes))
            used = ApiToken.objects.get().last_used_at
            expected = now if minutes < 60 else now + timedelta(minutes=minutes)
            assert used == expected

    @pytest.mark.parametrize(
        ("name", "days", "field"), [(" ", 1, "name"), ("取数", 0, "days"), ("取数", 367, "days")]
    )
    def test_refuses_nonsense(self, name: str, days: int, field: str) -> None:
        user = a_person("wangwu")
        with pytest.raises(Invalid) as refused:
            token_create(actor=actor_of(user), name=name, days=days, now=clock.now())
        assert refused.value.field == field

    def test_cannot_make_another_token(self) -> None:
        user = a_person("wangwu")
        with pytest.raises(NotAllowed):
            token_create(actor=actor_of(user).via("api"), name="续", days=9, now=clock.now())

    def test_is_revoked_by_its_owner_or_the_system_officer_and_nobody_else(self) -> None:
        owner, other = a_person("aa", "office"), a_person("bb", "office")
        officer = a_person("sys", "system_officer")
        one, two = (
            token_create(actor=actor_of(owner), name="取数", days=9, now=clock.now())
            for _i in range(2)
        )
        with pytest.raises(NotHere):
            token_revoke(actor=actor_of(other), token_id=one.token.pk, now=clock.now())
        token_revoke(actor=actor_of(owner), token_id=one.token.pk, now=clock.now())
        token_revoke(actor=actor_of(officer), token_id=two.token.pk, now=clock.now())
        assert token_actor(token=one.secret, now=clock.now()) is None
        assert token_actor(token=two.secret, now=clock.now()) is None
        with pytest.raises(NotFromHere):
            token_revoke(actor=actor_of(owner), token_id=one.token.pk, now=clock.now())
