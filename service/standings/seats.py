"""A body's seats as things stand: whose they are, how many in all, who controls it, whether it is complete."""

from collections.abc import Mapping
from typing import Final

from service.election import LAST, Body, Election, Line
from service.ids import PartyId
from service.standings.before import add_rows, seats_before, seats_last
from service.standings.contest import Counted, seats_of

NO_CONTROL: Final = "none"
"""No overall control: nobody has more than half of all seats."""


def seats_standing(election: Election, body: Body, counted: Counted) -> dict[PartyId, int] | None:
    """Give a body's seats by party as things stand, those not up included; None while nothing is in."""
    rows: list[Mapping[PartyId, int]] = []
    for name in body.contests:
        covering = counted.covering(name)
        if name in counted.wholes:
            rows.append(seats_of(election, counted.wholes[name]))
        elif covering is not None:
            rows.append(covering.seated)
        else:
            rows.extend(counted.areas[name][area].seats for area in election.reporting(name, body.id))
    return add_rows([*rows, body.seats_not_up]) if any(rows) else None


def seats_in_all(body: Body, counted: Counted) -> int | None:
    """Give how many seats a body has, those by which it grows included; None: not on record."""
    if body.seats is None:
        return None
    return body.seats + sum(counted.wholes[name].overhang for name in body.contests if name in counted.wholes)


def is_complete(election: Election, body: Body, counted: Counted) -> bool:
    """Say whether everything of a body is declared and every seat has somebody."""
    for name in body.contests:
        if name in counted.wholes:
            if not counted.wholes[name].decided:
                return False
        elif any(
            not counted.areas[name][area].declared or counted.areas[name][area].ties
            for area in election.reporting(name, body.id)
        ):
            return False
    total = seats_in_all(body, counted)
    return total is None or sum((seats_standing(election, body, counted) or body.seats_not_up).values()) == total


def lines_of(body: Body, seats: int | None) -> tuple[Line, ...]:
    """Give a body's lines: more than half of all seats is what a majority is, so one that names none still has that."""
    if body.lines or body.office or seats is None:
        return body.lines
    return (Line("majority", seats // 2 + 1),)


def control_of(total: int | None, seats: Mapping[PartyId, int] | None) -> str | None:
    """Give the party with more than half of all seats, or that nobody has; exactly half is no overall control.

    None while nothing is in, or where nobody knows how many seats there are.
    """
    if seats is None or total is None:
        return None
    return next((party for party, number in seats.items() if 2 * number > total), NO_CONTROL)


def control_before(election: Election, body: Body) -> str | None:
    """Give who controlled a body after the last election, None where its seats are not all on record."""
    rows: list[Mapping[PartyId, int]] = [body.seats_not_up]
    for name in body.contests:
        contest = election.contests[name]
        if contest.scope == "whole":
            rows.append(seats_before(election, contest, LAST) or {})
            continue
        own = frozenset(election.reporting(name, body.id))
        together = (area.id for area in election.areas.values() if area.covers >= own)
        rows.extend(seats_last(election, contest, area, LAST) for area in (*own, *together))
    total = add_rows(rows)
    return control_of(body.seats, total) if sum(total.values()) == body.seats else None


def control_change(before: str | None, now: str | None) -> str | None:
    """Say what became of control: held, won (by a party that did not have it), lost (to nobody)."""
    if before is None or now is None:
        return None
    if before == now:
        return "held"
    return "lost" if now == NO_CONTROL else "won"
