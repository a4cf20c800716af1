"""The same through the API: what it gives, and problem+json for what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xiaoer.platform import clock
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.accounts.tokens import token_create
from xiaoer.slices.plans.models import Countersign, Plan
from xiaoer.slices.plans.tests.builders import (
    AMENDED,
    City,
    a_city,
    a_draft,
    a_plan,
    assignment_of,
    first_doubt,
    fresh,
    measure_of,
    plan_text,
)

pytestmark = pytest.mark.django_db
BASE = "/api/plans/"


@pytest.fixture
def city() -> City:
    return a_city()


class Caller:
    """Somebody who calls with a token."""

    def __init__(self, actor: Actor) -> None:
        made = token_create(actor=actor, name="测试", days=9, now=clock.now())
        self.head = {"HTTP_AUTHORIZATION": f"Bearer {made.secret}"}

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(BASE + path, query, **self.head)  # type: ignore[arg-type]

    def post(self, path: str, **body: Any) -> Any:
        return Client().post(
            BASE + path,
            body,
            content_type="application/json",
            **self.head,  # type: ignore[arg-type]
        )

    def upload(self, data: bytes, **fields: Any) -> Any:
        given = {"file": SimpleUploadedFile("方案.txt", data), **fields}
        return Client().post(f"{BASE}plans", given, **self.head)  # type: ignore[arg-type]


class TestPlans:
    def test_go_from_file_to_ledger(self, city: City) -> None:
        office = Caller(city.clerk)
        made = office.upload(plan_text())
        assert made.status_code == 201, made.content
        plan = made.json()
        assert (plan["state"], plan["measures"], plan["units"]) == ("IN_REVIEW", 3, 3)
        doubts = office.get(f"plans/{plan['id']}/doubts").json()["items"]
        for doubt in doubts:
            answer = office.post(f"doubts/{doubt['id']}", step="accept", version=doubt["version"])
            assert answer.json()["state"] == "ACCEPTED"
        sent = office.post(f"plans/{plan['id']}/steps", step="send", version=plan["version"]).json()
        assert sent["state"] == "COUNTERSIGNING"
        for actor in (city.market_handler, city.tax_handler, city.housing_handler):
            row = Countersign.objects.get(plan_id=plan["id"], organisation_id=actor.home)
            assert (
                Caller(actor)
                .post(f"countersigns/{row.pk}", step="agree", version=1)
                .json()["state"]
                == "AGREED"
            )
        done = Caller(city.leader).post(
            f"plans/{plan['id']}/steps", step="publish", version=sent["version"]
        )
        assert done.json()["state"] == "PUBLISHED"
        assert office.get("plans").json()["count"] == 1
        rows = Caller(city.stranger).get("ledger", q="300家").json()
        assert [row["title"] for row in rows["items"]] == ["推进开办企业便利化"]

    def test_take_an_amendment(self, city: City) -> None:
        one = a_plan(city)
        made = Caller(city.clerk).upload(plan_text(*AMENDED), previous_id=one.pk).json()
        assert (made["number"], made["added"], made["dropped"]) == (
            2, ["加强知识产权保护"], ["优化用地审批"],
        )  # fmt: skip

    def test_refuse_in_problem_json(self, city: City) -> None:
        answer = Caller(city.clerk).upload("他走了。\n".encode() * 300)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert (answer.json()["code"], answer.json()["field"]) == ("plans.no_measures", "file")

    def test_are_absent_for_units_while_in_review(self, city: City) -> None:
        plan = a_draft(city)
        assert Caller(city.tax_handler).get(f"plans/{plan.pk}").status_code == 404
        assert Caller(city.tax_handler).get(f"plans/{plan.pk}/doubts").status_code == 404
        assert Caller(city.tax_handler).upload(plan_text()).status_code == 404

    def test_ask_whoever_is_nobody_to_log_in(self) -> None:
        assert Client().get(f"{BASE}plans").status_code == 401


class TestCorrections:
    @pytest.fixture
    def plan(self, city: City) -> Plan:
        return a_draft(city, "1.推进改革。2026年底前建成平台3个以上。（牵头单位：市天文局）",
                       "2.加强宣传引导。2026年底前完成。")  # fmt: skip

    def test_correct_every_kind_of_field(self, city: City, plan: Plan) -> None:
        office, row = Caller(city.clerk), measure_of(plan, "推进改革")
        calls = (
            (f"owners/{row.owners.get().pk}", {"organisation_ids": [city.tax.pk]}),
            (f"measures/{row.pk}/deadlines", {"due_date": "2026-11-30"}),
            (f"measures/{row.pk}/milestones", {"title": "印发文件"}),
            (f"measures/{row.pk}/owners", {"organisation_id": city.market.pk, "role": "support"}),
            (
                f"measures/{row.pk}/targets",
                {"indicator": "平台", "comparator": "ge", "value": "4", "unit": "个"},
            ),
            (f"measures/{row.pk}/words", {"title": "推进新改革", "kind": "action"}),
        )
        version = row.version
        for path, body in calls:
            answer = office.post(path, version=version, **body)
            assert answer.status_code == 200, (path, answer.content)
            version = answer.json()["version"]
        assert answer.json()["title"] == "推进新改革"
        assert answer.json()["lead_names"] == city.tax.name

    def test_refuse_the_stale_and_the_impossible(self, city: City, plan: Plan) -> None:
        office, row = Caller(city.clerk), measure_of(plan, "推进改革")
        path = f"measures/{row.pk}/deadlines"
        assert office.post(path, version=9, due_date="2026-11-30").json()["code"] == "stale"
        answer = office.post(path, version=1, due_date="2025-02-30")
        assert (answer.status_code, answer.json()["field"]) == (422, "due_date")
        answer = office.post(
            f"measures/{row.pk}/targets", version=1, indicator="平台", comparator="ge", value="-4"
        )
        assert (answer.status_code, answer.json()["field"]) == (422, "value")

    def test_refuse_to_accept_what_blocks(self, city: City, plan: Plan) -> None:
        doubt = first_doubt(plan, severity="block")
        answer = Caller(city.clerk).post(f"doubts/{doubt.pk}", step="accept", version=1)
        assert (answer.status_code, answer.json()["code"]) == (
            409, "plans.doubt_needs_correction",
        )  # fmt: skip

    def test_add_a_passage(self, city: City) -> None:
        plan = a_draft(city, head="关于改革的方案\n\n为推动企业发展。另外开展纳税辅导培训。\n")
        answer = Caller(city.clerk).post(
            f"plans/{plan.pk}/measures", begins="另外开展", ends="培训。"
        )
        assert answer.status_code == 201
        assert fresh(plan).measures.count() == 4


class TestLedger:
    def test_tells_everything_of_one_measure(self, city: City) -> None:
        row = measure_of(a_plan(city), "开办企业")
        said = Caller(city.stranger).get(f"ledger/{row.uid}").json()
        assert said["targets"][0]["unit"] == "家"
        assert said["deadlines"][0]["original_due_date"] == "2026-06-30"
        assert {a["role"] for a in said["assignments"]} == {"lead", "support"}
        assert said["events"]

    def test_pages(self, city: City) -> None:
        a_plan(city)
        said = Caller(city.clerk).get("ledger", limit=1, offset=1).json()
        assert (said["count"], [r["title"] for r in said["items"]]) == (3, ["优化用地审批"])

    def test_names_a_filter_that_is_none(self, city: City) -> None:
        answer = Caller(city.clerk).get("ledger", due="soon")
        assert (answer.status_code, answer.json()["field"]) == (422, "due")

    def test_signs_asks_and_decides(self, city: City) -> None:
        plan = a_plan(city)
        unit, leader = Caller(city.market_handler), Caller(city.leader)
        duty = assignment_of(plan, city.market)
        assert unit.post(f"assignments/{duty.pk}/sign").json()["state"] == "SIGNED"
        held = measure_of(plan, "开办企业").deadlines.get()
        asked = unit.post(f"deadlines/{held.pk}/changes", new_date="2099-08-31", reason="改造")
        assert asked.status_code == 201
        done = leader.post(f"deadline-changes/{asked.json()['id']}", step="approve", version=1)
        assert done.json()["state"] == "APPROVED"
        row = measure_of(plan, "开办企业")
        answer = leader.post(
            f"targets/{row.targets.get().pk}/shape", version=row.version, shape="step",
            reason="集中办理",
        )  # fmt: skip
        assert answer.status_code == 200

    def test_keeps_dates_from_those_who_do_not_answer_for_them(self, city: City) -> None:
        held = measure_of(a_plan(city), "开办企业").deadlines.get()
        answer = Caller(city.tax_handler).post(
            f"deadlines/{held.pk}/changes", new_date="2099-08-31", reason="x"
        )
        assert answer.status_code == 403
