"""Tables of transitions: the one truth behind a check, the buttons and the diagram.

A thing with a life declares a :class:`Lifecycle`; services ask it to :meth:`Lifecycle.decide`.
Django-free, so that ``domain`` modules may use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xiaoer.platform.errors import Invalid, NotFromHere, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step: its name, the states it starts from, the state it ends in, the facts it needs."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """All steps in the life of one kind of thing.

    ``states`` maps each stored state to its Chinese label, ``initial`` is where life begins,
    ``facts`` labels the facts that transitions need.
    """

    noun: str
    states: Mapping[str, str]
    initial: str
    transitions: tuple[Transition, ...]
    facts: Mapping[str, str]

    def decide(
        self, *, name: str, state: str, facts: Mapping[str, object] | None = None
    ) -> Transition:
        """Return the transition to apply.

        Raises
        ------
        NotFromHere
            If the step cannot be taken from ``state``.
        Invalid
            If a needed fact is missing or blank; ``field`` names it.
        """
        step = next(t for t in self.transitions if t.name == name)
        if state not in step.sources:
            raise NotFromHere(
                "%(noun)s现在是“%(state)s”，不能%(step)s；“%(allowed)s”时才可以。",
                values={
                    "noun": Term(self.noun),
                    "state": Term(self.states.get(state, state)),
                    "step": Term(step.label),
                    "allowed": tuple(Term(self.states[s]) for s in sorted(step.sources)),
                },
                data={"state": state, "step": name},
            )
        for need in step.needs:
            if not str((facts or {}).get(need) or "").strip():
                raise Invalid(
                    "%(step)s需要填写%(fact)s。",
                    values={"step": Term(step.label), "fact": Term(self.facts.get(need, need))},
                    field=need,
                )
        return step

    def steps_from(self, *, state: str) -> tuple[Transition, ...]:
        """Return the steps that may be taken from ``state``, in table order."""
        return tuple(t for t in self.transitions if state in t.sources)

    def mermaid(self) -> str:
        """Return the state diagram as Mermaid text, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {s}: {label}" for s, label in self.states.items()]
        for step in self.transitions:
            lines += [f"    {s} --> {step.target}: {step.label}" for s in sorted(step.sources)]
        return "\n".join(lines)
