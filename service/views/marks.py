"""What tells parties apart beside their colours: for each a shape, and a letter or two, the same all night."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from markupsafe import Markup

from service.election import Election
from service.views.svg import element, legible
from service.views.vision import distance

Shape = Literal["disc", "square", "diamond", "triangle", "cross", "wedge", "bar", "pillar"]

SHAPES: Final[tuple[Shape, ...]] = ("disc", "square", "diamond", "triangle", "cross", "wedge", "bar", "pillar")

LETTERS_MAX: Final = 2
ELECTIONS_KEPT: Final = 16

OUTLINES_KEPT: Final = 4096
"""Those of the largest bodies: most seats stay as they are from one count to the next."""

Corners = tuple[tuple[float, float], ...]

CORNERS: Final[Mapping[Shape, Corners]] = {
    "square": ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)),
    "diamond": ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    "triangle": ((0, -1.05), (1.08, 0.85), (-1.08, 0.85)),
    "cross": (
        (-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4), (0.4, 0.4),
        (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4), (-1, -0.4), (-0.4, -0.4),
    ),
    "wedge": ((-1.08, -0.85), (1.08, -0.85), (0, 1.05)),
    "bar": ((-1.05, -0.55), (1.05, -0.55), (1.05, 0.55), (-1.05, 0.55)),
    "pillar": ((-0.55, -1.05), (0.55, -1.05), (0.55, 1.05), (-0.55, 1.05)),
}  # fmt: skip
"""Corners about 0 of shapes as large as a disc of radius 1, which has none."""


def shapes_of(election: Election) -> Mapping[str, Shape]:
    """Give each party its shape: in the folder's order that whose parties have colours farthest from its own."""
    return _shapes(tuple((str(party.id), party.colour) for party in election.parties.values()))


@lru_cache(maxsize=ELECTIONS_KEPT)
def _shapes(parties: tuple[tuple[str, str], ...]) -> Mapping[str, Shape]:
    given: dict[str, Shape] = {}
    colours: dict[Shape, list[str]] = {shape: [] for shape in SHAPES}

    def room(shape: Shape, colour: str) -> float:
        return min((distance(colour, other) for other in colours[shape]), default=math.inf)

    for party, colour in parties:
        rooms = {shape: room(shape, colour) for shape in SHAPES}
        given[party] = max(SHAPES, key=rooms.__getitem__)
        colours[given[party]].append(colour)
    return given


def letters_of(election: Election) -> Mapping[str, str]:
    """Give each party one letter of its short name, or two: in the folder's order, none twice where others are left."""
    return _letters(tuple((str(party.id), party.short) for party in election.parties.values()))


@lru_cache(maxsize=ELECTIONS_KEPT)
def _letters(parties: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    given: dict[str, str] = {}
    taken: set[str] = set()
    for party, short in parties:
        first, *others = [letter for letter in short if letter.isalnum()]
        choices = [first, *(first + letter for letter in others)]
        given[party] = next((each for each in choices if each not in taken), short[:LETTERS_MAX])
        taken.add(given[party])
    return given


def drawn_as(shape: Shape, centre: tuple[float, float], radius: float, **attributes: object) -> Markup:
    """Draw a shape about a point."""
    x, y = centre
    if shape == "disc":
        return element("circle", cx=x, cy=y, r=radius, **attributes)
    return element("path", d=outline(shape, centre, radius), **attributes)


@lru_cache(maxsize=OUTLINES_KEPT)
def outline(shape: Shape, centre: tuple[float, float], radius: float) -> str:
    """Write a shape about a point as a path, to be drawn together with others."""
    x, y = centre
    if shape == "disc":
        across = f"{2 * radius:.1f}"
        arc = f"{radius:.2f} {radius:.2f} 0 1 0"
        return f"M{x - radius:.1f} {y:.1f}a{arc} {across} 0 {arc} -{across} 0"
    corners = (f"{x + across * radius:.1f} {y + down * radius:.1f}" for across, down in CORNERS[shape])
    return f"M{'L'.join(corners)}z"


def swatch(shape: Shape, colour: str) -> Markup:
    """Draw a party's shape in its colour, as large as a letter; what it stands for is written beside it."""
    drawn = drawn_as(shape, (5.0, 5.0), 4.3, fill=colour, stroke=legible(colour), stroke_width=0.8)
    return element("svg", drawn, class_="swatch", viewBox="0 0 10 10", aria_hidden="true")
