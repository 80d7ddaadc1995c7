"""Why a seat goes where it does: said of every kind of seat, with the figures that were published."""

import re
from dataclasses import replace
from typing import Any

import pytest

from service.ids import AreaId, BodyId, ContestId
from service.standings.wire import JSON
from service.views.doubt import doubt_words
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address
from service.views.words import number
from service.views.working import area_working, office_working, winners_of
from tests.views.shown import shown


def why(night: str, contest: str, area: str, messages: int | None = None, **otherwise: Any) -> list[str]:
    of = shown(night, messages)
    place = ContestId(contest), AreaId(area)
    return area_working(of, place, of.results[place] | otherwise)


class TestMostVotes:
    @pytest.mark.parametrize("night", ["commons-2019", "london-boroughs-2022"])
    def test_the_next_is_short_of_the_majority_and_one_vote_more_in_every_area(self, night: str) -> None:
        of = shown(night)
        explained = 0
        for place, result in of.results.items():
            if result["majority"] is None or not result["declared"]:
                continue
            said = " ".join(area_working(of, place, result))
            last = next(row for row in result["candidates"] if row["candidate"] == winners_of(result)[-1])
            assert f"{last['name']} (" in said
            assert f"{number(result['majority'] + 1)} votes short" in said or "a lot decides" in said, place
            explained += 1
        assert explained > 500

    def test_an_equal_vote_is_told_as_a_lot(self) -> None:
        of = shown("commons-2019")
        place = ContestId("constituency"), AreaId("bury-north")
        result = of.results[place]
        first, second = result["candidates"][:2]
        tied = result | {"candidates": [first, second | {"votes": first["votes"]}]}
        assert any("a lot decides" in each for each in area_working(of, place, tied))

    def test_what_only_stands_so_far_is_told_as_such(self) -> None:
        said = why("commons-2019", "constituency", "bury-north", declared=False, outstanding=500)
        assert "as things stand" in said[0]
        assert said[-1] == "500 papers at most are still to come here."

    def test_a_winner_without_figures_and_one_unopposed_have_no_votes_to_explain(self) -> None:
        assert why("london-2012", "constituency", "ealing-and-hillingdon", 12, candidates=[]) == [
            "The winner was announced; the figures are to follow."
        ]
        assert why("commons-2019", "constituency", "bury-north", status="unopposed") == [
            "Unopposed: elected without a poll."
        ]


class TestSecondVotes:
    def test_a_winner_that_second_votes_do_not_cover_is_told_who_was_the_last_that_is(self) -> None:
        said = " ".join(why("germany-2021", "erststimme", "005-kiel"))
        assert "No seat: second votes of SPD in Schleswig-Holstein" in said
        assert "here 29.5%; the last that is covered won 30.8% in Rendsburg-Eckernförde" in said

    def test_a_winner_that_they_cover_is_told_so(self) -> None:
        assert why("germany-2021", "erststimme", "001-flensburg-schleswig")[-1] == (
            "Second votes of GRÜNE in Schleswig-Holstein cover this seat."
        )

    def test_votes_that_are_added_up_lead_to_the_body_that_they_count_for(self) -> None:
        assert "London Assembly" in why("london-2012", "list", "lambeth-and-southwark")[0]


class TestTransfers:
    def test_everybody_elected_is_told_with_stage_and_votes_and_who_went_out_last(self) -> None:
        said = why("glasgow-2012", "ward", "southside-central")
        assert "the quota of 1,392" in said[0]
        assert "James Scanlon (Lab): first preferences, with 2,226." in said
        assert "Soryia Siddique (Lab): stage 2, with 1,482.18084." in said
        assert said[-1].startswith("Moira Ann Crawford (Green) was the last to go out, at stage 9 with 602.55141, ")

    def test_all_who_are_elected_in_every_ward_are_explained(self) -> None:
        of = shown("glasgow-2012")
        for place, result in of.results.items():
            said = " ".join(area_working(of, place, result))
            for who in result["elected"]:
                assert f"{who['name']} (" in said, place

    def test_its_table_shows_the_quota_and_what_is_lost_with_decimals(self) -> None:
        address = Address(contest=ContestId("ward"), area=AreaId("southside-central"))
        drawn = document(shown("glasgow-2012"), address, Links(), stream=None)
        assert "/25000" not in drawn
        for name in ("Quota", "Not transferable", "Lost to rounding"):
            assert f'<th scope="row">{name}</th>' in drawn


class TestOffice:
    MAYOR = BodyId("mayor")

    def test_second_preferences_are_added_up_to_the_last_vote(self) -> None:
        said = " ".join(office_working(shown("london-2012").standings[self.MAYOR]))
        assert "2,208,475 valid first preferences; 1,104,238 are more than half" in said
        assert "Jenny Jones was 791,005 first preferences behind Ken Livingstone" in said
        assert "Boris Johnson: 82,880 come on top, 1,054,811 in all" in said
        assert "62,539 votes short" in said

    def test_more_than_half_at_once_needs_no_second_preference(self) -> None:
        rounds = [{"candidates": [{"candidate": "a", "votes": 60}, {"candidate": "b", "votes": 40}], "eliminated": []}]
        candidates = [{"candidate": "a", "name": "Ann"}, {"candidate": "b", "name": "Bob"}]
        said = office_working({"rounds": rounds, "candidates": candidates, "contests": []})
        assert said[-1] == "Ann has 60, and no second preference is needed."

    def test_its_page_is_that_of_the_only_seat_and_the_offices_page_leads_to_it(self) -> None:
        of = shown("london-2012")
        seat = document(of, Address(body=self.MAYOR, seat=1), Links(), stream=None)
        assert "<b>Boris Johnson</b> is elected" in seat
        assert 'href="/bodies/mayor/seats/1"' in document(of, Address(body=self.MAYOR), Links(), stream=None)


class TestSeatPages:
    def test_a_body_whose_areas_elect_leads_to_their_working(self) -> None:
        drawn = document(shown("commons-2019"), Address(body=BodyId("commons"), seat=7), Links(), stream=None)
        assert drawn.count('<li><a href="/areas/constituency/') == 650

    def test_every_seat_of_a_large_list_is_shown_by_a_page_that_the_body_leads_to(self) -> None:
        of = shown("germany-2021")
        body = document(of, Address(body=BodyId("bundestag")), Links(), stream=None)
        led_to = [int(each) for each in re.findall(r'href="/bodies/bundestag/seats/(\d+)"', body)]
        near = {seat for middle in led_to for seat in range(middle - 12, middle + 13)}
        assert near >= set(range(1, 631))
        page = document(of, Address(body=BodyId("bundestag"), seat=38), Links(), stream=None)
        assert {int(each) for each in re.findall(r'href="/bodies/bundestag/seats/(\d+)"', page)} == set(range(26, 51))


class TestEverythingPublished:
    def test_a_bodys_page_tells_what_its_standings_tell(self) -> None:
        of = shown("germany-2021")
        drawn = document(of, Address(body=BodyId("bundestag")), Links(), stream=None)
        standings = of.standings[BodyId("bundestag")]
        for row in standings["without_seat"]:
            assert f'href="/areas/{row["contest"]}/{row["area"]}">{row["name"]}</a>' in drawn
        for contest in standings["contests"]:
            for figure in ("valid", "rejected", "ballots", "electorate"):
                assert f">{number(contest[figure])}</td>" in drawn
        for row in standings["next_in_line"][:8]:
            assert f"{number(row['votes_short'])} votes short" in drawn
        for row in standings["parties"]:
            if row["seats"]:
                for votes in row["votes"].values():
                    assert f">{number(votes['votes'])}</td>" in drawn

    def test_what_is_certain_is_told_beside_what_stands(self) -> None:
        of = shown("london-2012", 26)
        drawn = document(of, Address(body=BodyId("assembly")), Links(), stream=None)
        certain = of.standings[BodyId("assembly")]["certain"]["seats"]["lab"]
        assert f"Labour: at least {certain['at_least']}, at most {certain['at_most']} seats" in drawn

    def test_who_had_control_before_is_told(self) -> None:
        drawn = document(shown("london-2012", 26), Address(body=BodyId("assembly")), Links(), stream=None)
        assert "Control before this election: none." in drawn

    def test_the_eve_of_poll_is_told_where_it_differs(self) -> None:
        of = shown("commons-2019")
        standings = of.standings[BodyId("commons")]
        row = next(row for row in standings["parties"] if row["party"] == "lab")
        otherwise = row | {"changes": row["changes"] | {"eve": row["change"] + 15}}
        parties = [otherwise if each is row else each for each in standings["parties"]]
        changed = replace(of, standings={BodyId("commons"): standings | {"parties": parties}})
        drawn = document(changed, Address(body=BodyId("commons")), Links(), stream=None)
        assert "Change against the eve of poll" in drawn

    def test_doubt_and_lots_are_told_by_name(self) -> None:
        of = shown("london-2012", 26)
        change = {
            "contents": ["0"], "what": "seat", "contest": "constituency", "area": "brent-and-harrow",
            "was": ["shah-lab"], "would_be": ["con"],
        }  # fmt: skip
        tie = {"contest": "list", "area": None, "seats": 1, "options": ["lab", "con"], "figure": "7", "at": "seat 11"}
        standings = of.standings[BodyId("assembly")] | {
            "quarantined": 1,
            "in_doubt": {"messages": 1, "could_change": "yes", "changes": [change]},
            "ties": [tie],
        }
        doubtful = replace(of, standings={BodyId("assembly"): standings})
        drawn = document(doubtful, Address(body=BodyId("assembly")), Links(), stream=None)
        assert "seat in Brent &amp; Harrow, Constituency members: Navin Shah now, Conservative if it counted" in drawn
        assert "A lot has to be drawn: Labour, Conservative for seat 11 (London-wide members)." in drawn

    def test_of_many_seats_in_doubt_those_alone_are_named_that_would_change_hands_and_once(self) -> None:
        of = shown("london-2012", 26)
        change = {"what": "seat", "contest": "list", "area": None}
        was, would = ["con"] * 6 + ["lab"] * 4 + ["grn"], ["con"] * 4 + ["lab"] * 6 + ["grn"]
        changes: list[JSON] = [change | {"contents": [number], "was": was, "would_be": would} for number in ("0", "1")]
        by_number = {"what": "seat", "contest": "constituency", "area": "south-west", "contents": ["0"]}
        changes.append(by_number | {"was": ["con 8", "lab 5"], "would_be": ["con 9", "lab 5"]})
        doubt = {"messages": 2, "could_change": "yes", "changes": changes}
        standings = of.standings[BodyId("assembly")] | {"quarantined": 2, "in_doubt": doubt}
        assert doubt_words(of, standings)[2:] == [
            "seat in London-wide members: Conservative 2 now, Labour 2 if it counted.",
            "seat in South West, Constituency members: Conservative 8 now, Conservative 9 if it counted.",
        ]
        page = document(
            replace(of, standings={BodyId("assembly"): standings}),
            Address(body=BodyId("assembly")),
            Links(),
            stream=None,
        )
        assert page.count("Conservative 2 now") == 1

    def test_an_areas_page_keeps_the_figures_of_what_is_kept_out_to_the_desk(self) -> None:
        of = shown("london-2012", 26)
        finding = {"code": "E301", "reason": "votes do not add up: found 141766, expected 141765"}
        waiting = {"waiting": 1, "messages": [{"source": "hall", "revision": 2, "findings": [finding]}]}
        kept = replace(of, quarantine={("constituency", "south-west"): waiting})
        address = Address(contest=ContestId("constituency"), area=AreaId("south-west"))
        page = document(kept, address, Links(), stream=None)
        assert "hall, revision 2: votes do not add up (E301)" in page
        assert "141766" not in page

    def test_why_nothing_is_projected_has_a_heading(self) -> None:
        page = document(shown("london-2012", 26), Address(body=BodyId("assembly")), Links(), stream=None)
        assert re.search(r'class="sub">Not projected</h2>\n<p class="note">', page)
