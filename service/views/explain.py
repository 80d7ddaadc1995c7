"""The working behind standings, as tables that a person can follow: from a seat to its figure to its votes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from service.counting import (
    ANSWER,
    AveragesWorking,
    GermanyWorking,
    Outcome,
    PluralityWorking,
    RunOffWorking,
    Stage,
    StvWorking,
    SupplementaryWorking,
    Tie,
)
from service.election import Body, Candidate, Election
from service.ids import AreaId, CandidateId, ContestId
from service.standings import AreaOutcome, Counted, WholeOutcome
from service.standings.area import majority
from service.standings.shares import share, share_out, shares
from service.totals import Figures
from service.views.lands import explain_lands
from service.views.lists import areas_named, explain_averages
from service.views.words import NO_LOT_DECIDES, NOTHING, figure, number, percent

STAGES_A_TABLE: Final = 5
"""Stages beside one another: what fits in a terminal of 100 columns."""


@dataclass(frozen=True, slots=True)
class MessageBehind:
    """A message about an area: its record's number, when it came, what it was, and whether it counts."""

    sequence: int
    at: str
    source: str
    kind: str
    revision: int
    said: str
    counts: str


def explain_body(election: Election, body: Body, counted: Counted) -> Iterator[RenderableType]:
    """Explain a body: every contest's winners, or its table of rounds."""
    for name in body.contests:
        contest = election.contests[name]
        yield Text(f"{contest.name} ({contest.rule})", style="bold underline")
        if name in counted.wholes:
            yield from explain_whole(election, counted.wholes[name])
        else:
            yield _winners(election, name, election.reporting(name, body.id), counted)


def _winners(election: Election, contest: ContestId, areas: Sequence[AreaId], counted: Counted) -> Table:
    table = Table("area", "elected, or ahead", "as", box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("majority", justify="right")
    table.add_column("message", justify="right")
    without = counted.without_seat(contest)
    for area in areas:
        outcome = counted.areas[contest][area]
        standing = election.standing(contest, area)
        who = ", ".join(_named(election, standing[winner]) for winner in outcome.winners)
        seats = ", ".join(f"{election.parties[party].short} {held}" for party, held in sorted(outcome.seats.items()))
        lead = majority(outcome)
        gone = " - no seat" if area in without else ""
        revision = (
            f"{outcome.standing.figures.source} {outcome.standing.figures.revision}" if outcome.standing.figures else ""
        )
        table.add_row(
            election.areas[area].name, (who or seats or NOTHING) + gone, _firmness(outcome), number(lead), revision
        )
    return table


def _firmness(outcome: AreaOutcome) -> str:
    if outcome.standing.disputed and not outcome.winners:
        return "disputed"
    if outcome.standing.declared:
        return "declared"
    if outcome.standing.announced or outcome.standing.unopposed:
        return "announced, no figures"
    if outcome.winners or outcome.seats:
        return "ahead so far" if outcome.winners else "so far"
    return outcome.standing.state or "nothing in"


def explain_whole(election: Election, whole: WholeOutcome) -> Iterator[RenderableType]:
    """Explain a contest whose areas add up: which areas are added, and the working of its count."""
    names = areas_named(election, whole.areas) or "none yet"
    yield Text(f"added up from {len(whole.areas)} count{'s' if len(whole.areas) != 1 else ''}: {names}")
    if whole.outcome is None:
        yield Text("nothing to count yet")
        return
    yield from _working(election, whole)


def _working(election: Election, whole: WholeOutcome) -> Iterator[RenderableType]:
    assert whole.outcome is not None
    match whole.outcome.working:
        case AveragesWorking() as working:
            yield from explain_averages(election, whole.outcome, working)
        case GermanyWorking() as working:
            yield from explain_lands(election, whole, working)
        case SupplementaryWorking() as working:
            yield from _rounds(election, whole, working)
        case _:
            yield from _most_votes(election, whole)


def _most_votes(election: Election, whole: WholeOutcome) -> Iterator[RenderableType]:
    """Show everybody who stands, or both answers to a question, and the papers: most votes decide."""
    assert whole.outcome is not None
    assert whole.figures is not None
    standing, of = election.candidates.get((whole.contest.id, None), {}), whole.figures
    now = shares(of.all_votes)
    table = Table("candidate", box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("votes", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    for who in sorted(standing, key=lambda who: (-(of.votes.get(who) or 0), who)):
        mark = ("✔" if whole.decided else "ahead") if who in whole.winners else ""
        table.add_row(standing[who].name, number(of.votes.get(who)), percent(share_out(now.get(who))), mark)
    yield table
    working = whole.outcome.working
    lead = working.majority if isinstance(working, PluralityWorking) else None
    turnout = percent(share_out(share(of.ballots, of.electorate)))
    yield Text(f"{_papers(of)}, turnout {turnout}, majority {number(lead)}")
    yield from _ties(whole.outcome.ties)


def _papers(of: Figures) -> str:
    return (
        f"valid {number(of.valid)}, rejected {number(of.rejected)}, ballot papers {number(of.ballots)}, "
        f"electorate {number(of.electorate)}"
    )


def _rounds(election: Election, whole: WholeOutcome, working: SupplementaryWorking) -> Iterator[RenderableType]:
    standing = election.candidates.get((whole.contest.id, None), {})
    yield Text(f"{working.valid:,} valid first preferences; {working.needed:,} are more than half of them")
    table = Table("candidate", box=None, header_style="dim", padding=(0, 1, 0, 0))
    for each in working.rounds:
        table.add_column("first preferences" if each.number == 1 else "transferred + total", justify="right")
    for option in working.rounds[0].votes:
        cells = []
        for each in working.rounds:
            votes = each.votes.get(option)
            moved = f"{each.transfers.get(option, 0):,} + " if each.number > 1 else ""
            cells.append("out" if votes is None else f"{moved.replace(' + ', ' → ')}{votes:,}")
        elected = " ✔" if whole.winners == (CandidateId(option),) and whole.outcome and whole.outcome.seats else ""
        table.add_row(_named(election, standing[CandidateId(option)]) + elected, *cells)
    yield table
    last = working.rounds[-1]
    if last.number > 1:
        yield Text(
            f"{last.not_transferred:,} papers of those eliminated had no second preference for anybody remaining"
        )
    if working.awaiting_second_preferences:
        remaining = ", ".join(standing[CandidateId(option)].name for option in working.remaining)
        yield Text(f"nobody has more than half: second preferences are awaited for {remaining}", style="bold")


def explain_area(
    election: Election, outcome: AreaOutcome, messages: Iterable[MessageBehind]
) -> Iterator[RenderableType]:
    """Explain an area: its candidates' votes, its count stage by stage, what is odd, and the messages behind it."""
    standing = election.standing(outcome.contest, outcome.area)
    name = election.areas[outcome.area].name
    yield Text(f"{name}, {election.contests[outcome.contest].name}: {_firmness(outcome)}", style="bold")
    votes = outcome.figures.votes if outcome.figures else {}
    table = Table("candidate", box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("votes", justify="right")
    table.add_column("")
    ordered = sorted(standing, key=lambda who: (who not in outcome.winners, -(votes.get(who) or 0), who))
    for who in ordered:
        mark = ("✔ elected" if outcome.declared else "ahead") if who in outcome.winners else ""
        table.add_row(_named(election, standing[who]), number(votes.get(who)), mark)
    yield table
    if outcome.figures is not None:
        yield Text(f"{_papers(outcome.figures)}, majority {number(majority(outcome))}")
    if outcome.outcome is not None:
        yield from _stages(standing, outcome.outcome)
    yield from _ties(outcome.ties)
    for finding in outcome.findings:
        yield Text(f"{finding.code} {finding.sentence}")
    yield _messages(messages)


def _ties(ties: Iterable[Tie]) -> Iterator[RenderableType]:
    for tie in ties:
        each = f"{', '.join(tie.options)}, {figure(tie.figure)} each"
        level = f"level: {each}. {NO_LOT_DECIDES}"
        yield Text(level if tie.at == ANSWER else f"a lot has to be drawn for {tie.at}: {each}", style="bold")


def _stages(standing: Mapping[CandidateId, Candidate], outcome: Outcome) -> Iterator[RenderableType]:
    match outcome.working:
        case StvWorking() as working:
            yield Text(f"{working.valid:,} valid papers; quota {figure(working.quota)}")
            for start in range(0, len(working.stages), STAGES_A_TABLE):
                yield _stage_table(standing, working.stages[start : start + STAGES_A_TABLE])
            for stage in working.stages:
                yield from _tie_breaks(stage)
        case RunOffWorking() as working:
            for each in working.rounds:
                counts = ", ".join(f"{option} {votes:,}" for option, votes in each.votes.items())
                yield Text(f"round {each.number}: {counts}")


def _stage_table(standing: Mapping[CandidateId, Candidate], stages: Sequence[Stage]) -> Table:
    table = Table("", box=None, header_style="dim", padding=(0, 1, 0, 0))
    for stage in stages:
        table.add_column(
            f"stage {stage.number}\n{stage.action}\n{', '.join(_short(who) for who in stage.sources)}", justify="right"
        )
    for option in sorted(stages[0].votes, key=lambda who: (-stages[0].votes[who], who)):
        cells = []
        for stage in stages:
            mark = " ✔" if option in stage.elected else " ✘" if option in stage.excluded else ""
            cells.append(figure(stage.votes[option]) + mark)
        table.add_row(standing[CandidateId(option)].name, *cells)
    table.add_row("not transferable", *(figure(stage.non_transferable) for stage in stages), style="dim")
    table.add_row("lost to rounding", *(figure(stage.lost_to_rounding) for stage in stages), style="dim")
    return table


def _short(option: str) -> str:
    return option.rsplit("-", 1)[0]


def _tie_breaks(stage: Stage) -> Iterator[RenderableType]:
    for tie in stage.tie_breaks:
        by = "by lot" if tie.looked_back_to is None else f"by the votes at stage {tie.looked_back_to}"
        yield Text(f"stage {stage.number}: {', '.join(tie.level)} level for {tie.decision}; {tie.chosen} chosen {by}")


def _messages(messages: Iterable[MessageBehind]) -> RenderableType:
    table = Table("record", "came", "source", "kind", box=None, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("revision", justify="right")
    table.add_column("says")
    table.add_column("")
    for each in messages:
        table.add_row(str(each.sequence), each.at, each.source, each.kind, str(each.revision), each.said, each.counts)
    return table if table.row_count else Text("no message about this area")


def _named(election: Election, candidate: Candidate) -> str:
    return f"{candidate.name} ({election.parties[candidate.party].short})"
