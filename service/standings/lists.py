"""Seats that lists take, and winners to whom they leave none, as they are published."""

from collections.abc import Iterator

from service.counting import AveragesWorking, GermanyWorking, NewZealandWorking
from service.election import Election
from service.standings.contest import Counted
from service.standings.shares import figure_out, share_out, shares
from service.standings.whole import WholeOutcome
from service.standings.wire import AllocatedOut, NextOut, WithoutSeatOut


def allocation(whole: WholeOutcome) -> Iterator[AllocatedOut]:
    """Print the seats in the order in which they are allocated.

    Where winning a constituency is no seat by itself these are all seats, whoever fills them.
    """
    for seat in whole.outcome.seats if whole.outcome else ():
        yield AllocatedOut(
            seat=seat.number,
            contest=whole.contest.id,
            party=seat.option,
            figure=figure_out(seat.figure),
            runner_up=seat.runner_up,
            votes_short=seat.votes_short,
            by_lot=seat.by_lot,
        )


def next_in_line(whole: WholeOutcome) -> Iterator[NextOut]:
    """Print who would take the last seat with how many votes more."""
    working = whole.outcome.working if whole.outcome else None
    if whole.outcome is None or not isinstance(working, AveragesWorking | GermanyWorking | NewZealandWorking):
        return
    for near in whole.outcome.next_in_line:
        yield NextOut(party=near.option, contest=whole.contest.id, votes_short=near.votes_short)


def without_seat(election: Election, whole: WholeOutcome, counted: Counted) -> Iterator[WithoutSeatOut]:
    """Print the winners who have no seat as things stand."""
    contest = whole.contest.follows
    if contest is None:
        return
    for area in whole.without_seat:
        outcome = counted.areas[contest][area]
        winner = outcome.winners[0]
        votes = shares(outcome.figures.all_votes if outcome.figures else None)
        yield WithoutSeatOut(
            contest=contest,
            area=area,
            name=election.areas[area].name,
            candidate=winner,
            party=election.standing(contest, area)[winner].party,
            share=share_out(votes.get(winner)),
        )
