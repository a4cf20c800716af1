"""Sub-plans of units: what they inherit, and whether their targets keep the one above."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from xiaoer.platform.errors import Invalid
from xiaoer.slices.plans.models import Plan, Target
from xiaoer.slices.plans.queries.children import breakdowns, kind_of
from xiaoer.slices.plans.services.upload import plan_upload
from xiaoer.slices.plans.tests.builders import NOW, City, a_city, a_draft, a_plan, plan_text

pytestmark = pytest.mark.django_db
ABOVE = "1.培育科技企业。2026年底前新增科技型企业300家以上。（牵头单位：市市场监管局）"
HEAD = "{unit}2026年培育科技企业工作方案\n\n为推动企业发展，落实市方案部署，制定本方案。\n"


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def above(city: City) -> Plan:
    return a_plan(city, ABOVE)


def below(city: City, above: Plan, unit: object, n: int, *, state: str = "PUBLISHED") -> Plan:
    item = f"1.培育科技企业。新增科技型企业{n}家以上，推进企业服务工作。"
    return a_plan(
        city,
        item,
        parent=above,
        organisation=unit,
        head=HEAD.format(unit=unit),
        state=state,  # type: ignore[arg-type]
    )


class TestSubPlan:
    def test_is_led_by_its_unit_where_it_names_nobody(self, city: City, above: Plan) -> None:
        plan = below(city, above, city.tax, 100, state="IN_REVIEW")
        assert plan.measures.get().lead_names == city.tax.name
        assert not plan.doubts.filter(code="owner.none").exists()

    def test_inherits_region_and_dates(self, city: City, above: Plan) -> None:
        plan = below(city, above, city.tax, 100, state="IN_REVIEW")
        assert plan.series.region_id == above.series.region_id
        held = plan.measures.get().deadlines.get()
        assert (held.due_date, held.is_inherited) == (date(2026, 12, 31), True)

    def test_says_what_additive_targets_lack(self, city: City, above: Plan) -> None:
        below(city, above, city.tax, 100)
        plan = below(city, above, city.housing, 150)
        (found,) = breakdowns(plan=plan)
        assert (found.kind, found.check.ok, found.check.gap) == ("additive", False, 50)
        assert "市税务局100+市住建局150＝250家" in found.check.explanation_zh
        assert breakdowns(plan=above)[0].check.combined == 250

    def test_says_when_they_add_up(self, city: City, above: Plan) -> None:
        below(city, above, city.tax, 150)
        plan = below(city, above, city.housing, 150)
        assert breakdowns(plan=plan)[0].check.ok

    def test_does_not_count_another_draft(self, city: City, above: Plan) -> None:
        below(city, above, city.tax, 150, state="IN_REVIEW")
        plan = below(city, above, city.housing, 150)
        assert breakdowns(plan=plan)[0].check.combined == 150

    def test_refuses_a_series_that_is_none(self, city: City) -> None:
        with pytest.raises(Invalid) as refused:
            plan_upload(
                actor=city.clerk, data=plan_text(), name="a.txt", now=NOW, parent_series_id=999
            )
        assert (refused.value.field, Plan.objects.count()) == ("parent", 0)


class TestRates:
    def test_are_weighted_by_their_denominators(self, city: City) -> None:
        above = a_plan(
            city, "1.提升服务满意度。2026年底前企业服务满意度达到90%以上。（牵头单位：市税务局）"
        )
        plan = a_draft(
            city, "1.提升服务满意度。2026年底前企业服务满意度达到95%以上，推进企业服务工作。",
            parent=above, organisation=city.tax, head=HEAD.format(unit="市税务局"),
        )  # fmt: skip
        (found,) = breakdowns(plan=plan)
        assert (found.kind, found.check.offenders) == ("rate", (city.tax.name,))
        Target.objects.filter(measure__plan=plan).update(denominator=Decimal(2000))
        (found,) = breakdowns(plan=plan)
        assert (found.check.ok, found.check.combined) == (True, 95)


@pytest.mark.parametrize(
    ("comparator", "unit", "kind"),
    [("ge", "家", "additive"), ("ge", "%", "rate"), ("within", "个工作日", "limit"),
     ("le", "%", "limit"), ("increase_ge", "个百分点", "rate")],
)  # fmt: skip
def test_kind_of_combination(comparator: str, unit: str, kind: str) -> None:
    assert kind_of(comparator=comparator, unit=unit) == kind
