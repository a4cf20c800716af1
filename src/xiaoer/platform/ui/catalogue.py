"""The English catalogue: collect the Chinese sentences of the tree, tell what lacks English, compile.

``python -m xiaoer.platform.ui.catalogue extract|missing|compile``; needs no gettext programs, so it
works at set-up on any machine. The sentences in the code are the Chinese text itself.
"""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import replace
from pathlib import Path

from xiaoer.platform.ui.collecting import Message, messages_of

PACKAGE = Path(__file__).resolve().parents[2]
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
_HEADER = (
    "Content-Type: text/plain; charset=UTF-8\\n",
    "Content-Transfer-Encoding: 8bit\\n",
    "Language: en\\n",
    "Plural-Forms: nplurals=2; plural=(n != 1);\\n",
)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _unquoted(text: str) -> str:
    plain = re.sub(
        r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text[1:-1]
    )
    return plain


def read_po(text: str) -> list[Message]:
    """Read a catalogue; the header and what is no longer used are left out."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        current = place = ""
        for line in block.splitlines():
            if line.startswith("#: "):
                place = line[3:]
            elif line.startswith("#"):
                continue
            elif line.startswith('"'):
                fields[current] += _unquoted(line)
            elif " " in line:
                current, rest = line.split(" ", 1)
                fields[current] = _unquoted(rest)
        english = tuple(fields[k] for k in ("msgstr", "msgstr[0]", "msgstr[1]") if k in fields)
        if fields.get("msgid"):
            found.append(Message(
                text=fields["msgid"], plural=fields.get("msgid_plural", ""),
                context=fields.get("msgctxt", ""), english=english, place=place,
            ))  # fmt: skip
    return found


def write_po(messages: list[Message]) -> str:
    """Write a catalogue."""
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(f'"{line}"' for line in _HEADER)]
    for m in messages:
        lines = [f"#: {m.place}"] if m.place else []
        lines += ["#, python-format"] if "%(" in m.text else []
        lines += [f"msgctxt {_quoted(m.context)}"] if m.context else []
        lines.append(f"msgid {_quoted(m.text)}")
        if m.plural:
            english = (*m.english, "", "")[:2]
            lines.append(f"msgid_plural {_quoted(m.plural)}")
            lines += [f"msgstr[{i}] {_quoted(text)}" for i, text in enumerate(english)]
        else:
            lines.append(f"msgstr {_quoted((*m.english, '')[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def compiled(messages: list[Message]) -> bytes:
    """Return the catalogue in the binary form that gettext reads; unfinished sentences are left out."""
    pairs = {"": "".join(_HEADER).replace("\\n", "\n")}
    for m in messages:
        if m.is_done:
            key = f"{m.context}\x04{m.text}" if m.context else m.text
            pairs[f"{key}\x00{m.plural}" if m.plural else key] = "\x00".join(m.english)
    keys = sorted(pairs, key=lambda k: k.encode())
    ids = b"".join(k.encode() + b"\x00" for k in keys)
    texts = b"".join(pairs[k].encode() + b"\x00" for k in keys)
    start = 28 + 16 * len(keys)
    id_table, text_table = [], []
    at, text_at = start, start + len(ids)
    for key in keys:
        n, m_ = len(key.encode()), len(pairs[key].encode())
        id_table += [n, at]
        text_table += [m_, text_at]
        at, text_at = at + n + 1, text_at + m_ + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + struct.pack(f"<{4 * len(keys)}I", *id_table, *text_table) + ids + texts


def merged(*, found: list[Message], known: list[Message]) -> list[Message]:
    """Return the found sentences with the English that is known."""
    english = {m.key: m.english for m in known}
    return [replace(m, english=english.get(m.key, ())) for m in found]


def main(arguments: list[str]) -> int:
    """Run one of ``extract``, ``missing`` and ``compile``; 1 where English is missing."""
    known = read_po(CATALOGUE.read_text(encoding="utf-8")) if CATALOGUE.exists() else []
    match arguments:
        case ["extract"]:
            CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
            known = merged(found=messages_of(PACKAGE), known=known)
            CATALOGUE.write_text(write_po(known), encoding="utf-8")
        case ["compile"]:
            CATALOGUE.with_suffix(".mo").write_bytes(compiled(known))
            return 0
        case ["missing"]:
            known = merged(found=messages_of(PACKAGE), known=known)
        case _:
            sys.stderr.write("catalogue extract|missing|compile\n")
            return 2
    undone = [m for m in known if not m.is_done]
    for m in undone:
        sys.stdout.write(f"{m.place}: {m.text}\n")
    return 1 if undone and arguments == ["missing"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
