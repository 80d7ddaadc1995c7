"""The drawings: every seat has its place, firmness adds up, strangers' words stay words, colours can be told apart."""

import itertools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ElectionFolderError
from service.ids import AreaId, BodyId
from service.views.bodies import party_rows
from service.views.cards import body_card, declaration_card
from service.views.dials import swing_between
from service.views.firmness import party_seats
from service.views.hemicycle import hemicycle_places
from service.views.layout import read_layout
from service.views.links import Links
from service.views.pages import document, static_files, static_names
from service.views.projections import apart, projection_drawn
from service.views.rests import party_rests
from service.views.seats import seats_drawn
from service.views.shown import Address, Projected, read_address
from service.views.svg import BACKGROUND, CONTRAST_MIN, PANEL, TEXT_CONTRAST_MIN, contrast, legible, readable
from service.views.tables import body_csv
from service.views.tiles import laid_out
from service.views.words import chance, readable_on
from tests.service.nights import recorded
from tests.views.shown import shown

ASSEMBLY, MAYOR, COMMONS = BodyId("assembly"), BodyId("mayor"), BodyId("commons")


class TestSeats:
    @given(st.integers(1, 250))
    def test_every_seat_has_a_place_of_its_own_inside_the_drawing(self, total: int) -> None:
        places, radius = hemicycle_places(total)
        assert len(places) == total
        assert all(radius <= x <= 400 - radius and y - radius > 0 for x, y, _ in places)
        between = [math.dist(one[:2], other[:2]) for one, other in itertools.combinations(places, 2)]
        assert min(between, default=2 * radius) >= 1.7 * radius

    @pytest.mark.parametrize("messages", range(0, 33, 4))
    def test_declared_certain_and_ahead_add_up_to_the_seats_that_stand(self, messages: int) -> None:
        of = shown("london-2012", messages)
        standings = of.standings[ASSEMBLY]
        rows = party_seats(of, standings)
        assert {row.party: row.all for row in rows} == {
            row["party"]: row["seats"] for row in standings["parties"] if row["seats"]
        }
        assert sum(row.declared for row in rows) == standings["seats"]["filled"]

    def test_the_larger_party_has_its_name_where_a_smaller_one_has(self) -> None:
        of = shown("commons-2019", 420)
        rows = party_seats(of, of.standings[COMMONS])
        drawn = str(seats_drawn(of, of.standings[COMMONS]))
        (con, lab) = sorted(rows, key=lambda row: -row.all)[:2]
        assert all(f">{row.short} {row.all}<" in drawn for row in (con, lab))

    def test_the_three_looks_differ_in_shape(self) -> None:
        drawn = str(seats_drawn(shown("london-2012", 26), shown("london-2012", 26).standings[ASSEMBLY]))
        assert "declared" in drawn
        assert "stroke-dasharray" in drawn
        assert "13 declared" in re.sub(r"<[^>]+>", " ", drawn) or "13 seats" in drawn or "majority 13" in drawn


class TestProjections:
    SEATS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
        {"lab": {"low": 9, "median": 11, "high": 13, "level": 0.9}, "con": {"low": 7, "median": 9, "high": 10}}
    )

    def test_a_projection_is_drawn_with_its_range_and_told_as_a_model(self) -> None:
        of = shown("london-2012", 26)
        standings = json.loads(json.dumps(of.standings[ASSEMBLY]))
        standings["parties"][0]["projection"] = {
            "sequence": 27,
            "seats": self.SEATS["lab"],
            "largest": 0.9,
            "majority": 0.002,
        }
        drawn = document(replace(of, standings={ASSEMBLY: standings}), Address(), Links(), stream=None)
        assert "projected 11 seats, 90 % range 9 to 13" in drawn
        assert "A model, computed from record 27" in drawn
        assert ">90%</td>" in drawn
        assert ">&lt;1%</td>" in drawn

    def test_through_the_night_every_party_has_a_stroke_of_its_own(self) -> None:
        standings = shown("london-2012", 26).standings[ASSEMBLY]
        at = ("2012-05-04T19:00:00+01:00", "2012-05-04T20:00:00+01:00")
        trail = [Projected(each, self.SEATS) for each in at]
        drawn = str(projection_drawn(standings, trail))
        strokes = re.findall(r'<polyline[^>]*stroke-dasharray="([^"]*)"', drawn)
        assert len(strokes) == len(set(strokes)) == len(self.SEATS)
        assert "Labour 11" in drawn
        assert [each for each in ("0", "5", "10") if re.search(rf'class="tick-name"[^>]*>{each}<', drawn)] == [
            "0",
            "5",
            "10",
        ]
        assert str(projection_drawn(standings, trail[:1])) == ""

    @given(st.lists(st.floats(10, 146), max_size=8))
    def test_names_at_its_end_lie_apart_and_in_the_order_of_their_lines(self, heights: list[float]) -> None:
        moved = apart(heights, 10.0, 146.0)
        for one, other in itertools.combinations(range(len(heights)), 2):
            assert abs(moved[one] - moved[other]) >= 10 - 1e-9
            if heights[one] != heights[other]:
                assert (heights[one] < heights[other]) == (moved[one] < moved[other])
        assert all(after <= before for before, after in zip(heights, moved, strict=True))


class TestColours:
    @given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
    def test_every_line_can_be_told_from_the_page(self, colour: str) -> None:
        assert contrast(legible(colour), PANEL) >= CONTRAST_MIN
        assert contrast(legible(colour), BACKGROUND) >= CONTRAST_MIN

    @given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
    def test_every_letter_can_be_read_on_a_panel_and_on_its_colour(self, colour: str) -> None:
        on = {"black": "#000000", "white": "#ffffff"}[readable_on(colour)]
        assert contrast(readable(colour), PANEL) >= TEXT_CONTRAST_MIN
        assert contrast(on, colour) >= TEXT_CONTRAST_MIN

    def test_the_style_sheet_has_the_same_colours(self) -> None:
        style = static_files()[static_names()["style.css"]].decode()
        assert f"--page: {BACKGROUND};" in style
        assert f"--panel: {PANEL};" in style


class TestSwing:
    def test_the_swing_is_half_the_difference_of_two_changes_and_leans_to_who_gained(self) -> None:
        standings = shown("london-2012", 32).standings[ASSEMBLY]
        changes = {row["party"]: row["votes"]["list"]["change_points"] for row in standings["parties"]}
        swing = swing_between(standings, None)
        assert swing is not None
        assert (swing.giver["party"], swing.taker["party"]) == ("con", "lab")
        assert swing.points == (changes["lab"] - changes["con"]) / 2
        other = swing_between(standings, ("con", "lab"))
        assert other is not None
        assert swing.points is not None
        assert other.points == -swing.points

    def test_without_a_comparison_there_is_none(self) -> None:
        assert swing_between(shown("london-2012", 0).standings[ASSEMBLY], None) is None


class TestParties:
    @pytest.mark.parametrize("all_of_them", [False, True])
    def test_the_rows_and_the_others_sum_to_all_seats(self, *, all_of_them: bool) -> None:
        standings = shown("commons-2019").standings[COMMONS]
        rows = party_rows(standings, all_of_them=all_of_them)
        others = party_rests(standings, all_of_them=all_of_them)[-1]
        assert others.after == len(rows)
        assert sum(row.said["seats"] for row in rows) + (others.seats or 0) == 650
        votes = [row["votes"]["constituency"]["votes"] or 0 for row in standings["parties"]]
        assert sum(row.votes["votes"] for row in rows) + (others.votes or 0) == sum(votes)

    def test_the_others_have_a_line_on_the_page(self) -> None:
        page = document(shown("commons-2019"), Address(), Links(), stream=None)
        assert re.search(r'<tr class="others"><th scope="row">\d+ others</th>', page)

    def test_nobody_is_told_to_be_votes_short_by_an_unknown_number(self) -> None:
        of = shown("london-2012")
        standings = of.standings[ASSEMBLY]
        near = [standings["next_in_line"][0] | {"votes_short": None}, *standings["next_in_line"][1:]]
        changed = replace(of, standings={ASSEMBLY: standings | {"next_in_line": near}})
        for address in (Address(body=ASSEMBLY), Address(body=ASSEMBLY, seat=11)):
            page = document(changed, address, Links(), stream=None)
            assert "votes short</li>" in page
            assert ": - votes short" not in page


class TestTables:
    def test_what_is_not_known_is_empty_and_no_name_is_a_formula(self) -> None:
        standings: dict[str, Any] = json.loads(json.dumps(shown("london-2012", 10).standings[ASSEMBLY]))
        standings["parties"][0]["name"] = "=HYPERLINK(0)"
        lines = body_csv(standings).split("\r\n")
        assert "'=HYPERLINK(0)" in lines[1]
        assert ",-," not in body_csv(standings)
        assert "None" not in body_csv(standings)


class TestCards:
    def test_letters_on_a_card_keep_the_colour_that_can_be_read(self) -> None:
        style = re.search(r"<style>(.*?)</style>", str(body_card(shown("london-2012", 32), ASSEMBLY)), re.DOTALL)
        assert style is not None
        assert "text{" not in style[1], "a rule would win over the letters' own fill"


class TestWords:
    @pytest.mark.parametrize(
        "value, said", [(0.0, "<1%"), (0.005, "<1%"), (0.01, "1%"), (0.99, "99%"), (0.995, ">99%"), (1.0, ">99%")]
    )
    def test_a_model_never_says_none_or_all(self, value: float, said: str) -> None:
        assert chance(value) == said

    def test_a_name_is_never_markup(self) -> None:
        of = shown("london-2012", 32)
        standings = json.loads(json.dumps(of.standings[MAYOR]))
        for row in (*standings["candidates"], *standings["parties"]):
            row["name"] = "<script>alert(1)</script>"
        hostile = replace(of, standings={MAYOR: standings}, events=[EVENT])
        pages = [document(hostile, address, Links(), stream=None) for address in (Address(), Address(body=MAYOR))]
        for drawn in (*pages, str(body_card(hostile, MAYOR)), str(declaration_card(hostile))):
            assert "<script>alert" not in drawn


EVENT = {
    "event": "declared", "as_of": "2012-05-04T19:00:00+01:00", "text": "<script>alert(1)</script>", "sequence": 2,
    "id": "2-0", "contest": "mayor",
}  # fmt: skip


class TestAddresses:
    def test_every_page_is_found_by_its_own_address_and_nothing_else_is(self) -> None:
        election = recorded("london-2012").election
        for address in (Address(), Address(body=MAYOR), Address(body=ASSEMBLY, seat=25)):
            assert read_address(election, address.path) == address
        for path in ("/bodies/x", "/bodies/assembly/seats/0", "/bodies/assembly/seats/²", "/areas/mayor", "/x", "//x"):
            assert read_address(election, path) is None

    def test_links_of_a_file_lead_from_where_the_file_is(self) -> None:
        links = Links.from_file(2)
        assert links.body("mayor") == "../../bodies/mayor/index.html"
        assert (links.to(Address()), Links.from_file(0).to(Address())) == ("../../index.html", "./index.html")
        assert (Links().to(Address()), Links().body("mayor")) == ("/", "/bodies/mayor")


class TestLayout:
    AREAS = ("a", "b")

    def test_areas_lie_where_the_folder_says_else_in_rows(self) -> None:
        tiles = read_layout(b"area,column,row\na,2,1\nb,3,1\n", self.AREAS)
        assert laid_out([AreaId("a"), AreaId("b")], tiles) == {"a": (0, 0), "b": (1, 0)}
        assert laid_out([AreaId("a"), AreaId("c")], tiles) == {"a": (0, 0), "c": (1, 0)}

    @pytest.mark.parametrize("line", ["c,0,0", "a,-1,0", "a,0", "a,x,0", "a,1000,0"])
    def test_a_wrong_line_is_told_with_its_number(self, line: str) -> None:
        with pytest.raises(ElectionFolderError, match=r"tiles\.csv:2"):
            read_layout(f"area,column,row\n{line}\n".encode(), self.AREAS)

    def test_two_areas_cannot_lie_at_one_place(self) -> None:
        with pytest.raises(ElectionFolderError, match=r"tiles\.csv:3"):
            read_layout(b"area,column,row\na,0,0\nb,0,0\n", self.AREAS)
