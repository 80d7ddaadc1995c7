"""One area's result as it is published."""

from dataclasses import dataclass

from service.counting import Stage, StvWorking
from service.election import Election
from service.findings import Finding
from service.ids import CandidateId
from service.standings.area import AreaOutcome, Compared, compare, majority
from service.standings.body import Stamp, ties_out, time_out
from service.standings.candidates import area_candidates
from service.standings.certain import certain_here, outstanding_in
from service.standings.shares import figure_out, points_out, share, share_out
from service.standings.whole import WholeOutcome
from service.standings.wire import CallOut, ElectedOut, ResultOut, StageOut, SwingOut


@dataclass(frozen=True, slots=True)
class AreaBeside:
    """What is said of an area beside what stands.

    How many contents are held; `findings` that its contest and the desk's call add; the contest that decides whether
    winning here is a seat (`covering`); the desk's `call`.
    """

    held: int = 0
    findings: tuple[Finding, ...] = ()
    covering: WholeOutcome | None = None
    call: CallOut | None = None


def result_of(election: Election, outcome: AreaOutcome, stamp: Stamp, beside: AreaBeside) -> ResultOut:
    """Say what is to be published about an area at one moment."""
    covering = beside.covering
    standing, figures = outcome.standing, outcome.figures
    # What a rush or a state says has a source too, where no figures stand.
    instead = standing.instead
    count = instead.statement.count if instead is not None else standing.figures
    against = compare(election, outcome)
    lead = majority(outcome) if standing.declared else None
    winners = [_person(election, outcome, winner) for winner in outcome.winners]
    without_seat = None if covering is None or not winners else outcome.area in covering.without_seat
    elected = outcome.declared and (covering is None or (covering.decided and not without_seat))
    return ResultOut(
        election=election.id,
        contest=outcome.contest,
        area=outcome.area,
        name=election.areas[outcome.area].name,
        as_of=stamp.as_of,
        sequence=stamp.sequence,
        digest=stamp.digest,
        status=_status(outcome),
        declared=outcome.declared,
        disputed=standing.disputed,
        held=beside.held,
        state=standing.state,
        expected_at=time_out(election, standing.expected_at),
        kind=count.kind if count else None,
        revision=count.revision if count else None,
        source=count.source if count else None,
        sources=len(standing.agreeing if instead is None else instead.agreeing),
        content=standing.content if instead is None else instead.statement.content,
        counted={"done": count.counted.done, "of": count.counted.of} if count and count.counted else None,
        winner=winners[0] if outcome.declared and len(winners) == 1 else None,
        elected=winners if elected else [],
        leading=[] if elected or without_seat else winners,
        without_seat=without_seat,
        certain=list(certain_here(election, outcome)),
        outstanding=outstanding_in(election, outcome),
        hold_or_gain=against.hold_or_gain,
        gain_from=against.gain_from,
        holder=against.holder,
        majority=lead,
        majority_share=share_out(share(lead, figures.valid)) if figures else None,
        swing=_swing(against),
        turnout=share_out(against.turnout),
        turnout_change_points=points_out(against.turnout_change),
        valid=figures.valid if figures else None,
        rejected=figures.rejected if figures else None,
        ballots=figures.ballots if figures else None,
        electorate=figures.electorate if figures else election.areas[outcome.area].electorate,
        candidates=area_candidates(election, outcome, against, elected=outcome.winners if elected else ()),
        stages=[stage_out(stage) for stage in _stages(outcome)],
        defeated_incumbents=[_person(election, outcome, who.id) for who in against.defeated],
        call=beside.call,
        seats_by_party=dict(sorted(outcome.seats.items())),
        ties=list(ties_out(outcome.contest, outcome.area, outcome.ties)),
        findings=[finding.as_json() for finding in (*outcome.findings, *beside.findings)],
    )


def _stages(outcome: AreaOutcome) -> tuple[Stage, ...]:
    working = outcome.outcome.working if outcome.outcome else None
    return working.stages if isinstance(working, StvWorking) else ()


def stage_out(stage: Stage) -> StageOut:
    """Print one stage of a transferable vote, its votes exactly."""
    return StageOut(
        stage=stage.number,
        action=stage.action,
        sources=list(stage.sources),
        quota=figure_out(stage.quota),
        votes={candidate: figure_out(votes) for candidate, votes in sorted(stage.votes.items())},
        elected=list(stage.elected),
        excluded=list(stage.excluded),
        non_transferable=figure_out(stage.non_transferable),
        lost_to_rounding=figure_out(stage.lost_to_rounding),
    )


def _status(outcome: AreaOutcome) -> str:
    """Say in a word where an area is: its own state first, then how firm what stands is."""
    standing = outcome.standing
    if standing.state is not None:
        return standing.state
    if standing.declared:
        return "declared"
    if standing.announced:
        return "announced"
    if standing.disputed:
        return "disputed"
    return "partial" if standing.figures is not None else "expected"


def _person(election: Election, outcome: AreaOutcome, candidate: CandidateId) -> ElectedOut:
    who = election.standing(outcome.contest, outcome.area)[candidate]
    return ElectedOut(candidate=who.id, name=who.name, party=who.party)


def _swing(against: Compared) -> SwingOut | None:
    swing = against.swing
    if swing is None:
        return None
    return SwingOut({"from": swing.giver, "to": swing.taker, "points": points_out(swing.points) or 0.0})
