"""The plan compiler: the text of a Chinese government action plan in, sections and measures out.

``compile_text`` is the door; the dataclasses are the compiled form. Everything is pure: no clock,
no files, no network.
"""

from ._compile import compile_text
from ._model import (
    Deadline,
    DocKind,
    Document,
    Doubt,
    Measure,
    MeasureType,
    Owner,
    Plan,
    Section,
    Span,
    Target,
)

__all__ = [
    "Deadline",
    "DocKind",
    "Document",
    "Doubt",
    "Measure",
    "MeasureType",
    "Owner",
    "Plan",
    "Section",
    "Span",
    "Target",
    "compile_text",
]
