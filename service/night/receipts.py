"""Receipts: what became of a source's last message about an area."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from service.findings import Finding
from service.messages import Count
from service.night.said import KeptOut, Said
from service.totals import CLASSES, AreaStanding, same_figures

Verdict = Literal["accepted", "held", "superseded", "quarantined"]


@dataclass(frozen=True, slots=True)
class LastMessage:
    """A source's last message about an area: at which record, and whether it said what was on record already."""

    sequence: int
    count: Count
    kept: KeptOut | None
    duplicate: bool


def receipt(said: Said, standing: AreaStanding, last: LastMessage) -> dict[str, Any]:
    """Say what became of a message, with reasons."""
    verdict, reasons = _judge(said, standing, last)
    return {
        "election": said.election.id,
        "contest": last.count.contest,
        "area": last.count.area,
        "source": last.count.source,
        "revision": last.count.revision,
        "kind": last.count.kind,
        "content": last.count.content(),
        "sequence": last.sequence,
        "duplicate": last.duplicate,
        "status": verdict,
        "reasons": [finding.as_json() for finding in reasons],
    }


def _judge(said: Said, standing: AreaStanding, last: LastMessage) -> tuple[Verdict, Iterable[Finding]]:
    count, content = last.count, last.count.content()
    decision = said.decision_on(content)
    if decision == "hold":
        return "held", ()
    if last.kept is not None and not (decision == "release" and last.kept.releasable):
        return "quarantined", last.kept.findings
    if decision == "reject":
        return "quarantined", ()
    if _counts(standing, count, content):
        return "accepted", [finding for finding in standing.findings if finding.code != "W104"]
    disputes = [finding for finding in standing.findings if finding.code == "W104"]
    return ("held", disputes) if disputes and standing.disputed else ("superseded", ())


def _counts(standing: AreaStanding, count: Count, content: str) -> bool:
    """Say whether a message is part of what stands: as the figures, or as another source that says the same."""
    match count.kind:
        case "withdrawal":
            return True
        case "state":
            return standing.state == count.state
        case "rush":
            return not standing.declared and bool({count.winner, *(count.elected or ())} & {*standing.announced})
    if standing.content == content:
        return True
    figures = standing.figures
    return (
        figures is not None
        and count.source in standing.agreeing[1:]
        and CLASSES[figures.kind] == CLASSES[count.kind]
        and same_figures(figures, count)
    )
