"""Lights: the clerk's cases, and what must hold whatever the values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from supervision_builders import (
    CALENDAR,
    RULE,
    WORDS,
    a_measure,
    a_record,
    a_rule,
    a_target,
    cases,
    number,
)

from xiaoer.engines.supervision import (
    REASON_TEXTS,
    Accumulation,
    Cadence,
    Comparator,
    Light,
    LightRule,
    Measure,
    Observation,
    Reads,
    Shape,
    StrikeOff,
    Target,
    TargetRecord,
    corners,
    default_shape,
    goal_of,
    held_since,
    measure_light,
    message,
    target_light,
    turns_red_on,
)

START, END = date(2026, 1, 1), date(2026, 12, 31)
DAYS = st.dates(min_value=date(2025, 12, 1), max_value=date(2027, 4, 30))
VALUES = st.decimals(min_value=-50, max_value=500, places=1)


def named(case):
    return case["name"]


def light_of(record: TargetRecord, today: date, rule: LightRule = RULE, **more):
    return target_light(
        target=record.target,
        observations=record.observations,
        struck_off=record.struck_off,
        today=today,
        calendar=CALENDAR,
        rule=rule,
        **more,
    )


@st.composite
def targets(draw: st.DrawFn) -> Target:
    comparator = draw(st.sampled_from(list(Comparator)))
    value = draw(st.decimals(min_value=0, max_value=400, places=1))
    shape = draw(st.sampled_from([None, Shape.LINEAR, Shape.STEP, Shape.FLAT]))
    return Target(
        key="t",
        comparator=comparator,
        value=value,
        unit=draw(st.sampled_from(["个", "%"])),
        baseline=draw(st.none() | st.decimals(min_value=0, max_value=400, places=1)),
        start=draw(st.dates(min_value=START, max_value=date(2026, 6, 30))),
        deadline=draw(st.none() | st.dates(min_value=date(2026, 3, 1), max_value=END)),
        shape=shape,
        accumulation=draw(st.sampled_from(list(Accumulation))),
        cadence=draw(st.sampled_from(list(Cadence))),
        every=draw(st.booleans()),
        counties=draw(st.sampled_from([(), ("甲", "乙")])),
    )


@st.composite
def records(draw: st.DrawFn) -> TargetRecord:
    target = draw(targets())
    places = target.counties or (None,)
    seen = draw(
        st.lists(
            st.builds(
                Observation,
                date=DAYS,
                value=VALUES,
                county=st.sampled_from(places),
                verified=st.booleans(),
                sequence=st.integers(min_value=0, max_value=2),
            ),
            max_size=10,
        )
    )
    return TargetRecord(target=target, observations=tuple(seen))


class TestTargetCases:
    @pytest.mark.parametrize("case", cases("targets.yaml"), ids=named)
    def test_come_out_as_the_clerk_wrote(self, case):
        light = light_of(a_record(case["given"]), case["when"])
        then = dict(case["then"])
        assert light.light is WORDS[then.pop("light")]
        assert [reason.code for reason in light.reasons] == then.pop("reasons")
        assert [one.county for one in light.counties] == then.pop("counties", [])
        for name, expected in then.items():
            wanted = expected if isinstance(expected, str) else number(expected)
            assert getattr(light, name) == wanted, name


class TestMeasureCases:
    @pytest.mark.parametrize("case", cases("measures.yaml"), ids=named)
    def test_come_out_as_the_clerk_wrote(self, case):
        light = measure_light(
            measure=a_measure(case["given"]), today=case["when"], calendar=CALENDAR, rule=RULE
        )
        then = case["then"]
        assert light.light is WORDS[then["light"]]
        assert [reason.code for reason in light.reasons] == then["reasons"]
        assert light.decided_by == then["decided_by"]


class TestTargetLight:
    @given(record=records(), today=DAYS, seed=st.randoms(use_true_random=False))
    @settings(max_examples=150, deadline=None)
    def test_does_not_depend_on_the_order_of_values(self, record, today, seed):
        shuffled = list(record.observations)
        seed.shuffle(shuffled)
        mixed = replace(record, observations=tuple(shuffled))
        assert light_of(mixed, today) == light_of(record, today)

    @given(record=records(), today=DAYS)
    @settings(max_examples=150, deadline=None)
    def test_never_is_green_without_a_verified_value(self, record, today):
        unverified = tuple(replace(one, verified=False) for one in record.observations)
        light = light_of(replace(record, observations=unverified), today)
        assert light.light is not Light.ON_TRACK

    @given(record=records(), today=DAYS)
    @settings(max_examples=100, deadline=None)
    def test_takes_no_notice_of_unverified_values(self, record, today):
        verified = tuple(one for one in record.observations if one.verified)
        alone = light_of(replace(record, observations=verified), today)
        assert light_of(record, today).light is alone.light

    @given(record=records(), today=DAYS, days=st.lists(st.integers(0, 250), min_size=2))
    @settings(max_examples=150, deadline=None)
    def test_only_gets_worse_while_nothing_is_reported(self, record, today, days):
        later = [today + timedelta(days=n) for n in sorted(days)]
        lights = [light_of(record, day, known_until=today).light.severity for day in later]
        assert lights == sorted(lights)

    @given(record=records(), today=DAYS)
    @settings(max_examples=150, deadline=None)
    def test_can_say_every_reason_in_both_languages(self, record, today):
        for reason in light_of(record, today).reasons:
            for language in ("zh", "en"):
                assert "{" not in message(reason, language=language)

    @given(record=records(), today=DAYS, factor=st.sampled_from(["10", "0.001", "10000"]))
    @settings(max_examples=80, deadline=None)
    def test_is_the_same_in_another_unit(self, record, today, factor):
        if record.target.unit == "%":
            return
        k = Decimal(factor)
        base = record.target.baseline
        target = replace(
            record.target,
            value=record.target.value * k,
            baseline=None if base is None else base * k,
            shape=record.target.shape or Shape.LINEAR,
        )
        plain = replace(record.target, shape=target.shape)
        scaled = tuple(replace(one, value=one.value * k) for one in record.observations)
        here = light_of(replace(record, target=plain), today)
        there = light_of(replace(record, target=target, observations=scaled), today)
        assert there.light is here.light

    def test_corrects_a_value_by_its_later_number(self):
        target = a_target(comparator="ge", value=364, start=START, deadline=END)
        first = Observation(date=date(2026, 5, 31), value=Decimal(95))
        corrected = replace(first, value=Decimal(150), sequence=1)
        record = TargetRecord(target=target, observations=(corrected, first))
        assert light_of(record, date(2026, 6, 5)).actual == 150

    def test_takes_the_worse_of_two_values_in_conflict_and_says_so(self):
        target = a_target(comparator="ge", value=364, start=START, deadline=END)
        values = tuple(
            Observation(date=date(2026, 5, 31), value=Decimal(n)) for n in (95, 150, 120)
        )
        light = light_of(TargetRecord(target=target, observations=values), date(2026, 6, 5))
        assert light.actual == 95
        assert "conflicting_values" in [reason.code for reason in light.reasons]

    def test_replays_a_past_day_with_what_was_known_then(self):
        target = a_target(comparator="ge", value=364, start=START, deadline=END)
        late = Observation(date=date(2026, 5, 31), value=Decimal(150), known_on=date(2026, 6, 20))
        record = TargetRecord(target=target, observations=(late,))
        assert light_of(record, date(2026, 6, 19)).actual is None
        assert light_of(record, date(2026, 6, 20)).actual == 150

    def test_refuses_a_value_in_another_unit(self):
        target = a_target(comparator="ge", value=5, unit="万元", start=START, deadline=END)
        wrong = Observation(date=date(2026, 5, 31), value=Decimal(5), unit="亿元")
        with pytest.raises(ValueError, match="亿元"):
            light_of(TargetRecord(target=target, observations=(wrong,)), date(2026, 6, 5))

    def test_holds_a_county_to_its_own_bar(self):
        target = a_target(
            comparator="ge",
            value=100,
            start=START,
            deadline=END,
            counties=["甲", "乙"],
            county_values={"乙": 40},
        )
        values = tuple(
            Observation(date=END, value=Decimal(n), county=c) for c, n in (("甲", 100), ("乙", 40))
        )
        light = light_of(TargetRecord(target=target, observations=values), date(2027, 1, 4))
        assert light.light is Light.ON_TRACK
        assert {one.county: one.bar for one in light.counties} == {"甲": 100, "乙": 40}

    def test_names_the_rule_it_used(self):
        record = TargetRecord(target=a_target(comparator="ge", value=1, start=START))
        version = light_of(record, START).rule_version
        assert version.startswith("supervision.lights@1.0.0+")

    def test_says_that_a_missing_baseline_was_read_as_zero(self):
        record = TargetRecord(
            target=a_target(comparator="ge", value=100, start=START, deadline=END)
        )
        assert light_of(record, date(2026, 2, 1)).baseline_assumed


class TestRule:
    def test_moves_the_light_with_its_thresholds(self):
        record = a_record(cases("targets.yaml")[2]["given"])
        assert light_of(record, date(2026, 6, 5)).light is Light.AT_RISK
        lenient = a_rule(at_risk_gap=Decimal("0.10"))
        assert light_of(record, date(2026, 6, 5), lenient).light is Light.ON_TRACK

    def test_lets_a_city_forgive_a_small_miss_of_a_limit(self):
        record = TargetRecord(
            target=a_target(comparator="le", value=4, start=START, deadline=END),
            observations=(Observation(date=date(2026, 5, 31), value=Decimal("4.1")),),
        )
        forgiving = a_rule(limit_miss_is_behind=False)
        assert light_of(record, date(2026, 6, 5), forgiving).light is Light.ON_TRACK

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"at_risk_gap": Decimal("0.5")}, "at_risk_gap"),
            ({"forecast_min_points": 2}, "three"),
            ({"forecast_level": 1}, "forecast_level"),
            ({"forecast_warns": "yes"}, "forecast_warns"),
            ({"long_term_cadence": "weekly"}, "long_term_cadence"),
            ({"typo": 1}, "typo"),
            ({"missed_reports_behind": 0}, "missed_reports"),
        ],
    )
    def test_refuses_values_that_make_no_sense(self, changes, told):
        with pytest.raises(ValueError, match=told):
            a_rule(**changes)


class TestExpectedLine:
    def test_has_the_corners_that_a_chart_draws(self):
        target = a_target(comparator="ge", value=100, baseline=20, start=START, deadline=END)
        goal = goal_of(target=target, rule=RULE)
        assert corners(target=target, goal=goal) == ((START, 20), (END, 100))

    @pytest.mark.parametrize(
        ("fields", "shape"),
        [
            ({"comparator": "ge", "value": 100}, Shape.LINEAR),
            ({"comparator": "eq", "value": 1, "unit": "个"}, Shape.STEP),
            ({"comparator": "le", "value": 4}, Shape.FLAT),
            ({"comparator": "le", "value": 4, "baseline": 11}, Shape.LINEAR),
            ({"comparator": "ge", "value": 95, "every": True}, Shape.FLAT),
            ({"comparator": "ge", "value": 1, "unit": "%"}, Shape.LINEAR),
        ],
    )
    def test_takes_the_default_form_of_its_kind(self, fields, shape):
        fields = {**fields, "comparator": Comparator(fields["comparator"])}
        for name in ("value", "baseline"):
            if name in fields:
                fields[name] = Decimal(fields[name])
        assert default_shape(**fields) is shape

    @given(target=targets(), days=st.lists(DAYS, min_size=2))
    @settings(max_examples=100, deadline=None)
    def test_runs_one_way_from_origin_to_bar(self, target, days):
        record = TargetRecord(target=replace(target, counties=()))
        lights = [light_of(record, day) for day in sorted(days)]
        values = [one.expected_now for one in lights if one.expected_now is not None]
        assert values in (sorted(values), sorted(values, reverse=True))

    def test_follows_a_line_edited_by_the_office(self):
        target = a_target(
            comparator="ge",
            value=100,
            start=START,
            deadline=END,
            shape="custom",
            line={START: 0, date(2026, 7, 1): 10, END: 100},
        )
        light = light_of(TargetRecord(target=target), date(2026, 7, 1))
        assert light.expected_now == 10

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"comparator": "increase_ge", "reads": "level"}, "baseline"),
            ({"comparator": "ge", "shape": "custom"}, "corners"),
            ({"comparator": "ge", "value_max": 1}, "reversed"),
        ],
    )
    def test_refuses_a_target_that_makes_no_sense(self, fields, told):
        with pytest.raises(ValueError, match=told):
            a_target(**{"value": 20, "start": START, "deadline": END, **fields})

    @pytest.mark.parametrize(
        ("comparator", "unit", "value", "bar"),
        [
            (Comparator.INCREASE_GE, "%", 20, "120"),
            (Comparator.DECREASE_GE, "%", 20, "80"),
            (Comparator.INCREASE_GE, "番", 2, "400"),
            (Comparator.INCREASE_GE, "倍", 1, "200"),
            (Comparator.DECREASE_GE, "个百分点", 5, "95"),
        ],
    )
    def test_turns_a_change_into_a_level(self, comparator, unit, value, bar):
        target = Target(
            key="t",
            comparator=comparator,
            value=Decimal(value),
            unit=unit,
            baseline=Decimal(100),
            reads=Reads.LEVEL,
            start=START,
            deadline=END,
        )
        assert goal_of(target=target, rule=RULE).bar == Decimal(bar)


class TestStrikeOff:
    def test_needs_evidence(self):
        with pytest.raises(ValueError, match="evidence"):
            StrikeOff(on=START, evidence=" ")


class TestTurnsRedOn:
    def measure(self, record: TargetRecord) -> Measure:
        return Measure(key="m", start=record.target.start, targets=(record,))

    def turn(self, record, today, days=None):
        return turns_red_on(
            measure=self.measure(record),
            today=today,
            calendar=CALENDAR,
            rule=RULE,
            horizon_days=days,
        )

    def test_names_the_day_on_which_the_second_report_is_missing(self):
        record = a_record(
            {
                "target": {"comparator": "ge", "value": 364, "start": START, "deadline": END},
                "values": {date(2026, 5, 31): 364 - 1},
            }
        )
        turn = self.turn(record, date(2026, 7, 20))
        assert turn is not None and not turn.already
        assert turn.on == date(2026, 8, 15), "10 working days after 31 July end on 14 August"
        assert turn.reasons[0].code == "reports_missed"

    def test_is_silent_beyond_the_horizon(self):
        record = a_record(
            {
                "target": {"comparator": "ge", "value": 364, "start": START, "deadline": END},
                "values": {date(2026, 5, 31): 364 - 1},
            }
        )
        assert self.turn(record, date(2026, 7, 20), days=25) is None
        assert self.turn(record, date(2026, 7, 20), days=26) is not None

    def test_takes_no_account_of_what_comes_later(self):
        record = a_record(
            {
                "target": {"comparator": "ge", "value": 364, "start": START, "deadline": END},
                "values": {date(2026, 5, 31): 363, date(2026, 7, 31): 364},
            }
        )
        turn = self.turn(record, date(2026, 7, 20))
        assert turn is not None
        assert turn.on == date(2026, 8, 15)

    def test_says_when_it_is_red_already(self):
        record = a_record(cases("targets.yaml")[3]["given"])
        turn = self.turn(record, date(2026, 6, 5))
        assert turn is not None and turn.already

    @given(record=records(), today=DAYS)
    @settings(max_examples=80, deadline=None)
    def test_agrees_with_trying_every_day(self, record, today):
        measure = self.measure(record)
        turn = self.turn(record, today, days=40)
        red = [
            day
            for n in range(41)
            if measure_light(
                measure=measure,
                today=(day := today + timedelta(days=n)),
                calendar=CALENDAR,
                rule=RULE,
                known_until=today,
            ).light
            is Light.BEHIND
        ]
        assert (turn.on if turn else None) == (red[0] if red else None)


class TestHeldSince:
    @given(record=records(), today=DAYS)
    @settings(max_examples=80, deadline=None)
    def test_agrees_with_looking_back_day_by_day(self, record, today):
        measure = Measure(key="m", start=record.target.start, targets=(record,))
        if today < measure.start:
            return

        def light(day: date) -> Light:
            return measure_light(measure=measure, today=day, calendar=CALENDAR, rule=RULE).light

        expected = today
        while expected > measure.start and light(expected - timedelta(days=1)) is light(today):
            expected -= timedelta(days=1)
        assert held_since(measure=measure, today=today, calendar=CALENDAR, rule=RULE) == expected


class TestMeasureLight:
    @given(parts=st.lists(records(), min_size=1, max_size=3), today=DAYS)
    @settings(max_examples=80, deadline=None)
    def test_is_the_worst_of_its_targets(self, parts, today):
        named_parts = tuple(
            replace(one, target=replace(one.target, key=f"t{n}")) for n, one in enumerate(parts)
        )
        measure = Measure(key="m", start=START, targets=named_parts)
        light = measure_light(measure=measure, today=today, calendar=CALENDAR, rule=RULE)
        assert light.light.severity == max(one.light.severity for one in light.targets)
        decisive = next(one for one in light.targets if one.key == light.decided_by)
        assert decisive.light is light.light

    def test_tells_how_many_targets_wait_for_a_value(self):
        done = a_record(cases("targets.yaml")[0]["given"])
        waiting = TargetRecord(
            target=a_target(
                key="乙", comparator="ge", value=5, start=date(2026, 6, 1), deadline=END
            )
        )
        measure = Measure(key="m", start=START, targets=(done, waiting))
        light = measure_light(measure=measure, today=date(2026, 6, 5), calendar=CALENDAR, rule=RULE)
        assert light.light is Light.ON_TRACK
        assert light.reasons[-1].code == "targets_waiting"
        assert light.reasons[-1].data == {"n": 1, "of": 2}

    def test_asks_for_its_own_strike_off_when_all_targets_are(self):
        record = a_record(
            {
                "target": {"comparator": "ge", "value": 5, "start": START, "deadline": END},
                "struck_off": {"date": date(2026, 5, 1), "evidence": "验收单"},
            }
        )
        measure = Measure(key="m", start=START, targets=(record,))
        light = measure_light(measure=measure, today=date(2026, 6, 5), calendar=CALENDAR, rule=RULE)
        assert (light.light, light.reasons[0].code) == (Light.ON_TRACK, "all_targets_struck_off")


class TestFaces:
    def test_differ_in_shape_and_word(self):
        assert [light.shape for light in Light] == ["○", "●", "▲", "■", "✓"]
        assert (
            len({light.word_zh for light in Light}) == len({light.word_en for light in Light}) == 5
        )

    def test_every_reason_has_two_sentences_with_the_same_blanks(self):
        from string import Formatter

        for code, (zh, en) in REASON_TEXTS.items():
            blanks = [
                {name for _, name, _, _ in Formatter().parse(text) if name} for text in (zh, en)
            ]
            assert blanks[0] == blanks[1], code
