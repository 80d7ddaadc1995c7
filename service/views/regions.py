"""Areas grouped by the regions of their country, where the election folder names those and lays out no map."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.election import Area
from service.ids import AreaId
from service.views.shown import Tile

REGIONS_MAX: Final = 24
"""More are no help to the eye."""

WIDE_MIN, WIDE_MAX = 4, 12
"""Tiles that lie side by side in a region's block."""

ASPECT: Final = 1.9
"""How much wider than high the whole is, about."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region's name, where it stands (the tile above the first of its areas), and how many tiles it may be wide."""

    name: str
    corner: Tile
    wide: int


def regions_of(areas: Sequence[AreaId], of: Mapping[AreaId, Area]) -> dict[str, list[AreaId]] | None:
    """Tell areas apart by region, the largest first; None where they have none, or there are too many."""
    members: dict[str, list[AreaId]] = {}
    for area in areas:
        region = of[area].region
        if region is None:
            return None
        members.setdefault(region, []).append(area)
    if not 1 < len(members) <= REGIONS_MAX:
        return None
    return dict(sorted(members.items(), key=lambda each: (-len(each[1]), each[0])))


def by_region(areas: Sequence[AreaId], of: Mapping[AreaId, Area]) -> tuple[dict[AreaId, Tile], list[Region]] | None:
    """Lay areas out in a block for each region, the largest first; None where they have none, or there are too many."""
    members = regions_of(areas, of)
    if members is None:
        return None
    ordered = list(members)
    sizes = [len(members[region]) for region in ordered]
    choices = [(wide, beside) for wide in range(WIDE_MIN, WIDE_MAX + 1) for beside in range(2, len(sizes) + 1)]
    wide, beside = min(choices, key=lambda choice: _misfit(sizes, *choice))
    places: dict[AreaId, Tile] = {}
    regions = []
    top = 0
    for first in range(0, len(ordered), beside):
        shelf = ordered[first : first + beside]
        for number, region in enumerate(shelf):
            left = number * (wide + 1)
            regions.append(Region(region, (left, top), wide))
            for place, area in enumerate(members[region]):
                places[area] = left + place % wide, top + 1 + place // wide
        top += _height([len(members[region]) for region in shelf], wide)
    return places, regions


def _height(sizes: Sequence[int], wide: int) -> int:
    """Give the rows that blocks beside one another take, their names included."""
    return math.ceil(max(sizes) / wide) + 1


def _misfit(sizes: Sequence[int], wide: int, beside: int) -> float:
    """Measure how far a choice is from the wanted shape, and how much of it is empty."""
    width = beside * (wide + 1) - 1
    height = sum(_height(sizes[first : first + beside], wide) for first in range(0, len(sizes), beside))
    return abs(math.log(width / height / ASPECT)) + math.log(width * height / sum(sizes))
