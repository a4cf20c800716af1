"""The slice's README says what the code says: its generated part is what the tables give."""

from __future__ import annotations

from pathlib import Path

from xiaoer.platform.access import rules
from xiaoer.platform.audit import registry
from xiaoer.slices.plans import domain

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- generated: begin -->\n", "<!-- generated: end -->\n"
LIVES = (
    domain.PLAN, domain.COUNTERSIGN, domain.MEASURE, domain.ASSIGNMENT, domain.DOUBT,
    domain.DEADLINE_CHANGE,
)  # fmt: skip


def tables() -> str:
    """Return the generated part: diagrams of every life, actions with their roles, events."""
    lines = ["## States", ""]
    for life in LIVES:
        lines += [f"### {life.noun}", "", "```mermaid", life.mermaid(), "```", ""]
    lines += ["## Actions", "", "| action | what | who |", "| --- | --- | --- |"]
    for code, action in sorted(rules.actions().items()):
        if code.startswith("plans."):
            who = "、".join(label for role, label in rules.ROLES.items() if role in action.roles)
            lines.append(f"| `{code}` | {action.label} | {who} |")
    lines += ["", "## Events", "", "| event | sentence |", "| --- | --- |"]
    for code, kind in sorted(registry.declared().items()):
        if code.startswith("plans."):
            lines.append(f"| `{code}` | {kind.sentence} |")
    return "\n".join(lines) + "\n"


class TestReadme:
    def test_says_what_the_tables_say(self) -> None:
        text = README.read_text(encoding="utf-8")
        said = text.partition(BEGIN)[2].partition(END)[0]
        assert said == tables()

    def test_names_every_refusal_with_a_code_of_its_own(self) -> None:
        text = README.read_text(encoding="utf-8")
        source = "".join(
            p.read_text(encoding="utf-8") for p in (README.parent / "services").glob("*.py")
        )
        codes = {part.split('"')[0] for part in source.split('code="plans.')[1:]} | {
            part.split('"')[0] for part in source.split('code = "plans.')[1:]
        }
        assert codes
        assert {c for c in codes if f"`plans.{c}`" not in text} == set()
