"""Seats of a body drawn one by one: a hemicycle, blocks for small bodies, a bar where there is little room."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from markupsafe import Markup

from service.ids import BodyId
from service.standings.wire import JSON
from service.views.shown import Shown
from service.views.svg import drawing, element, legible
from service.views.words import readable_on

Firmness = Literal["declared", "certain", "ahead"]

BLOCKS_MAX: Final = 12
"""Bodies of up to so many seats are drawn as blocks: a hemicycle of fewer is no shape."""

LETTERS_RADIUS_MIN: Final = 8.0
"""Seats of at least this radius carry their party's letters."""

LETTERS_MAX: Final = 5
LETTERS_WIDTH: Final = 2.3
"""Letters of a party on a seat: how many, and the size at which so many of them fill a disc's width."""

WIDTH: Final = 400.0
HEIGHT: Final = 242.0
CENTRE: Final = (200.0, 222.0)
INNER: Final = 76.0
OUTER: Final = 174.0
RADIUS_MAX: Final = 22.0
"""What still fits into the drawing beside the outermost row."""

BLOCK: Final = 36.0

DRAWN_KEPT: Final = 4096
"""Seats kept as drawn: those of the largest bodies, for most of them stay as they are from one count to the next."""


@dataclass(frozen=True, slots=True)
class PartySeats:
    """A party's seats by how firm they are: declared, certain beside those, and those where it is only ahead."""

    party: str
    name: str
    short: str
    colour: str
    declared: int
    certain: int
    ahead: int

    @property
    def all(self) -> int:
        """All its seats as things stand."""
        return self.declared + self.certain + self.ahead

    @property
    def words(self) -> str:
        """Say them."""
        parts = [("declared", self.declared), ("certain", self.certain), ("ahead", self.ahead)]
        return f"{self.name} {self.all}: " + ", ".join(f"{number} {word}" for word, number in parts if number)


def party_seats(shown: Shown, standings: JSON) -> list[PartySeats]:
    """Tell a body's seats apart by how firm they are, party by party in the order of the standings."""
    declared = _declared(shown, standings)
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


def seats_drawn(shown: Shown, standings: JSON) -> Markup:
    """Draw the seats of a body: blocks for a small one, a hemicycle otherwise; nothing if their number is unknown."""
    total = standings["seats"]["total"]
    if total is None:
        return Markup()
    rows = party_seats(shown, standings)
    return _blocks(standings, rows) if total <= BLOCKS_MAX else _hemicycle(standings, rows)


def _label(standings: JSON, rows: Sequence[PartySeats]) -> str:
    said = "; ".join(row.words for row in rows) or "no seats yet"
    lines = ", ".join(f"{line['name']} {line['seats']}" for line in standings["seats"]["lines"])
    return f"{standings['name']}, {standings['seats']['total']} seats. {said}." + (f" Lines: {lines}." if lines else "")


def _seats(rows: Sequence[PartySeats]) -> Iterator[tuple[tuple[str, str, str], Firmness]]:
    """Give every seat that is filled, in order: its party's name, letters and colour, and how firm it is."""
    for row in rows:
        for firmness, number in (("declared", row.declared), ("certain", row.certain), ("ahead", row.ahead)):
            for _ in range(number):
                yield (row.name, row.short, row.colour), firmness  # type: ignore[misc]  # the three words are the three of Firmness


def _hemicycle(standings: JSON, rows: Sequence[PartySeats]) -> Markup:
    total = standings["seats"]["total"]
    places, radius = hemicycle_places(total)
    filled = list(_seats(rows))
    parts: list[Markup] = []
    for line in standings["seats"]["lines"]:
        parts += _line(places, radius, line["seats"], f"{line['name']} {line['seats']}")
    parts += [_seat(places[number][:2], radius, *filled[number]) for number in range(min(len(filled), total))]
    parts += [element("circle", cx=x, cy=y, r=radius * 0.3, class_="open") for x, y, _ in places[len(filled) :]]
    parts.append(
        element(
            "text",
            str(standings["seats"]["filled"]),
            x=CENTRE[0],
            y=CENTRE[1] - 22,
            class_="figure",
            text_anchor="middle",
        )
    )
    parts.append(
        element("text", f"of {total} declared", x=CENTRE[0], y=CENTRE[1] - 4, class_="caption", text_anchor="middle")
    )
    return drawing(WIDTH, HEIGHT, _label(standings, rows), *parts, class_="hemicycle")


@lru_cache(maxsize=64)
def hemicycle_places(total: int) -> tuple[list[tuple[float, float, float]], float]:
    """Lay seats out in rows of a half circle: x, y and angle of each, from the left round to the right, and a radius.

    Rows lie as far from one another as seats in a row, as nearly as whole numbers allow.
    """
    depth = (OUTER - INNER) / OUTER
    ratio = depth / (math.pi * (1 - depth / 2))
    number = max(1, round((1 + math.sqrt(1 + 4 * ratio * total)) / 2))
    radii = [INNER + (OUTER - INNER) * row / max(1, number - 1) for row in range(number)] if number > 1 else [OUTER]
    shares = [total * radius / sum(radii) for radius in radii]
    sizes = [int(share) for share in shares]
    for row in sorted(range(number), key=lambda row: sizes[row] - shares[row])[: total - sum(sizes)]:
        sizes[row] += 1
    places = []
    for size, radius in zip(sizes, radii, strict=True):
        for seat in range(size):
            angle = math.pi * (1 - (seat + 0.5) / size)
            places.append((CENTRE[0] + radius * math.cos(angle), CENTRE[1] - radius * math.sin(angle), angle))
    between_rows = (OUTER - INNER) / max(1, number - 1)
    in_row = min(math.pi * radius / size for size, radius in zip(sizes, radii, strict=True) if size)
    return sorted(places, key=lambda place: (-place[2], place[0])), min(RADIUS_MAX, 0.44 * min(between_rows, in_row))


def _line(places: Sequence[tuple[float, float, float]], radius: float, seats: int, name: str) -> Iterator[Markup]:
    """Draw a line before the seat with which a party reaches it, behind the seats, its name outside the circle."""
    if not 1 < seats <= len(places):
        return
    angle = (places[seats - 2][2] + places[seats - 1][2]) / 2
    ends = [
        (CENTRE[0] + reach * math.cos(angle), CENTRE[1] - reach * math.sin(angle))
        for reach in (INNER - 16, OUTER + radius + 8)
    ]
    yield element("line", x1=ends[0][0], y1=ends[0][1], x2=ends[1][0], y2=ends[1][1], class_="line")
    across = math.cos(angle)
    anchor = "middle" if abs(across) < 0.3 else "start" if across > 0 else "end"  # noqa: PLR2004 - about overhead
    x = min(max(ends[1][0], 4.0), WIDTH - 4)
    yield element("text", name, x=x, y=max(ends[1][1] - 3, 9.0), class_="line-name", text_anchor=anchor)


@lru_cache(maxsize=DRAWN_KEPT)
def _seat(place: tuple[float, float], radius: float, party: tuple[str, str, str], firmness: Firmness) -> Markup:
    """Draw one seat: a full disc declared, a disc with a ring certain, a ring alone where a party is only ahead.

    `party` is its name, its letters and its colour.
    """
    x, y = place
    name, short, own = party
    colour = legible(own)
    title = letters = Markup()  # many small seats are told by the drawing's label alone
    if radius >= LETTERS_RADIUS_MIN:
        title = element("title", f"{name}, {firmness}")
        on = readable_on(own) if firmness != "ahead" else colour
        room = 0.76 if firmness == "ahead" else 1.0  # inside the ring
        size = radius * room * min(0.9, LETTERS_WIDTH / len(short[:LETTERS_MAX]))
        letters = element(
            "text",
            short[:LETTERS_MAX],
            x=x,
            y=y + size * 0.36,
            font_size=size,
            fill=on,
            text_anchor="middle",
            class_="letters",
        )
    if firmness == "ahead":
        disc = element(
            "circle",
            cx=x,
            cy=y,
            r=radius * 0.84,
            fill="none",
            stroke=colour,
            stroke_width=radius * 0.26,
            stroke_dasharray=f"{radius * 0.55:.1f} {radius * 0.25:.1f}",
        )
        return element("g", title, disc, letters)
    disc = element("circle", cx=x, cy=y, r=radius * 0.94, fill=own, stroke=colour, stroke_width=radius * 0.1)
    ring = element("circle", cx=x, cy=y, r=radius * 0.74, class_="ring", stroke_width=radius * 0.14)
    parts = [title, disc, ring if firmness == "certain" else Markup(), letters]
    return element("g", *parts) if any((title, letters, firmness == "certain")) else disc


def _blocks(standings: JSON, rows: Sequence[PartySeats]) -> Markup:
    total, filled = standings["seats"]["total"], list(_seats(rows))
    parts = []
    for number in range(total):
        x = number * (BLOCK + 6) + BLOCK / 2 + 2
        if number < len(filled):
            parts.append(_seat((x, BLOCK / 2 + 2), BLOCK / 2, *filled[number]))
        else:
            parts.append(element("circle", cx=x, cy=BLOCK / 2 + 2, r=BLOCK * 0.16, class_="open"))
    below = 0.0
    for line in standings["seats"]["lines"]:
        x = (line["seats"] - 1) * (BLOCK + 6) - 1.0
        below = 16.0
        parts.append(element("line", x1=x, y1=0.0, x2=x, y2=BLOCK + 8, class_="line"))
        parts.append(element("text", f"{line['name']} {line['seats']}", x=x, y=BLOCK + 18, class_="line-name"))
    return drawing(total * (BLOCK + 6), BLOCK + 4 + below, _label(standings, rows), *parts, class_="blocks")


def seat_bar(shown: Shown, standings: JSON, width: float = 300.0, height: float = 22.0) -> Markup:
    """Draw a body's seats to scale in one bar, declared ones full, others hatched, with the lines across it."""
    rows = party_seats(shown, standings)
    total = standings["seats"]["total"] or sum(row.all for row in rows)
    parts: list[Markup] = [element("rect", x=0.0, y=4.0, width=width, height=height - 8, class_="trough")]
    drawn = 0
    for row in rows:
        for number, firm in ((row.declared + row.certain, True), (row.ahead, False)):
            if not number or not total:
                continue
            x, wide = drawn * width / total, number * width / total
            parts.append(
                element(
                    "rect",
                    element("title", row.words),
                    x=x + 0.4,
                    y=4.0 if firm else 7.0,
                    width=max(0.8, wide - 0.8),
                    height=height - 8 if firm else height - 14,
                    fill=row.colour if firm else "none",
                    stroke=legible(row.colour),
                    stroke_width=0.8 if firm else 1.6,
                )
            )
            if wide > 8 + 7 * len(row.short) and firm:
                parts.append(
                    element(
                        "text",
                        f"{row.short}",
                        x=x + wide / 2,
                        y=height / 2 + 3.4,
                        fill=readable_on(row.colour),
                        text_anchor="middle",
                        font_size=9.5,
                        class_="letters",
                    )
                )
            drawn += number
    for line in standings["seats"]["lines"]:
        x = (line["seats"] - 0.5) * width / total if total else 0.0
        parts.append(element("line", x1=x, y1=0.0, x2=x, y2=height, class_="line"))
    return drawing(width, height, _label(standings, rows), *parts, class_="bar")
