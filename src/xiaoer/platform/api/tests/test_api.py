"""The API's door, its errors and its pages, through HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.services import account_disable
from xiaoer.platform.accounts.tests.builders import a_person, actor_of, logged_in
from xiaoer.platform.accounts.tokens import token_create
from xiaoer.platform.api.site import routers

pytestmark = [pytest.mark.django_db, pytest.mark.urls("xiaoer.platform.api.tests.probe_urls")]


@pytest.fixture
def clerk() -> User:
    return a_person("wangwu", "system_officer")


def bearer(user: User) -> dict[str, str]:
    made = token_create(actor=actor_of(user), name="取数", days=9, now=clock.now())
    return {"HTTP_AUTHORIZATION": f"Bearer {made.secret}"}


def problem(answer: Any) -> dict[str, Any]:
    """Return the body of an error after checking what every error has in common."""
    body: dict[str, Any] = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer["X-Request-Id"]
    assert body["type"] == f"urn:xiaoer:problem:{body['code']}"
    assert body["title"]
    assert body["detail"].endswith("。")
    return body


class TestDoor:
    def test_knows_a_token_and_a_session_and_marks_the_channel(self, clerk: User) -> None:
        for answer in (
            Client().get("/api/probe/who", **bearer(clerk)),  # type: ignore[arg-type]
            logged_in(clerk).get("/api/probe/who"),
        ):
            assert answer.json() == {"name": "wangwu氏", "channel": "api"}

    def test_refuses_nobody_with_401(self) -> None:
        answer = Client().get("/api/probe/who")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert problem(answer)["code"] == "not_logged_in"

    def test_is_absent_for_who_lacks_the_action(self) -> None:
        other = a_person("lisi", "evaluator")
        for answer in (
            Client().get("/api/probe/who", **bearer(other)),  # type: ignore[arg-type]
            logged_in(other).get("/api/probe/who"),
        ):
            assert (answer.status_code, problem(answer)["code"]) == (404, "not_here")

    def test_refuses_a_token_of_a_disabled_account(self, clerk: User) -> None:
        token = bearer(clerk)
        account_disable(actor=SYSTEM, user_id=clerk.pk, reason="调离", now=clock.now())
        assert Client().get("/api/probe/who", **token).status_code == 401  # type: ignore[arg-type]

    def test_refuses_a_wrong_token_even_where_all_may_enter(self) -> None:
        answer = Client().get("/api/probe/open", HTTP_AUTHORIZATION="Bearer xiaoer_wrong")
        assert answer.status_code == 401
        assert Client().get("/api/probe/open").json()["name"] == "未登录"

    def test_asks_a_session_but_no_token_for_the_csrf_token(self, clerk: User) -> None:
        body = {"name": "甲", "due_date": "2026-05-01", "n": 1}
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        send = {"data": body, "content_type": "application/json"}
        refused = strict.post("/api/probe/things", **send)  # type: ignore[arg-type]
        assert (refused.status_code, problem(refused)["code"]) == (403, "csrf_failed")
        with_token = Client(enforce_csrf_checks=True)
        taken = with_token.post("/api/probe/things", **send, **bearer(clerk))  # type: ignore[arg-type]
        assert taken.status_code == 200


class TestProblem:
    def test_tells_a_refusal_with_its_field_and_data(self, clerk: User) -> None:
        body = problem(logged_in(clerk).get("/api/probe/fail/invalid"))
        assert (body["status"], body["field"], body["data"]) == (422, "unit", {"expected": "%"})
        assert body["errors"] == [
            {"field": "unit", "code": "invalid", "message": "指标单位应为“%”。"}
        ]

    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [("stale", 409, "stale"), ("absent", 404, "not_here"), ("http404", 404, "not_here")],
    )
    def test_keeps_the_status_and_code(
        self, clerk: User, kind: str, status: int, code: str
    ) -> None:
        body = problem(logged_in(clerk).get(f"/api/probe/fail/{kind}"))
        assert (body["status"], body["code"]) == (status, code)

    def test_of_a_defect_gives_the_number_to_quote_and_no_detail(self, clerk: User) -> None:
        answer = logged_in(clerk).get("/api/probe/fail/defect")
        body = problem(answer)
        assert body["status"] == 500
        assert body["request_id"] in body["detail"]
        assert "secret" not in answer.content.decode()

    @pytest.mark.parametrize(
        ("change", "field", "message"),
        [
            ({"name": None}, "name", "应为文字。"),
            ({"name": ""}, "name", "太短，至少 1 个字符。"),
            ({"name": "一二三四五六"}, "name", "太长，最多 5 个字符。"),
            ({"due_date": "2025-02-30"}, "due_date", "不是存在的日期，应写作 2025-01-31。"),
            ({"n": -1}, "n", "不能小于 0。"),
            ({"n": "多"}, "n", "应为整数。"),
            ({"n": 1.5}, "n", "应为整数，不能带小数。"),
        ],
    )
    def test_of_a_body_names_the_field_in_chinese(
        self, clerk: User, change: dict[str, object], field: str, message: str
    ) -> None:
        sent = {"name": "甲", "due_date": "2026-05-01", "n": 1, **change}
        answer = logged_in(clerk).post("/api/probe/things", sent, content_type="application/json")
        body = problem(answer)
        assert (body["status"], body["field"]) == (422, field)
        assert body["errors"][0]["message"] == message

    def test_counts_several_errors(self, clerk: User) -> None:
        answer = logged_in(clerk).post("/api/probe/things", {}, content_type="application/json")
        body = problem(answer)
        assert [e["field"] for e in body["errors"]] == ["name", "due_date", "n"]
        assert body["detail"].startswith("有 3 处填写有误")

    def test_of_a_body_that_is_no_json(self, clerk: User) -> None:
        answer = logged_in(clerk).post("/api/probe/things", "{", content_type="application/json")
        assert "JSON" in problem(answer)["detail"]


class TestPaging:
    def test_returns_the_asked_part_and_the_number_of_all(self, clerk: User) -> None:
        client = logged_in(clerk)
        first = client.get("/api/probe/things").json()
        assert (first["count"], len(first["items"])) == (120, 50)
        last = client.get("/api/probe/things?limit=30&offset=110").json()
        assert last["items"] == list(range(110, 120))

    @pytest.mark.parametrize("query", ["limit=0", "limit=501", "offset=-1", "limit=x"])
    def test_refuses_a_part_that_makes_no_sense(self, clerk: User, query: str) -> None:
        answer = logged_in(clerk).get(f"/api/probe/things?{query}")
        assert problem(answer)["field"] == query.split("=")[0]


@pytest.mark.urls("xiaoer.config.urls")
class TestRealApi:
    def test_describes_itself_with_the_log_ins_it_takes(self) -> None:
        described = Client().get("/api/openapi.json").json()
        assert described["info"]["title"] == "Xiaoer 小二"
        assert described["openapi"].startswith("3.1")

    def test_shows_its_documentation_from_this_server_under_the_strict_policy(self) -> None:
        answer = Client().get("/api/docs")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "http://" not in text.replace("http://testserver", "")
        assert "https://" not in text
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert "<script>" not in text

    def test_mounts_the_router_of_every_slice_that_has_one(self) -> None:
        described = Client().get("/api/openapi.json").json()
        for name in routers():
            assert any(path.startswith(f"/api/{name}/") for path in described["paths"])


class TestHealth:
    def test_answers_without_a_session(self) -> None:
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
