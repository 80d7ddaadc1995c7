"""A body's areas as a map of tiles of one size: as the election folder lays them out, else by region, else in rows."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from service.ids import AreaId, BodyId, ContestId
from service.views.marks import letters_of
from service.views.regions import Region, by_region
from service.views.shown import Place, Shown, Tile
from service.views.svg import element
from service.views.tile import SIZE, SMALL, Look, look_of, small_tile, tile

GAP: Final = 5.0
TILES_MAX: Final = 120
"""Above so many areas tiles are small: each with a letter or two of its party, its name told beside the pointer."""
SMALL_GAP: Final = 2.0
NAME_SIZE_MAX: Final = 11.0
NAME_WIDTH: Final = 0.62
"""A letter of a region's name: its greatest size, and its width in sizes."""


def tile_map(shown: Shown, body: BodyId, link: Callable[[Place], str]) -> Markup:
    """Draw a body's areas of the first contest that has them; nothing where there is no more than one."""
    contest = mapped_contest(shown, body)
    areas = shown.election.reporting(contest, body)
    if len(areas) < 2 or _told_together(shown, contest, areas):  # noqa: PLR2004 - one area is no map
        return Markup()
    small = len(areas) > TILES_MAX
    step = SMALL + SMALL_GAP if small else SIZE + GAP
    grouped = by_region(areas, shown.election.areas) if small and not _all_laid_out(areas, shown.tiles) else None
    places, regions = grouped or (laid_out(areas, shown.tiles), [])
    columns = max(column for column, _ in places.values()) + 1
    rows = max(row for _, row in places.values()) + 1
    columns = max([columns, *(region.corner[0] + region.wide for region in regions)])
    parts = []
    for area, look in looks_of(shown, body, contest, areas):
        column, row = places[area]
        corner = column * step + 2, row * step + 2
        drawn = small_tile(look, corner) if small else tile(look, corner)
        parts.append(element("a", drawn, href=link((contest, area))))
    words = f"{len(areas)} areas of {shown.election.bodies[body].name}, each a link"
    return element(
        "svg",
        *(_named(region, step) for region in regions),
        *parts,
        viewBox=f"0 0 {columns * step + 2:.0f} {rows * step + 2:.0f}",
        role="group",
        aria_label=words,
        class_="tiles" + (" tiles-small" if small else ""),
        xmlns="http://www.w3.org/2000/svg",
    )


def looks_of(shown: Shown, body: BodyId, contest: ContestId, areas: Sequence[AreaId]) -> Iterator[tuple[AreaId, Look]]:
    """Say what there is to show of each of a body's areas."""
    chances, called, letters = _chances(shown, body), _called(shown, body), letters_of(shown.election)
    for area in areas:
        result = shown.results.get((contest, area))
        yield (
            area,
            look_of(
                shown.election, area, result, chances=chances.get(area, {}), called=called.get(area), letters=letters
            ),
        )


def _named(region: Region, step: float) -> Markup:
    """Write a region's name above its tiles, as large as they are wide together."""
    (column, row), room = region.corner, region.wide * step
    size = min(NAME_SIZE_MAX, room / (NAME_WIDTH * len(region.name)))
    return element("text", region.name, x=column * step + 2, y=(row + 0.8) * step, font_size=size, class_="region-name")


def _told_together(shown: Shown, contest: ContestId, areas: Sequence[AreaId]) -> bool:
    """Say whether an area that covers the others has declared for them: then most of them have nothing of their own."""
    covering = [shown.results.get((contest, area)) for area in shown.election.covering(contest)]
    return any(each and each["declared"] for each in covering) and any(
        (contest, area) not in shown.results for area in areas
    )


def mapped_contest(shown: Shown, body: BodyId) -> ContestId:
    """Give the contest whose areas are drawn: one that elects in its areas, before one that adds up."""
    contests = shown.election.bodies[body].contests
    return next((each for each in contests if shown.election.contests[each].scope == "area"), contests[0])


def _all_laid_out(areas: Sequence[AreaId], tiles: Mapping[AreaId, Tile]) -> bool:
    return all(area in tiles for area in areas)


def laid_out(areas: Sequence[AreaId], tiles: Mapping[AreaId, Tile]) -> dict[AreaId, Tile]:
    """Place areas as laid out, if every one of them is; else in rows, about twice as wide as high."""
    if _all_laid_out(areas, tiles):
        left = min(tiles[area][0] for area in areas)
        top = min(tiles[area][1] for area in areas)
        return {area: (tiles[area][0] - left, tiles[area][1] - top) for area in areas}
    wide = max(1, math.ceil(math.sqrt(2 * len(areas))))
    return {area: (number % wide, number // wide) for number, area in enumerate(areas)}


def _chances(shown: Shown, body: BodyId) -> Mapping[str, Mapping[str, float]]:
    """Give who may win a body's open areas, as far as a model says."""
    outlook = shown.standings[body]["projection"] if body in shown.standings else None
    chances: Mapping[str, Mapping[str, float]] = outlook["areas"] if outlook else {}
    return chances


def _called(shown: Shown, body: BodyId) -> Mapping[str, str]:
    """Give the areas that the desk has called, each for a party, and that nothing firmer is known of."""
    calls = shown.standings[body].get("calls", ()) if body in shown.standings else ()
    return {each["area"]: each["party"] for each in calls if each["area"] and each["status"] == "called"}
