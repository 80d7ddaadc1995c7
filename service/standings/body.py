"""Standings of one body: seats as things stand and as declared, votes, change, control, allocation, what is pending."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.counting import Tie
from service.election import Body, Election
from service.ids import AreaId, CandidateId, ContestId
from service.standings.area import compare
from service.standings.candidates import area_candidates
from service.standings.contest import ContestView, Counted, views_of
from service.standings.lists import allocation, next_in_line, without_seat
from service.standings.office import candidates_out, rounds_out
from service.standings.outlook import (
    Outlook,
    candidate_outlook,
    national_out,
    outlook_out,
    withheld_because,
)
from service.standings.parties import parties_out, seats_by_party
from service.standings.recounts import recount_watch
from service.standings.seats import control_before, control_change, control_of, is_complete, lines_of, seats_in_all
from service.standings.shares import figure_out, share, share_out
from service.standings.wire import (
    CallOut,
    CandidateOut,
    CertainOut,
    ContestOut,
    DoubtOut,
    PendingOut,
    StandingsOut,
    TieOut,
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Up to where the record has been applied: its last sequence, the chain's digest there, that record's time."""

    sequence: int
    digest: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What is said of a body beside what stands.

    What is kept out of it and could change it, what is certain, what is called, and what is projected (None: no model
    covers it).
    """

    quarantined: int
    held: int
    in_doubt: DoubtOut
    certain: CertainOut
    calls: Sequence[CallOut] = ()
    outlook: Outlook | None = None


def standings_of(election: Election, body: Body, counted: Counted, stamp: Stamp, beside: Beside) -> StandingsOut:
    """Say what is to be published about a body at one moment."""
    views = views_of(election, body, counted)
    seats, in_all = seats_by_party(body, views), seats_in_all(body, counted)
    filled = sum(view.filled for view in views) + sum(body.seats_not_up.values())
    declared, total = _areas(views)
    complete = is_complete(election, body, counted)
    whole = [counted.wholes[view.contest.id] for view in views if view.contest.scope == "whole"]
    office = [each for each in whole if each.contest.choices == "candidates"]
    elected = [winner for each in office for winner in each.winners if each.decided]
    before = None if body.office else control_before(election, body)
    disputed = {
        (view.contest.id, area)
        for view in views
        for area in _own_areas(election, view)
        if counted.areas[view.contest.id][area].standing.disputed
    }
    return StandingsOut(
        election=election.id,
        body=body.id,
        name=body.name,
        as_of=stamp.as_of,
        sequence=stamp.sequence,
        digest=stamp.digest,
        status="complete" if complete else "waiting" if seats is None and not declared else "counting",
        seats={
            "total": in_all,
            "filled": filled,
            "lines": [{"name": line.name, "seats": line.seats} for line in lines_of(body, in_all)],
        },
        areas={"declared": declared, "total": total},
        complete=complete,
        disputed=len(disputed),
        held=beside.held,
        parties=parties_out(election, body, views, beside.outlook, beside.certain),
        control=None if body.office else control_of(in_all, seats),
        control_before=before,
        control_change=control_change(before, control_of(in_all, seats)) if complete else None,
        elected=elected[0] if body.office and elected else None,
        allocation=[seat for each in whole if each.contest.choices == "parties" for seat in allocation(each)],
        next_in_line=[near for each in whole if each.contest.choices == "parties" for near in next_in_line(each)],
        candidates=[
            *(_projected(candidate, beside.outlook) for each in office for candidate in candidates_out(election, each)),
            *_candidates_of_one_area(election, views, counted),
        ],
        rounds=[each_round for each in office for each_round in rounds_out(each)],
        without_seat=[gone for each in whole for gone in without_seat(election, each, counted)],
        contests=[_contest_out(view, counted) for view in views],
        ties=list(_ties(views, counted)),
        pending=list(_pending(election, views, counted)),
        quarantined=beside.quarantined,
        in_doubt=beside.in_doubt,
        certain=beside.certain,
        calls=list(beside.calls),
        recount_watch=recount_watch(election, body, counted),
        projection=outlook_out(
            body,
            beside.outlook,
            declared={area for view in views if view.contest.scope == "area" for area in view.declared},
        ),
        withheld=withheld_because(election, body, beside.outlook),
        national_share=national_out(beside.outlook),
    )


def _projected(candidate: CandidateOut, outlook: Outlook | None) -> CandidateOut:
    return {**candidate, "projection": candidate_outlook(outlook, CandidateId(candidate["candidate"]))}


def _candidates_of_one_area(
    election: Election, views: Sequence[ContestView], counted: Counted
) -> Iterator[CandidateOut]:
    """Print who stands for a body that one area alone elects: a referendum's answers, a by-election's candidates."""
    if len(views) == 1 and views[0].contest.scope == "area" and len(views[0].areas) == 1:
        outcome = counted.areas[views[0].contest.id][views[0].areas[0]]
        elected = outcome.winners if outcome.declared else ()
        yield from area_candidates(election, outcome, compare(election, outcome), elected=elected)


def _own_areas(election: Election, view: ContestView) -> tuple[AreaId, ...]:
    return (*view.areas, *election.covering(view.contest.id))


def _areas(views: Iterable[ContestView]) -> tuple[int, int]:
    """Count a body's distinct reporting areas, and those that have declared.

    House rule: where a body has areas that elect their own members, an area has declared when it has elected; the lists
    that add up across them show their progress by themselves.
    """
    every = list(views)
    electing = [view for view in every if view.contest.scope == "area"] or every
    total = {area for view in every for area in view.areas}
    waiting = {area for view in electing for area in view.areas if area not in view.declared}
    return len(total - waiting), len(total)


def _contest_out(view: ContestView, counted: Counted) -> ContestOut:
    figures = view.figures
    whole = counted.wholes.get(view.contest.id)
    # Whether somebody has more than half can be said once every area's first preferences are in, not before.
    all_in = view.with_figures == len(view.areas)
    return ContestOut(
        contest=view.contest.id,
        name=view.contest.name,
        scope=view.contest.scope,
        rule=view.contest.rule,
        valid=figures.valid if figures else None,
        rejected=figures.rejected if figures else None,
        ballots=figures.ballots if figures else None,
        electorate=figures.electorate if figures else None,
        turnout=share_out(share(figures.ballots, figures.electorate)) if figures else None,
        areas={"declared": len(view.declared & set(view.areas)), "total": len(view.areas)},
        with_figures=view.with_figures,
        decided=view.decided,
        awaiting_second_preferences=all_in and whole is not None and whole.awaiting_second_preferences,
    )


def ties_out(contest: ContestId, area: AreaId | None, ties: Iterable[Tie]) -> Iterator[TieOut]:
    """Print the lots that have to be drawn."""
    for tie in ties:
        options = list(tie.options)
        yield TieOut(
            contest=contest, area=area, seats=tie.seats, options=options, figure=figure_out(tie.figure), at=tie.at
        )


def _ties(views: Iterable[ContestView], counted: Counted) -> Iterator[TieOut]:
    for view in views:
        contest = view.contest.id
        whole = counted.wholes.get(contest)
        if whole is not None and whole.outcome is not None:
            yield from ties_out(contest, None, whole.outcome.ties)
        elif whole is None:
            for area in view.areas:
                yield from ties_out(contest, area, counted.areas[contest][area].ties)


def _pending(election: Election, views: Iterable[ContestView], counted: Counted) -> Iterator[PendingOut]:
    """Name the areas that have not declared, and covering ones that say something of themselves (delayed, say)."""
    for view in views:
        outcomes = counted.areas[view.contest.id]
        for area in _own_areas(election, view):
            standing = outcomes[area].standing
            covering = area not in view.areas
            done = election.covered_by(view.contest.id, area) <= view.declared
            settled = standing.state is None or (standing.state == "unopposed" and bool(standing.unopposed))
            if settled and (done or covering):
                continue
            state = standing.state or (
                "disputed" if standing.disputed else "partial" if standing.figures else "expected"
            )
            yield PendingOut(
                contest=view.contest.id,
                area=area,
                name=election.areas[area].name,
                state=state,
                expected_at=time_out(election, standing.expected_at),
            )


def time_out(election: Election, at: datetime | None) -> str | None:
    """Print a time as RFC 3339 in the election's own time zone."""
    return None if at is None else at.astimezone(election.time_zone).isoformat()


def winner_of(counted: Counted, contest: ContestId) -> CandidateId | None:
    """Give who has been elected by a contest whose areas add up, once that is decided."""
    whole = counted.wholes.get(contest)
    return whole.winners[0] if whole is not None and whole.decided and whole.winners else None
