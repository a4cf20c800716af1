"""Write the reference tables that come from declarations: actions, events, lives, commands.

    python tools/make_reference.py            write docs/reference/{actions,events,states,cli}.md
    python tools/make_reference.py --check    change nothing; exit code 1 names the pages that are old

The pages say what the installed slices declare; nothing in them is written by hand.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from xiaoer.platform.access.rules import Action
    from xiaoer.platform.lifecycle import Lifecycle

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "Written by `tools/make_reference.py` from what the code declares; do not edit.\n"
#: What needs somebody to be logged in but no role.
EVERYBODY, ANYBODY = "everybody with a log-in", "anybody"


def start() -> None:
    """Load the applications, in a home that is thrown away where none is named."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("XIAOER_HOME", tempfile.mkdtemp(prefix="xiaoer-reference-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.config.settings.base")
    import django

    django.setup()
    import_module("xiaoer.platform.ops.audit")  # no application of its own, so nobody loads it
    import_module("xiaoer.config.urls")


def cell(text: object) -> str:
    """Return text that cannot break a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def by_owner(codes: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each first part of dotted codes with its codes, in order."""
    groups: dict[str, list[str]] = {}
    for code in sorted(codes):
        groups.setdefault(code.partition(".")[0], []).append(code)
    yield from groups.items()


def actions_page() -> str:
    """Return the page of all actions."""
    from xiaoer.platform.access.rules import ROLES, actions

    declared = actions()
    parts = [
        "# Actions\n", NOTE,
        "What can be done, and who may. A condition on the object is told in Chinese when it fails. "
        "What somebody may not see looks absent.\n",
        table(("role", "中文"), ROLES.items()),
    ]  # fmt: skip
    for owner, codes in by_owner(declared):
        rows = []
        for code in codes:
            action = declared[code]
            who = ", ".join(role for role in ROLES if role in action.roles)
            who = ANYBODY if action.public else EVERYBODY if action.signed_in else who
            rows.append((f"`{code}`", action.label, who, " ".join(reasons(action)) or "–"))
        parts += [f"## {owner}\n", table(("action", "中文", "who", "otherwise told"), rows)]
    return "\n".join(parts)


def reasons(action: Action) -> list[str]:
    """Return what holders of the action's roles are told where its rule forbids it, each once."""
    from xiaoer.platform.access.actors import Actor, Scope

    told: dict[str, None] = {}
    for role in sorted(action.roles) or [""]:
        scope = {role: Scope(organisations=frozenset({1}))}
        for clause in action.rule(Actor(kind="user", id=1, roles=scope)):
            told[clause.why_not] = None
    return list(told)


def events_page() -> str:
    """Return the page of all kinds of events."""
    from xiaoer.platform.audit.registry import declared

    kinds = declared()
    parts = [
        "# Events\n", NOTE,
        "What the audit trail can say. A code is never renamed and never used again. *reason*: it cannot be "
        "recorded without one. *personal*: kept beside the event, masked, and erasable by law.\n",
    ]  # fmt: skip
    for owner, codes in by_owner(kinds):
        rows = []
        for code in codes:
            kind = kinds[code]
            marks = ["reason"] if kind.needs_reason else []
            marks += [f"personal: {', '.join(kind.personal)}"] if kind.personal else []
            rows.append((f"`{code}`", kind.sentence, "; ".join(marks) or "–"))
        parts += [f"## {owner}\n", table(("event", "sentence", "needs"), rows)]
    return "\n".join(parts)


def states_page() -> str:
    """Return the page of all tables of transitions, with their diagrams."""
    parts = [
        "# Lives\n", NOTE,
        "Each thing with a life has one table of transitions: it decides what may be done, which buttons are shown, "
        "and draws these diagrams.\n",
    ]  # fmt: skip
    for owner, name, life in lifecycles():
        rows = [
            (
                step.label, f"`{step.name}`", ", ".join(life.states[s] for s in sorted(step.sources)),
                life.states[step.target], ", ".join(life.facts[n] for n in step.needs) or "–",
            )
            for step in life.transitions
        ]  # fmt: skip
        parts += [
            f"## {life.noun} (`{owner}.{name}`)\n",
            f"```mermaid\n{life.mermaid()}\n```\n",
            table(("step", "code", "from", "to", "needs"), rows),
        ]
    return "\n".join(parts)


def lifecycles() -> Iterator[tuple[str, str, Lifecycle]]:
    """Yield every life with its owner and name, in the order of the code."""
    from xiaoer.platform.lifecycle import Lifecycle

    for floor in ("platform", "slices"):
        package = import_module(f"xiaoer.{floor}")
        for found in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            module_name = f"xiaoer.{floor}.{found}.domain"
            if not find_spec(f"xiaoer.{floor}.{found}").submodule_search_locations:
                continue
            if find_spec(module_name) is None:
                continue
            for name, value in vars(import_module(module_name)).items():
                if isinstance(value, Lifecycle):
                    yield found, name, value


def cli_page() -> str:
    """Return the page of all commands: what ``--help`` prints."""
    import click

    from xiaoer.cli import xiaoer

    parts = [
        "# Commands\n", NOTE,
        "`plans` needs no database and no settings. Exit codes, the same for all: 0 done; 1 done, and somebody should "
        "look at something; 2 wrong usage, or something could not be read or done.\n",
    ]  # fmt: skip

    def walk(command: click.Command, context: click.Context) -> None:
        parts.append(f"## {context.command_path}\n")
        parts.append(f"```text\n{command.get_help(context).strip()}\n```\n")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                if inner is not None and not inner.hidden:
                    walk(inner, context_of(inner, name=name, parent=context))

    walk(xiaoer, context_of(xiaoer, name="xiaoer", parent=None))
    return "\n".join(parts)


def context_of(command: click.Command, *, name: str, parent: click.Context | None) -> click.Context:
    """Return a context of fixed width, so that the page is the same on every terminal."""
    import click

    return click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=100,
        max_content_width=100,
    )


PAGES = {
    "actions.md": actions_page,
    "events.md": events_page,
    "states.md": states_page,
    "cli.md": cli_page,
}


def main() -> int:
    """Write or check the pages; return the exit code."""
    start()
    old = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make().rstrip("\n") + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if old:
        print(("old: " if "--check" in sys.argv else "written: ") + ", ".join(old))
    return 1 if old and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
