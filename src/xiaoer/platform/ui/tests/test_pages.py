from __future__ import annotations

import json
import re
from datetime import date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.template import engines
from django.test import Client, RequestFactory

from xiaoer.engines.calendar import (
    CalendarTable,
    Period,
    Unit,
    WorkingCalendar,
    YearTable,
    due,
    remaining,
)
from xiaoer.platform.access.actors import ANONYMOUS, Actor
from xiaoer.platform.access.rules import Verdict
from xiaoer.platform.clock import CHINA
from xiaoer.platform.lifecycle import Lifecycle, Transition
from xiaoer.platform.ui import registry
from xiaoer.platform.ui.cells import deadline_html, light_html
from xiaoer.platform.ui.deadlines import deadline_view
from xiaoer.platform.ui.formats import number, percent, reading, yuan
from xiaoer.platform.ui.lights import LIGHTS
from xiaoer.platform.ui.pages import Tone, buttons_of, sentence

pytestmark = pytest.mark.urls("xiaoer.platform.ui.tests.urls")
NOW = datetime(2026, 11, 20, 18, tzinfo=CHINA)


@pytest.fixture
def person(client: Client, db: None) -> Client:
    user = get_user_model().objects.create_user(
        username="zhoumin", password="x", display_name="周敏"
    )
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client


class TestRefusal:
    def test_is_a_page_with_what_happened_and_the_way_back(self, person: Client) -> None:
        answer = person.get(
            "/_ui/refuse/not_allowed/", headers={"referer": "http://testserver/plans/?q=1"}
        )
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "销号由营商办负责人办理" in text and 'href="/plans/?q=1"' in text

    def test_never_leads_back_to_another_site(self, person: Client) -> None:
        answer = person.get("/_ui/refuse/stale/", headers={"referer": "https://evil.example/x"})
        assert "evil.example" not in answer.content.decode()

    def test_is_a_notice_for_htmx(self, person: Client) -> None:
        answer = person.post("/_ui/refuse/invalid/", headers={"hx-request": "true"})
        assert (answer.status_code, answer["HX-Retarget"]) == (422, "#x-notices")
        assert "<html" not in answer.content.decode()

    def test_is_problem_json_below_the_api(self, client: Client, db: None) -> None:
        answer = client.get("/api/refuse/", headers={"accept-language": "zh-CN"})
        body = json.loads(answer.content)
        assert answer["Content-Type"] == "application/problem+json"
        assert (body["status"], body["code"], body["field"]) == (403, "not_allowed", "state")
        assert body["detail"] == "只有营商办可以销号。"
        assert body["request_id"] == answer["X-Request-Id"]

    def test_leads_whoever_is_not_logged_in_to_the_log_in_and_back(
        self, client: Client, db: None
    ) -> None:
        answer = client.get("/_ui/refuse/not_here/")
        assert (answer.status_code, answer["Location"]) == (
            302,
            "/accounts/login/?next=/_ui/refuse/not_here/",
        )

    def test_leads_htmx_there_too(self, client: Client, db: None) -> None:
        answer = client.get("/_ui/refuse/not_here/", headers={"hx-request": "true"})
        assert answer["HX-Redirect"].startswith("/accounts/login/")

    def test_speaks_english(self, person: Client) -> None:
        answer = person.get("/_ui/refuse/stale/", headers={"accept-language": "en"})
        assert '<html lang="en">' in answer.content.decode()


class TestDefect:
    def test_shows_the_request_id_and_nothing_of_the_defect(self, person: Client) -> None:
        person.raise_request_exception = False
        answer = person.get("/_ui/refuse/defect/")
        assert answer.status_code == 500
        assert answer["X-Request-Id"] in answer.content.decode()
        assert "RuntimeError" not in answer.content.decode()


class TestGallery:
    def test_renders_every_component(self, person: Client) -> None:
        text = person.get("/_ui/").content.decode()
        for look in LIGHTS.values():
            assert f"{look.shape}</i>{look.word}" in text
        for mark in (
            "x-sentence",
            "x-life",
            "x-filters",
            "x-split",
            "x-empty",
            "x-tabs",
            'role="alert"',
        ):
            assert mark in text

    def test_has_no_inline_style_or_handler(self, person: Client) -> None:
        text = person.get("/_ui/").content.decode()
        assert re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", text) == []
        scripts = re.findall(r"<script([^>]*)>", text)
        assert all("src=" in s or 'type="application/json"' in s for s in scripts)

    def test_puts_the_options_of_each_chart_beside_it(self, person: Client) -> None:
        text = person.get("/_ui/").content.decode()
        for name in re.findall(r'data-chart="([^"]+)"', text):
            held = re.search(
                rf'<script id="{name}" type="application/json">(.*?)</script>', text, re.S
            )
            assert held is not None
            assert json.loads(held.group(1))["tooltip"]["renderMode"] == "richText"

    def test_exports_its_table(self, person: Client) -> None:
        answer = person.get("/_ui/?format=xlsx")
        assert answer.content[:2] == b"PK"
        assert "filename*=utf-8''" in answer["Content-Disposition"]


class TestSecurityPolicy:
    @pytest.mark.parametrize("url", ["/accounts/login/", "/_ui/"])
    def test_allows_nothing_inline(self, client: Client, db: None, url: str) -> None:
        policy = client.get(url)["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


class TestHome:
    def test_asks_for_the_log_in(self, client: Client, db: None) -> None:
        assert client.get("/")["Location"] == "/accounts/login/?next=/"

    def test_says_so_when_nothing_waits(
        self, person: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registry, "_PANELS", {})
        assert "现在没有等您处理的事项。" in person.get("/").content.decode()


class TestPanels:
    @pytest.fixture
    def shown(self, monkeypatch: pytest.MonkeyPatch) -> object:
        monkeypatch.setattr(registry, "_PANELS", {})

        def panel(template: str, context: registry.PanelContext, order: int) -> None:
            registry.register_panel(
                registry.Panel(page="measure", template=template, context=context, order=order)
            )

        panel(
            "ui/parts/refusal_notice.html",
            lambda actor, subject, now: {"told": f"{subject} {now:%H}"},
            20,
        )
        panel("ui/parts/keys.html", lambda actor, subject, now: None, 10)
        request = RequestFactory().get("/")
        request.actor = Actor(kind="user", id=1, name="周敏")  # type: ignore[attr-defined]
        request.now = NOW  # type: ignore[attr-defined]
        source = '{% panels "measure" "main" thing %}'
        return engines["django"].from_string(source).render({"thing": "举措 37"}, request)

    def test_show_what_other_slices_have_to_say_and_nothing_else(self, shown: str) -> None:
        assert "举措 37 18" in shown
        assert "x-keylist" not in shown


class TestNavigation:
    def test_leaves_out_what_the_actor_may_not_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registry, "_NAV", {})
        registry.register_nav(registry.NavEntry(label="台账", url_name="home", order=20))
        assert registry.nav_for(ANONYMOUS) == []
        assert [e.label for e in registry.nav_for(Actor(kind="user", id=1))] == ["台账"]

    def test_names_the_earliest_age_of_the_data(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registry, "_AS_OF", [])
        assert registry.data_as_of(NOW) is None
        for hour in (9, 6):
            registry.register_as_of(lambda now, hour=hour: now.replace(hour=hour))
        assert registry.data_as_of(NOW) == NOW.replace(hour=6)


class TestButtons:
    LIFE = Lifecycle(
        noun="举措", states={"OPEN": "在办", "DONE": "销号"}, initial="OPEN", facts={"reason": "理由"},
        transitions=(
            Transition(name="close", label="销号", sources=frozenset({"OPEN"}), target="DONE"),
            Transition(name="return", label="退回", sources=frozenset({"OPEN"}), target="OPEN", needs=("reason",)),
            Transition(name="reopen", label="重开", sources=frozenset({"DONE"}), target="OPEN"),
        ),
    )  # fmt: skip

    def test_come_from_the_transition_table_with_the_reason_against(self) -> None:
        verdicts = {
            "close": Verdict(allowed=False, why_not="尚无佐证。"),
            "return": Verdict(allowed=True),
            "reopen": Verdict(allowed=True),
        }
        made = buttons_of(self.LIFE, state="OPEN", url="/m/1/", verdicts=verdicts)
        assert [(b.label, b.why_not, b.needs_reason) for b in made] == [
            ("销号", "尚无佐证。", False),
            ("退回", "", True),
        ]


class TestDeadline:
    CALENDAR = WorkingCalendar(
        CalendarTable(
            years={2026: YearTable(year=2026, off={date(2026, 11, 24): "测试节"}, make_up={})}
        )
    )

    def test_unfolds_into_the_days_that_were_counted(self) -> None:
        counted = due(
            calendar=self.CALENDAR, start=NOW.date(), period=Period(n=3, unit=Unit.WORKING_DAY)
        )
        left = remaining(calendar=self.CALENDAR, due=counted.date, today=NOW.date())
        html = deadline_html(deadline_view(counted, remaining=left, printed="三日内"))
        assert "11月26日" in html and "余 3 个工作日" in html and "原文：三日内" in html
        assert "不计：周末" in html and "不计：测试节" in html

    def test_sums_a_long_count_by_month(self) -> None:
        counted = due(
            calendar=self.CALENDAR,
            start=date(2026, 1, 5),
            period=Period(n=120, unit=Unit.WORKING_DAY),
        )
        html = deadline_html(deadline_view(counted, today=NOW.date()))
        assert html.count("<li") == 6
        assert "2026-02 <span>计 20 天" in html

    def test_reads_what_was_stored(self) -> None:
        stored = {"date": "2026-11-26", "provisional": True, "rules": ["working_days"],
                  "runs": [{"first": "2026-11-23", "n_days": 2, "counted": True, "why": "working", "name": ""}]}  # fmt: skip
        view = deadline_view(stored, today=NOW.date())
        assert (view.text, view.is_provisional, len(view.stretches)) == ("11月26日", True, 1)

    def test_says_that_ongoing_work_has_no_date(self) -> None:
        assert deadline_view(None).text == "长期"


class TestWriting:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            (number(1284), "1,284"), (number(1.50), "1.5"), (number(-3), "−3"), (number(-0.001), "0"),
            (number(None), "—"), (number(2, digits=1), "2.0"), (percent(0.9365), "93.7%"),
            (reading(12_840_000), "1,284万"), (reading(320_000_000), "3.2亿"), (reading(99), "99"), (yuan(123456), "1,234.56"),
        ],
    )  # fmt: skip
    def test_numbers_as_people_read_them(self, written: str, expected: str) -> None:
        assert written == expected

    def test_sets_numbers_of_a_sentence_bold_and_escapes_the_rest(self) -> None:
        told = sentence(
            "%(n)s 项中 %(late)s 项滞后：%(who)s",
            {"n": 61, "late": Tone(value=12, css="late"), "who": "<i>"},
        )
        assert (
            told == '<b class="x-num">61</b> 项中 <b class="x-num x-late">12</b> 项滞后：&lt;i&gt;'
        )

    def test_refuses_a_light_nobody_knows(self) -> None:
        with pytest.raises(KeyError):
            light_html("GREENISH")
