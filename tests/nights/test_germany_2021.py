"""The Bundestag of 2021 under the law of 2023, through the service: held against another count at several moments."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from service.app import as_records
from service.findings import PAYLOAD_BYTES_MAX
from service.ids import BodyId
from service.night import Night
from service.standings.published import differences
from service.standings.wire import StandingsOut, encode
from service.views.explain import explain_body
from service.views.firmness import party_seats
from service.views.lists import explain_seat
from service.views.shown import Shown
from tests.elections.bundestag import counted_again
from tests.elections.night_files import read
from tests.nights.nights_on_record import on_record, result, standings

BUNDESTAG = BodyId("bundestag")

LOOKED_AT = (20, 100, 300, 500)
"""After so many messages the seats are counted again; two messages make a constituency."""

CERTAIN_EVERY = 50


@dataclass(frozen=True)
class Told:
    """The night after its last message, and what it said on the way."""

    night: Night
    standings: dict[int, StandingsOut]
    events: list[dict[str, Any]]


@pytest.fixture(scope="module")
def told() -> Told:
    recorded = on_record("germany-2021")
    night = Night(recorded.election)
    said: dict[int, StandingsOut] = {}
    events: list[dict[str, Any]] = []
    # The record that opens the night comes before its messages.
    for number, record in enumerate(as_records(recorded.election, recorded.messages, test=False)):
        events.extend(night.apply(record).events)
        if number in LOOKED_AT or number % CERTAIN_EVERY == 0:
            said[number] = night.standings(BUNDESTAG)
    return Told(night, said, events)


def seats(said: StandingsOut) -> dict[str, int]:
    return {row["party"]: row["seats"] for row in said["parties"] if row["seats"]}


class TestTheNight:
    def test_ends_with_the_outcome_kept_with_it(self, told: Told) -> None:
        outcome = on_record("germany-2021").outcome
        assert differences(outcome, {BUNDESTAG: told.night.standings(BUNDESTAG)}) == []

    def test_keeps_nothing_out(self, told: Told) -> None:
        assert told.night.quarantine() == []

    def test_ends_the_same_in_any_order(self, told: Told) -> None:
        recorded = on_record("germany-2021")
        messages = list(recorded.messages)
        random.Random(630).shuffle(messages)
        shuffled, expected = (
            {name: value for name, value in dict(each).items() if name not in ("sequence", "digest", "as_of")}
            for each in (recorded.night(tuple(messages)).standings(BUNDESTAG), told.night.standings(BUNDESTAG))
        )
        assert shuffled == expected

    @pytest.mark.parametrize("messages", LOOKED_AT)
    def test_has_the_seats_of_another_count_at_every_moment(self, told: Told, messages: int) -> None:
        so_far = replace(read("germany-2021"), lines=read("germany-2021").lines[:messages])
        lists, without = counted_again(so_far, 630)
        expected = sum((Counter(there) for there in lists.values()), Counter[str]())
        assert seats(told.standings[messages]) == dict(+expected)
        assert {row["area"] for row in told.standings[messages]["without_seat"]} == without.keys()

    def test_fills_no_seat_before_the_last_message(self, told: Told) -> None:
        assert {said["seats"]["filled"] for said in told.standings.values()} == {0}
        assert told.night.standings(BUNDESTAG)["seats"]["filled"] == 630

    def test_ends_within_what_was_certain(self, told: Told) -> None:
        ended = seats(told.night.standings(BUNDESTAG))
        for messages, said in told.standings.items():
            for party, bounds in said["certain"]["seats"].items():
                assert bounds["at_least"] <= ended.get(party, 0) <= bounds["at_most"], (messages, party)
            assert said["certain"]["control"] in (None, "none")

    def test_draws_no_seat_as_declared_while_cover_may_still_move(self, told: Told) -> None:
        election = told.night.election
        first = on_record("germany-2021").night(on_record("germany-2021").messages[:40])
        shown = Shown(
            election,
            standings={BUNDESTAG: dict(first.standings(BUNDESTAG))},
            results={place: dict(first.result(place)) for place in first.results_in()},
        )
        assert sum(row.declared for row in party_seats(shown, shown.standings[BUNDESTAG])) == 0
        shown = Shown(election, standings={BUNDESTAG: dict(told.night.standings(BUNDESTAG))})
        assert sum(row.declared for row in party_seats(shown, shown.standings[BUNDESTAG])) == 630

    def test_says_what_fits_into_one_message(self, told: Told) -> None:
        assert len(encode(told.night.standings(BUNDESTAG))) < PAYLOAD_BYTES_MAX / 4

    def test_says_every_move_of_seats_in_a_few_events(self, told: Told) -> None:
        kinds = Counter(event["event"] for event in told.events)
        assert (kinds["declared"], kinds["complete"]) == (598, 1)
        assert max(Counter(event["sequence"] for event in told.events).values()) <= 20


class TestWinnersWithoutASeat:
    def test_are_28_of_four_parties(self, told: Told) -> None:
        gone = standings(told.night, "bundestag")["without_seat"]
        assert Counter(row["party"] for row in gone) == {"cdu": 11, "csu": 9, "spd": 7, "afd": 1}
        assert gone[0] == {
            "contest": "erststimme",
            "area": "005-kiel",
            "name": "Kiel",
            "candidate": "spd",
            "party": "spd",
            "share": 0.295247,  # 45,709 of 154,816
        }

    def test_won_and_are_not_elected(self, told: Told) -> None:
        kiel = result(told.night, "erststimme", "005-kiel")
        assert (kiel["winner"]["name"], kiel["elected"], kiel["without_seat"]) == ("SPD candidate", [], True)
        assert (kiel["hold_or_gain"], kiel["holder"]) == ("hold", "spd")

    def test_lost_to_shares_of_their_own_party_in_their_land(self, told: Told) -> None:
        election = told.night.election
        console = Console(file=StringIO(), width=160)
        for part in explain_body(election, election.bodies[BUNDESTAG], told.night.counted):
            console.print(part)
        text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
        assert "28 constituency winners without a seat" in text
        rows = [" ".join(line.split()) for line in text.splitlines()]
        assert "Kiel Schleswig-Holstein SPD 29.5% 30.8%" in rows
        assert "CDU 8,775,471 130 98 11 43" in rows
        assert any(row.startswith("Bayern 0 + 20 - 1 + 15 0 + 12 0 + 10 36 + 0") for row in rows)


def test_the_last_seat_explains_itself(told: Told) -> None:
    whole = next(iter(told.night.counted.wholes.values()))
    console = Console(file=StringIO(), width=160)
    for part in explain_seat(told.night.election, whole, 630):
        console.print(part)
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "6,852,206 votes / (1 + 2 x (101 seats so far)) = 33,754.70936" in text
    assert "27,488 votes short of it" in text
