"""Find the Chinese sentences of the tree: those that gettext marks, and those of registries.

Registries (lifecycles, actions, events, roles, refusals) are written in plain Chinese, because
domain modules know no Django; their words are translated where they are shown. What is found here
goes into the catalogue; what is Chinese and not found here would never get its English, and
:func:`unmarked` tells it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeGuard

from django.utils.translation.template import templatize

HAN = re.compile(r"[\u4e00-\u9fff]")
#: Han characters and the punctuation that goes with them.
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
_STRING = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(
    rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*u?{_STRING}(?:\s*,\s*u?{_STRING})?(?:\s*,\s*u?{_STRING})?"
)
_GETTEXT = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
#: Calls whose Chinese strings, at any depth, are words of a registry.
_REGISTRIES = {
    "Lifecycle",
    "Transition",
    "Action",
    "Clause",
    "EventType",
    "Term",
    "register_role",
    "kept",
}
#: Refusals by their names; classes derived from them are found in the tree.
_REFUSALS = {"Refused", "NotHere", "NotAllowed", "NotFromHere", "Stale", "Invalid"}
#: Functions of ``re``: their patterns read Chinese, they do not tell it.
_PATTERNS = {"compile", "sub", "search", "match", "fullmatch", "split", "findall", "finditer"}
_SKIPPED = {"tests", "migrations", "locale"}


class _Text(ast.Constant):
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One sentence: Chinese, where it stands, and its English (singular and plural where it counts)."""

    text: str
    plural: str = ""
    context: str = ""
    english: tuple[str, ...] = ()
    place: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells two sentences apart."""
        return (self.context, self.text)

    @property
    def is_done(self) -> bool:
        """Return whether its English is there and keeps every named place."""
        wanted = {a or b for a, b in PLACE.findall(self.text)}
        enough = len(self.english) == (2 if self.plural else 1)
        return enough and all(
            e and {a or b for a, b in PLACE.findall(e)} == wanted for e in self.english
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmarked:
    """A Chinese text that no reader of English will get in English."""

    line: int
    text: str


def messages_of(root: Path) -> list[Message]:
    """Return the sentences below a folder, each once, in the order of their files."""
    refusals = _refusals(root)
    found: dict[tuple[str, str], Message] = {}
    for path in sorted((*root.rglob("*.html"), *root.rglob("*.txt"), *root.rglob("*.py"))):
        inside = path.relative_to(root)
        if _SKIPPED & set(inside.parts) or (
            path.suffix == ".txt" and "templates" not in inside.parts
        ):
            continue
        place = inside.as_posix()
        read = (
            _in_module(path, place, refusals) if path.suffix == ".py" else _in_template(path, place)
        )
        for message in read:
            known = found.get(message.key)
            if known is None or (message.plural and not known.plural):
                found[message.key] = message
    return list(found.values())


def unmarked(path: Path, *, root: Path) -> list[Unmarked]:
    """Return the Chinese texts of a module that are neither marked nor in a registry."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = {id(node) for call in _marked(tree, _refusals(root)) for node in ast.walk(call)}
    passed |= {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    passed |= {id(part) for n in ast.walk(tree) if _is_pattern(n) for part in ast.walk(n)}
    found = []
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            inner = [n for n in node.values if isinstance(n, ast.Constant)]
            passed |= {id(n) for n in inner}
            if any(HAN.search(str(n.value)) for n in inner):
                found.append(Unmarked(line=node.lineno, text=ast.unparse(node)))
        elif _is_chinese(node):
            found.append(Unmarked(line=node.lineno, text=node.value))
    return found


def _is_chinese(node: ast.AST) -> TypeGuard[_Text]:
    """Return whether a node is a literal text with Chinese in it."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value) is not None
    )


def _is_pattern(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in _PATTERNS
    )


@cache
def _refusals(root: Path) -> frozenset[str]:
    """Return the names of every class that is a refusal, near enough: by the name of its parent."""
    names, before = set(_REFUSALS), 0
    classes = [
        found
        for path in root.rglob("*.py")
        for found in re.findall(r"^class (\w+)\((\w+)\):", path.read_text(encoding="utf-8"), re.M)
    ]
    while before != len(names):
        before = len(names)
        names |= {name for name, parent in classes if parent in names}
    return frozenset(names)


def _message(function: str, strings: list[str], place: str) -> Message | None:
    if not strings:
        return None
    name = function.removesuffix("_lazy").removesuffix("_noop")
    context = strings.pop(0) if name.startswith(("p", "np")) and len(strings) > 1 else ""
    plural = strings[1] if name in ("ngettext", "npgettext") and len(strings) > 1 else ""
    return Message(text=strings[0], plural=plural, context=context, place=place)


def _in_template(path: Path, place: str) -> Iterator[Message]:
    for match in _CALL.finditer(templatize(path.read_text(encoding="utf-8"))):
        strings = [ast.literal_eval(s) for s in match.groups()[1:] if s]
        found = _message(match.group(1), strings, place)
        if found:
            yield found


def _names(tree: ast.Module) -> dict[str, str]:
    """Return the gettext functions of a module by the names it gives them."""
    return {
        a.asname or a.name: a.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for a in node.names
        if a.name in _GETTEXT
    }


def _called(node: ast.Call) -> str:
    func = node.func
    return func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")


def _marked(tree: ast.Module, refusals: frozenset[str]) -> Iterator[ast.AST]:
    """Yield every part of a module whose Chinese the catalogue gets: calls, or their first argument."""
    names = _names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = _called(node)
            if called in _REGISTRIES or names.get(called):
                yield node
            elif called in refusals and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0]
        elif isinstance(node, ast.ClassDef) and node.name in refusals:
            yield from (
                d for f in node.body if isinstance(f, ast.FunctionDef) for d in f.args.defaults
            )


def _in_module(path: Path, place: str, refusals: frozenset[str]) -> Iterator[Message]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _names(tree)
    for node in _marked(tree, refusals):
        function = names.get(_called(node)) if isinstance(node, ast.Call) else None
        if function and isinstance(node, ast.Call):
            strings = [
                a.value
                for a in node.args
                if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
            found = _message(function, strings, place)
            if found:
                yield found
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and CHINESE.search(str(part.value)):
                yield Message(text=str(part.value), place=place)
