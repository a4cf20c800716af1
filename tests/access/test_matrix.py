"""Every URL and API operation × nobody, every role, and another unit.

Generated from the URLconf: a new address without a declared action fails here, and so does one
that names a thing for which the slice gives no sample.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from endpoints import Endpoint, endpoints

from xiaoer.platform.access.roles import OFFICERS, UNIT_ROLES
from xiaoer.platform.access.rules import ROLES, Action, actions
from xiaoer.platform.access.tests.matrix import Sample
from xiaoer.platform.accounts.tests.builders import a_person, a_unit, logged_in

ENDPOINTS = endpoints()
DECLARED = [e for e in ENDPOINTS if e.action in actions()]
ABOUT_THINGS = [e for e in DECLARED if e.parameters]
# slices whose ``tests/matrix.py`` is still to be written; take a name out when it is
WITHOUT_SAMPLES = {"plans", "indicators"}


def title(endpoint: Endpoint) -> str:
    return endpoint.title


def action_of(endpoint: Endpoint) -> Action:
    assert endpoint.action is not None
    return actions()[endpoint.action]


def ask(client: Client, endpoint: Endpoint, sample: Sample | None = None) -> HttpResponse:
    """Ask the way the endpoint wants to be asked; a page that wants a POST gets one."""
    url = endpoint.url(dict(sample.kwargs) if sample else None)
    sent: dict[str, Any] = dict(sample.data) if sample else {}
    if endpoint.is_api:
        return client.generic(endpoint.method, url, "{}", content_type="application/json")  # type: ignore[return-value]
    answer = client.get(url)
    return client.post(url, sent) if answer.status_code == 405 else answer  # type: ignore[return-value]


def is_sent_to_login(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


def may_by_role(action: Action, role: str) -> bool:
    return action.public or action.signed_in or role in action.roles


class TestDeclaration:
    @pytest.mark.parametrize("endpoint", ENDPOINTS, ids=title)
    def test_names_an_action_somebody_declared(self, endpoint: Endpoint) -> None:
        assert endpoint.action is not None, (
            f"{endpoint.title} declares no action: put @page(action=…) on the view, "
            "or auth=needs(…) on the operation"
        )
        assert endpoint.action in actions(), f"nobody declared {endpoint.action}"

    def test_is_made_for_more_than_the_kernel(self) -> None:
        assert len(ENDPOINTS) > 15


@pytest.mark.django_db
class TestNobody:
    @pytest.mark.parametrize("endpoint", DECLARED, ids=title)
    def test_is_led_to_the_log_in_unless_it_is_public(self, endpoint: Endpoint) -> None:
        answer = ask(Client(), endpoint)
        if not action_of(endpoint).public:
            assert answer.status_code == 401 if endpoint.is_api else is_sent_to_login(answer)
        elif endpoint.parameters:
            assert answer.status_code == 404 or is_sent_to_login(answer)
        else:
            assert answer.status_code == 200


def wrong_answer(answer: HttpResponse, endpoint: Endpoint, *, may: bool) -> str:
    """Return what is wrong about an answer to a question about things that do not exist."""
    status = answer.status_code
    if not may:
        return "" if status == 404 else f"{endpoint.title} answered {status}, not 404"
    if is_sent_to_login(answer):
        return f"{endpoint.title} led to the log-in"
    if endpoint.parameters:
        # a posted form may answer with a notice on the page it came from
        expected = status in {302, 404, 422}
    elif endpoint.method == "GET":
        expected = status in {200, 302, 409, 422}
    else:
        expected = status < 500 and status not in {401, 403, 404}
    return "" if expected else f"{endpoint.title} answered {status} to who may"


def wrong_answers(client: Client, role: str) -> list[str]:
    client.raise_request_exception = False
    found = (
        wrong_answer(ask(client, each), each, may=may_by_role(action_of(each), role))
        for each in DECLARED
    )
    return [told for told in found if told]


@pytest.mark.django_db
class TestRole:
    """Asks for things that do not exist: who may not must get no further than who may."""

    @pytest.mark.parametrize("role", ROLES)
    def test_finds_nothing_where_it_may_not_and_gets_an_answer_where_it_may(
        self, role: str
    ) -> None:
        unit = None if role in OFFICERS else a_unit("财政局")
        assert wrong_answers(logged_in(a_person("somebody", role, unit=unit)), role) == []

    def test_missing_altogether_finds_nothing(self) -> None:
        assert wrong_answers(logged_in(a_person("somebody")), "") == []


def slices_with_samples() -> dict[str, Any]:
    found = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.tests.matrix"
        is_slice = config.name.startswith("xiaoer.slices.")
        if is_slice and find_spec(f"{config.name}.tests") and find_spec(name):
            found[config.label] = import_module(name)
    return found


def owner_of(endpoint: Endpoint) -> str:
    named = endpoint.name.split(":")[0]
    return endpoint.route.split("/")[1] if endpoint.is_api else named


SAMPLED = slices_with_samples()
OF_SLICES = [e for e in ABOUT_THINGS if owner_of(e) in {c.label for c in apps.get_app_configs()
             if c.name.startswith("xiaoer.slices.")}]  # fmt: skip


@pytest.mark.django_db
class TestOtherUnit:
    @pytest.mark.parametrize(
        "endpoint", [e for e in OF_SLICES if owner_of(e) in SAMPLED], ids=title
    )
    def test_is_kept_from_the_things_of_a_unit(self, endpoint: Endpoint) -> None:
        mine, other = a_unit("财政局"), a_unit("住建局")
        samples: dict[str, Sample] = SAMPLED[owner_of(endpoint)].samples(mine=mine, other=other)
        sample = samples.get(endpoint.name)
        assert sample is not None, f"tests/matrix.py has no sample for {endpoint.name}"
        scope = {True: other, False: None}[sample.role in UNIT_ROLES]
        stranger = logged_in(a_person("stranger", sample.role, unit=scope))
        if scope is not None:
            assert ask(stranger, endpoint, sample).status_code in sample.other_unit
        insider_scope = mine if scope is not None else None
        insider = logged_in(a_person("insider", sample.role, unit=insider_scope))
        assert ask(insider, endpoint, sample).status_code in {200, 204, 302, 409, 422}

    def test_has_samples_from_every_slice_that_is_not_excused(self) -> None:
        asked = {owner_of(endpoint) for endpoint in OF_SLICES}
        assert asked - SAMPLED.keys() <= WITHOUT_SAMPLES
        assert not WITHOUT_SAMPLES & SAMPLED.keys(), "take the slice out of WITHOUT_SAMPLES"
