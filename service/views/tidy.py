"""A night as tidy tables: one row for each candidate in each area, each area, each party in each contest, each seat.

They are made from what is published and nothing else: what the desk holds is in none of them. Lines end as RFC 4180
says, votes are whole numbers, what is not known is left empty, `elected`, `declared` and the like say yes or no.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from service.election import Body, Election
from service.ids import BodyId
from service.standings.wire import JSON
from service.views.shown import Place
from service.views.tables import plain

Row = Sequence[Any]

CANDIDATES: Final = (
    "contest", "area", "area_name", "candidate", "name", "party", "votes", "share", "change_points", "incumbent",
    "elected",
)  # fmt: skip
AREAS: Final = (
    "contest", "area", "name", "status", "declared", "kind", "revision", "source", "valid", "rejected", "ballots",
    "electorate", "turnout", "winner", "winner_party", "majority", "holder", "hold_or_gain", "gain_from",
)  # fmt: skip
PARTIES: Final = ("body", "contest", "party", "name", "votes", "share", "change_points", "seats")
SEATS: Final = ("body", "contest", "area", "seat", "party", "candidate", "name", "basis", "figure", "by_lot")

COLUMNS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {"candidates": CANDIDATES, "areas": AREAS, "parties": PARTIES, "seats": SEATS}
)
"""Every table and its columns, in their order."""


def tidy_tables(
    election: Election, standings: Mapping[BodyId, JSON], results: Mapping[Place, JSON]
) -> Mapping[str, bytes]:
    """Write every table, by its name, from standings by body and the areas about which something is published.

    Rows stand in the order of the election folder: contests, then areas; candidates as the area has them, the most
    votes first; seats of a list in the order in which they are allocated.
    """
    places = [
        (contest, area) for contest, of in election.contests.items() for area in of.areas if (contest, area) in results
    ]
    of_areas = [results[place] for place in places]
    bodies = [(election.bodies[body], standings[body]) for body in election.bodies]
    return {
        "candidates": _written(CANDIDATES, _candidates(of_areas)),
        "areas": _written(AREAS, _areas(of_areas)),
        "parties": _written(PARTIES, (row for body, said in bodies for row in _parties(body, said))),
        "seats": _written(SEATS, (row for body, said in bodies for row in _seats(election, body, said, results))),
    }


def _candidates(results: Iterable[JSON]) -> Iterator[Row]:
    for result in results:
        for row in result["candidates"]:
            own = (row[name] for name in CANDIDATES[3:])
            yield (result["contest"], result["area"], result["name"], *own)


def _areas(results: Iterable[JSON]) -> Iterator[Row]:
    for result in results:
        winner = result["winner"] or {}
        told = {**result, "winner": winner.get("candidate"), "winner_party": winner.get("party")}
        yield [told[name] for name in AREAS]


def _parties(body: Body, standings: JSON) -> Iterator[Row]:
    for contest in body.contests:
        for row in standings["parties"]:
            votes = row["votes"].get(contest, {})
            own = (votes.get(name) for name in ("votes", "share", "change_points"))
            yield (body.id, contest, row["party"], row["name"], *own, row["seats_by_contest"].get(contest))


def _seats(election: Election, body: Body, standings: JSON, results: Mapping[Place, JSON]) -> Iterator[Row]:
    """Give a body's seats as things stand: those of areas first, then of its lists; or who has the office.

    Where winning an area is a seat only within the cover of list votes, the lists have all seats, and areas none.
    """
    if body.office:
        for row in standings["candidates"]:
            if row["candidate"] == standings["elected"]:
                yield (body.id, None, None, 1, row["party"], row["candidate"], row["name"], "elected", None, False)
        return
    for contest in body.contests:
        for area in election.reporting(contest, body.id):
            result = results.get((contest, area))
            if result is not None and result["without_seat"] is None:
                yield from ((body.id, contest, area, None, *row) for row in _seats_of_area(result))
    for row in standings["allocation"]:
        own = (row[name] for name in ("figure", "by_lot"))
        yield (body.id, row["contest"], None, row["seat"], row["party"], None, None, "allocated", *own)


def _seats_of_area(result: JSON) -> Iterator[Row]:
    """Give an area's seats: who is elected, who is ahead, and those of which a party alone is known."""
    nameless: Counter[str] = Counter(result["seats_by_party"])
    for basis, named in (("elected", result["elected"]), ("ahead", result["leading"])):
        for each in named:
            nameless[each["party"]] -= 1
            yield each["party"], each["candidate"], each["name"], basis, None, False
    for party in sorted(+nameless):
        for _ in range(nameless[party]):
            yield party, None, None, "elected" if result["declared"] else "ahead", None, False


def _written(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(value) for value in row])
    return written.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value)
