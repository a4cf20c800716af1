from __future__ import annotations

from datetime import date, datetime

import pytest

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.orgs import services
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.platform.orgs.resolve import Directory, Resolution
from xiaoer.platform.orgs.services import NewOrganisation

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 3, 9, tzinfo=clock.CHINA)
ON = date(2025, 3, 3)


class City:
    """A small city whose directory is built through the services."""

    def __init__(self) -> None:
        self.city = Region.objects.create(code="990100", name="清江市", level="CITY", path="990100")
        self.county = Region.objects.create(
            code="990101", name="云溪县", level="COUNTY", parent=self.city, path="990100/990101"
        )
        self.finance = self.unit("清江市财政局", "市财政局")
        self.reform = self.unit("清江市发展和改革委员会", "市发改委")
        self.assets = self.unit("清江市国有资产监督管理委员会", "市国资委")
        self.holding = self.unit("清江控股集团有限公司", "清控集团", kind="COMPANY")
        self.government = self.unit("云溪县人民政府", "云溪县", kind="COUNTY", region=self.county)
        self.county_finance = self.unit("云溪县财政局", "县财政局", region=self.county)
        services.alias_add(
            actor=SYSTEM, organisation_id=self.reform.pk, name="市发展改革委", now=NOW
        )

    def unit(
        self, name: str, short_name: str, *, kind: str = "DEPARTMENT", region: Region | None = None
    ) -> Organisation:
        new = NewOrganisation(
            name=name, short_name=short_name, kind=kind, region_id=(region or self.city).pk
        )
        return services.organisation_create(actor=SYSTEM, new=new, now=NOW)

    def read(self, text: str, *, on: date = ON) -> Resolution:
        return Directory.load(on=on, region_id=self.city.pk).resolve(text)


@pytest.fixture
def city() -> City:
    return City()


class TestResolve:
    @pytest.mark.parametrize(
        ("text", "how"),
        [
            ("清江市财政局", "exact"),
            ("市财政局", "exact"),
            (" 市 财政局\u3000", "exact"),
            ("市财政局等部门", "exact"),
            ("财政局", "prefix"),
            ("清江财政局", "prefix"),
        ],
    )
    def test_finds_the_unit_of_the_plans_own_region(self, city: City, text: str, how: str) -> None:
        found = city.read(text)
        assert (found.ids, found.how) == ((city.finance.pk,), how)

    def test_accepts_a_registered_alias_with_and_without_the_citys_prefix(self, city: City) -> None:
        assert city.read("市发展改革委").how == "alias"
        assert city.read("发展改革委").ids == (city.reform.pk,)

    def test_only_proposes_an_unregistered_short_form(self, city: City) -> None:
        found = city.read("市国资监管委")
        assert found.ids == ()
        assert found.how == "proposal"
        assert found.candidates[0].organisation_id == city.assets.pk
        assert 0.55 <= found.candidates[0].score < 1

    def test_proposes_the_same_business_under_another_kind_of_organ(self, city: City) -> None:
        found = city.read("市财政办")
        assert (found.ids, found.how) == ((), "proposal")
        assert found.candidates[0].organisation_id == city.finance.pk

    def test_says_when_nothing_is_near(self, city: City) -> None:
        found = city.read("海事仲裁院")
        assert (found.ids, found.how, found.candidates) == ((), "none", ())

    @pytest.mark.parametrize(
        "text", ["市国资委〔清控集团〕", "市国资委（清控集团）", "市国资委[清控集团]"]
    )
    def test_keeps_the_unit_in_a_bracket_apart(self, city: City, text: str) -> None:
        found = city.read(text)
        assert found.ids == (city.assets.pk,)
        assert found.within == (city.holding.pk,)

    def test_keeps_an_unknown_bracket_as_a_remark(self, city: City) -> None:
        found = city.read("市国资委〔城投集团〕")
        assert (found.ids, found.within) == ((city.assets.pk,), ())
        assert "城投集团" in found.explanation

    @pytest.mark.parametrize("text", ["云溪县", "云溪县人民政府", "云溪县政府"])
    def test_reads_a_county_as_its_government(self, city: City, text: str) -> None:
        assert city.read(text).ids == (city.government.pk,)

    def test_prefers_nobody_among_namesakes_without_a_region(self, city: City) -> None:
        found = Directory.load(on=ON).resolve("财政局")
        assert found.ids == ()
        assert {c.organisation_id for c in found.candidates} == {
            city.finance.pk,
            city.county_finance.pk,
        }

    def test_refuses_to_guess_between_two_units_with_one_alias(self, city: City) -> None:
        for unit in (city.finance, city.reform):
            services.alias_add(actor=SYSTEM, organisation_id=unit.pk, name="市专班办", now=NOW)
        found = city.read("市专班办")
        assert (found.ids, found.how, len(found.candidates)) == ((), "proposal", 2)

    def test_answers_a_blank_name(self, city: City) -> None:
        assert city.read(" 、").how == "none"


class TestResolveOverTime:
    def test_follows_a_rename(self, city: City) -> None:
        services.organisation_rename(
            actor=SYSTEM, organisation_id=city.finance.pk, name="清江市财政金融局",
            short_name="市财金局", reason="清委发〔2025〕1号", now=NOW,
        )  # fmt: skip
        assert city.read("市财政局").how == "rename"
        assert city.read("市财政局").ids == city.read("市财金局").ids == (city.finance.pk,)

    def test_hands_an_abolished_unit_to_its_successor_from_that_day(self, city: City) -> None:
        services.organisation_abolish(
            actor=SYSTEM, organisation_id=city.finance.pk, on=date(2025, 6, 1),
            successor_id=city.reform.pk, reason="机构改革", now=NOW,
        )  # fmt: skip
        assert city.read("市财政局", on=date(2025, 5, 31)).ids == (city.finance.pk,)
        after = city.read("市财政局", on=date(2025, 6, 1))
        assert (after.ids, after.how) == ((city.reform.pk,), "rename")

    def test_proposes_an_abolished_unit_without_successor(self, city: City) -> None:
        services.organisation_abolish(
            actor=SYSTEM, organisation_id=city.finance.pk, on=date(2025, 6, 1),
            successor_id=None, reason="机构改革", now=NOW,
        )  # fmt: skip
        found = city.read("市财政局", on=date(2025, 7, 1))
        assert (found.ids, found.how) == ((), "proposal")

    def test_ignores_an_alias_outside_its_dates(self, city: City) -> None:
        services.alias_add(
            actor=SYSTEM, organisation_id=city.finance.pk, name="市减税办", now=NOW,
            valid_from=date(2025, 1, 1), valid_until=date(2025, 4, 1),
        )  # fmt: skip
        assert city.read("市减税办", on=date(2025, 3, 31)).ids == (city.finance.pk,)
        assert city.read("市减税办", on=date(2025, 4, 1)).ids == ()


class TestResolveGroup:
    @pytest.mark.parametrize(
        "text",
        ["各县（市、区）", "各县市区", "各县（市、区）人民政府", "各县(市、区)政府", "各区县"],
    )
    def test_reads_every_spelling_as_the_dated_members(self, city: City, text: str) -> None:
        services.group_set_members(
            actor=SYSTEM, name="各县（市、区）", organisation_ids=[city.government.pk], on=ON,
            other_names=("各区县",), now=NOW,
        )  # fmt: skip
        found = city.read(text)
        assert (found.ids, found.how) == ((city.government.pk,), "group")

    def test_keeps_the_members_of_an_earlier_day(self, city: City) -> None:
        later = date(2025, 9, 1)
        services.group_set_members(
            actor=SYSTEM, name="各有关单位", organisation_ids=[city.finance.pk], on=ON, now=NOW
        )
        services.group_set_members(
            actor=SYSTEM, name="各有关单位", organisation_ids=[city.reform.pk], on=later, now=NOW
        )
        assert city.read("各有关单位", on=ON).ids == (city.finance.pk,)
        assert city.read("各有关单位", on=later).ids == (city.reform.pk,)

    def test_leaves_a_group_without_members_unresolved(self, city: City) -> None:
        services.group_set_members(actor=SYSTEM, name="各部门", organisation_ids=[], on=ON, now=NOW)
        found = city.read("各部门")
        assert (found.how, found.is_resolved) == ("group", False)


class TestDirectoryLoad:
    def test_costs_three_queries_whatever_the_number_of_names(
        self, city: City, django_assert_num_queries
    ) -> None:
        with django_assert_num_queries(3):
            directory = Directory.load(on=ON, region_id=city.city.pk)
            for number in range(300):
                directory.resolve(f"第{number}专班")
