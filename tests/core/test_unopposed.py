"""Unopposed: an area whose members nobody stands against is settled without a poll, and nothing is to come from it."""

from typing import Any

import pytest

from service.ids import BodyId
from service.night import Night
from service.records import Message
from service.standings.wire import StandingsOut
from tests.core.borough import (
    CANDIDATES_CSV,
    ELECTION_TOML,
    codes,
    content_of,
    count,
    election_of,
    events,
    night_of,
    place,
)

COUNCIL = BodyId("council")


def unopposed(area: str = "north", **fields: Any) -> Message:
    return count("ward", area, kind="state", state="unopposed", **fields)


def alone(*gone: str) -> Any:
    """The borough without some candidates."""
    rows = [row for row in CANDIDATES_CSV.splitlines() if not any(name.encode() in row for name in gone)]
    return election_of(candidates=b"\n".join(rows))


def standings(night: Night) -> StandingsOut:
    return night.standings(COUNCIL)


class TestWhoIsElected:
    def test_is_no_longer_pending(self) -> None:
        night = night_of(unopposed(elected=["ash-con"]))
        assert ("ward", "north") not in [(row["contest"], row["area"]) for row in standings(night)["pending"]]
        assert night.result(place())["status"] == "unopposed"

    def test_has_no_papers_to_come(self) -> None:
        before, after = night_of(), night_of(unopposed(elected=["ash-con"]))
        assert before.result(place())["outstanding"] == 1000
        assert after.result(place())["outstanding"] == 0

    def test_is_told_as_unopposed_with_no_figures_to_follow(self) -> None:
        told = [event for event in events([unopposed(elected=["ash-con"])]) if event["event"] == "declared"]
        assert [event["text"] for event in told] == ["North: Ada Ash (Con), hold, unopposed"]

    def test_is_the_one_who_stands_where_the_message_leaves_it_out(self) -> None:
        election = alone("birch-lab", "cedar-ld")
        night = night_of(unopposed(), election=election)
        winner = night.result(place())["winner"]
        assert winner is not None
        assert winner["candidate"] == "ash-con"
        assert codes(night) == []

    def test_is_everybody_who_stands_where_there_are_as_many_as_seats(self) -> None:
        night = night_of(unopposed("east"), election=alone("hazel-lab", "ivy-lab"))
        elected = night.result(place(area="east"))["elected"]
        assert [row["candidate"] for row in elected] == ["fern-con", "gorse-con"]

    @pytest.mark.parametrize("area, stand, seats", [("north", 3, 1), ("east", 4, 2)])
    def test_is_asked_where_more_stand_than_there_are_seats(self, area: str, stand: int, seats: int) -> None:
        night = night_of(unopposed(area))
        (kept,) = night.quarantine()
        assert [finding["code"] for finding in kept["findings"]] == ["E106"]
        assert kept["findings"][0]["found"] == f"nobody named of {stand} who stand for {seats}"
        assert night.result(place(area=area))["elected"] == []


class TestAtMost:
    def test_leaves_what_is_certain_of_others(self) -> None:
        night = night_of(unopposed(elected=["ash-con"]), count("ward", "south", votes={"dell-con": 9, "elm-lab": 1}))
        seats = standings(night)["certain"]["seats"]
        total = standings(night)["seats"]["total"]
        assert total is not None
        certain = sum(of["at_least"] for of in seats.values())
        assert certain
        for of in seats.values():
            assert of["at_least"] <= of["at_most"] <= total - (certain - of["at_least"])

    def test_is_what_is_left_of_a_council_before_a_lot(self) -> None:
        toml = ELECTION_TOML.replace(
            b'contests = ["ward", "list"]\nseats = 7\n',
            b'contests = ["ward"]\nseats = 11\nseats_not_up = { con = 3, ld = 4 }\n',
        )
        tie = count("ward", "east", votes={"fern-con": 5, "gorse-con": 5, "hazel-lab": 5, "ivy-lab": 1})
        north = count("ward", "north", votes={"ash-con": 0, "birch-lab": 0, "cedar-ld": 5})
        south = count("ward", "south", votes={"dell-con": 0, "elm-lab": 5})
        seats = standings(night_of(tie, north, south, election=election_of(toml=toml)))["certain"]["seats"]
        # Of two seats in East, both may be Conservative, one may be Labour; Lib Dems have five whatever is drawn.
        assert {party: (of["at_least"], of["at_most"]) for party, of in seats.items()} == {
            "con": (3, 5),
            "lab": (1, 2),
            "ld": (5, 5),
        }


class TestWhoSaysSo:
    def test_is_told_of_a_state(self) -> None:
        said = unopposed(elected=["ash-con"], revision=2)
        found = night_of(said).result(place())
        assert (found["source"], found["revision"], found["kind"]) == ("north-count", 2, "state")
        assert (found["sources"], found["content"]) == (1, content_of(said))

    def test_is_told_of_a_rush_and_of_its_figures_once_they_have_come(self) -> None:
        rush = count("ward", "north", kind="rush", winner="ash-con")
        found = night_of(rush).result(place())
        assert (found["source"], found["kind"], found["content"]) == ("north-count", "rush", content_of(rush))
        figures = count("ward", "north", votes={"ash-con": 3, "birch-lab": 2, "cedar-ld": 1}, revision=2)
        found = night_of(rush, figures).result(place())
        assert (found["revision"], found["kind"], found["content"]) == (2, "declaration", content_of(figures))

    def test_is_everybody_who_says_the_same(self) -> None:
        both = night_of(unopposed(elected=["ash-con"]), unopposed(elected=["ash-con"], source="second-count"))
        assert both.result(place())["sources"] == 2
