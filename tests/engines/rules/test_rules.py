"""The loader of dated rules: what it reads, what it refuses and how it says so, who wins."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.engines.supervision import LightRule
from xiaoer.platform.rules import (
    RuleBook,
    RuleFileError,
    RuleLookupError,
    ShippedRules,
    TextRules,
    calendar_table,
    parse_rules,
    rule_at,
    shipped_book,
)

GOOD = """
group: city.test
version: 1.2.0
title: {zh: 测试, en: Test}
rules:
  gap:
    title: {zh: 落差, en: Gap}
    unit: ratio
    values:
      - {value: 0.1, from: 2024-01-01, until: 2025-01-01, source: 甲文}
      - {value: 0.2, from: 2025-01-01, until: null, source: 乙文, note: 调整}
  word:
    title: {zh: 词, en: Word}
    unit: none
    values:
      - {value: on, from: 2024-01-01, source: 甲文}
"""


def book(*texts: str, shipped: bool = False) -> RuleBook:
    layers = [TextRules(name=f"layer{n}", texts={f"{n}.yaml": t}) for n, t in enumerate(texts)]
    return RuleBook(sources=[*([ShippedRules()] if shipped else []), *layers])


def faults(text: str) -> str:
    with pytest.raises(RuleFileError) as refused:
        parse_rules(text=text, file="city/test.yaml")
    return str(refused.value)


class TestRuleAt:
    @pytest.mark.parametrize(
        ("day", "value"),
        [
            ("2024-01-01", "0.1"),
            ("2024-12-31", "0.1"),
            ("2025-01-01", "0.2"),
            ("2060-01-01", "0.2"),
        ],
    )
    def test_gives_the_version_in_force(self, day, value):
        version = book(GOOD).rule_at("city.test.gap", on=date.fromisoformat(day))
        assert version.value == Decimal(value)
        assert version.unit == "ratio"

    def test_tells_source_version_and_digest(self):
        version = book(GOOD).rule_at("city.test.gap", on=date(2025, 6, 1))
        assert (version.source, version.note, version.semver) == ("乙文", "调整", "1.2.0")
        assert version.ident == f"city.test.gap@1.2.0+{version.digest[:12]}"

    def test_keeps_numbers_exact_and_words_words(self):
        rules = book(GOOD)
        assert rules.number_at("city.test.gap", on=date(2024, 6, 1)) * 3 == Decimal("0.3")
        assert rules.text_at("city.test.word", on=date(2024, 6, 1)) == "on"

    def test_refuses_a_day_before_the_first_version(self):
        with pytest.raises(RuleLookupError, match="2023-12-31.*earliest: 2024-01-01"):
            book(GOOD).rule_at("city.test.gap", on=date(2023, 12, 31))

    def test_suggests_a_code_for_a_misspelt_one(self):
        with pytest.raises(RuleLookupError, match=r"did you mean city\.test\.gap"):
            book(GOOD).rule_at("city.test.gab", on=date(2024, 6, 1))

    def test_refuses_the_wrong_type(self):
        with pytest.raises(RuleLookupError, match="not a number"):
            book(GOOD).number_at("city.test.word", on=date(2024, 6, 1))
        with pytest.raises(RuleLookupError, match="not a text"):
            book(GOOD).text_at("city.test.gap", on=date(2024, 6, 1))

    def test_digest_changes_with_content_only(self):
        day = date(2025, 6, 1)
        one = book(GOOD).rule_at("city.test.gap", on=day)
        spaced = book(GOOD.replace("unit: ratio", "unit:   ratio")).rule_at("city.test.gap", on=day)
        other = book(GOOD.replace("0.2", "0.25")).rule_at("city.test.gap", on=day)
        assert one.digest == spaced.digest != other.digest


class TestAdoptedRules:
    CITY = """
group: city.test
version: 2.0.0
title: {zh: 本市, en: City}
rules:
  gap:
    title: {zh: 落差, en: Gap}
    unit: ratio
    values:
      - {value: 0.5, from: 2025-03-01, until: 2026-03-01, source: 市办文件}
"""

    @pytest.mark.parametrize(
        ("day", "value"),
        [
            ("2025-02-28", "0.2"),
            ("2025-03-01", "0.5"),
            ("2026-02-28", "0.5"),
            ("2026-03-01", "0.2"),
        ],
    )
    def test_win_on_the_days_they_cover(self, day, value):
        rules = book(GOOD, self.CITY)
        found = rules.number_at("city.test.gap", on=date.fromisoformat(day))
        assert found == Decimal(value)

    def test_change_the_version_of_the_group(self):
        shipped = book(GOOD).group_at("city.test", on=date(2025, 6, 1))
        adopted = book(GOOD, self.CITY).group_at("city.test", on=date(2025, 6, 1))
        assert adopted.values["gap"] == Decimal("0.5")
        assert adopted.sources["gap"] == "市办文件"
        assert shipped.version.startswith("city.test@1.2.0+")
        assert adopted.version.startswith("city.test@2.0.0+")

    def test_can_publish_the_next_years_calendar(self):
        text = """
group: calendar
version: 1.0.0
title: {zh: 2027年放假安排, en: Holidays 2027}
rules:
  year_2027:
    title: {zh: 2027年, en: "2027"}
    unit: day table
    values:
      - from: 2027-01-01
        until: 2028-01-01
        source: 通知
        value:
          year: 2027
          holidays:
            - {name: 春节, first: 2027-02-05, last: 2027-02-11, make_up: [2027-02-20]}
"""
        table = calendar_table(book=book(text, shipped=True))
        assert 2027 in table.published_years
        assert date(2027, 2, 20) in table.years[2027].make_up
        broken = text.replace("first: 2027-02-05", "first: soon")
        with pytest.raises(RuleFileError, match=r"calendar\.year_2027.*'soon' is not a date"):
            calendar_table(book=book(broken, shipped=True))


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (
                ("until: 2025-01-01", "until: 2024-12-01"),
                "leave a gap from 2024-12-01 to 2025-01-01",
            ),
            (("until: 2025-01-01", "until: 2025-02-01"), "overlap: one runs until 2025-02-01"),
            (("until: 2025-01-01", "until: null"), "overlap: one runs until open"),
            (("until: 2025-01-01", "until: 2023-01-01"), "is not after from"),
            ((", source: 乙文", ""), "the key 'source' is missing"),
            (("source: 乙文", "source: ''"), "the source is empty"),
            (("note: 调整", "remark: 调整"), "unknown key 'remark'"),
            (("unit: ratio", "unity: ratio"), "unknown key 'unity'"),
            (("value: 0.2", "value: high"), "different types"),
            (("value: 0.2", "value: null"), "the value is empty"),
            (("value: 0.2", "value: .inf"), "not an exact number"),
            (("from: 2024-01-01, until", "from: soon, until"), "from 'soon' is not a date"),
            (("from: 2024-01-01, until", "from: 2024-02-30, until"), "day is out of range"),
            (("version: 1.2.0", "version: latest"), "'latest' is not a version"),
            (("group: city.test", "group: City Test"), "is not lower-case words"),
            (("  word:", "  gap:"), "the key 'gap' is repeated"),
            (("title: {zh: 词, en: Word}", "title: 词"), "the title needs zh and en"),
            (("unit: ratio", "unit: ''"), "the unit is empty"),
            (("rules:", "rules: ["), "line"),
            (("  word:", "  Wort!:"), "is no code"),
        ],
    )
    def test_name_file_place_and_remedy(self, change, told):
        assert change[0] in GOOD
        said = faults(GOOD.replace(*change))
        assert told in said
        assert said.startswith("city/test.yaml: ")

    def test_list_every_fault_at_once(self):
        text = GOOD.replace(", source: 乙文", "").replace("unit: none", "units: none")
        with pytest.raises(RuleFileError) as refused:
            parse_rules(text=text, file="f.yaml")
        assert len(refused.value.problems) >= 3
        assert all(problem.remedy for problem in refused.value.problems)

    @pytest.mark.parametrize(
        "text", ["", "[]", "x", "rules: {}", "group: a\nrules: []", "\t", "? {}"]
    )
    def test_never_fail_in_another_way(self, text):
        assert faults(text)

    @given(st.text(max_size=120))
    @settings(max_examples=100, deadline=None)
    def test_answer_any_text_with_rules_or_faults(self, text):
        try:
            assert parse_rules(text=text, file="f.yaml")
        except RuleFileError as error:
            assert error.problems

    def test_a_rule_in_two_files_is_refused(self):
        source = TextRules(name="two", texts={"a.yaml": GOOD, "b.yaml": GOOD})
        with pytest.raises(RuleFileError, match=r"b\.yaml: city\.test\.gap: is also in a\.yaml"):
            source.rules()

    def test_do_not_build_objects_that_a_file_asks_for(self):
        assert "line 10" in faults(GOOD.replace("value: 0.1", "value: !!python/name:os.system x"))


class TestShippedRules:
    def test_all_parse_and_name_unit_and_source(self):
        for code in shipped_book().codes:
            rule = shipped_book().rule(code)
            assert rule.unit and rule.title_zh and rule.title_en
            assert all(version.source for version in rule.versions)

    def test_leave_no_gap_to_the_open_end_but_in_yearly_tables(self):
        for code in shipped_book().codes:
            if not code.startswith("calendar.year_"):
                assert shipped_book().rule(code).versions[-1].valid_until is None, code

    @given(day=st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31)))
    @settings(max_examples=30, deadline=None)
    def test_give_a_rule_of_lights_for_every_day(self, day):
        group = shipped_book().group_at("supervision.lights", on=day)
        rule = LightRule.from_values(values=group.values, version=group.version)
        assert rule.version == group.version

    def test_know_when_new_years_eve_became_a_day_off(self):
        change = date(2025, 1, 1)
        before = rule_at("calendar.statutory", on=change - timedelta(days=1)).value
        after = rule_at("calendar.statutory", on=change).value
        assert sum(day["days"] for day in before) == 11
        assert sum(day["days"] for day in after) == 13

    def test_lie_in_the_package_as_their_readme_says(self):
        root = Path(__import__("xiaoer.rules", fromlist=["rules"]).__file__).parent
        readme = (root / "README.md").read_text(encoding="utf-8")
        for key in (
            "group",
            "version",
            "title",
            "rules",
            "value",
            "from",
            "until",
            "unit",
            "source",
        ):
            assert f"`{key}`" in readme
