"""The bar over a list: one search box, choices, and what is set as removable chips. All of it is a GET form."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiaoer.platform.ui.asks import Ask

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter, with how many rows it leaves where that is known."""

    value: str
    label: Text
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter: a select in the bar, its set values chips below."""

    key: str
    label: Text
    choices: tuple[Choice, ...]

    def label_of(self, value: str) -> Text:
        """Return how a value is called; an unknown one by itself."""
        return next((c.label for c in self.choices if c.value == value), value)

    def options_html(self, value: str) -> SafeString:
        """Write the choices, ``value`` set; in Python, because a city has hundreds of units."""
        return mark_safe("".join(_option_html(choice, value) for choice in self.choices))


def _option_html(choice: Choice, value: str) -> str:
    chosen = " selected" if choice.value == value else ""
    counted = "" if choice.n is None else f" ({choice.n})"
    return f'<option value="{escape(choice.value)}"{chosen}>{escape(str(choice.label))}{counted}</option>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """An active filter and the address without it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBar:
    """Everything over a list; ``n`` is how many rows are left, ``noun`` counts them (项, 件)."""

    ask: Ask
    filters: tuple[Filter, ...] = ()
    placeholder: Text = ""
    n: int | None = None
    noun: Text = ""

    @property
    def chips(self) -> tuple[Chip, ...]:
        """Return the active filters, the search first."""
        chips = []
        if self.ask.q:
            chips.append(
                Chip(text=f"“{self.ask.q}”", url=self.ask.without("q", self.ask.value("q")))
            )
        for item in self.filters:
            for value in self.ask.values(item.key):
                text = _("%(filter)s：%(value)s") % {
                    "filter": item.label,
                    "value": item.label_of(value),
                }
                chips.append(Chip(text=text, url=self.ask.without(item.key, value)))
        return tuple(chips)

    @property
    def clear_url(self) -> str:
        """Return the address with nothing set."""
        keys = ("q", "page", "after", *(f.key for f in self.filters))
        return self.ask.url(dict.fromkeys(keys))

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters the form passes on without showing them."""
        mine = {"q", "page", "after", "format", *(f.key for f in self.filters)}
        return tuple((k, v) for k, v in self.ask.params if k not in mine)

    @property
    def selects(self) -> tuple[tuple[Filter, SafeString], ...]:
        """Return each filter with its choices written out."""
        return tuple((f, f.options_html(self.ask.value(f.key))) for f in self.filters)
