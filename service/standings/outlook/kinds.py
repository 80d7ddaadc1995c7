"""How a body is projected: by the first model that covers it, or not at all, and why."""

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from service.counting import AdditionalMembersLondon
from service.election import REPORTED, Body, Election
from service.projection import Parameters
from service.standings.area import TRANSFERABLE
from service.standings.contest import Counted
from service.standings.outlook.assembly import assembly_of
from service.standings.outlook.council import council_of
from service.standings.outlook.office import office_of
from service.standings.outlook.plurality import parliament_of
from service.standings.outlook.said import Said
from service.standings.whole import PREFERENCES

NOT_ASKED: Final = "no projection was worked out with these standings"

Answer = Callable[[int], Said]
"""A question put, with everything that its answer needs but the seed of the draws: it looks at no night."""


class Projectable(Protocol):
    """A body that a model covers, made ready once."""

    def ask(self, counted: Counted) -> Answer:
        """Put the question as the night stands; this is quick, and what it gives takes its time."""


_MODELS: Final = (parliament_of, council_of, assembly_of, office_of)


def projectable_of(election: Election, body: Body, parameters: Parameters) -> Projectable | None:
    """Give the model of a body, None where none covers it: `uncovered_because` says why."""
    return next((found for model in _MODELS if (found := model(election, body, parameters)) is not None), None)


def uncovered_because(election: Election, body: Body) -> str:
    """Say why there is no projection of a body where none was made: no model covers it, or none was asked."""
    return next(_reasons(election, body), NOT_ASKED)


def _reasons(election: Election, body: Body) -> Iterator[str]:
    for name in body.contests:
        contest = election.contests[name]
        if contest.rule == REPORTED:
            yield "only seats are reported of it, and no votes that could be projected from"
        if contest.rule in TRANSFERABLE:
            yield "no model covers votes that are transferred from preference to preference"
        areas = election.reporting(name, body.id)
        if contest.scope == "area" and len(areas) == 1:
            yield "its one area decides it: there is no other to project from"
        if contest.scope == "area" and all(election.last_or_notional(name, area) is None for area in areas):
            yield f"no baseline: what any of its {len(areas)} areas voted last time is not on record"
        covered = PREFERENCES if body.office else AdditionalMembersLondon.name
        if contest.scope == "whole" and contest.rule != covered:
            yield f"no model covers the rule {contest.rule}"
