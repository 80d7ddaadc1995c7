"""London, 4 May 2012: one short of a majority, and a mayor who was delayed for hours."""

from fractions import Fraction

import pytest

from service.ids import ContestId
from service.night import Night
from tests.nights.nights_on_record import OnRecord, on_record, result, row, seats, standings


@pytest.fixture
def recorded() -> OnRecord:
    return on_record("london-2012")


@pytest.fixture
def night(recorded: OnRecord) -> Night:
    return recorded.night()


class TestTheAssembly:
    def test_has_labour_at_twelve_one_short_of_thirteen(self, night: Night) -> None:
        assert seats(night) == {"lab": 12, "con": 9, "green": 2, "ld": 2}
        assembly = standings(night, "assembly")
        majority = next(line for line in assembly["seats"]["lines"] if line["name"] == "majority")
        assert majority["seats"] - row(night, "lab")["seats"] == 1
        assert assembly["control"] == "none"

    def test_changes_as_published(self, night: Night) -> None:
        changes = {each["party"]: each["change"] for each in standings(night, "assembly")["parties"]}
        assert {party: change for party, change in changes.items() if change} == {
            "lab": 4,
            "con": -2,
            "ld": -1,
            "bnp": -1,
        }

    def test_allocates_the_list_in_the_order_and_by_the_figures_of_modified_dhondt(self, night: Night) -> None:
        allocation = standings(night, "assembly")["allocation"]
        assert [(seat["party"], Fraction(seat["figure"])) for seat in allocation] == [
            ("green", Fraction(189_215)),
            ("ld", Fraction(150_447)),
            ("lab", Fraction(911_204, 9)),
            ("con", Fraction(708_528, 7)),
            ("green", Fraction(189_215, 2)),
            ("lab", Fraction(911_204, 10)),
            ("con", Fraction(708_528, 8)),
            ("lab", Fraction(911_204, 11)),
            ("con", Fraction(708_528, 9)),
            ("lab", Fraction(911_204, 12)),
            ("ld", Fraction(150_447, 2)),
        ]

    def test_leaves_ukip_next_in_line_and_below_the_threshold(self, night: Night) -> None:
        first = standings(night, "assembly")["next_in_line"][0]
        assert first == {"party": "ukip", "contest": "list", "votes_short": 11_275}
        assert 20 * (100_040 + 11_274) < 2_215_008 + 11_274
        assert 20 * (100_040 + 11_275) >= 2_215_008 + 11_275

    def test_was_never_nearer_to_labour_than_the_seat_that_the_liberal_democrats_took(self, night: Night) -> None:
        """Labour's thirteenth: 911,204 + x over 13 must pass 150,447 over 2."""
        short = next(near for near in standings(night, "assembly")["next_in_line"] if near["party"] == "lab")
        assert short["votes_short"] == 66_702
        assert Fraction(911_204 + 66_701, 13) < Fraction(150_447, 2) < Fraction(911_204 + 66_702, 13)


class TestAfterTheFirstTwoDeclarations:
    """15:20: Merton & Wandsworth announced (a press report came with it), Lambeth & Southwark declared in full."""

    @pytest.fixture
    def early(self, recorded: OnRecord) -> Night:
        return recorded.until("15:20")

    def test_two_seats_are_filled_of_twenty_five(self, early: Night) -> None:
        assembly = standings(early, "assembly")
        assert seats(early) == {"lab": 1, "con": 1}
        assert (assembly["seats"]["filled"], assembly["areas"]) == (2, {"declared": 2, "total": 14})
        assert (assembly["status"], assembly["complete"], assembly["sequence"]) == ("counting", False, 4)
        assert assembly["as_of"] == "2012-05-04T15:20:00+01:00"

    def test_both_are_holds(self, early: Night) -> None:
        assert {row(early, party)["change"] for party in ("lab", "con")} == {0}
        for area in ("merton-and-wandsworth", "lambeth-and-southwark"):
            assert result(early, "constituency", area)["hold_or_gain"] == "hold"

    def test_shares_are_those_of_lambeth_and_southwark_alone(self, early: Night) -> None:
        contest = standings(early, "assembly")["contests"][0]
        assert (contest["with_figures"], contest["valid"]) == (1, 157_612)
        lab = row(early, "lab")["votes"]["constituency"]
        assert (lab["votes"], lab["share"]) == (83_239, 0.528126)
        assert round(83_239 / 157_612, 6) == 0.528126

    def test_lambeth_and_southwark_has_a_majority_of_52702(self, early: Night) -> None:
        found = result(early, "constituency", "lambeth-and-southwark")
        assert (found["winner"]["candidate"], found["majority"]) == ("shawcross-lab", 83_239 - 30_537)
        assert found["majority_share"] == 0.334378

    def test_the_press_adds_nothing_to_what_merton_and_wandsworth_announced(self, early: Night) -> None:
        found = result(early, "constituency", "merton-and-wandsworth")
        assert (found["status"], found["winner"]["candidate"]) == ("announced", "tracey-con")
        assert (found["majority"], found["source"], found["kind"]) == (None, "press", "partial")

    def test_nothing_is_known_of_list_and_mayor(self, early: Night) -> None:
        assert row(early, "lab")["seats_by_contest"] == {"constituency": 1, "list": None}
        assert row(early, "lab")["votes"]["list"]["votes"] is None
        mayor = standings(early, "mayor")
        assert (mayor["status"], mayor["elected"], mayor["rounds"]) == ("waiting", None, [])
        assert {each["seats"] for each in mayor["parties"]} == {None}


class TestTheMayor:
    @pytest.mark.parametrize("clock", ["20:15", "21:00", "23:00", "23:39"])
    def test_is_delayed_for_hours(self, recorded: OnRecord, clock: str) -> None:
        pending = standings(recorded.until(clock), "mayor")["pending"]
        assert [each["state"] for each in pending if each["area"] == "london"] == ["delayed"]

    def test_was_expected_at_eight(self, recorded: OnRecord) -> None:
        (london,) = [
            each for each in standings(recorded.until("17:00"), "mayor")["pending"] if each["area"] == "london"
        ]
        assert (london["state"], london["expected_at"]) == ("expected", "2012-05-04T20:00:00+01:00")

    def test_is_no_longer_once_declared(self, recorded: OnRecord) -> None:
        mayor = standings(recorded.until("23:40"), "mayor")
        assert mayor["pending"] == []
        assert mayor["contests"][0]["awaiting_second_preferences"] is True

    def test_is_elected_with_1054811_to_992273(self, night: Night) -> None:
        mayor = standings(night, "mayor")
        totals = {each["candidate"]: each["total"] for each in mayor["candidates"] if each["total"] is not None}
        assert totals == {"johnson-con": 1_054_811, "livingstone-lab": 992_273}
        assert mayor["elected"] == "johnson-con"

    def test_first_figures_are_those_of_the_two_areas_that_reported(self, recorded: OnRecord) -> None:
        """Before London as a whole declares, Lambeth & Southwark and Brent & Harrow are added up."""
        mayor = standings(recorded.until("23:00"), "mayor")
        johnson = next(each for each in mayor["candidates"] if each["candidate"] == "johnson-con")
        parts = [
            result(recorded.until("23:00"), "mayor", area) for area in ("lambeth-and-southwark", "brent-and-harrow")
        ]
        each_part = [who["votes"] for part in parts for who in part["candidates"] if who["candidate"] == "johnson-con"]
        assert each_part[0] == 47_856
        assert johnson["votes"] == sum(each_part)
        assert mayor["areas"] == {"declared": 2, "total": 14}


class TestTheCount:
    def test_disputes_nothing_that_the_press_printed(self, night: Night) -> None:
        """Only declarations are held against each other; what the press printed are partial counts."""
        for area in night.election.reporting(ContestId("constituency")):
            codes = {finding["code"] for finding in result(night, "constituency", area)["findings"]}
            assert not codes & {"W103", "W104"}

    def test_takes_two_seats_from_the_conservatives(self, recorded: OnRecord) -> None:
        gains = [event["area"] for event in recorded.events() if event.get("hold_or_gain") == "gain"]
        assert gains == ["ealing-and-hillingdon", "barnet-and-camden"]

    def test_moves_the_list_as_constituencies_come_in_and_not_before(self, recorded: OnRecord) -> None:
        for clock in ("15:20", "17:30"):
            assert standings(recorded.until(clock), "assembly")["allocation"] == []
        assert len(standings(recorded.until("17:36"), "assembly")["allocation"]) == 11
