"""Our standings held against the outcome that was published: the two must be equal, or somebody has to know why."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.standings.wire import StandingsOut


def differences(outcome: Mapping[str, Mapping[str, Any]], standings: Mapping[str, StandingsOut]) -> list[str]:
    """Say where standings differ from a published outcome, a sentence each; nothing means that they are equal.

    An outcome has, by body, some of: `seats` and `change` by party, `seats_by_contest` by contest and party, `control`,
    `elected`, `votes` by candidate as the count ended, and `complete = false` where it was published before the end.
    Parties that are not named have no seats.
    """
    said = []
    for body, published in outcome.items():
        if body not in standings:
            said.append(f"{body}: no standings of this body")
            continue
        said.extend(f"{body}: {what}" for what in _of_body(published, standings[body]))
    return said


def _of_body(published: Mapping[str, Any], standings: StandingsOut) -> Iterator[str]:
    if standings["complete"] is not published.get("complete", True):
        seats, state = standings["seats"], "complete" if standings["complete"] else "not complete"
        total = "an unknown number of" if seats["total"] is None else seats["total"]
        yield f"{state}: {seats['filled']} of {total} seats filled"
    rows = {row["party"]: row for row in standings["parties"]}
    if "seats" in published:
        yield from _rows("seats", published["seats"], {party: row["seats"] for party, row in rows.items()})
    for contest, seats in published.get("seats_by_contest", {}).items():
        ours = {party: row["seats_by_contest"].get(contest) for party, row in rows.items()}
        yield from _rows(f"{contest} seats", seats, ours)
    if "change" in published:
        yield from _rows("change", published["change"], {party: row["change"] for party, row in rows.items()})
    for name in ("control", "elected"):
        ours_named = {"control": standings["control"], "elected": standings["elected"]}[name]
        if name in published and ours_named != published[name]:
            yield f"{name}: {ours_named}, published {published[name]}"
    if "votes" in published:
        totals = {row["candidate"]: row.get("total") or row["votes"] for row in standings["candidates"]}
        for candidate, votes in published["votes"].items():
            if totals.get(candidate) != votes:
                yield f"votes of {candidate}: {totals.get(candidate)}, published {votes}"


def _rows(what: str, published: Mapping[str, int], ours: Mapping[str, int | None]) -> Iterator[str]:
    for party in sorted({*published, *(party for party, number in ours.items() if number)}):
        if ours.get(party) != published.get(party, 0):
            yield f"{what} of {party}: {ours.get(party)}, published {published.get(party, 0)}"
