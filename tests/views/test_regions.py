"""Areas by region: each once, no tile on another, each region under its name; none where there are no regions."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.election import Area
from service.ids import AreaId, BodyId
from service.views.regions import REGIONS_MAX, by_region
from service.views.tiles import tile_map
from tests.views.shown import shown


def areas_of(sizes: list[int]) -> dict[AreaId, Area]:
    """Make so many areas of so many regions."""
    named = [(f"r{region}", f"a{region}-{number}") for region, size in enumerate(sizes) for number in range(size)]
    return {AreaId(area): Area(AreaId(area), area, region=region) for region, area in named}


class TestBlocks:
    @given(st.lists(st.integers(1, 90), min_size=2, max_size=REGIONS_MAX))
    def test_every_area_has_a_tile_of_its_own_within_its_regions_block(self, sizes: list[int]) -> None:
        areas = areas_of(sizes)
        laid_out = by_region(list(areas), areas)
        assert laid_out is not None
        places, regions = laid_out
        assert places.keys() == areas.keys()
        assert len(set(places.values())) == len(areas)
        corners = {region.name: region for region in regions}
        for area, (column, row) in places.items():
            own = corners[str(areas[area].region)]
            assert own.corner[0] <= column < own.corner[0] + own.wide
            assert row > own.corner[1]
        for one, other in itertools.combinations(regions, 2):
            assert one.corner != other.corner
        assert not {region.corner for region in regions} & set(places.values())

    @pytest.mark.parametrize("sizes", [[5], [1] * (REGIONS_MAX + 1)])
    def test_one_region_or_too_many_are_none(self, sizes: list[int]) -> None:
        areas = areas_of(sizes)
        assert by_region(list(areas), areas) is None

    def test_an_area_of_no_region_leaves_all_of_them_without(self) -> None:
        areas = areas_of([3, 3])
        first = next(iter(areas))
        assert by_region(list(areas), areas | {first: Area(first, "alone")}) is None


class TestMap:
    def test_the_commons_are_drawn_by_region_with_their_names(self) -> None:
        drawn = str(tile_map(shown("commons-2019"), BodyId("commons"), lambda place: str(place[1])))
        assert drawn.count('class="region-name"') == 12
        assert ">Scotland</text>" in drawn

    def test_a_map_that_the_folder_lays_out_comes_first(self) -> None:
        of = shown("commons-2019")
        tiles = {area: (number % 40, number // 40) for number, area in enumerate(of.election.areas)}
        drawn = str(tile_map(replace(of, tiles=tiles), BodyId("commons"), lambda place: str(place[1])))
        assert "region-name" not in drawn
