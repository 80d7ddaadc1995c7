"""Projecting a night: which bodies a model covers, what is asked of it at one moment, and its answer.

`ask` looks at the night and is quick; `answer` takes its time and looks at nothing but the question, so that it can run
beside the night. The same counts give the same answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from service.election import Election
from service.ids import BodyId
from service.night.night import Night
from service.projection import Parameters, seed_of
from service.standings import Outlook, Projectable, Said, contents_of, projectable_of


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of a body's model after one record; `answer` looks at nothing but what was put in it."""

    body: BodyId
    sequence: int
    seed: int
    answer: Callable[[int], Said]


class Forecaster:
    """The models of an election's bodies, made ready once."""

    def __init__(self, election: Election, parameters: Parameters) -> None:
        found = {body.id: projectable_of(election, body, parameters) for body in election.bodies.values()}
        self._models: Final[Mapping[BodyId, Projectable]] = {
            body: model for body, model in found.items() if model is not None
        }

    @property
    def bodies(self) -> frozenset[BodyId]:
        """The bodies that a model covers."""
        return frozenset(self._models)

    def ask(self, night: Night, body: BodyId) -> Question:
        """Put the question for a body as the night stands."""
        of = night.election.bodies[body]
        seed = seed_of(night.election.id, contents_of(of, night.counted))
        return Question(body, night.stamp.sequence, seed, self._models[body].ask(night.counted))

    def answer(self, question: Question) -> Outlook:
        """Work the answer out."""
        said = question.answer(question.seed)
        return Outlook(
            question.sequence, question.seed, said.projection, said.clears_threshold, said.candidates, said.prior
        )

    def outlooks(self, night: Night) -> dict[BodyId, Outlook]:
        """Project every body that a model covers, at once."""
        return {body: self.answer(self.ask(night, body)) for body in sorted(self._models)}
