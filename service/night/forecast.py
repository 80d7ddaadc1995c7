"""Projecting a night: which bodies a model covers, what is asked of it at one moment, and its answer.

`ask` looks at the night and is quick; `answer` takes its time and looks at nothing but the question, so that it can run
beside the night. The same counts give the same answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from service.election import Election
from service.ids import BodyId
from service.night.night import Night
from service.projection import Parameters, Withheld, seed_of
from service.standings import (
    Counted,
    NationalSaid,
    NationalShare,
    Outlook,
    Projectable,
    Said,
    contents_of,
    projectable_of,
    uncovered_because,
)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of a body's model after one record; `answer` looks at nothing but what was put in it."""

    body: BodyId
    sequence: int
    seed: int
    answer: Callable[[int], Said]
    national: Callable[[], NationalSaid] | None = None


class Forecaster:
    """The models of an election's bodies, made ready once."""

    def __init__(self, election: Election, parameters: Parameters) -> None:
        bodies = election.bodies.values()
        found = {body.id: projectable_of(election, body, parameters) for body in bodies}
        self._models: Final[dict[BodyId, Projectable]] = {
            body: model for body, model in found.items() if model is not None
        }
        self._national: Final = NationalShare(election, election.national) if election.national is not None else None
        # What is projected of a country is said with each of its bodies, whether a model covers them or not.
        for body in bodies:
            if self._national is not None and self._national.covers(body):
                self._models.setdefault(body.id, _Uncovered(uncovered_because(election, body)))

    @property
    def bodies(self) -> frozenset[BodyId]:
        """The bodies that something is projected of."""
        return frozenset(self._models)

    def ask(self, night: Night, body: BodyId) -> Question:
        """Put the question for a body as the night stands."""
        of = night.election.bodies[body]
        seed = seed_of(night.election.id, contents_of(of.contests, night.counted))
        of_all = self._national
        national = of_all.ask(night.counted) if of_all is not None and of_all.covers(of) else None
        return Question(body, night.stamp.sequence, seed, self._models[body].ask(night.counted), national)

    def answer(self, question: Question) -> Outlook:
        """Work the answer out."""
        said = question.answer(question.seed)
        return Outlook(
            question.sequence,
            question.seed,
            said.projection,
            said.clears_threshold,
            said.candidates,
            said.prior,
            question.national() if question.national is not None else None,
        )

    def outlooks(self, night: Night) -> dict[BodyId, Outlook]:
        """Project every body that something is projected of, at once."""
        return {body: self.answer(self.ask(night, body)) for body in sorted(self.bodies)}


class WithoutModels(Forecaster):
    """Stands in where no model could be made: of every body it says that nothing is projected of it, and why."""

    def __init__(self, election: Election, reason: str) -> None:
        self._reason: Final = reason
        self._bodies: Final = frozenset(election.bodies)

    @property
    def bodies(self) -> frozenset[BodyId]:
        """All bodies: no model says of which it would have projected anything."""
        return self._bodies

    def ask(self, night: Night, body: BodyId) -> Question:
        """Put a question that has one answer."""
        return Question(body, night.stamp.sequence, 0, lambda _: Said(Withheld(self._reason)))


@dataclass(frozen=True, slots=True)
class _Uncovered:
    """A body of which only its country's share is projected."""

    reason: str

    def ask(self, _: Counted) -> Callable[[int], Said]:
        return lambda _: Said(Withheld(self.reason))
