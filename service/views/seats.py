"""Seats of a body drawn one by one: a half circle, or blocks for a small body.

A few seats are discs with their party's letters; many are drawn as its shape, with its letters and number beside them.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from service.standings.wire import JSON
from service.views.firmness import Firmness, PartySeats, party_seats, seats_words
from service.views.hemicycle import CENTRE, HEIGHT, MARGIN, WIDTH, hemicycle_places, line_across, names_around
from service.views.marks import drawn_as, outline
from service.views.shown import Shown
from service.views.svg import drawing, element, legible, readable
from service.views.words import readable_on

BLOCKS_MAX: Final = 12
"""Bodies of up to so many seats are drawn as blocks: a half circle of fewer is no shape."""

LETTERS_RADIUS_MIN: Final = 8.0
"""Seats of at least this radius carry their party's letters."""

LETTERS_MAX: Final = 5
LETTERS_WIDTH: Final = 2.3
"""Letters of a party on a seat: how many, and the size at which so many of them fill a disc's width."""

BLOCK: Final = 36.0

DRAWN_KEPT: Final = 4096
"""Seats kept as drawn: those of the largest bodies, for most of them stay as they are from one count to the next."""

Filled = tuple[PartySeats, Firmness]


def seats_drawn(shown: Shown, standings: JSON) -> Markup:
    """Draw the seats of a body: blocks for a small one, a half circle otherwise; nothing if their number is unknown."""
    total = standings["seats"]["total"]
    if total is None:
        return Markup()
    rows = party_seats(shown, standings)
    return _blocks(standings, rows) if total <= BLOCKS_MAX else _hemicycle(standings, rows)


def _seats(rows: Sequence[PartySeats]) -> Iterator[Filled]:
    """Give every seat that is filled, in order: whose it is, and how firm."""
    for row in rows:
        for firmness, number in row.by_firmness:
            yield from [(row, firmness)] * number


def _hemicycle(standings: JSON, rows: Sequence[PartySeats]) -> Markup:
    total = standings["seats"]["total"]
    places, radius = hemicycle_places(total)
    filled = list(_seats(rows))[:total]
    lines = [(f"{line['name']} {line['seats']}", line["seats"]) for line in standings["seats"]["lines"]]
    parts = [part for name, seats in lines for part in line_across(places, radius, seats, name)]
    if radius >= LETTERS_RADIUS_MIN:
        parts += [_lettered(place[:2], radius, seat) for place, seat in zip(places, filled, strict=False)]
    else:
        parts += _shaped([place[:2] for place in places], radius, filled)
        parts += names_around(places, radius, [(row.short, row.letters, row.all) for row in rows], lines)
    parts += [element("circle", cx=x, cy=y, r=radius * 0.3, class_="open") for x, y, _ in places[len(filled) :]]
    x, y = CENTRE
    number = str(standings["seats"]["filled"])
    parts.append(element("text", number, x=x, y=y - 22, class_="figure", text_anchor="middle"))
    parts.append(element("text", f"of {total} declared", x=x, y=y - 4, class_="caption", text_anchor="middle"))
    left = MARGIN if radius < LETTERS_RADIUS_MIN else 0.0
    words = seats_words(standings, rows)
    return drawing(WIDTH + 2 * left, HEIGHT, words, *parts, class_="hemicycle", left=-left)


def _shaped(places: Sequence[tuple[float, float]], radius: float, filled: Sequence[Filled]) -> Iterator[Markup]:
    """Draw many small seats as the shapes of their parties, in one stroke for all of a party that are as firm.

    Declared ones are full, certain ones have a light in them, those where a party is only ahead are hollow.
    """
    first = 0
    while first < len(filled):
        row, firmness = filled[first]
        last = first
        while last < len(filled) and filled[last] == filled[first]:
            last += 1
        own = places[first:last]
        reach, stroke = (radius * 0.76, radius * 0.34) if firmness == "ahead" else (radius * 0.96, radius * 0.1)
        full = None if firmness == "ahead" else row.colour
        yield element(
            "path",
            element("title", f"{row.name}, {last - first} {firmness}"),
            d="".join(outline(row.shape, place, reach) for place in own),
            fill=full or "none",
            stroke=legible(row.colour),
            stroke_width=stroke,
        )
        if firmness == "certain":
            yield element("path", d="".join(outline("disc", place, radius * 0.36) for place in own), class_="light")
        first = last


def _lettered(place: tuple[float, float], radius: float, seat: Filled) -> Markup:
    row, firmness = seat
    return _disc(place, radius, (row.name, row.short, row.colour), firmness)


@lru_cache(maxsize=DRAWN_KEPT)
def _disc(place: tuple[float, float], radius: float, party: tuple[str, str, str], firmness: Firmness) -> Markup:
    """Draw one seat: a full disc declared, a disc with a ring certain, a broken ring where a party is only ahead.

    `party` is its name, its letters and its colour.
    """
    x, y = place
    name, short, own = party
    colour = legible(own)
    ahead = firmness == "ahead"
    room = 0.76 if ahead else 1.0  # inside the ring
    size = radius * room * min(0.9, LETTERS_WIDTH / len(short[:LETTERS_MAX]))
    title = element("title", f"{name}, {firmness}")
    on = readable(own) if ahead else readable_on(own)
    letters = element(
        "text", short[:LETTERS_MAX], x=x, y=y + size * 0.36, font_size=size, fill=on, text_anchor="middle",
        class_="letters",
    )  # fmt: skip
    if ahead:
        stroke = {"stroke": colour, "stroke_width": radius * 0.26}
        broken = f"{radius * 0.55:.1f} {radius * 0.25:.1f}"
        ring = drawn_as("disc", place, radius * 0.84, class_="hollow", stroke_dasharray=broken, **stroke)
        return element("g", title, ring, letters)
    disc = drawn_as("disc", place, radius * 0.94, fill=own, stroke=colour, stroke_width=radius * 0.1)
    certain = drawn_as("disc", place, radius * 0.74, class_="ring", stroke_width=radius * 0.14)
    return element("g", title, disc, certain if firmness == "certain" else Markup(), letters)


def _blocks(standings: JSON, rows: Sequence[PartySeats]) -> Markup:
    total, filled = standings["seats"]["total"], list(_seats(rows))
    parts = []
    for number in range(total):
        place = number * (BLOCK + 6) + BLOCK / 2 + 2, BLOCK / 2 + 2
        if number < len(filled):
            parts.append(_lettered(place, BLOCK / 2, filled[number]))
        else:
            parts.append(element("circle", cx=place[0], cy=place[1], r=BLOCK * 0.16, class_="open"))
    below = 0.0
    for line in standings["seats"]["lines"]:
        x = (line["seats"] - 1) * (BLOCK + 6) - 1.0
        below = 16.0
        parts.append(element("line", x1=x, y1=0.0, x2=x, y2=BLOCK + 8, class_="line"))
        parts.append(element("text", f"{line['name']} {line['seats']}", x=x, y=BLOCK + 18, class_="line-name"))
    return drawing(total * (BLOCK + 6), BLOCK + 4 + below, seats_words(standings, rows), *parts, class_="blocks")
