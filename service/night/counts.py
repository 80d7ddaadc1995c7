"""The night's contests as counted, and as they would be if other things stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.election import Election
from service.ids import AreaId, ContestId
from service.night.kept_out import Place
from service.night.said import Said
from service.standings import AreaOutcome, Counted, WholeOutcome, count_area, count_whole
from service.totals import Statement, stand


@dataclass(frozen=True, slots=True)
class Fresh:
    """Some areas counted anew, and the contests that follow from them. Nothing of it is the night's yet."""

    areas: Mapping[Place, AreaOutcome]
    wholes: Mapping[ContestId, WholeOutcome]


class Counts:
    """Every area of every contest as it stands; `counted` shows the same to whoever only looks."""

    def __init__(self, election: Election, said: Said) -> None:
        self._election: Final = election
        self._said: Final = said
        self._areas: Final[dict[ContestId, dict[AreaId, AreaOutcome]]] = {}
        self._wholes: Final[dict[ContestId, WholeOutcome]] = {}
        self.counted: Final = Counted(self._areas, self._wholes)
        for contest in election.contests.values():
            self._areas[contest.id] = {
                area: count_area(election, contest, area, stand((), {}), ()) for area in contest.areas
            }
        for contest in election.contests.values():
            if contest.scope == "whole":
                self._wholes[contest.id] = count_whole(election, contest, self._areas[contest.id], {}, ())

    def fresh(self, statements: Mapping[Place, Sequence[Statement]]) -> Fresh:
        """Count these areas anew from the statements given, and what follows from them."""
        areas = {}
        for contest, area in statements:
            of = self._election.contests[contest]
            standing = stand(statements[contest, area], self._election.ranks)
            lots = self._said.lots_drawn(contest, area) if of.scope == "area" else ()
            areas[contest, area] = count_area(self._election, of, area, standing, lots)
        touched = {contest for contest, _ in statements}
        wholes = {
            contest.id: self._whole(contest.id, areas)
            for contest in self._election.contests.values()
            if contest.scope == "whole" and (contest.id in touched or contest.follows in touched)
        }
        return Fresh(areas, wholes)

    def with_fresh(self, fresh: Fresh) -> Counted:
        """Show everything as it would be with some areas counted anew."""
        areas: dict[ContestId, Mapping[AreaId, AreaOutcome]] = dict(self._areas)
        for contest in {contest for contest, _ in fresh.areas}:
            own = {area: outcome for (of, area), outcome in fresh.areas.items() if of == contest}
            areas[contest] = {**self._areas[contest], **own}
        return Counted(areas, {**self._wholes, **fresh.wholes})

    def settle(self, fresh: Fresh) -> None:
        """Make what was counted anew the night's."""
        for (contest, area), outcome in fresh.areas.items():
            self._areas[contest][area] = outcome
        self._wholes.update(fresh.wholes)

    def _whole(self, contest: ContestId, fresh: Mapping[Place, AreaOutcome]) -> WholeOutcome:
        of = self._election.contests[contest]
        areas = {area: fresh.get((contest, area), outcome) for area, outcome in self._areas[contest].items()}
        followed: dict[AreaId, AreaOutcome] = {}
        if of.follows is not None:
            leading = self._areas[of.follows].items()
            followed = {area: fresh.get((of.follows, area), outcome) for area, outcome in leading}
        lots, before = self._said.lots_drawn(contest, None), self._wholes.get(contest)
        return count_whole(self._election, of, areas, followed, lots, before)
