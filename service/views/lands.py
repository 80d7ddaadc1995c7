"""The working behind the Bundestag: seats by party, by Land, and the constituency winners who go without."""

from collections.abc import Iterator
from fractions import Fraction

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from service.counting import ConstituencyWinner, GermanyWorking
from service.election import Election
from service.ids import AreaId, PartyId
from service.standings import WholeOutcome
from service.views.lists import kept_out_and_next
from service.views.words import NOTHING, figure, percent


def explain_lands(election: Election, whole: WholeOutcome, working: GermanyWorking) -> Iterator[RenderableType]:
    """Explain seats from the top: to parties by second votes, to their lists by Land, to winners within that cover."""
    federal = working.federal
    yield Text(
        f"{federal.valid:,} valid second votes; a party takes part with {figure(federal.needed)} of them, with enough "
        "constituencies, or as that of a national minority. Figure = second votes / (1 + 2 x seats so far)."
    )
    yield _by_party(election, whole, working)
    if whole.outcome is not None:
        yield from kept_out_and_next(election, whole.outcome, federal)
    yield Text("By Land: constituency winners with a seat + seats from the list", style="bold")
    yield _by_land(election, working)
    if working.without_seat:
        yield Text(f"{len(working.without_seat)} constituency winners without a seat, as things stand", style="bold")
        yield _without_seat(election, working)


def _by_party(election: Election, whole: WholeOutcome, working: GermanyWorking) -> Table:
    seats = whole.outcome.won() if whole.outcome is not None else {}
    seated, lists = whole.seated, whole.from_lists
    table = Table("party", box=None, header_style="dim", padding=(0, 1, 0, 0))
    for name in ("second votes", "seats", "constituencies", "without seat", "from lists"):
        table.add_column(name, justify="right")
    votes = {contender.option: contender.votes for contender in working.federal.contenders}
    for option in sorted(seats, key=lambda option: (-seats[option], option)):
        party = PartyId(option)
        gone = sum(winner.option == option for winner in working.without_seat)
        table.add_row(
            election.parties[party].short,
            f"{votes[option]:,}" if option in votes else NOTHING,
            f"{seats[option]:,}",
            str(seated.get(party, 0) + gone),
            str(gone) if gone else NOTHING,
            str(lists.get(party, 0)),
        )
    return table


def _by_land(election: Election, working: GermanyWorking) -> Table:
    options = sorted({land.option for land in working.by_land}, key=lambda option: (-_seats(working, option), option))
    cells = {
        (land.land, land.option): f"{len(land.seated)} + {land.from_list}" for land in working.by_land if land.seats
    }
    table = Table("", box=None, header_style="dim", padding=(0, 1, 0, 0))
    for option in options:
        table.add_column(election.parties[PartyId(option)].short, justify="right")
    for name in dict.fromkeys(land.land for land in sorted(working.by_land, key=lambda land: land.land)):
        table.add_row(name, *(cells.get((name, option), NOTHING) for option in options))
    return table


def _seats(working: GermanyWorking, option: str) -> int:
    return sum(land.seats for land in working.by_land if land.option == option)


def _without_seat(election: Election, working: GermanyWorking) -> Table:
    """Draw the winners without a seat, each beside the last of the party's winners in the Land who has one."""
    last = {(land.land, land.option): land.seated[-1] for land in working.by_land if land.seated}
    table = Table("constituency", "Land", "party", box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("first votes", justify="right")
    table.add_column("last with a seat", justify="right")
    for winner in sorted(working.without_seat, key=lambda winner: (winner.option, winner.land, -_share(winner))):
        seated = last.get((winner.land, winner.option))
        table.add_row(
            election.areas[AreaId(winner.constituency)].name,
            winner.land,
            election.parties[PartyId(winner.option)].short,
            percent(float(_share(winner))),
            NOTHING if seated is None else percent(float(_share(seated))),
        )
    return table


def _share(winner: ConstituencyWinner) -> Fraction:
    return Fraction(winner.first_votes, winner.valid_first_votes)
