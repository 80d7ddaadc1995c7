"""Receipts: what became of a source's last message about an area."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self

from service.findings import Finding
from service.ids import ContentHash, SourceId
from service.messages import Count
from service.night.heading import Heading
from service.night.kept_out import KeptOut, Place
from service.night.said import Said
from service.standings import AreaOutcome
from service.totals import CLASSES, AreaStanding, same_figures

Receipt = dict[str, Any]
Verdict = Literal["accepted", "held", "superseded", "quarantined"]


@dataclass(frozen=True, slots=True)
class LastMessage:
    """A source's last message about an area: at which record, and whether it said what was on record already.

    `count` is None where it cannot be read.
    """

    sequence: int
    heading: Heading
    content: ContentHash
    count: Count | None
    kept: KeptOut | None
    duplicate: bool

    @classmethod
    def let_in(cls, sequence: int, count: Count, *, duplicate: bool) -> Self:
        """Give it for a count that passed scrutiny."""
        return cls(sequence, Heading.of(count), count.content(), count, None, duplicate)


class Receipts:
    """The present receipt of every source about every area."""

    def __init__(self, said: Said) -> None:
        self._said: Final = said
        self._last: Final[dict[Place, dict[SourceId, LastMessage]]] = {}
        self._present: Final[dict[tuple[SourceId, Place], Receipt]] = {}

    def present(self) -> Iterable[Receipt]:
        """Give them all."""
        return self._present.values()

    def judge(self, outcome: AreaOutcome, last: LastMessage | None, *, as_of: str) -> list[Receipt]:
        """Judge again every source's last message about an area; give the receipts that differ from before."""
        place = outcome.contest, outcome.area
        there = self._last.setdefault(place, {})
        if last is not None:
            there[last.heading.source] = last
        standing = replace(outcome.standing, findings=outcome.findings)
        fresh = []
        for source, message in sorted(there.items()):
            now = receipt(self._said, standing, message)
            before = self._present.get((source, place))
            if before is None or {**before, "as_of": as_of} != {**now, "as_of": as_of}:
                self._present[source, place] = {**now, "as_of": as_of}
                fresh.append(self._present[source, place])
        return fresh


def receipt(said: Said, standing: AreaStanding, last: LastMessage) -> Receipt:
    """Say what became of a message, with reasons."""
    verdict, reasons = _judge(said, standing, last)
    heading = last.heading
    return {
        "election": said.election.id,
        "contest": heading.contest,
        "area": heading.area,
        "source": heading.source,
        "revision": heading.revision,
        "kind": heading.kind,
        "content": last.content,
        "sequence": last.sequence,
        "duplicate": last.duplicate,
        "status": verdict,
        "reasons": [finding.as_json() for finding in reasons],
    }


def _judge(said: Said, standing: AreaStanding, last: LastMessage) -> tuple[Verdict, Iterable[Finding]]:
    count, decision = last.count, said.decision_on(last.content)
    if decision == "hold":
        return "held", ()
    corrected = said.corrected((last.heading.contest, last.heading.area), last.content, last.heading)
    if corrected is not None and corrected.corrected is not None:
        return "superseded", (corrected.corrected.finding,)
    if last.kept is not None and said.let_in_after_all(last.kept) is None:
        return "quarantined", last.kept.findings
    if decision == "reject" or count is None:
        return "quarantined", ()
    if _counts(standing, count, last.content):
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
