"""The printed text cut into marked pieces."""

from __future__ import annotations

from xiaoer.slices.plans.queries.review import pieces

TEXT = "9月底前投用人才公寓600套。"


class TestPieces:
    def test_shows_a_target_behind_the_date_it_begins_with(self) -> None:
        cut = pieces(
            text=TEXT, start=0, end=len(TEXT), marks=[(0, 14, "t", "t1"), (0, 4, "d", "d1")]
        )
        assert [(p.text, p.mark) for p in cut] == [
            ("9月底前", "d"),
            ("投用人才公寓600套", "t"),
            ("。", ""),
        ]

    def test_loses_no_character_whatever_overlaps(self) -> None:
        marks = [(0, 9, "t", "a"), (3, 6, "d", "b"), (6, 13, "o", "c")]
        cut = pieces(text=TEXT, start=0, end=len(TEXT), marks=marks)
        assert "".join(p.text for p in cut) == TEXT
