"""Play a night that is over, ask for a projection at each cut, and score what was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from service.backtest.methods import METHODS, seats_by
from service.backtest.played import PlayedNight, evidence_at, final_seats
from service.projection import Parameters, Projection, Projector, Withheld, seed_of
from service.projection.calls import Call, calls_now
from service.projection.scoring import LEVELS, brier, interval, log_score, ranked_probability, seats_misallocated

CUTS: Final = (0.02, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90)
SEATS_MIN: Final = 3
"""A party with fewer seats, in truth and at the top of its range, is not scored: any range is right."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was said of one night in one order at one cut, and how right it was.

    `misallocated` is in seats, by method, the projection's under "projection"; `covered` counts by level the parties
    whose seats lay in the range, of `parties` scored; `width` is the mean width of the range at level 0.9. `calls` are
    those that stand, of areas still open and of the body; `body_calls` are what was called of the body, such as "con
    largest", `wrong_areas` those that went another way. `leads` are by area called here for the first time how early:
    the share of all areas that declare in between.
    """

    night: str
    order: str
    declared: float
    withheld: str | None
    misallocated: Mapping[str, float]
    crps: float = 0.0
    brier: float = 0.0
    log_score: float = 0.0
    width: float = 0.0
    parties: int = 0
    covered: Mapping[float, int] = field(default_factory=dict)
    calls: int = 0
    false_calls: int = 0
    body_calls: tuple[str, ...] = ()
    wrong_areas: tuple[str, ...] = ()
    leads: Mapping[str, float] = field(default_factory=dict)


def run(
    name: str,
    night: PlayedNight,
    orders: Mapping[str, Sequence[int]],
    parameters: Parameters,
    *,
    cuts: Sequence[float] = CUTS,
    draws: int = 10_000,
) -> Iterator[Row]:
    """Play a night in each order and score it at each cut (share of the areas declared)."""
    projector = Projector(night.race, parameters)
    final = final_seats(night)
    for label, order in orders.items():
        calls: frozenset[Call] = frozenset()
        called: set[str] = set()
        for cut in cuts:
            count = round(cut * len(order))
            evidence = evidence_at(night, order, count)
            contents = frozenset(night.race.areas[row] for row in order[:count])
            said = projector.project(evidence, seed=seed_of(name, contents), draws=draws)
            others = {method: seats_by(METHODS[method], night.race, evidence) for method in METHODS}
            missed = {method: seats_misallocated(seats, final) for method, seats in others.items()}
            if isinstance(said, Withheld):
                yield Row(name, label, cut, said.reason, missed)
                continue
            calls = calls_now(calls, said)
            medians = {party: line.median for party, line in said.parties.items()}
            missed = {"projection": seats_misallocated(medians, final), **missed}
            ahead = {night.race.areas[area]: place / len(order) for place, area in enumerate(order[count:])}
            made = {str(call.area) for call in calls if call.area in ahead} - called
            called |= made
            row = _scored(Row(name, label, cut, None, missed), night, said, calls, order[count:])
            yield replace(row, leads={area: ahead[area] for area in sorted(made)})


def _scored(row: Row, night: PlayedNight, said: Projection, calls: frozenset[Call], to_come: Sequence[int]) -> Row:
    """Score what a projection says of parties, of the areas still to come, and what it would have called."""
    final = final_seats(night)
    lines = [line for party, line in said.parties.items() if max(line.high, final.get(party, 0)) >= SEATS_MIN]
    covered = dict.fromkeys(LEVELS, 0)
    for line in lines:
        for level in LEVELS:
            low, high = interval(line.distribution, level)
            covered[level] += low <= final.get(line.party, 0) <= high
    winners = {area: night.race.parties[winner] for area, winner in zip(night.race.areas, night.winners, strict=True)}
    still_open = {area: said.areas[area] for area in (night.race.areas[place] for place in to_come)}
    made = [call for call in calls if call.area is not None and call.area in still_open]
    body = [call for call in calls if call.area is None]
    wrong = sorted(str(call.area) for call in made if winners[str(call.area)] != call.party)
    return replace(
        row,
        crps=float(np.mean([ranked_probability(line.distribution, final.get(line.party, 0)) for line in lines])),
        brier=float(np.mean([brier(chances, winners[area]) for area, chances in still_open.items()] or [0.0])),
        log_score=float(np.mean([log_score(chances, winners[area]) for area, chances in still_open.items()] or [0.0])),
        width=float(np.mean([line.high - line.low for line in lines])),
        parties=len(lines),
        covered=covered,
        calls=len(made) + len(body),
        false_calls=len(wrong) + sum(not _came_true(call, final, len(winners)) for call in body),
        wrong_areas=tuple(wrong),
        body_calls=tuple(sorted(f"{call.party} {call.of}" for call in body)),
    )


def _came_true(call: Call, final: Mapping[str, int], total: int) -> bool:
    seats = final.get(call.party, 0)
    if call.of == "majority":
        return seats > total // 2
    return all(seats > number for party, number in final.items() if party != call.party)
