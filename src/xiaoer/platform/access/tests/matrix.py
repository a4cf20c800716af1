"""What a slice says about its URLs for the access matrix (``tests/access/test_matrix.py``).

A slice's ``tests/matrix.py`` has one function ``samples(mine, other)``. It builds real things, of
the unit ``mine`` where they belong to a unit, and returns a :class:`Sample` for each of its URLs
that names a thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A real thing to ask for.

    Parameters
    ----------
    kwargs
        What the URL names, such as ``{"measure_id": 7}``.
    data
        What is posted; left empty, a refusal of the empty form is as good as a success.
    role
        The role whose holder over the unit must get in.
    other_unit
        The statuses that the same role over another unit may get: absent (404), or told why not
        (403) where the other unit may see the thing. ``(200,)`` says that all units may.
    """

    kwargs: Mapping[str, object]
    role: str
    data: Mapping[str, object] = field(default_factory=dict)
    other_unit: tuple[int, ...] = (404,)
