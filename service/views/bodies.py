"""A body's rows as people read them: parties, candidates, seats as they were filled, what is in doubt."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from service.standings.wire import JSON
from service.views.dials import round_bar, share_bar
from service.views.projections import projection_bar, range_bar, span_bar

PARTIES_SHOWN_MAX: Final = 8
PARTIES_LISTED_MAX: Final = 20
"""On a body's own page; those with fewer votes are in its table of values (CSV)."""

SEATS_AROUND: Final = 12
"""On a list seat's page: so many before it and after it."""

CANDIDATES_SHOWN_MAX: Final = 12
CANDIDATES_LISTED_MAX: Final = 30
"""On the first page, and on a body's own."""

FIGURE_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party's line: what was published, the contest whose votes are shown, the bars drawn of them."""

    said: JSON
    votes: JSON
    parts: str
    bar: Markup
    projected: Markup


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A party's seats between the fewest and the most that are still possible, drawn with what is projected."""

    said: JSON
    at_least: int
    at_most: int
    bar: Markup


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate's line and bar."""

    said: JSON
    party: JSON
    bar: Markup
    projection: JSON | None
    projected: Markup


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat from a list: whose, by which figure (shown with two decimals), and who was how close."""

    seat: int
    party: JSON
    figure: str
    runner_up: JSON | None
    votes_short: int | None
    by_lot: bool


@dataclass(frozen=True, slots=True)
class SeatWorking:
    """Why a seat went where it did. `divisor` is by what the votes were divided, None where the rule is another."""

    row: SeatRow
    votes: int | None
    divisor: str | None
    exact: str
    contest: str
    rows: tuple[SeatRow, ...]
    next_in_line: tuple[tuple[JSON, int | None], ...]


def votes_contest(standings: JSON) -> str:
    """Give the contest whose votes stand for the parties' strength: the one that adds up, else the first."""
    whole = [contest for contest in standings["contests"] if contest["scope"] == "whole"]
    return str((whole or standings["contests"])[0]["contest"])


def party_rows(standings: JSON, *, all_of_them: bool) -> list[PartyRow]:
    """Give a line for each party with seats, a change or votes; the strongest few, or all of them."""
    contest = votes_contest(standings)
    lively = lively_parties(standings)
    shown = lively[: parties_max(all_of_them=all_of_them)]
    most = max((row["votes"][contest]["share"] or 0 for row in lively), default=0)
    seats = standings["seats"]["total"] or 1
    high = max((row["projection"]["seats"]["high"] for row in lively if row["projection"]), default=0)
    return [
        PartyRow(
            said=row,
            votes=row["votes"][contest],
            parts=_parts(standings, row),
            bar=share_bar(row["votes"][contest]["share"], row["votes"][contest]["change_points"], row["colour"], most),
            projected=projection_bar(
                row["projection"], row["colour"], min(seats, round(high * 1.1) + 1), standings["seats"]["lines"]
            )
            if row["projection"]
            else Markup(),
        )
        for row in shown
    ]


def lively_parties(standings: JSON) -> list[JSON]:
    """Give the parties that have seats, a change, votes, or a chance of a seat: the strongest first."""
    contest = votes_contest(standings)
    return [
        row
        for row in standings["parties"]
        if row["seats"] or row["change"] or row["votes"][contest]["votes"] or _may_win(row)
    ]


def parties_max(*, all_of_them: bool) -> int:
    """Give how many parties have a line of their own: on the first page, or (all of them) on a body's own."""
    return PARTIES_LISTED_MAX if all_of_them else PARTIES_SHOWN_MAX


def span_rows(standings: JSON) -> list[SpanRow]:
    """Give a line for each party that may have a seat: at least, as things stand, at most, projected."""
    certain, total = standings["certain"]["seats"], standings["seats"]["total"]
    if total is None:
        return []
    rows = [(row, certain.get(row["party"])) for row in standings["parties"]]
    known = [(row, span) for row, span in rows if span and span["at_most"]]
    lively = [(row, span) for row, span in known if row["seats"] or span["at_least"] or _may_win(row)]
    return [
        SpanRow(
            row,
            span["at_least"],
            span["at_most"],
            span_bar(row, (span["at_least"], span["at_most"]), total, standings["seats"]["lines"]),
        )
        for row, span in (lively or known)[:PARTIES_SHOWN_MAX]
    ]


def other_changes(standings: JSON) -> list[JSON]:
    """Give the parties whose change against the eve of poll is another than that against the last election."""
    return [
        row
        for row in standings["parties"]
        if row["changes"]["eve"] is not None and row["changes"]["eve"] != row["change"]
    ]


def _may_win(row: JSON) -> bool:
    return bool(row["projection"] and row["projection"]["seats"]["high"])


def _parts(standings: JSON, row: JSON) -> str:
    """Say how many seats come from which contest, where there are several."""
    by_contest = row["seats_by_contest"]
    if len(by_contest) < 2 or row["seats"] is None:  # noqa: PLR2004 - nothing to tell apart
        return ""
    names = {contest["contest"]: contest["name"] for contest in standings["contests"]}
    return ", ".join(f"{names[contest]} {seats}" for contest, seats in by_contest.items() if seats is not None)


def candidate_rows(standings: JSON, *, all_of_them: bool = False) -> list[CandidateRow]:
    """Give a line for each candidate for an office, with one bar for both rounds; the strongest few, or all of them."""
    parties = {row["party"]: row for row in standings["parties"]}
    shown = standings["candidates"][: CANDIDATES_LISTED_MAX if all_of_them else CANDIDATES_SHOWN_MAX]
    most = max((row.get("total") or row["votes"] or 0 for row in shown), default=0)
    # Where nothing is projected of candidates, there is no such field.
    projections = [row.get("projection") for row in shown]
    high = max((ended_with(each)["high"] for each in projections if each), default=0)
    return [
        CandidateRow(
            said=row,
            party=parties[row["party"]],
            bar=round_bar(row, parties[row["party"]]["colour"], most),
            projection=projection,
            projected=range_bar(ended_with(projection), parties[row["party"]]["colour"], high, f"{row['name']}: votes")
            if projection
            else Markup(),
        )
        for row, projection in zip(shown, projections, strict=True)
    ]


def ended_with(projection: JSON) -> JSON:
    """Give the votes that a candidate is projected to end with: after second preferences, else first preferences."""
    ended: JSON = projection["final"] or projection["first"]
    return ended


def share_rows(standings: JSON) -> list[tuple[JSON, JSON, Markup]]:
    """Give a line for each party of a projected national share: the party, its range, and that drawn."""
    shares = (standings.get("national_share") or {}).get("parties", {})
    rows = [(row, shares[row["party"]]) for row in standings["parties"] if row["party"] in shares]
    high = max((span["high"] for _, span in rows), default=0)
    strongest = sorted(rows, key=lambda each: -each[1]["median"])[:PARTIES_SHOWN_MAX]
    return [(row, span, range_bar(span, row["colour"], high, f"{row['name']}: share")) for row, span in strongest]


def allocation_rows(standings: JSON) -> list[SeatRow]:
    """Give a line for each seat from a list, in the order in which they were filled."""
    parties = {row["party"]: row for row in standings["parties"]}
    return [
        SeatRow(
            seat=row["seat"],
            party=parties[row["party"]],
            figure=_figure(Fraction(row["figure"])),
            runner_up=parties[row["runner_up"]] if row["runner_up"] else None,
            votes_short=row["votes_short"],
            by_lot=row["by_lot"],
        )
        for row in standings["allocation"]
    ]


def seat_working(standings: JSON, seat: int) -> SeatWorking | None:
    """Explain one seat from what was published; None where no such seat is allocated from a list."""
    rows = allocation_rows(standings)
    found = next((row for row in standings["allocation"] if row["seat"] == seat), None)
    if found is None:
        return None
    own = next(row for row in rows if row.seat == seat)
    votes = own.party["votes"][found["contest"]]["votes"]
    figure = Fraction(found["figure"])
    divisor = Fraction(votes) / figure if votes and figure else None
    parties = {row["party"]: row for row in standings["parties"]}
    names = {contest["contest"]: contest["name"] for contest in standings["contests"]}
    return SeatWorking(
        row=own,
        votes=votes,
        divisor=str(divisor) if divisor is not None and divisor.denominator == 1 else None,
        exact=found["figure"],
        contest=names[found["contest"]],
        rows=tuple(row for row in rows if abs(row.seat - seat) <= SEATS_AROUND),
        next_in_line=tuple((parties[near["party"]], near["votes_short"]) for near in standings["next_in_line"]),
    )


def _figure(exact: Fraction) -> str:
    """Show a figure with two decimals; whole ones without. Decimals are cut off, never rounded up past another."""
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    cut = exact.numerator * 10**FIGURE_DECIMALS // exact.denominator
    return f"{cut // 10**FIGURE_DECIMALS:,}.{cut % 10**FIGURE_DECIMALS:0{FIGURE_DECIMALS}}"
