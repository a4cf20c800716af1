"""What a page says besides its content: title, sentence, way there, buttons, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from xiaoer.platform.access.rules import Verdict
from xiaoer.platform.lifecycle import Lifecycle
from xiaoer.platform.ui.formats import number
from xiaoer.platform.words import word

Text = str | Promise
Look = Literal["primary", "plain", "danger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """A step on the way to a page."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something that can be done from a page.

    Parameters
    ----------
    url
        Where it leads (``method`` get) or posts to.
    name, value
        Sent with the post.
    why_not
        Why it cannot be done now; the button then unfolds the reason and ``who_can``.
    confirm
        What will happen, and to how many; asked before it is done.
    needs_reason
        Asks for the reason in the same place (field ``reason``).
    """

    label: Text
    url: str
    method: Literal["get", "post"] = "post"
    look: Look = "plain"
    name: str = ""
    value: str = ""
    why_not: Text = ""
    who_can: tuple[str, ...] = ()
    confirm: Text = ""
    needs_reason: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The head of a page; ``sentence`` says the one thing its reader came for."""

    title: Text
    sentence: Text | SafeString = ""
    crumbs: tuple[Crumb, ...] = ()
    light: str = ""
    facts: tuple[Text, ...] = ()
    buttons: tuple[Button, ...] = ()
    provenance: Text | SafeString = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """One moment in a life: past, the present, or what comes next by rule."""

    when: Text
    text: Text
    note: Text = ""
    href: str = ""
    state: Literal["past", "now", "next"] = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A view of the same thing under its own address."""

    label: Text
    url: str
    is_current: bool = False
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """A number in a sentence that wears the colour of a light's css name."""

    value: int
    css: str


def sentence(template: str, values: Mapping[str, object]) -> SafeString:
    """Write a translated sentence with its numbers set bold; text is escaped.

    Parameters
    ----------
    template
        The translated text with ``%(name)s`` places.
    values
        Numbers, :class:`Tone` (a number in a state's colour) or text by place.
    """
    shown: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, Tone):
            shown[key] = format_html('<b class="x-num x-{}">{}</b>', value.css, number(value.value))
        elif isinstance(value, (int, float)):
            shown[key] = format_html('<b class="x-num">{}</b>', number(value))
        else:
            shown[key] = conditional_escape(value if isinstance(value, str) else str(value))
    return mark_safe(conditional_escape(template) % shown)


def buttons_of(
    lifecycle: Lifecycle,
    *,
    state: str,
    url: str,
    verdicts: Mapping[str, Verdict],
    primary: str = "",
    who_can: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Button, ...]:
    """Return a button for each step that may be taken from ``state``.

    ``verdicts`` says by step whether this actor may (a step without one is left out); posts go to
    ``url`` with the step's name as ``step``.
    """
    buttons = []
    for step in lifecycle.steps_from(state=state):
        verdict = verdicts.get(step.name)
        if verdict is None:
            continue
        buttons.append(
            Button(
                label=word(step.label),
                url=url,
                name="step",
                value=step.name,
                look="primary" if step.name == primary else "plain",
                why_not="" if verdict.allowed else verdict.why_not,
                who_can=(who_can or {}).get(step.name, ()),
                needs_reason="reason" in step.needs,
            )
        )
    return tuple(buttons)
