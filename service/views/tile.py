"""One area as a tile: what there is to show of it, how firm that is, and how it is drawn, large or small."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from markupsafe import Markup

from service.election import Election, Party
from service.ids import AreaId, ContestId, PartyId
from service.standings.wire import JSON
from service.views.svg import element, legible, readable
from service.views.words import readable_on

SIZE: Final = 64.0
LETTERS_MAX: Final = 6

LIKELY_MIN: Final = 0.5
"""An area of which nothing is in shows who the model has win it, where that is likelier than not."""

SMALL: Final = 16.0
SMALL_LETTERS: Final = 9.5

DRAWN_KEPT: Final = 4096
"""Tiles kept as drawn: most stay as they are from one count to the next."""

STATES: Final[Mapping[str, str]] = {
    "expected": "nothing in",
    "delayed": "delayed",
    "recount_ordered": "recount",
    "tied": "tied",
    "partial": "counting",
    "announced": "announced",
    "declared": "declared",
    "disputed": "disputed",
    "unopposed": "unopposed",
    "countermanded": "no poll",
    "vacant": "vacant",
}
"""What is written for an area's status."""

Firm = Literal["declared", "certain", "called", "ahead", "projected", "open"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a tile shows: its area's name and status, who is first there and how firmly, seats where there are several.

    `letters` are the party's one or two; `percent` is the chance that the model gives it, where it is only projected.
    """

    name: str
    status: str
    firm: Firm
    gained: bool
    party: Party | None
    letters: str
    percent: int | None
    seats_letters: str
    seats: tuple[tuple[Party, int], ...]

    @property
    def firm_word(self) -> str:
        """Say how firmly its party is first there."""
        said = {"projected": "by the model", "called": "called by the desk"}.get(self.firm, self.firm)
        return f"{said}, gain" if self.gained else said

    @property
    def seats_word(self) -> str:
        """Say the seats of an area that elects several."""
        several = sum(number for _, number in self.seats) > 1
        return ", ".join(f"{party.name} {number}" for party, number in self.seats) if several else ""


def look_of(
    election: Election,
    area: AreaId,
    result: JSON | None,
    *,
    chances: Mapping[str, float],
    called: str | None,
    letters: Mapping[str, str],
) -> Look:
    """Say what there is to draw of an area."""
    of = election.parties
    first = _first(election, result)
    likely = max(chances, key=lambda party: chances[party], default=None)
    firm: Firm = "open"
    percent = None
    if first is not None and result is not None:
        certain = result["certain"] and len(result["certain"]) == len(result["leading"] or result["elected"])
        firm = "declared" if result["declared"] else "certain" if certain else "ahead"
    if called is not None and firm in ("ahead", "open"):
        first, firm = called, "called"
    elif firm == "open" and likely is not None and chances[likely] > LIKELY_MIN:
        first, firm, percent = likely, "projected", round(100 * chances[likely])
    won: dict[str, int] = result["seats_by_party"] if result else {}
    seats = sorted(
        ((of[PartyId(party)], number) for party, number in won.items()), key=lambda row: (-row[1], row[0].id)
    )
    return Look(
        name=election.areas[area].name,
        status=STATES.get(result["status"], result["status"]) if result else "nothing in",
        firm=firm,
        gained=firm == "declared" and result is not None and result["hold_or_gain"] == "gain",
        party=of[PartyId(first)] if first else None,
        letters=letters[first] if first else "",
        percent=percent,
        seats_letters=_seats_letters(letters, seats),
        seats=tuple(seats),
    )


def _seats_letters(letters: Mapping[str, str], seats: Sequence[tuple[Party, int]]) -> str:
    """Say the seats of an area that elects several as far as they fit on a tile."""
    if sum(number for _, number in seats) <= 1:
        return ""
    short = len(seats) <= 2  # noqa: PLR2004 - the start of two names fits, of more their letters
    return " ".join(f"{number}{party.short[:3] if short else letters[party.id]}" for party, number in seats)


@lru_cache(maxsize=DRAWN_KEPT)
def tile(look: Look, corner: tuple[float, float]) -> Markup:
    """Draw one tile with its name: full once declared, with a frame inside while certain, hollow while not."""
    x, y = corner
    mixed = len(look.seats) > 1
    on = None if mixed else _ink(look)
    state = {"certain": "certain", "called": "called", "ahead": "ahead", "projected": f"model {look.percent}%"}.get(
        look.firm, ""
    )
    below = look.seats_letters or (look.party.short if look.party else look.status)
    lines = (
        (short_name(look.name), 0.42, "name"),
        (below, 0.68, "party"),
        ("\u25b2 gain" if look.gained else state, 0.88, "state"),
    )
    texts = [
        element("text", text, x=x + SIZE / 2, y=y + SIZE * at, fill=on, text_anchor="middle", class_=f"tile-{what}")
        for text, at, what in lines
        if text
    ]
    return element("g", _title(look), *_box(look, corner, SIZE), *texts)


@lru_cache(maxsize=DRAWN_KEPT)
def small_tile(look: Look, corner: tuple[float, float]) -> Markup:
    """Draw one of many tiles, with its party's letters."""
    x, y = corner
    letters = Markup()
    if look.party:
        mixed = len(look.seats) > 1
        middle = SMALL * (0.4 if mixed else 0.5)  # above the band
        place = {"x": x + SMALL / 2, "y": y + middle + SMALL_LETTERS * 0.36}
        letters = element("text", look.letters, fill=readable(look.party.colour) if mixed else _ink(look), **place)
    return element("g", _title(look), *_box(look, corner, SMALL), letters)


def _title(look: Look) -> Markup:
    party = look.party.name if look.party else ""
    firmly = {"projected": "likely to win, by the model", "called": "called by the desk"}.get(look.firm, "")
    said = look.seats_word or f"{party} {firmly}".strip()
    words = [look.name, look.status, said, "gain" if look.gained else ""]
    return element("title", ", ".join(word for word in words if word))


def _is_full(look: Look) -> bool:
    return look.firm in ("declared", "certain") and look.party is not None and len(look.seats) <= 1


def _ink(look: Look) -> str | None:
    """Give the colour of a tile's letters: what can be read on it; None: as the style sheet has it."""
    if look.party is None:
        return None
    return readable_on(look.party.colour) if _is_full(look) else readable(look.party.colour)


def _box(look: Look, corner: tuple[float, float], size: float) -> Iterator[Markup]:
    x, y = corner
    party, mixed = look.party, len(look.seats) > 1
    kind = "mixed" if mixed else look.firm
    yield element(
        "rect",
        x=x,
        y=y,
        width=size,
        height=size,
        rx=size * 0.08,
        fill=party.colour if party and _is_full(look) else None,
        stroke=legible(party.colour) if party and not mixed else None,
        class_=f"tile tile-{kind}",
    )
    if mixed:
        yield _band(look, corner, size)
    elif look.firm == "called":
        edge = f"M{x + size * 0.6:.1f} {y:.1f}h{size * 0.4:.1f}v{size * 0.4:.1f}z"
        yield element("path", d=edge, fill=legible(party.colour) if party else None)
    elif look.firm == "certain":
        inset, inside = size * 0.09, size * 0.82
        yield element(
            "rect", x=x + inset, y=y + inset, width=inside, height=inside, class_="ring", stroke_width=size * 0.04
        )


def _band(look: Look, corner: tuple[float, float], size: float) -> Markup:
    """Draw the seats of an area that several parties share as a band along the foot of its tile."""
    x, y = corner
    wide = size / sum(number for _, number in look.seats)
    parts = []
    for party, number in look.seats:
        foot = {"y": y + size * 0.8, "height": size * 0.18, "fill": party.colour, "stroke": legible(party.colour)}
        parts.append(element("rect", x=x + 0.8, width=wide * number - 1.6, **foot))
        x += wide * number
    return element("g", *parts)


def _first(election: Election, result: JSON | None) -> str | None:
    """Give the party that has most of an area's seats, or leads there."""
    if result is None:
        return None
    seats: dict[str, int] = result["seats_by_party"]
    if seats:
        return max(seats, key=lambda party: (seats[party], party))
    votes = [row for row in result["candidates"] if row["votes"] is not None]
    first = max(votes, key=lambda row: int(row["votes"]), default=None)
    contest = election.contests[ContestId(result["contest"])]
    return str(first["party"]) if first and contest.scope == "whole" else None


def short_name(name: str) -> str:
    """Shorten an area's name to what fits on a tile: initials of several words, the start of one."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum() or word == "&"]
    if len(words) == 1:
        return name[:LETTERS_MAX]
    lettered = [word if word == "&" else word[0].upper() for word in words if word.lower() not in ("and", "of", "the")]
    if len(lettered) <= 3:  # noqa: PLR2004 - room for two letters of each
        lettered = [word if word == "&" else word[:2] for word in words if word.lower() not in ("and", "of", "the")]
    return "".join(lettered)[:LETTERS_MAX]
