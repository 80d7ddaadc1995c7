"""The working behind list seats: figures round by round, each seat's own, who is kept out and who is next."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from service.counting import AveragesWorking, Divisors, GermanyWorking, Outcome
from service.election import Election
from service.ids import AreaId, PartyId
from service.standings import WholeOutcome
from service.views.words import NOTHING, figure, number

NEXT_SHOWN_MAX: Final = 3
"""Those next in line who are named below the table."""

AREAS_NAMED_MAX: Final = 20
"""More areas than these are said by their number."""


def explain_averages(election: Election, outcome: Outcome, working: AveragesWorking) -> Iterator[RenderableType]:
    """Explain lists by highest averages: the bar, the figures round by round, who was kept out, who is next."""
    bar = "at least" if working.inclusive else "more than"
    yield Text(
        f"{working.valid:,} valid votes; a list needs {bar} {figure(working.needed)} of them to have a seat. "
        f"Figure = votes / {_divisor(working.divisors, 'seats won so far')}, constituencies included."
    )
    shown = [contender.option for contender in sorted(working.contenders, key=lambda of: (-of.votes, of.option))]
    table = Table("seat", box=None, header_style="dim", padding=(0, 1, 0, 0))
    for option in shown:
        table.add_column(election.parties[PartyId(option)].short, justify="right")
    table.add_column("taken by")
    table.add_column("next, votes short", justify="right")
    seats = {seat.number: seat for seat in outcome.seats}
    for each in working.rounds:
        seat = seats.get(each.seat)
        cells = []
        for option in shown:
            exact = each.figures.get(option)
            taken = option == each.taken_by
            text = (
                NOTHING
                if exact is None
                else f"{exact.numerator / exact.denominator:,.2f}"
                if exact.denominator > 1
                else f"{exact.numerator:,}"
            )
            cells.append(Text(f"[{text}]" if taken else text, style="bold" if taken else ""))
        near = NOTHING
        if seat is not None and seat.runner_up is not None:
            near = f"{election.parties[PartyId(seat.runner_up)].short} {number(seat.votes_short)}"
        by = election.parties[PartyId(each.taken_by)].short if each.taken_by else "a lot is open"
        table.add_row(str(each.seat), *cells, by + (" by lot" if seat and seat.by_lot else ""), near)
    yield table
    yield from kept_out_and_next(election, outcome, working)


def kept_out_and_next(election: Election, outcome: Outcome, working: AveragesWorking) -> Iterator[RenderableType]:
    """Say which lists take no part and why, and who would take the last seat with how many votes more."""
    reasons = {"threshold": "below the threshold", "aggregate": "no list of its own", "no places": "no candidate left"}
    for why in sorted(set(working.kept_out.values())):
        kept = [option for option in sorted(working.kept_out) if working.kept_out[option] == why]
        names = ", ".join(election.parties[PartyId(option)].short for option in kept)
        yield Text(f"without a seat from the start, {reasons.get(why, why)}: {names}")
    for rival in outcome.next_in_line[:NEXT_SHOWN_MAX]:
        if rival.votes_short is not None:
            name = election.parties[PartyId(rival.option)].name
            yield Text(f"{name} would take the last seat with {rival.votes_short:,} votes more")


def explain_seat(election: Election, whole: WholeOutcome, seat_number: int) -> Iterator[RenderableType]:
    """Explain one list seat in sentences: whose it is, by which figure, from which votes, and who was how close."""
    outcome = whole.outcome
    seat = next((seat for seat in outcome.seats if seat.number == seat_number), None) if outcome else None
    if outcome is None or seat is None:
        yield Text(f"{whole.contest.name}: seat {seat_number} is not allocated")
        return
    party = election.parties[PartyId(seat.option)]
    yield Text(f"{whole.contest.name}, seat {seat_number}: {party.name}", style="bold")
    working = outcome.working.federal if isinstance(outcome.working, GermanyWorking) else outcome.working
    contender = None
    if isinstance(working, AveragesWorking):
        contender = next((each for each in working.contenders if each.option == seat.option), None)
    if isinstance(working, AveragesWorking) and contender is not None:
        earlier = sum(before.option == seat.option for before in outcome.seats if before.number < seat_number)
        follows = whole.contest.follows is not None and not whole.covers
        seats = f"{contender.held} constituency seats + {earlier} list" if follows else f"{earlier}"
        divisor = _divisor(working.divisors, f"{seats} seats so far")
        yield Text(
            f"{contender.votes:,} votes / {divisor} = {figure(seat.figure)}, the highest figure of round {seat_number}"
        )
    if seat.runner_up is not None:
        rival = election.parties[PartyId(seat.runner_up)]
        short = "" if seat.votes_short is None else f", {seat.votes_short:,} votes short of it"
        yield Text(f"next: {rival.name}{short}")
    if seat.by_lot:
        yield Text("decided by lot")
    yield Text(f"the votes were counted in: {areas_named(election, whole.areas)}")


def _divisor(divisors: Divisors, seats: str) -> str:
    """Write a method's divisor for so many seats."""
    if divisors.first == divisors.scale:
        return f"(1 + {seats})" if divisors.step == 1 else f"(1 + {divisors.step} x ({seats}))"
    return f"{divisors.first / divisors.scale:g} for a first seat, then (1 + {divisors.step} x ({seats}))"


def areas_named(election: Election, areas: Sequence[AreaId]) -> str:
    """Name areas, or say how many they are."""
    if len(areas) > AREAS_NAMED_MAX:
        return f"{len(areas)} areas"
    return ", ".join(election.areas[area].name for area in areas)
