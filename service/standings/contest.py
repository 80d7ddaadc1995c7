"""One contest as one body sees it: its own areas, the seats and votes in them, and what they were last time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from service.election import Body, Contest, Election
from service.ids import AreaId, ContestId, PartyId
from service.standings.area import AreaOutcome
from service.standings.shares import by_party, shares
from service.standings.whole import WholeOutcome, seats_before, shares_now, votes_before
from service.totals import Figures, add_up


@dataclass(frozen=True, slots=True)
class Counted:
    """All contests of an election as counted: areas by contest, and the contests whose areas add up."""

    areas: Mapping[ContestId, Mapping[AreaId, AreaOutcome]]
    wholes: Mapping[ContestId, WholeOutcome]


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest in a body: seats by party as things stand (None: nothing in), gains and losses, votes and shares.

    `filled` are seats declared; `with_figures` counts areas whose figures are added; None means not known throughout.
    """

    contest: Contest
    areas: tuple[AreaId, ...]
    declared: frozenset[AreaId]
    seats: Mapping[PartyId, int] | None
    filled: int
    gains: Mapping[PartyId, int] | None
    losses: Mapping[PartyId, int] | None
    votes: Mapping[PartyId, int] | None
    share_now: Mapping[PartyId, Fraction]
    share_before: Mapping[PartyId, Fraction]
    figures: Figures | None
    with_figures: int
    decided: bool


def views_of(election: Election, body: Body, counted: Counted) -> list[ContestView]:
    """See each of a body's contests, in their order."""
    views: list[ContestView] = []
    for name in body.contests:
        contest = election.contests[name]
        if contest.scope == "area":
            views.append(_by_areas(election, body, contest, counted.areas[name]))
        else:
            views.append(_as_whole(election, counted.wholes[name], views))
    return views


def _by_areas(election: Election, body: Body, contest: Contest, outcomes: Mapping[AreaId, AreaOutcome]) -> ContestView:
    areas = election.reporting(contest.id, body.id)
    seats: Counter[PartyId] = Counter()
    gains: Counter[PartyId] = Counter()
    losses: Counter[PartyId] = Counter()
    comparable = True
    for area in areas:
        outcome = outcomes[area]
        if not outcome.seats:
            continue
        seats.update(outcome.seats)
        last = election.last(contest.id, area)
        before = {party: number for party, number in last.seats.items() if number is not None} if last else {}
        comparable = comparable and bool(before)
        gains.update({party: max(0, number - before.get(party, 0)) for party, number in outcome.seats.items()})
        losses.update({party: max(0, number - outcome.seats.get(party, 0)) for party, number in before.items()})
    full = [area for area in areas if (of := outcomes[area].figures) is not None and of.all_votes]
    votes = _party_votes(election, contest, outcomes, full)
    declared = frozenset(area for area in areas if outcomes[area].declared)
    parts = [of for area in full if (of := outcomes[area].figures) is not None]
    return ContestView(
        contest=contest,
        areas=areas,
        declared=declared,
        seats=dict(seats) if seats or not areas else None,
        filled=sum(outcomes[area].decided for area in areas),
        gains=gains if comparable and seats else None,
        losses=losses if comparable and seats else None,
        votes=votes,
        share_now=shares(votes),
        share_before=shares(votes_before(election, contest, full)),
        figures=add_up(parts, ()),
        with_figures=len(full),
        decided=len(declared) == len(areas) and not any(outcomes[area].ties for area in areas),
    )


def _party_votes(
    election: Election, contest: Contest, outcomes: Mapping[AreaId, AreaOutcome], full: Iterable[AreaId]
) -> dict[PartyId, int] | None:
    """Add votes by party over the areas whose candidates all have figures, None where there are none."""
    rows: list[tuple[PartyId, int | None]] = []
    for area in full:
        figures = outcomes[area].figures
        standing = election.standing(contest.id, area)
        rows.extend((standing[choice].party, votes) for choice, votes in (figures.votes if figures else {}).items())
    return by_party(rows) or None


def _as_whole(election: Election, whole: WholeOutcome, earlier: Iterable[ContestView]) -> ContestView:
    contest = whole.contest
    standing = election.candidates.get((contest.id, None), {})
    winners = Counter(standing[winner].party for winner in whole.winners)
    seats = dict(winners) if winners else None
    before = seats_before(election, contest)
    counted_areas = {part for area in whole.areas for part in election.covered_by(contest.id, area)}
    votes = by_party(
        (standing[choice].party, votes) for choice, votes in (whole.figures.votes if whole.figures else {}).items()
    )
    leads_decided = all(view.decided for view in earlier if view.contest.id == contest.follows)
    decided = whole.decided and leads_decided
    both = before is not None and seats is not None
    parties = sorted({*(seats or {}), *(before or {})})
    return ContestView(
        contest=contest,
        areas=election.reporting(contest.id),
        declared=whole.declared_areas,
        seats=seats,
        filled=sum((seats or {}).values()) if decided else 0,
        gains={of: max(0, (seats or {}).get(of, 0) - (before or {}).get(of, 0)) for of in parties} if both else None,
        losses={of: max(0, (before or {}).get(of, 0) - (seats or {}).get(of, 0)) for of in parties} if both else None,
        votes=votes or None,
        share_now=shares_now(election, whole),
        share_before=shares(votes_before(election, contest, counted_areas)),
        figures=whole.figures,
        with_figures=len(counted_areas),
        decided=decided,
    )
