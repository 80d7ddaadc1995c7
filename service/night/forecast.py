"""Projecting a night: which bodies a model covers, what is asked of it at one moment, and its answer.

`ask` looks at the night and is quick; `answer` takes its time and looks at nothing but the question, so that it can run
beside the night. The same counts give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.election import Election
from service.ids import BodyId
from service.night.night import Night
from service.projection import Evidence, Parameters, Projector, seed_of
from service.standings import Outlook, contents_of, evidence_of, race_of


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is in of a body after one record."""

    body: BodyId
    sequence: int
    seed: int
    evidence: Evidence


class Forecaster:
    """The projectors of an election, made ready once."""

    def __init__(self, election: Election, parameters: Parameters) -> None:
        races = {body.id: race_of(election, body) for body in election.bodies.values()}
        self._projectors: Final[Mapping[BodyId, Projector]] = {
            body: Projector(race, parameters) for body, race in races.items() if race is not None
        }

    @property
    def bodies(self) -> frozenset[BodyId]:
        """The bodies that a model covers."""
        return frozenset(self._projectors)

    def ask(self, night: Night, body: BodyId) -> Question:
        """Put the question for a body as the night stands."""
        of = night.election.bodies[body]
        evidence = evidence_of(night.election, of, self._projectors[body].race, night.counted)
        seed = seed_of(night.election.id, contents_of(of, night.counted))
        return Question(body, night.stamp.sequence, seed, evidence)

    def answer(self, question: Question) -> Outlook:
        """Work the answer out."""
        said = self._projectors[question.body].project(question.evidence, seed=question.seed)
        return Outlook(question.sequence, question.seed, said)

    def outlooks(self, night: Night) -> dict[BodyId, Outlook]:
        """Project every body that a model covers, at once."""
        return {body: self.answer(self.ask(night, body)) for body in sorted(self._projectors)}
