"""The audit trail's pages: for the audit officer only, in pages that cost the same everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.accounts.tests.builders import a_person, actor_of, logged_in
from xiaoer.platform.audit.models import Event
from xiaoer.platform.audit.queries import Asked, event_list
from xiaoer.platform.audit.tests.builders import a_region, some_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> Client:
    return logged_in(a_person("auditor", "audit_officer"))


class TestEventList:
    def test_shows_sentences_newest_first_without_personal_values(self, auditor: Client) -> None:
        some_events(2)
        text = auditor.get("/audit/").content.decode()
        assert "登录 区域990000 的账号失败（＊＊＊）" in text
        assert "10.0.0." not in text

    @pytest.mark.parametrize("role", ["system_officer", "security_officer", "office_leader"])
    def test_is_absent_for_everybody_else(self, role: str) -> None:
        assert logged_in(a_person("other", role)).get("/audit/").status_code == 404

    def test_narrows_by_person_kind_thing_and_day(self, auditor: Client) -> None:
        clerk = a_person("wangwu", "office")
        some_events(1, actor=actor_of(clerk))
        subject, today = f"orgs.region:{a_region().pk}", clock.today()
        found, day = "登录 区域990000", timedelta(days=1)
        for query, seen in (
            ("q=wangwu", True), ("q=auditor", False),
            ("code=accounts.session.refused", True), ("code=files.file.stored", False),
            (f"subject={subject}", True), ("subject=orgs.region:0", False),
            (f"since={today}&until={today}", True), (f"since={today + day}", False),
            (f"until={today - day}", False), ("since=2026-02-30", True),
        ):  # fmt: skip
            assert (found in auditor.get(f"/audit/?{query}").content.decode()) is seen, query

    def test_pages_through_everything_once_in_order(self) -> None:
        some_events(7)
        seen: list[int] = []
        after = ""
        for _page in range(4):
            page = event_list(actor=SYSTEM, asked=Asked(), after=after, limit=2)
            seen += [entry.id for entry in page.rows]
            after = page.next_key
        assert seen == list(Event.objects.order_by("-at", "-pk").values_list("pk", flat=True))
        assert after == ""

    def test_takes_a_broken_page_key_for_the_first_page(self) -> None:
        some_events(1)
        assert len(event_list(actor=SYSTEM, asked=Asked(), after="x_1").rows) == 1

    def test_costs_one_query(self, django_assert_num_queries: object) -> None:
        some_events(30)
        with django_assert_num_queries(1):  # type: ignore[operator]
            event_list(actor=SYSTEM, asked=Asked(code="accounts.session.refused"))

    def test_tells_an_event_of_a_slice_that_is_gone(self, auditor: Client) -> None:
        Event.objects.create(
            at=clock.now(), code="gone.thing.done", actor_kind="user", actor_name="甲",
            channel="web", subject_type="gone.thing", subject_id="1", subject_label="某事",
            nonce="n", digest="d",
        )  # fmt: skip
        assert "甲 gone.thing.done：某事" in auditor.get("/audit/").content.decode()


class TestEventPage:
    def test_shows_changes_hides_personal_values_and_links_to_the_thing(
        self, auditor: Client
    ) -> None:
        (event,) = some_events(1)
        text = auditor.get(reverse("audit:event", args=[event.pk])).content.decode()
        assert "＊＊＊" in text
        assert "10.0.0.0" not in text
        assert f"subject=orgs.region:{a_region().pk}" in text
        assert event.digest in text

    def test_shows_a_personal_value_on_request_with_a_reason_and_records_it(
        self, auditor: Client
    ) -> None:
        (event,) = some_events(1)
        url = reverse("audit:unmask", args=[event.pk, "ip"])
        assert auditor.post(url, {"reason": ""}).status_code == 422
        answer = auditor.post(url, {"reason": "核查投诉"})
        assert "10.0.0.0" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        seen = Event.objects.latest("pk")
        assert (seen.code, seen.actor_name, seen.reason) == (
            "audit.personal_value.unmasked", "auditor氏", "核查投诉",
        )  # fmt: skip

    def test_of_nothing_is_absent(self, auditor: Client) -> None:
        assert auditor.get(reverse("audit:event", args=[987654])).status_code == 404
