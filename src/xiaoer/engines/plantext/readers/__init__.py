"""Turn the bytes of a document into text whose characters can be counted.

``read`` decides what a file is by its content, never by its name, and either returns an
:class:`Extract` or raises :class:`Unreadable` with a code, a Chinese and an English message.
Nothing here opens a file, starts a program or keeps state; what needs a converter says so.
"""

from __future__ import annotations

from ._extract import Block, Extract, Limits, ReadWarning, Unreadable
from ._read import read
from ._refusals import REFUSAL_CODES, WARNING_CODES, WARNING_TEXTS

__all__ = [
    "REFUSAL_CODES",
    "WARNING_CODES",
    "WARNING_TEXTS",
    "Block",
    "Extract",
    "Limits",
    "ReadWarning",
    "Unreadable",
    "read",
]
