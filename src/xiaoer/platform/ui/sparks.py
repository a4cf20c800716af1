"""Small pictures drawn by the server as SVG: no script, no style, readable in grey."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiaoer.platform.ui.formats import number

WIDTH, HEIGHT, PAD = 84, 20, 3


def _runs(
    values: Sequence[float | None], low: float, high: float
) -> list[list[tuple[float, float]]]:
    span = (high - low) or 1.0
    step = (WIDTH - 2 * PAD) / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = HEIGHT - PAD - (value - low) / span * (HEIGHT - 2 * PAD)
        runs[-1].append((round(PAD + i * step, 1), round(y, 1)))
    return [run for run in runs if run]


def _line(points: list[tuple[float, float]], css: str) -> SafeString:
    return format_html(
        '<polyline class="{}" points="{}"/>', css, " ".join(f"{x},{y}" for x, y in points)
    )


def sparkline(
    values: Sequence[float | None], *, expected: Sequence[float | None] = (), label: str = ""
) -> SafeString:
    """Draw values as a line with its last point, over the expected line dashed."""
    known = [v for v in (*values, *expected) if v is not None]
    if not any(v is not None for v in values):
        return SafeString("")
    low, high = min(known), max(known)
    lines = [_line(run, "e") for run in _runs(expected, low, high)]
    actual = _runs(values, low, high)
    lines += [_line(run, "a") for run in actual]
    last = next(v for v in reversed(values) if v is not None)
    x, y = actual[-1][-1]
    lines.append(format_html('<circle cx="{}" cy="{}" r="2"/>', x, y))
    told = label or _("走势，最近值 %(last)s") % {"last": number(last)}
    return format_html(
        '<svg class="x-spark" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, told, format_html_join("", "{}", ((line,) for line in lines)),
    )  # fmt: skip
