"""London, 11 June 2004: figures as published, the slip of the night, and how near the last seat was."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from service.ids import ContestId
from service.night import Night
from tests.core.borough import codes
from tests.nights.nights_on_record import OnRecord, on_record, result, row, seats, standings


@pytest.fixture
def recorded() -> OnRecord:
    return on_record("london-2004")


@pytest.fixture
def night(recorded: OnRecord) -> Night:
    return recorded.night()


class TestTheAssembly:
    def test_has_the_seats_and_changes_that_were_published(self, night: Night) -> None:
        assert seats(night) == {"con": 9, "lab": 7, "ld": 5, "green": 2, "ukip": 2}
        changes = {party: row(night, party)["change"] for party in ("con", "lab", "ld", "green", "ukip")}
        assert changes == {"con": 0, "lab": -2, "ld": 1, "green": -1, "ukip": 2}

    def test_has_nine_and_five_constituencies_and_eleven_from_the_list(self, night: Night) -> None:
        by_contest = {party: row(night, party)["seats_by_contest"] for party in seats(night)}
        assert by_contest == {
            "con": {"constituency": 9, "list": 0},
            "lab": {"constituency": 5, "list": 2},
            "ld": {"constituency": 0, "list": 5},
            "green": {"constituency": 0, "list": 2},
            "ukip": {"constituency": 0, "list": 2},
        }

    def test_is_held_by_nobody_before_and_after(self, night: Night) -> None:
        assembly = standings(night, "assembly")
        assert (assembly["control"], assembly["complete"], assembly["status"]) == ("none", True, "complete")
        assert assembly["seats"]["filled"] == assembly["seats"]["total"] == 25

    def test_gives_the_conservatives_a_constituency_and_takes_a_list_seat(self, night: Night) -> None:
        con = row(night, "con")
        assert (con["gains"], con["losses"], con["change"]) == (1, 1, 0)

    def test_allocates_the_list_by_the_figures_of_modified_dhondt(self, night: Night) -> None:
        """Votes over one more than the seats held: Labour's five constituencies divide its first list seat by six."""
        by_hand: list[tuple[str, Fraction]] = [
            ("ld", Fraction(316_218)),
            ("green", Fraction(160_445)),
            ("ld", Fraction(316_218, 2)),
            ("ukip", Fraction(156_780)),
            ("ld", Fraction(316_218, 3)),
            ("green", Fraction(160_445, 2)),
            ("ld", Fraction(316_218, 4)),
            ("ukip", Fraction(156_780, 2)),
            ("lab", Fraction(468_247, 6)),
            ("lab", Fraction(468_247, 7)),
            ("ld", Fraction(316_218, 5)),
        ]
        allocation = standings(night, "assembly")["allocation"]
        assert [(seat["party"], Fraction(seat["figure"])) for seat in allocation] == by_hand
        assert [seat["seat"] for seat in allocation] == list(range(1, 12))
        assert [seat["figure"] for seat in allocation][5:7] == ["160445/2", "158109/2"]

    def test_leaves_the_bnp_3467_votes_short_of_the_threshold_and_so_of_the_last_seat(self, night: Night) -> None:
        """Twenty times (90,365 + x) must reach 1,873,166 + x, and with 3,467 more it does for the first time."""
        assert 20 * (90_365 + 3_466) < 1_873_166 + 3_466
        assert 20 * (90_365 + 3_467) >= 1_873_166 + 3_467
        assert Fraction(316_218, 5) < 90_365
        first = standings(night, "assembly")["next_in_line"][0]
        assert first == {"party": "bnp", "contest": "list", "votes_short": 3_467}

    def test_never_gives_others_a_seat(self, night: Night) -> None:
        last = standings(night, "assembly")["next_in_line"][-1]
        assert last == {"party": "others", "contest": "list", "votes_short": None}

    def test_has_shares_of_everybodys_list_votes(self, night: Night) -> None:
        shares = {each["party"]: each["votes"]["list"]["share"] for each in standings(night, "assembly")["parties"]}
        known = [share for share in shares.values() if share is not None]
        assert shares["con"] == 0.284917
        assert round(sum(known), 4) == 1.0

    def test_does_not_know_votes_that_are_not_on_record(self, night: Night) -> None:
        contests = {contest["contest"]: contest for contest in standings(night, "assembly")["contests"]}
        assert contests["constituency"]["with_figures"] == 5
        assert contests["constituency"]["turnout"] is None
        assert row(night, "bnp")["votes"]["constituency"] == {
            "votes": None,
            "share": None,
            "change_points": None,
            "average_share": None,
        }


class TestBrentAndHarrow:
    def test_is_the_one_gain_of_the_night(self, recorded: OnRecord, night: Night) -> None:
        areas = night.election.reporting(ContestId("constituency"))
        gains = [area for area in areas if result(night, "constituency", area)["hold_or_gain"] == "gain"]
        assert gains == ["brent-and-harrow"]
        found = result(night, "constituency", "brent-and-harrow")
        assert (found["winner"]["name"], found["gain_from"], found["holder"]) == ("Robert Blackman", "lab", "lab")
        assert [who["name"] for who in found["defeated_incumbents"]] == ["Toby Harris"]

    def test_is_announced_without_figures(self, night: Night) -> None:
        found = result(night, "constituency", "brent-and-harrow")
        assert (found["status"], found["declared"], found["majority"], found["valid"]) == (
            "announced",
            True,
            None,
            None,
        )

    def test_is_told_as_an_event(self, recorded: OnRecord) -> None:
        (told,) = [event for event in recorded.events() if event.get("hold_or_gain") == "gain"]
        assert (told["event"], told["area"], told["gain_from"]) == ("declared", "brent-and-harrow", "lab")


class TestTheSlipOfTheNight:
    """6,000 votes too many were printed for Lindsey German, and corrected."""

    def test_is_counted_as_printed_at_first(self, recorded: OnRecord) -> None:
        mayor = standings(recorded.until("21:05"), "mayor")
        votes = {each["candidate"]: each["votes"] for each in mayor["candidates"]}
        assert votes["german-respect"] == 67_731
        assert sum(votes.values()) == mayor["contests"][0]["valid"] == 1_869_671

    def test_waits_for_second_preferences_then(self, recorded: OnRecord) -> None:
        mayor = standings(recorded.until("21:05"), "mayor")
        assert mayor["contests"][0]["awaiting_second_preferences"] is True
        assert (mayor["elected"], mayor["complete"], mayor["seats"]["filled"]) == (None, False, 0)
        assert [each["eliminated"] for each in mayor["rounds"]] == [[]]

    def test_is_corrected_with_was_and_now(self, recorded: OnRecord) -> None:
        (corrected,) = [event for event in recorded.events() if event["event"] == "corrected"]
        assert (corrected["was"], corrected["now"]) == (
            {"votes": {"german-respect": 67_731}},
            {"votes": {"german-respect": 61_731}},
        )
        assert (corrected["contest"], corrected["as_of"]) == ("mayor", "2004-06-11T21:30:00+01:00")
        assert "Lindsey German 67,731 -> 61,731" in corrected["text"]

    def test_is_told_with_the_area_as_votes_that_fell(self, recorded: OnRecord) -> None:
        found = result(recorded.until("21:30"), "mayor", "london")["findings"]
        fallen = [finding for finding in found if finding["code"] == "W101"]
        assert [(finding["where"], finding["found"], finding["expected"]) for finding in fallen] == [
            ("votes.german-respect, revision 2", "61731", "at least 67731 as in revision 1")
        ]

    def test_would_have_been_caught_by_the_printed_total(self, recorded: OnRecord) -> None:
        place = next(number for number, message in enumerate(recorded.messages) if "/mayor/" in message.topic)
        first = recorded.messages[place]
        payload = json.loads(first.payload)
        assert payload["votes"]["german-respect"] == 67_731
        caught = replace(first, payload=json.dumps({**payload, "valid": 1_863_686}).encode())
        night = recorded.night((*recorded.messages[:place], caught))
        assert codes(night) == ["E301"]
        (kept,) = night.quarantine()
        assert (kept["findings"][0]["found"], kept["findings"][0]["expected"][:9]) == ("1869671", "1863686, ")
        assert all(each["votes"] is None for each in standings(night, "mayor")["candidates"])
        settled = recorded.night((*recorded.messages[:place], caught, *recorded.messages[place + 1 :]))
        assert (codes(settled), standings(settled, "mayor")["elected"]) == ([], "livingstone-lab")


class TestTheMayor:
    def test_is_elected_on_second_preferences(self, night: Night) -> None:
        mayor = standings(night, "mayor")
        assert (mayor["elected"], mayor["complete"]) == ("livingstone-lab", True)
        first, second = mayor["candidates"][:2]
        assert (first["candidate"], first["votes"], first["transfers"], first["total"]) == (
            "livingstone-lab",
            685_541,
            142_839,
            828_380,
        )
        assert (second["candidate"], second["votes"], second["transfers"], second["total"]) == (
            "norris-con",
            542_423,
            124_755,
            667_178,
        )

    def test_is_one_of_two_who_remain(self, night: Night) -> None:
        first, last = standings(night, "mayor")["rounds"]
        assert len(first["candidates"]) == 10
        assert [each["candidate"] for each in last["candidates"]] == ["livingstone-lab", "norris-con"]
        assert len(last["eliminated"]) == 8
        assert last["not_transferred"] == 1_863_671 - 685_541 - 542_423 - 142_839 - 124_755

    def test_is_told_once_with_the_votes(self, recorded: OnRecord) -> None:
        (decided,) = [event for event in recorded.events() if event["event"] == "decided"]
        assert decided["votes"] == {"livingstone-lab": 828_380}
        assert "828,380" in decided["text"]
