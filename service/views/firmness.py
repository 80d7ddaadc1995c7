"""A body's seats by party and by how firm they are: declared, certain, or only ahead as things stand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.ids import BodyId
from service.standings.wire import JSON
from service.views.marks import Shape, letters_of, shapes_of
from service.views.shown import Shown

Firmness = Literal["declared", "certain", "ahead"]


@dataclass(frozen=True, slots=True)
class PartySeats:
    """A party's seats by how firm they are: declared, certain beside those, and those where it is only ahead."""

    party: str
    name: str
    short: str
    colour: str
    shape: Shape
    letters: str
    declared: int
    certain: int
    ahead: int

    @property
    def all(self) -> int:
        """All its seats as things stand."""
        return self.declared + self.certain + self.ahead

    @property
    def by_firmness(self) -> Iterator[tuple[Firmness, int]]:
        """Give them by how firm they are, the firmest first."""
        yield "declared", self.declared
        yield "certain", self.certain
        yield "ahead", self.ahead

    @property
    def words(self) -> str:
        """Say them."""
        return f"{self.name} {self.all}: " + ", ".join(
            f"{number} {word}" for word, number in self.by_firmness if number
        )


def party_seats(shown: Shown, standings: JSON) -> list[PartySeats]:
    """Tell a body's seats apart by how firm they are, party by party in the order of the standings."""
    declared = _declared(shown, standings)
    shapes, letters = shapes_of(shown.election), letters_of(shown.election)
    rows = []
    for row in standings["parties"]:
        seats = row["seats"] or 0
        if not seats:
            continue
        said = min(seats, declared[row["party"]])
        at_least = standings["certain"]["seats"].get(row["party"], {"at_least": 0})["at_least"]
        certain = max(0, min(seats, at_least) - said)
        rows.append(
            PartySeats(
                party=row["party"],
                name=row["name"],
                short=row["short"],
                colour=row["colour"],
                shape=shapes[row["party"]],
                letters=letters[row["party"]],
                declared=said,
                certain=certain,
                ahead=seats - said - certain,
            )
        )
    return rows


def _declared(shown: Shown, standings: JSON) -> Counter[str]:
    """Count the seats that are declared: in areas that elect their own one by one, of a list once all of it is in."""
    if standings["complete"]:
        return Counter({row["party"]: row["seats"] or 0 for row in standings["parties"]})
    body = shown.election.bodies[BodyId(standings["body"])]
    declared: Counter[str] = Counter({str(party): seats for party, seats in body.seats_not_up.items()})
    for contest in standings["contests"]:
        if contest["scope"] == "whole" and contest["decided"]:
            declared.update(
                {row["party"]: row["seats_by_contest"][contest["contest"]] or 0 for row in standings["parties"]}
            )
    for place in shown.places_of(body.id):
        result = shown.results.get(place)
        if result is None or not result["declared"] or shown.election.contests[place[0]].scope != "area":
            continue
        # Where second votes have to cover a winner, winning is no seat before somebody is elected.
        if result["without_seat"] is None or result["elected"]:
            declared.update(result["seats_by_party"])
    return declared


def seats_words(standings: JSON, rows: Sequence[PartySeats]) -> str:
    """Say a body's seats and lines in words, for those who do not see the drawing."""
    said = "; ".join(row.words for row in rows) or "no seats yet"
    lines = ", ".join(f"{line['name']} {line['seats']}" for line in standings["seats"]["lines"])
    return f"{standings['name']}, {standings['seats']['total']} seats. {said}." + (f" Lines: {lines}." if lines else "")
