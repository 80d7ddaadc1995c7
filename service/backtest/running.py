"""Play a night that is over, ask for a projection at each cut, and score what was said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from service.backtest.methods import METHODS, seats_by, swing_with_residuals
from service.backtest.played import REAL, PlayedNight, evidence_at, final_seats
from service.projection import LEVEL, Evidence, Parameters, Projection, Projector, Withheld, seed_of
from service.projection.calls import Call, calls_now
from service.projection.scoring import LEVELS, brier, interval, log_score, ranked_probability, seats_misallocated

CUTS: Final = (0.02, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90)
EVERY: Final = 10
"""Calls are looked at after so many declarations ..."""
EVERY_REAL: Final = 5
"""... and in the real order after so many; the service looks after each."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was said of one night in one order at one cut, and how right it was.

    `misallocated` is in seats, by method, the projection's under "projection"; `covered` counts by level the parties
    whose seats lay in the range, of `parties` scored; `width` is the mean width of the range at level 0.9. `swing_crps`
    and `swing_covered` are the score, and the count at level 0.9, of uniform swing by country with residuals.

    `calls` are those that stand, of areas still open and of the body, so many of them `false_calls`. What was called
    for the first time since the last cut, at any look: `leads` are by area how early, the share of all areas that
    declare in between, and `wrong_areas` those that went another way; `body_calls` say of what was called of the body,
    such as "con largest", how much had declared, and `wrong_body` which of it did not come true.
    """

    night: str
    order: str
    declared: float
    withheld: str | None
    misallocated: Mapping[str, float]
    crps: float = 0.0
    swing_crps: float = 0.0
    swing_covered: int = 0
    brier: float = 0.0
    log_score: float = 0.0
    width: float = 0.0
    parties: int = 0
    covered: Mapping[float, int] = field(default_factory=dict)
    calls: int = 0
    false_calls: int = 0
    body_calls: Mapping[str, float] = field(default_factory=dict)
    wrong_body: tuple[str, ...] = ()
    wrong_areas: tuple[str, ...] = ()
    leads: Mapping[str, float] = field(default_factory=dict)


class _Desk:
    """Somebody who makes every call that is suggested, as areas declare in an order, and writes down when."""

    def __init__(self, night: PlayedNight, order: Sequence[int]) -> None:
        self._night, self._order = night, order
        self._final = final_seats(night)
        self._made: set[Call] = set()
        self._new: dict[Call, float] = {}
        self.calls: frozenset[Call] = frozenset()

    def look(self, said: Projection, count: int) -> None:
        """Call what is sure enough when so many areas have declared."""
        areas = self._night.race.areas
        ahead = {areas[area]: place / len(self._order) for place, area in enumerate(self._order[count:])}
        self.calls = frozenset(call for call in calls_now(self.calls, said) if call.area is None or call.area in ahead)
        for call in self.calls - self._made:
            self._new[call] = count / len(self._order) if call.area is None else ahead[call.area]
        self._made |= self.calls

    def false(self, calls: Iterable[Call]) -> list[Call]:
        """Give those that did not come true."""
        race = self._night.race
        winners = {area: race.parties[winner] for area, winner in zip(race.areas, self._night.winners, strict=True)}
        return sorted(
            call
            for call in calls
            if not (
                _came_true(call, self._final, len(race.areas))
                if call.area is None
                else winners[call.area] == call.party
            )
        )

    def written_down(self, row: Row) -> Row:
        """Fill in the calls that stand, and those made since this was asked last."""
        new, self._new = self._new, {}
        wrong = self.false(new)
        return replace(
            row,
            calls=len(self.calls),
            false_calls=len(self.false(self.calls)),
            leads={call.area: lead for call, lead in sorted(new.items(), key=str) if call.area is not None},
            wrong_areas=tuple(call.area for call in wrong if call.area is not None),
            body_calls={_named(call): share for call, share in sorted(new.items(), key=str) if call.area is None},
            wrong_body=tuple(_named(call) for call in wrong if call.area is None),
        )


def _named(call: Call) -> str:
    return f"{call.party} {call.of}"


def run(
    name: str,
    night: PlayedNight,
    orders: Mapping[str, Sequence[int]],
    parameters: Parameters,
    *,
    cuts: Sequence[float] = CUTS,
    draws: int = 10_000,
) -> Iterator[Row]:
    """Play a night in each order and score it at each cut (share of the areas declared).

    Calls are made and withdrawn between the cuts as well, up to the last of them.
    """
    projector = Projector(night.race, parameters)
    final = final_seats(night)
    for label, order in orders.items():
        desk = _Desk(night, order)
        at = {round(cut * len(order)): cut for cut in cuts}
        step = EVERY_REAL if label == REAL else EVERY
        for count in sorted({*at, *range(step, max(at), step)}):
            evidence = evidence_at(night, order, count)
            contents = frozenset(night.race.areas[row] for row in order[:count])
            said = projector.project(evidence, seed=seed_of(name, contents), draws=draws)
            if isinstance(said, Projection):
                desk.look(said, count)
            cut = at.get(count)
            if cut is None:
                continue
            others = {method: seats_by(METHODS[method], night.race, evidence) for method in METHODS}
            missed = {method: seats_misallocated(seats, final) for method, seats in others.items()}
            if isinstance(said, Withheld):
                yield Row(name, label, cut, said.reason, missed)
                continue
            medians = {party: line.median for party, line in said.parties.items()}
            missed = {"projection": seats_misallocated(medians, final), **missed}
            row = _scored(Row(name, label, cut, None, missed), night, said, order[count:])
            yield desk.written_down(_beside(row, night, evidence))


def _beside(row: Row, night: PlayedNight, evidence: Evidence) -> Row:
    """Score uniform swing by country with residuals in the same way."""
    final = final_seats(night)
    swing = swing_with_residuals(night.race, evidence)
    ranges = {party: interval(swing[party], LEVEL) for party in night.scored}
    return replace(
        row,
        swing_crps=float(np.mean([ranked_probability(swing[party], final.get(party, 0)) for party in night.scored])),
        swing_covered=sum(low <= final.get(party, 0) <= high for party, (low, high) in ranges.items()),
    )


def _scored(row: Row, night: PlayedNight, said: Projection, to_come: Sequence[int]) -> Row:
    """Score what a projection says of parties and of the areas still to come."""
    final = final_seats(night)
    lines = [said.parties[party] for party in night.scored]
    covered = dict.fromkeys(LEVELS, 0)
    for line in lines:
        for level in LEVELS:
            low, high = interval(line.distribution, level)
            covered[level] += low <= final.get(line.party, 0) <= high
    winners = {area: night.race.parties[winner] for area, winner in zip(night.race.areas, night.winners, strict=True)}
    still_open = {area: said.areas[area] for area in (night.race.areas[place] for place in to_come)}
    return replace(
        row,
        crps=float(np.mean([ranked_probability(line.distribution, final.get(line.party, 0)) for line in lines])),
        brier=float(np.mean([brier(chances, winners[area]) for area, chances in still_open.items()] or [0.0])),
        log_score=float(np.mean([log_score(chances, winners[area]) for area, chances in still_open.items()] or [0.0])),
        width=float(np.mean([line.high - line.low for line in lines])),
        parties=len(lines),
        covered=covered,
    )


def _came_true(call: Call, final: Mapping[str, int], total: int) -> bool:
    seats = final.get(call.party, 0)
    if call.of == "majority":
        return seats > total // 2
    return all(seats > number for party, number in final.items() if party != call.party)
