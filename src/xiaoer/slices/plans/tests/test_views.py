"""The pages: what they show, to whom, and what becomes of what was typed when they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xiaoer.platform.access.actors import Actor
from xiaoer.slices.plans.models import Countersign, DeadlineChange, Plan
from xiaoer.slices.plans.services import fields, ledger, publish
from xiaoer.slices.plans.tests.builders import (
    AMENDED,
    ITEMS,
    LATER,
    NOW,
    City,
    a_city,
    a_draft,
    a_plan,
    assignment_of,
    first_doubt,
    fresh,
    measure_of,
    plan_text,
    user_of,
)

pytestmark = pytest.mark.django_db
STRANGE = "1.推进改革。2026年底前完成平台建设3个以上。（牵头单位：市数字经济促进中心）"
NOBODY = "2.加强宣传引导。2026年底前完成宣传活动。"


@pytest.fixture
def city() -> City:
    return a_city()


def as_(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


class TestPlanList:
    def test_lists_what_the_reader_may_see(self, city: City) -> None:
        a_plan(city)
        draft = a_draft(city, STRANGE)
        url = reverse("plans:plan_list")
        assert draft.title in text_of(as_(city.clerk).get(url))
        assert text_of(as_(city.tax_handler).get(url)).count("清江市2026年") == 1

    def test_leads_whoever_is_not_logged_in_to_the_log_in_page(self) -> None:
        assert Client().get(reverse("plans:plan_list")).status_code == 302


class TestUpload:
    def test_takes_a_file_in_and_opens_the_review(self, city: City) -> None:
        answer = as_(city.clerk).post(
            reverse("plans:upload"), {"file": SimpleUploadedFile("方案.txt", plan_text())}
        )
        plan = Plan.objects.get()
        assert (answer.status_code, answer["Location"]) == (
            302, reverse("plans:review", args=[plan.pk]),
        )  # fmt: skip

    def test_shows_the_refusal_in_the_form_and_keeps_the_year(self, city: City) -> None:
        answer = as_(city.clerk).post(
            reverse("plans:upload"),
            {"file": SimpleUploadedFile("a.txt", "他走了。\n".encode() * 300), "year": "2026"},
        )
        assert answer.status_code == 422
        assert "没有找到可以督办的举措" in text_of(answer)
        assert 'value="2026"' in text_of(answer)

    def test_refuses_a_huge_file_before_reading_it(self, city: City, settings: object) -> None:
        settings.XIAOER_UPLOAD_LIMIT_MB = 1  # type: ignore[attr-defined]
        answer = as_(city.clerk).post(
            reverse("plans:upload"),
            {"file": SimpleUploadedFile("a.txt", b"x" * (4 * 1024 * 1024))},
        )
        assert answer.status_code == 413
        assert "上限" in text_of(answer)
        assert not Plan.objects.exists()

    def test_is_absent_for_units(self, city: City) -> None:
        assert as_(city.tax_handler).get(reverse("plans:upload")).status_code == 404

    def test_takes_a_sub_plan_with_its_parent_and_unit(self, city: City) -> None:
        above = a_plan(city)
        client = as_(city.clerk)
        assert above.title in text_of(client.get(reverse("plans:upload")))
        client.post(
            reverse("plans:upload"),
            {
                "file": SimpleUploadedFile("分.txt", plan_text(*ITEMS[:1])),
                "parent": above.series_id, "organisation": city.tax.name,
            },
        )  # fmt: skip
        series = Plan.objects.order_by("-pk")[0].series
        assert (series.parent_id, series.organisation_id) == (above.series_id, city.tax.pk)

    def test_takes_an_amendment(self, city: City) -> None:
        one = a_plan(city)
        answer = as_(city.clerk).post(
            reverse("plans:amend", args=[one.pk]),
            {"file": SimpleUploadedFile("二.txt", plan_text(*AMENDED))},
        )
        assert answer.status_code == 302
        assert Plan.objects.order_by("-pk")[0].number == 2


class TestReview:
    @pytest.fixture
    def plan(self, city: City) -> Plan:
        return a_draft(city, STRANGE, NOBODY)

    def test_shows_text_and_fields_with_the_first_doubt_on_top(
        self, city: City, plan: Plan
    ) -> None:
        page = text_of(as_(city.clerk).get(reverse("plans:review", args=[plan.pk])))
        target = measure_of(plan, "推进改革").targets.get()
        assert f'id="t{target.pk}"' in page  # in the text
        assert f'href="#t{target.pk}"' in page  # in the fields
        assert "市数字经济促进中心" in page
        assert 'data-key="r"' not in page  # a missing lead cannot be waved away

    @pytest.mark.parametrize(
        ("only", "shown", "hidden"),
        [("unmeasured", "加强宣传引导", "推进改革"), ("orphans", "加强宣传引导", "")],
    )
    def test_narrows_to_what_lacks_something(
        self, city: City, plan: Plan, only: str, shown: str, hidden: str
    ) -> None:
        page = text_of(as_(city.clerk).get(reverse("plans:review", args=[plan.pk]), {"only": only}))
        cards = page[page.index("读出的举措") :]
        assert shown in cards
        assert not hidden or f"{hidden}</a>" not in cards

    def test_decides_and_goes_on(self, city: City, plan: Plan) -> None:
        doubt = plan.doubts.create(
            state="OPEN", code="probe", severity="note", message_zh="提示", message_en="note"
        )
        answer = as_(city.clerk).post(
            reverse("plans:doubt", args=[doubt.pk]), {"step": "accept", "version": 1}
        )
        doubt.refresh_from_db()
        assert (answer.status_code, doubt.state) == (302, "ACCEPTED")

    def test_keeps_a_name_that_the_directory_lacks(self, city: City, plan: Plan) -> None:
        doubt = first_doubt(plan, code="owner.unresolved")
        client = as_(city.clerk)
        owner = doubt.measure.owners.get()
        answer = client.post(
            reverse("plans:owner", args=[owner.pk]),
            {"organisation": "市不存在局", "version": 1, "doubt": doubt.pk}, follow=True,
        )  # fmt: skip
        assert 'value="市不存在局"' in text_of(answer)
        assert "名录里没有" in text_of(answer)

    def test_resolves_and_proposes(self, city: City, plan: Plan) -> None:
        owner = measure_of(plan, "推进改革").owners.get()
        as_(city.clerk).post(
            reverse("plans:owner", args=[owner.pk]), {"propose": "1", "version": 1}
        )
        assert measure_of(plan, "推进改革").lead_names == "市数字经济促进中心"

    def test_assigns_orphans_and_accepts_notes_at_once(self, city: City, plan: Plan) -> None:
        client = as_(city.clerk)
        client.post(reverse("plans:orphans", args=[plan.pk]), {"organisation": city.tax.name})
        assert measure_of(plan, "宣传").lead_names == city.tax.name
        client.post(reverse("plans:notes", args=[plan.pk]))
        assert not plan.doubts.filter(state="OPEN", severity="note").exists()
        made = plan.corrections.get()
        client.post(reverse("plans:undo", args=[made.pk]))
        assert measure_of(plan, "宣传").lead_names == ""

    def test_is_absent_for_units(self, city: City, plan: Plan) -> None:
        url = reverse("plans:review", args=[plan.pk])
        assert as_(city.tax_handler).get(url).status_code == 404

    def test_costs_the_same_however_long_the_plan(self, city: City, plan: Plan) -> None:
        client = as_(city.clerk)
        many = [
            f"{n}.推进第{n}类改革。2026年底前新增服务企业{n}家以上。（牵头单位：市数字经济促进中心）"
            for n in range(1, 61)
        ]
        costs = []
        for row in (plan, a_draft(city, *many)):
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse("plans:review", args=[row.pk]))
            costs.append(len(seen))
        assert costs[1] <= costs[0] <= 40

    def test_shows_a_window_of_a_very_long_text(self, city: City) -> None:
        from xiaoer.slices.plans.queries.review import document_window, measure_cards

        plan = a_draft(city)
        row = measure_of(plan, "用地")
        cards = measure_cards(plan=plan, measures=[row])
        found = document_window(plan=plan, cards=cards, most=10)
        assert found.before + found.after + sum(len(p.text) for p in found.pieces) == len(plan.text)


class TestEdit:
    @pytest.fixture
    def plan(self, city: City) -> Plan:
        return a_draft(city)

    def change(self, city: City, plan: Plan, what: str, data: dict[str, object]) -> object:
        row = measure_of(plan, "开办企业")
        return as_(city.clerk).post(
            reverse("plans:change", args=[row.pk, what]), {"version": row.version, **data}
        )

    def test_saves_each_kind_of_field(self, city: City, plan: Plan) -> None:
        row = measure_of(plan, "开办企业")
        held, target = row.deadlines.get(), row.targets.get()
        for what, data in (
            ("deadline", {"pk": held.pk, "kind": "by", "due_date": "2026-07-31"}),
            ("milestone", {"title": "印发细则", "due_date": "2026-05-01"}),
            ("owner", {"organisation": "市住建局", "role": "support"}),
            (
                "target",
                {
                    "pk": target.pk, "indicator": "服务企业", "comparator": "ge", "value": "350",
                    "unit": "家", "basis": "cumulative", "shape": "linear",
                },
            ),
            ("words", {"title": "推进开办企业新标题", "kind": "action"}),
        ):  # fmt: skip
            answer = self.change(city, plan, what, data)
            assert answer.status_code == 302, what  # type: ignore[attr-defined]
        row = measure_of(plan, "新标题")
        assert row.deadlines.get().due_date == date(2026, 7, 31)
        assert row.targets.get().value == Decimal(350)
        assert row.milestones.get().title == "印发细则"
        assert row.assignments.filter(organisation=city.housing, role="support").exists()

    def test_tells_a_day_that_does_not_exist(self, city: City, plan: Plan) -> None:
        answer = self.change(city, plan, "deadline", {"kind": "by", "due_date": "2025-02-30"})
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert "日历上没有这一天" in text_of(answer)
        assert "2025-02-30" in text_of(answer)

    def test_tells_a_negative_target(self, city: City, plan: Plan) -> None:
        answer = self.change(
            city, plan, "target",
            {"indicator": "企业", "comparator": "ge", "value": "-5", "unit": "家",
             "basis": "cumulative", "shape": "linear"},
        )  # fmt: skip
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert "不能是负数" in text_of(answer)

    def test_keeps_what_the_second_of_two_editors_typed(self, city: City, plan: Plan) -> None:
        row = measure_of(plan, "开办企业")
        stale = {"version": row.version, "kind": "by", "due_date": "2026-10-31"}
        fields.deadline_set(
            actor=city.leader, measure_id=row.pk, version=row.version,
            deadline_id=row.deadlines.get().pk, due_date=date(2026, 7, 1), kind="by", now=NOW,
        )  # fmt: skip
        client, url = as_(city.clerk), reverse("plans:change", args=[row.pk, "deadline"])
        answer = client.post(url, {**stale, "pk": row.deadlines.get().pk})
        page = text_of(answer)
        assert answer.status_code == 409
        assert "刚被他人更正" in page
        assert 'value="2026-10-31"' in page
        version = measure_of(plan, "开办企业").version
        assert f'name="version" value="{version}"' in page  # ready to be sent again
        assert row.deadlines.get().due_date == date(2026, 7, 1)

    def test_adds_a_passage_or_says_why_not(self, city: City) -> None:
        plan = a_draft(
            city, head="关于改革的方案\n\n为推动企业发展，制定方案。另外开展纳税辅导培训。\n"
        )
        client, url = as_(city.clerk), reverse("plans:add", args=[plan.pk])
        answer = client.post(url, {"begins": "找不到的话", "ends": "", "kind": "action"})
        assert answer.status_code == 422
        assert 'value="找不到的话"' in text_of(answer)
        answer = client.post(url, {"begins": "另外开展", "ends": "培训。", "kind": "action"})
        assert answer.status_code == 302
        assert plan.measures.count() == 4

    def test_knows_no_other_kind_of_change(self, city: City, plan: Plan) -> None:
        answer = self.change(city, plan, "everything", {})
        assert answer.status_code == 404  # type: ignore[attr-defined]

    def test_takes_garbage_for_a_version_as_stale(self, city: City, plan: Plan) -> None:
        answer = self.change(city, plan, "words", {"version": "x", "title": "新", "kind": "action"})
        assert answer.status_code == 409  # type: ignore[attr-defined]


class TestPlanPage:
    def test_walks_a_plan_from_review_to_publication(self, city: City) -> None:
        plan, client = a_plan(city, state="IN_REVIEW"), as_(city.leader)
        step = reverse("plans:step", args=[plan.pk])
        client.post(step, {"step": f"send:{plan.version}"})
        assert fresh(plan).state == "COUNTERSIGNING"
        for actor in (city.market_handler, city.tax_handler, city.housing_handler):
            unit = as_(actor)
            page = unit.get(reverse("plans:plan", args=[plan.pk]))
            assert text_of(page).count("待会签") == 1  # its own answer only
            row = Countersign.objects.get(plan=plan, organisation_id=actor.home)
            unit.post(reverse("plans:countersign", args=[row.pk]), {"step": "agree", "version": 1})
        answer = client.post(step, {"step": f"publish:{fresh(plan).version}"})
        assert answer["Location"] == f"{reverse('plans:ledger')}?plan={plan.pk}"

    def test_tells_what_stands_in_the_way(self, city: City) -> None:
        plan = a_draft(city, STRANGE)
        answer = as_(city.clerk).post(
            reverse("plans:step", args=[plan.pk]), {"step": f"send:{plan.version}"}, follow=True
        )
        assert "处疑点没有处理" in text_of(answer)

    def test_keeps_an_objection_that_was_refused(self, city: City) -> None:
        plan = a_plan(city, state="COUNTERSIGNING")
        row = Countersign.objects.get(plan=plan, organisation=city.tax)
        answer = as_(city.tax_handler).post(
            reverse("plans:countersign", args=[row.pk]),
            {"step": "object", "version": 9, "reason": "期限太紧了"},
        )
        assert answer.status_code == 409
        assert 'value="期限太紧了"' in text_of(answer)

    def test_takes_the_reply_to_an_objection(self, city: City) -> None:
        plan = a_plan(city, state="COUNTERSIGNING")
        row = Countersign.objects.get(plan=plan, organisation=city.tax)
        publish.countersign_object(
            actor=city.tax_handler, countersign_id=row.pk, version=1, reason="太紧", now=NOW
        )
        client = as_(city.clerk)
        assert "答复并再次会签" in text_of(client.get(reverse("plans:plan", args=[plan.pk])))
        client.post(reverse("plans:reply", args=[row.pk]), {"version": 2, "reply": "已协调"})
        row.refresh_from_db()
        assert (row.state, row.reply) == ("PENDING", "已协调")

    def test_sums_up_what_was_changed_by_hand(self, city: City) -> None:
        plan = a_draft(city)
        row = measure_of(plan, "开办企业")
        fields.milestone_set(
            actor=city.clerk, measure_id=row.pk, version=row.version, milestone_id=None,
            title="印发细则", due_date=None, is_deliverable=True, now=NOW,
        )  # fmt: skip
        page = text_of(as_(city.clerk).get(reverse("plans:plan", args=[plan.pk])))
        assert "人工更正的 1 处" in page
        assert "印发细则" in page

    def test_shows_what_an_amendment_changes_and_takes_a_better_match(self, city: City) -> None:
        one = a_plan(city)
        two = a_draft(city, *AMENDED, previous=one, now=LATER)
        client, row = as_(city.clerk), measure_of(two, "知识产权")
        page = text_of(client.get(reverse("plans:plan", args=[two.pk])))
        for said in ("沿用 2 项，新增 1 项，取消 1 项", "加严", "≥ 300 家", "≥ 400 家"):
            assert said in page
        old = measure_of(one, "用地")
        client.post(
            reverse("plans:match", args=[row.pk]), {"version": row.version, "old_uid": old.uid}
        )
        assert measure_of(two, "知识产权").uid == old.uid

    def test_shows_the_document_and_signs_for_everything(self, city: City) -> None:
        plan = a_plan(city)
        client = as_(city.tax_handler)
        assert "开办企业" in text_of(client.get(reverse("plans:document", args=[plan.pk])))
        client.post(reverse("plans:sign_all", args=[plan.pk]))
        assert assignment_of(plan, city.tax).state == "SIGNED"

    def test_knows_no_other_step(self, city: City) -> None:
        plan = a_plan(city, state="IN_REVIEW")
        answer = as_(city.clerk).post(reverse("plans:step", args=[plan.pk]), {"step": "burn:1"})
        assert answer.status_code == 404


class TestLedgerPage:
    def test_keeps_its_filters_in_the_address(self, city: City) -> None:
        a_plan(city)
        url = reverse("plans:ledger")
        page = text_of(as_(city.tax_handler).get(url, {"q": "300家", "sort": "due", "size": "20"}))
        assert "推进开办企业便利化" in page
        assert "优化用地审批" not in page
        assert 'value="300家"' in page

    def test_exports_the_same_rows(self, city: City) -> None:
        from io import BytesIO

        from openpyxl import load_workbook

        a_plan(city)
        answer = as_(city.clerk).get(reverse("plans:ledger"), {"q": "用地", "format": "xlsx"})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        sheet = load_workbook(BytesIO(content)).active
        said = " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
        assert "优化用地审批" in said
        assert "开办企业" not in said

    def test_survives_nonsense_in_the_address(self, city: City) -> None:
        answer = as_(city.clerk).get(
            reverse("plans:ledger"),
            {"plan": "x", "department": "９", "due": "soon", "light": "PINK", "page": "-3"},
        )
        assert answer.status_code == 200

    def test_shows_a_measure_to_every_unit_once_published(self, city: City) -> None:
        plan = a_plan(city)
        uid = measure_of(plan, "开办企业").uid
        page = text_of(as_(city.stranger).get(reverse("plans:measure", args=[uid])))
        assert "≥ 300 家" in page
        draft = a_draft(city, STRANGE)
        hidden = reverse("plans:measure", args=[measure_of(draft, "推进改革").uid])
        assert as_(city.stranger).get(hidden).status_code == 404

    def test_signs_from_the_measure(self, city: City) -> None:
        row = assignment_of(a_plan(city), city.market)
        as_(city.market_handler).post(reverse("plans:sign", args=[row.pk]))
        row.refresh_from_db()
        assert row.state == "SIGNED"


class TestDates:
    def test_are_asked_for_refused_with_reason_and_approved(self, city: City) -> None:
        plan = a_plan(city)
        held = measure_of(plan, "开办企业").deadlines.get()
        unit, url = as_(city.market_handler), reverse("plans:ask_change", args=[held.pk])
        answer = unit.post(url, {"new_date": "2025-02-30", "reason": "系统改造"})
        assert answer.status_code == 422
        assert "日历上没有这一天" in text_of(answer)
        assert "系统改造" in text_of(answer)
        unit.post(url, {"new_date": "2099-08-31", "reason": "系统改造"})
        row = DeadlineChange.objects.get()
        leader, url = as_(city.leader), reverse("plans:deadline_change", args=[row.pk])
        answer = leader.post(url, {"step": "refuse", "version": 9, "reason": "理由不足呀"})
        assert answer.status_code == 409
        assert "理由不足呀" in text_of(answer)
        leader.post(url, {"step": "approve", "version": 1})
        held.refresh_from_db()
        assert (held.due_date, held.original_due_date) == (date(2099, 8, 31), date(2026, 6, 30))
        page = text_of(unit.get(reverse("plans:measure", args=[held.measure.uid])))
        assert "原期限" in page

    def test_of_others_are_absent(self, city: City) -> None:
        plan = a_plan(city)
        row = ledger.deadline_change_request(
            actor=city.market_handler, deadline_id=measure_of(plan, "开办企业").deadlines.get().pk,
            new_date=date(2026, 9, 1), reason="x", now=NOW,
        )  # fmt: skip
        url = reverse("plans:deadline_change", args=[row.pk])
        assert as_(city.stranger).get(url).status_code == 404


class TestShapePage:
    def test_changes_the_line_with_a_reason_only(self, city: City) -> None:
        plan = a_plan(city)
        row = measure_of(plan, "开办企业")
        client, url = as_(city.clerk), reverse("plans:shape", args=[row.targets.get().pk])
        answer = client.post(url, {"shape": "step", "reason": "", "version": row.version})
        assert answer.status_code == 422
        answer = client.post(url, {"shape": "step", "reason": "集中办", "version": row.version})
        assert answer.status_code == 302
        assert row.targets.get().shape == "step"
        assert as_(city.tax_handler).get(url).status_code == 404
