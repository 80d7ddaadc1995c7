"""Areas by the regions of their country, as a list: what a map of many small tiles is on a phone, and to a reader."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.election import Party
from service.ids import BodyId
from service.views.regions import regions_of
from service.views.shown import Place, Shown
from service.views.tile import Look
from service.views.tiles import TILES_MAX, looks_of, mapped_contest

FIRM: Final = ("declared", "certain")


@dataclass(frozen=True, slots=True)
class IndexedArea:
    """An area in the list: where its page is, and what its tile shows."""

    place: Place
    look: Look


@dataclass(frozen=True, slots=True)
class IndexedRegion:
    """A region: its areas by name, how many have declared, and those won for certain, by party, the most first."""

    name: str
    areas: Sequence[IndexedArea]
    declared: int
    won: Sequence[tuple[Party, int]]


def regions_indexed(shown: Shown, body: BodyId) -> list[IndexedRegion]:
    """List a body's areas by region, the largest first; nothing where they are few, or have no regions."""
    contest = mapped_contest(shown, body)
    areas = shown.election.reporting(contest, body)
    members = regions_of(areas, shown.election.areas) if len(areas) > TILES_MAX else None
    if members is None:
        return []
    looks = dict(looks_of(shown, body, contest, areas))
    return [
        _region(name, [IndexedArea((contest, area), looks[area]) for area in within])
        for name, within in members.items()
    ]


def _region(name: str, areas: Sequence[IndexedArea]) -> IndexedRegion:
    firm = Counter(area.look.party.id for area in areas if area.look.firm in FIRM and area.look.party)
    parties = {area.look.party.id: area.look.party for area in areas if area.look.party}
    return IndexedRegion(
        name,
        sorted(areas, key=lambda area: area.look.name),
        sum(area.look.firm == "declared" for area in areas),
        [(parties[party], number) for party, number in firm.most_common()],
    )
