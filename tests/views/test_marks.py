"""Parties are told apart without their colours: by shapes, by letters, and by where their names stand."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.election import Election
from service.ids import BodyId, PartyId
from service.standings.wire import JSON
from service.views.bars import seat_bar
from service.views.firmness import party_seats
from service.views.hemicycle import hemicycle_places, names_around
from service.views.marks import CORNERS, SHAPES, letters_of, outline, shapes_of
from service.views.seats import seats_drawn
from service.views.tiles import tile_map
from service.views.vision import VISIONS, distance, seen
from tests.views.shown import shown

NIGHTS = ("london-2012", "london-2021", "glasgow-2012", "germany-2021", "commons-2019", "london-boroughs-2022")
ALIKE = 12.0
"""Colours nearer than this (CIE 1976) are easily taken for one another where they are a few points wide."""


def bodies(night: str) -> Iterator[tuple[Election, JSON]]:
    of = shown(night)
    for body in of.election.bodies.values():
        if not body.office:
            yield of.election, of.standings[body.id]


def with_seats(standings: JSON) -> list[PartyId]:
    return [row["party"] for row in standings["parties"] if row["seats"]]


class TestShapes:
    @pytest.mark.parametrize("night", NIGHTS)
    @pytest.mark.parametrize("vision", VISIONS)
    def test_parties_whose_colours_look_alike_to_somebody_have_different_shapes(self, night: str, vision: str) -> None:
        for election, standings in bodies(night):
            shapes = shapes_of(election)
            for one, other in itertools.combinations(with_seats(standings), 2):
                colours = [election.parties[party].colour for party in (one, other)]
                between = sum((a - b) ** 2 for a, b in zip(*(seen(each, vision) for each in colours), strict=True))
                assert between**0.5 >= ALIKE or shapes[one] != shapes[other], (standings["body"], one, other)

    @pytest.mark.parametrize("night", NIGHTS)
    def test_parties_that_sit_beside_each_other_differ_in_more_than_their_colours(self, night: str) -> None:
        for election, standings in bodies(night):
            shapes, letters = shapes_of(election), letters_of(election)
            for one, other in itertools.pairwise(with_seats(standings)):
                assert shapes[one] != shapes[other] or letters[one] != letters[other], (standings["body"], one, other)

    def test_red_and_green_are_nearer_to_those_who_lack_cones(self) -> None:
        assert distance("#c0272d", "#5a6b00") < 0.5 * sum(
            (a - b) ** 2 for a, b in zip(seen("#c0272d", "all cones"), seen("#5a6b00", "all cones"), strict=True)
        ) ** 0.5  # fmt: skip
        assert seen("#ffffff", "all cones") == pytest.approx((100, 0, 0), abs=0.05)

    def test_every_shape_is_another_and_about_as_large_as_a_disc(self) -> None:
        assert set(CORNERS) | {"disc"} == set(SHAPES)
        assert len({outline(shape, (0.0, 0.0), 10.0) for shape in SHAPES}) == len(SHAPES)
        for corners in CORNERS.values():
            assert 0.9 <= max(abs(value) for corner in corners for value in corner) <= 1.1 or len(corners) == 4

    def test_a_party_keeps_its_shape_whatever_is_counted(self) -> None:
        assert shapes_of(shown("commons-2019", 40).election) == shapes_of(shown("commons-2019").election)


class TestLargeBodies:
    def test_many_seats_are_drawn_as_their_parties_shapes_and_named(self) -> None:
        of = shown("commons-2019")
        standings = of.standings[BodyId("commons")]
        drawn = str(seats_drawn(of, standings))
        for row in party_seats(of, standings):
            path = re.search(rf'<path d="([^"]*)"[^>]*><title>{re.escape(row.name)}, ', drawn)
            assert path is not None, row.name
            assert path[1].count("M") == row.all
        for party in ("Con 365", "Lab 202", "SNP 48"):
            assert f">{party}</text>" in drawn

    def test_declared_and_ahead_differ_in_shape_not_in_colour_alone(self) -> None:
        of = shown("germany-2021", 200)
        drawn = str(seats_drawn(of, of.standings[BodyId("bundestag")]))
        assert "ahead</title>" in drawn
        for path in re.findall(r"<path [^>]*><title>[^<]*ahead</title>", drawn):
            assert 'fill="none"' in path

    def test_certain_seats_carry_a_light(self) -> None:
        of = shown("commons-2019", 300)
        standings = json.loads(json.dumps(of.standings[BodyId("commons")]))
        assert 'class="light"' not in str(seats_drawn(of, standings))
        standings["certain"]["seats"]["con"]["at_least"] += 5
        con = next(row for row in standings["parties"] if row["party"] == "con")
        con["seats"] += 5
        light = re.search(r'<path d="([^"]*)" class="light"', str(seats_drawn(of, standings)))
        assert light is not None
        assert light[1].count("M") == 5

    @given(st.lists(st.integers(1, 200), min_size=1, max_size=12))
    def test_no_name_lies_on_another(self, seats: list[int]) -> None:
        places, radius = hemicycle_places(sum(seats))
        written = names_around(
            places, radius, [("Party", "P", number) for number in seats], [("majority", sum(seats) // 2)]
        )
        found = [re.search(r'x="([-\d.]+)" y="([-\d.]+)"', str(each)) for each in written]
        spots = [(float(spot[1]), float(spot[2])) for spot in found if spot is not None]
        for one, other in itertools.combinations(spots, 2):
            assert abs(one[0] - other[0]) > 11 or abs(one[1] - other[1]) > 11

    def test_names_that_reach_beyond_the_drawing_become_letters(self) -> None:
        places, radius = hemicycle_places(630)
        parties = [("A party of long name", "AP", 200), ("SPD", "S", 430)]
        assert [re.sub(r"<[^>]*>", "", str(each)) for each in names_around(places, radius, parties, [])] == [
            "SPD 430",
            "AP 200",
        ]

    def test_wards_that_parties_share_tell_them_by_their_own_letters(self) -> None:
        of = shown("glasgow-2012")
        drawn = str(tile_map(of, BodyId("council"), lambda place: f"/{place[1]}"))
        govan = re.search(r'<a href="/govan">(.*?)</a>', drawn)
        assert govan is not None
        assert ">2L 1GF 1S</text>" in govan[1]

    def test_every_tile_of_a_won_area_carries_its_partys_letters(self) -> None:
        of = shown("commons-2019")
        drawn = str(tile_map(of, BodyId("commons"), lambda place: f"/{place[1]}"))
        letters = letters_of(of.election)
        for place, result in of.results.items():
            tile = re.search(rf'<a href="/{place[1]}">(.*?)</a>', drawn)
            assert tile is not None
            (party,) = result["seats_by_party"]
            assert f">{letters[party]}</text>" in tile[1]

    def test_an_area_that_is_only_projected_is_hollow_and_told_as_a_models_word(self) -> None:
        of = shown("commons-2019", 0)
        standings = json.loads(json.dumps(of.standings[BodyId("commons")]))
        standings["projection"] = {"areas": {"aberavon": {"lab": 0.9, "con": 0.1}, "aberconwy": {"con": 0.5}}}
        drawn = str(tile_map(replace(of, standings={BodyId("commons"): standings}), BodyId("commons"), str))
        tile = re.search(r"<title>Aberavon, [^<]*</title>(<rect[^>]*>)", drawn)
        assert tile is not None
        assert "likely to win, by the model" in tile[0]
        assert "tile-projected" in tile[1]
        assert "fill=" not in tile[1]
        assert drawn.count("tile-projected") == 1


class TestBars:
    def test_letters_stand_only_where_they_fit_their_own_piece_and_no_line_crosses_them(self) -> None:
        of = shown("london-boroughs-2022")
        lettered = 0
        for standings in of.standings.values():
            drawn = str(seat_bar(of, standings))
            pieces = re.findall(r'<rect x="([\d.]+)" y="[45]" width="([\d.]+)"', drawn)
            spans = [(float(x), float(x) + float(wide)) for x, wide in pieces]
            lines = [float(x) for x in re.findall(r'<line x1="([\d.]+)"', drawn)]
            for x, letters in re.findall(r'<text [^>]*x="([\d.]+)"[^>]*>([^<]*)</text>', drawn):
                half = len(letters) * 9.5 * 0.6 / 2
                left, right = float(x) - half, float(x) + half
                assert any(start <= left and right <= end for start, end in spans), (standings["body"], letters)
                assert not any(left <= line <= right for line in lines), (standings["body"], letters)
                lettered += 1
        assert lettered > 60
