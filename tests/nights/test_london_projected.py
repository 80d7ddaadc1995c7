"""What was projected of London's nights: withheld, then a range that holds the outcome, then the outcome alone."""

from functools import cache, partial
from random import Random
from typing import Any

import pytest

from service.app import as_records, forecaster_of
from service.ids import AreaId, BodyId, ContestId, PartyId
from service.night import Forecaster, Night
from service.projection import Projection, Withheld
from tests.nights.nights_on_record import on_record, standings

NIGHTS = ("london-2004", "london-2012", "london-2021")
ASSEMBLY, MAYOR, CONSTITUENCY = BodyId("assembly"), BodyId("mayor"), ContestId("constituency")
FINAL = {
    "london-2004": {"con": 9, "lab": 7, "ld": 5, "green": 2, "ukip": 2},
    "london-2012": {"lab": 12, "con": 9, "green": 2, "ld": 2},
    "london-2021": {"lab": 11, "con": 9, "green": 3, "ld": 2},
}

every_night = pytest.mark.parametrize("name", NIGHTS)


@cache
def models(name: str) -> Forecaster:
    return forecaster_of(on_record(name).election)


@cache
def through(name: str, body: BodyId) -> list[Any]:
    """The body's standings after each record of the night, projection included."""
    recorded, said = on_record(name), []
    night = Night(recorded.election)
    for record in as_records(recorded.election, recorded.messages, test=False):
        night.apply(record)
        said.append(night.standings(body, models(name).answer(models(name).ask(night, body))))
    return said


def seats(row: Any) -> tuple[int, int, int]:
    projected = row["projection"]["seats"]
    return projected["low"], projected["median"], projected["high"]


def size_of(row: Any) -> float:
    """The share of the votes, or that of last time where it was larger."""
    return float(max(row["share"], row["share"] - (row["change_points"] or 0) / 100))


def on_lists(name: str) -> dict[str, tuple[float, float]]:
    """The share that each party's list ended with, and the larger of it and last time's."""
    rows = {row["party"]: row["votes"].get("list") for row in through(name, ASSEMBLY)[-1]["parties"]}
    return {party: (of["share"], size_of(of)) for party, of in rows.items() if of and of["share"]}


def overtaken(name: str, body: BodyId) -> Any:
    """The standings at the night's end, with the projection of the first moment that had one."""
    recorded = on_record(name)
    night, early = Night(recorded.election), None
    for record in as_records(recorded.election, recorded.messages, test=False):
        night.apply(record)
        if early is None and not isinstance(
            (said := models(name).answer(models(name).ask(night, body))).said, Withheld
        ):
            early = said
    return night.standings(body, early)


@every_night
class TestTheAssembly:
    def test_a_projection_that_the_night_has_overtaken_says_nothing_against_what_is_certain(self, name: str) -> None:
        said = overtaken(name, ASSEMBLY)
        assert said["parties"][0]["projection"]["sequence"] < said["sequence"]
        assert said["projection"]["areas"] == {}
        projected = {row["party"]: seats(row) for row in said["parties"]}
        for party, certain in said["certain"]["seats"].items():
            low, median, high = projected[party]
            assert certain["at_least"] <= low <= median <= high <= certain["at_most"]

    def test_is_withheld_before_three_constituencies_have_figures(self, name: str) -> None:
        first = through(name, ASSEMBLY)[0]
        assert first["withheld"] == "too few areas: 0 of 14 are in with figures, 3 are needed"
        assert first["projection"] is None
        assert {row["withheld"] for row in first["parties"]} == {first["withheld"]}

    def test_ranges_hold_what_came_at_every_moment(self, name: str) -> None:
        said = [at for at in through(name, ASSEMBLY) if at["withheld"] is None]
        assert len(said) >= 5
        for at in said:
            for row in at["parties"]:
                low, _, high = seats(row)
                assert low <= FINAL[name].get(row["party"], 0) <= high, (at["sequence"], row["party"])

    def test_ends_as_one_number_for_each_party(self, name: str) -> None:
        end = through(name, ASSEMBLY)[-1]
        for row in end["parties"]:
            assert seats(row) == (row["seats"],) * 3
            assert row["projection"]["threshold"] in {0.0, 1.0, None}
        assert end["projection"]["areas"] == {}
        assert end["projection"]["no_majority"] == 1.0

    def test_says_which_lists_may_miss_the_threshold(self, name: str) -> None:
        first = next(at for at in through(name, ASSEMBLY) if at["withheld"] is None)
        chances = [row["projection"]["threshold"] for row in first["parties"]]
        assert any(chance is not None and 0 < chance < 1 for chance in chances)
        others = [row for row in first["parties"] if row["party"] == "others"]
        assert all(row["projection"]["threshold"] is None for row in others)


class TestTheNightOf2021InOtherOrders:
    """The one night of which every constituency's figures are on record."""

    NIGHT = "london-2021"

    def orders(self) -> dict[str, list[AreaId]]:
        election = on_record(self.NIGHT).election
        areas = list(election.reporting(CONSTITUENCY))

        def lead(party: str, area: AreaId) -> float:
            last = election.last_or_notional(CONSTITUENCY, area)
            assert last is not None
            votes = last.all_votes or {}
            own = votes[PartyId(party)]
            return (own - max(number for other, number in votes.items() if other != party)) / sum(votes.values())

        found = {f"random {seed}": Random(seed).sample(areas, len(areas)) for seed in range(4)}
        for party in ("lab", "con"):
            found[f"{party} first"] = sorted(areas, key=partial(lead, party), reverse=True)
        return found

    @pytest.mark.parametrize("count", [3, 6, 10])
    def test_the_ranges_hold(self, count: int) -> None:
        recorded, inside = on_record(self.NIGHT), []
        for order in self.orders().values():
            first = set(order[:count])
            messages = tuple(m for m in recorded.messages if m.topic.rsplit("/", 1)[1] in first)
            outlook = models(self.NIGHT).answer(models(self.NIGHT).ask(recorded.night(messages), ASSEMBLY))
            assert isinstance(outlook.said, Projection)
            for party, line in outlook.said.parties.items():
                seats = FINAL[self.NIGHT].get(party, 0)
                if max(seats, line.high) > 0:
                    inside.append(line.low <= seats <= line.high)
        assert sum(inside) / len(inside) >= 0.9

    def test_list_votes_are_in_doubt_while_none_is_in_whatever_the_constituencies_say(self) -> None:
        """Both votes go together, but not that closely: with all fourteen members elected a list is still a range."""
        recorded = on_record(self.NIGHT)
        messages = tuple(m for m in recorded.messages if m.topic.split("/")[-2] == "constituency")
        said = models(self.NIGHT).answer(models(self.NIGHT).ask(recorded.night(messages), ASSEMBLY)).said
        assert isinstance(said, Projection)
        large = {party: share for party, (share, _) in on_lists(self.NIGHT).items() if share > 0.05}
        assert set(large) == {"lab", "con", "green", "ld"}
        for party, share in large.items():
            line = said.parties[party].share
            assert line is not None
            assert line.low < share < line.high
            assert line.low + 0.02 < line.high

    def test_the_smaller_a_list_the_less_it_is_in_doubt(self) -> None:
        """Four constituencies in: no list of 1 % has a range of several points, or much of a chance to clear 5 %."""
        recorded, inside, widths = on_record(self.NIGHT), [], []
        small = {party: of for party, of in on_lists(self.NIGHT).items() if of[0] < 0.02}
        for order in self.orders().values():
            first = set(order[:4])
            messages = tuple(m for m in recorded.messages if m.topic.rsplit("/", 1)[1] in first)
            outlook = models(self.NIGHT).answer(models(self.NIGHT).ask(recorded.night(messages), ASSEMBLY))
            assert isinstance(outlook.said, Projection)
            for party, line in outlook.said.parties.items():
                if line.share is None or party not in small:
                    continue
                share, size = small[party]
                inside.append(line.share.low <= share <= line.share.high)
                widths.append((line.share.high - line.share.low) / size)
                # UKIP alone had cleared it last time.
                assert outlook.clears_threshold.get(party, 0.0) < (0.1 if size > 0.05 else 0.005)
        assert sum(widths) / len(widths) < 1
        assert sum(inside) / len(inside) >= 0.88


class TestAListThatFellBelowTheThreshold:
    """The British National Party had 5.4 % of London's lists in 2008, and 2.1 % in 2012."""

    def bnp(self) -> list[Any]:
        said = [
            at for at in through("london-2012", ASSEMBLY) if at["withheld"] is None and at["areas"]["declared"] < 14
        ]
        return [row["projection"] for at in said for row in at["parties"] if row["party"] == "bnp"]

    def test_is_not_given_an_even_chance_once_the_lists_of_one_area_are_in(self) -> None:
        """Lambeth & Southwark: 1.3 % of its lists, where 5.4 % were to be expected."""
        chances = [line["threshold"] for line in self.bnp()]
        assert chances[0] > 0.05 > chances[-1]

    def test_is_held_by_its_ranges_all_along(self) -> None:
        assert all(line["share"]["low"] <= 0.02123 <= line["share"]["high"] for line in self.bnp())

    @pytest.mark.parametrize("name", ["london-2004", "london-2012"])
    def test_nor_has_any_that_got_a_hundredth_of_the_votes_a_chance_to_speak_of(self, name: str) -> None:
        tiny = {party for party, (share, _) in on_lists(name).items() if share < 0.01}
        chances = [
            row["projection"]["threshold"] or 0.0
            for at in through(name, ASSEMBLY)
            if at["withheld"] is None
            for row in at["parties"]
            if row["party"] in tiny
        ]
        assert chances
        assert max(chances) < 0.02


class TestAnAreaWhoseCandidatesAreNotAllOnRecord:
    def test_is_not_taken_to_be_decided(self) -> None:
        """Of Bexley & Bromley 2004 the folder names three candidates, of Barnet & Camden the winner alone."""
        recorded = on_record("london-2004")
        open_area = AreaId("barnet-and-camden")
        assert len(recorded.election.standing(CONSTITUENCY, open_area)) == 1
        messages = tuple(message for message in recorded.messages if not message.topic.endswith(f"/{open_area}"))
        outlook = models("london-2004").answer(models("london-2004").ask(recorded.night(messages[:12]), ASSEMBLY))
        at = recorded.night(messages[:12]).standings(ASSEMBLY, outlook)
        assert at["projection"] is not None
        assert set(at["projection"]["areas"][open_area]) >= {"con", "lab"}


class TestTheMayor:
    def test_of_2021_was_likely_after_four_constituencies_and_at_the_end_elected(self) -> None:
        said = through("london-2021", MAYOR)
        assert said[0]["withheld"] == "too few areas: 0 of 14 are in with figures, 4 are needed"
        first = next(at for at in said if at["withheld"] is None)
        khan = next(row for row in first["candidates"] if row["candidate"] == "khan-lab")
        assert 0.9 < khan["projection"]["chance"] < 1
        assert khan["projection"]["finalist"] == 1.0
        assert khan["projection"]["first"]["low"] <= 1_013_721 <= khan["projection"]["first"]["high"]
        assert khan["projection"]["final"]["low"] <= 1_206_034 <= khan["projection"]["final"]["high"]

    @pytest.mark.parametrize(
        "name, final",
        [
            ("london-2004", {"livingstone-lab": 828_380, "norris-con": 667_178}),
            ("london-2012", {"johnson-con": 1_054_811, "livingstone-lab": 992_273}),
            ("london-2021", {"khan-lab": 1_206_034, "bailey-con": 977_601}),
        ],
    )
    def test_is_said_exactly_once_second_preferences_are_in(self, name: str, final: dict[str, int]) -> None:
        end = through(name, MAYOR)[-1]
        for row in end["candidates"]:
            projected = row["projection"]
            assert projected["chance"] == float(row["elected"])
            assert projected["finalist"] == float(row["candidate"] in final)
            if row["candidate"] in final:
                exact = final[row["candidate"]]
                assert projected["final"] == {"low": exact, "median": exact, "high": exact, "level": 0.9}

    @pytest.mark.parametrize("count", [4, 7, 10])
    def test_of_2021_each_of_the_twenty_has_a_range_in_proportion_that_holds_what_came(self, count: int) -> None:
        """Whichever constituencies come first. The least had 5,305 votes: a range of 50,000 would say nothing."""
        recorded, inside, widths, chances = on_record("london-2021"), [], [], []
        end = through("london-2021", MAYOR)[-1]["candidates"]
        final = {row["candidate"]: row["votes"] for row in end}
        size = {row["candidate"]: row["votes"] / row["share"] * size_of(row) for row in end}
        assert len(final) == 20
        for order in TestTheNightOf2021InOtherOrders().orders().values():
            first = set(order[:count])
            messages = tuple(m for m in recorded.messages if m.topic.rsplit("/", 1)[1] in first)
            outlook = models("london-2021").answer(models("london-2021").ask(recorded.night(messages), MAYOR))
            for name, line in outlook.candidates.items():
                assert line.first is not None
                inside.append(line.first.low <= final[name] <= line.first.high)
                widths.append((line.first.high - line.first.low) / size[name])
            chances.append(outlook.candidates["khan-lab"].chance)
        assert sum(widths) / len(widths) < 1
        assert min(chances) > 0.5
        assert sum(inside) / len(inside) >= 0.88

    def test_waits_in_2004_for_the_first_count_since_no_area_reports(self) -> None:
        said = through("london-2004", MAYOR)
        reasons = [at["withheld"] for at in said]
        assert reasons[0] == "no baseline of first preferences for 14 of 14 areas"
        assert reasons[-3:] == [None, None, None]
        before_second = next(at for at in said if at["withheld"] is None)
        assert before_second["elected"] is None
        assert max(row["projection"]["chance"] for row in before_second["candidates"]) < 1

    def test_has_no_projection_of_anybody_while_it_is_withheld(self) -> None:
        assert {row["projection"] for row in through("london-2012", MAYOR)[0]["candidates"]} == {None}


def test_a_projection_is_not_said_by_standings_that_none_was_made_for() -> None:
    at = standings(on_record("london-2021").night(), "assembly")
    assert at["projection"] is None
    assert at["withheld"] is not None
