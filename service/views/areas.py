"""An area in words, and how what we said about it changed through the night."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.standings.wire import JSON
from service.views.shown import Place, Said, Shown
from service.views.tile import STATES
from service.views.words import number, percent, signed


@dataclass(frozen=True, slots=True)
class Revision:
    """What we said about an area at a time: how firm it was, from whose message, who was first with how much."""

    at: str
    sequence: int
    status: str
    source: str
    votes: str
    first: str
    majority: str


def drawn_from(shown: Shown, place: Place) -> Sequence[object]:
    """Give all that an area's own part of its page is drawn from: while that is equal, so is the part.

    What was said about it before is on record by its results, of which the last is among it.
    """
    contest, area = place
    result = shown.results.get(place)
    projected = (
        (shown.standings[body]["projection"] or {"areas": {}})["areas"].get(area)
        for body in shown.election.bodies_of(contest, area)
        if body in shown.standings
    )
    covered = result is not None and result["without_seat"] is not None
    others = [other for (of, _), other in shown.results.items() if covered and of == contest]
    return result, shown.quarantine.get((str(contest), str(area))), *projected, others


def area_words(shown: Shown, result: JSON) -> str:
    """Say in a sentence what an area comes to."""
    return ", ".join(_words(shown, result)) + "."


def _words(shown: Shown, result: JSON) -> Iterator[str]:
    short = {party: of.short for party, of in shown.election.parties.items()}
    people = result["elected"] or result["leading"]
    yield STATES.get(result["status"], result["status"]).capitalize()
    if people:
        said = ", ".join(f"{who['name']} ({short[who['party']]})" for who in people)
        yield f"{said} {'elected' if result['elected'] else 'ahead'}"
    elif result["seats_by_party"]:
        yield ", ".join(f"{short[party]} {seats}" for party, seats in result["seats_by_party"].items())
    if result["hold_or_gain"] == "gain" and result["gain_from"]:
        yield f"gain from {short[result['gain_from']]}"
    elif result["hold_or_gain"]:
        yield str(result["hold_or_gain"])
    if result["majority"] is not None:
        yield f"majority {number(result['majority'])} ({percent(result['majority_share'])})"
    swing = result["swing"]
    if swing is not None:
        yield f"swing {abs(swing['points']):.1f} points from {short[swing['from']]} to {short[swing['to']]}"
    if result["turnout"] is not None:
        change = result["turnout_change_points"]
        yield f"turnout {percent(result['turnout'])}" + (f" ({signed(change)} points)" if change is not None else "")
    for who in result["defeated_incumbents"]:
        yield f"{who['name']} (sitting member) defeated"


def history_of(earlier: Sequence[Said]) -> list[Revision]:
    """Give what we said about an area each time that it differed from before, the newest first."""
    rows: list[Revision] = []
    for said in earlier:
        row = _revision(said)
        if not rows or (rows[-1].status, rows[-1].source, rows[-1].votes, rows[-1].first) != (
            row.status,
            row.source,
            row.votes,
            row.first,
        ):
            rows.append(row)
    return rows[::-1]


def _revision(said: Said) -> Revision:
    what = said.what
    people = what["elected"] or what["leading"]
    source = f"{what['source']} {what['revision']}" if what["source"] else ""
    return Revision(
        at=said.at,
        sequence=said.sequence,
        status=STATES.get(what["status"], what["status"]),
        source=source,
        votes=number(what["valid"]),
        first=", ".join(who["name"] for who in people),
        majority=number(what["majority"]),
    )
