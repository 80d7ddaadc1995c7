"""London, 7 and 8 May 2021: every constituency's figures, and the whole table of second preferences."""

import json

import pytest

from service.night import Night
from service.records import Message
from tests.nights.nights_on_record import OnRecord, on_record, result, row, seats, standings


@pytest.fixture
def recorded() -> OnRecord:
    return on_record("london-2021")


@pytest.fixture
def night(recorded: OnRecord) -> Night:
    return recorded.night()


class TestTheMayor:
    def test_is_elected_with_1206034_to_977601(self, night: Night) -> None:
        mayor = standings(night, "mayor")
        first, second = mayor["candidates"][:2]
        assert (first["candidate"], first["votes"], first["transfers"], first["total"]) == (
            "khan-lab",
            1_013_721,
            192_313,
            1_206_034,
        )
        assert (second["candidate"], second["votes"], second["transfers"], second["total"]) == (
            "bailey-con",
            893_051,
            84_550,
            977_601,
        )
        assert mayor["elected"] == "khan-lab"

    def test_follows_from_the_table_of_all_twenty_by_twenty(self, recorded: OnRecord, night: Night) -> None:
        table = _payload(recorded.messages, "/mayor/london")["second_preferences"]
        assert len(table) == 20
        assert all(len(by_second) == 20 for by_second in table.values())
        out = [by_second for first, by_second in table.items() if first not in ("khan-lab", "bailey-con")]
        assert len(out) == 18
        transfers = {who: sum(by_second[who] for by_second in out) for who in ("khan-lab", "bailey-con")}
        _, last = standings(night, "mayor")["rounds"]
        assert {each["candidate"]: each["transfers"] for each in last["candidates"]} == transfers
        assert last["not_transferred"] == 2_531_357 - 1_206_034 - 977_601
        assert len(last["eliminated"]) == 18

    def test_waits_for_second_preferences_when_the_fourteen_first_counts_are_in(self, recorded: OnRecord) -> None:
        first_counts = tuple(message for message in recorded.messages if not message.topic.endswith("/london"))
        mayor = standings(recorded.night(first_counts), "mayor")
        assert mayor["areas"] == {"declared": 14, "total": 14}
        assert mayor["contests"][0]["awaiting_second_preferences"] is True
        assert (mayor["elected"], mayor["complete"], mayor["seats"]["filled"]) == (None, False, 0)
        assert [each["votes"] for each in mayor["candidates"][:2]] == [1_013_721, 893_051]

    def test_is_open_while_one_constituency_is(self, recorded: OnRecord) -> None:
        fourteen = [message for message in recorded.messages if "/mayor/" in message.topic][:13]
        mayor = standings(recorded.night(tuple(fourteen)), "mayor")
        assert (mayor["elected"], mayor["complete"], mayor["seats"]["filled"]) == (None, False, 0)
        assert mayor["areas"] == {"declared": 13, "total": 14}

    def test_has_the_printed_papers(self, night: Night) -> None:
        (contest,) = standings(night, "mayor")["contests"]
        assert (contest["valid"], contest["rejected"], contest["ballots"]) == (2_531_357, 114_201, 2_645_558)
        assert contest["turnout"] == 0.427297


class TestTheAssembly:
    def test_has_the_seats_and_changes_that_were_published(self, night: Night) -> None:
        assert seats(night) == {"lab": 11, "con": 9, "green": 3, "ld": 2}
        changes = {each["party"]: each["change"] for each in standings(night, "assembly")["parties"] if each["change"]}
        assert changes == {"lab": -1, "con": 1, "green": 1, "ld": 1, "ukip": -2}

    def test_is_the_same_from_the_fourteen_lists_alone(self, recorded: OnRecord, night: Night) -> None:
        without = tuple(message for message in recorded.messages if not message.topic.endswith("/london"))
        counted = recorded.night(without)
        assert seats(counted) == seats(night)
        assert standings(counted, "assembly")["allocation"] == standings(night, "assembly")["allocation"]

    def test_agrees_with_the_covering_declaration_without_a_finding(self, night: Night) -> None:
        for contest in ("list", "mayor"):
            assert result(night, contest, "london")["findings"] == []

    def test_counts_every_vote_once(self, night: Night) -> None:
        listed = [each["votes"]["list"]["votes"] for each in standings(night, "assembly")["parties"]]
        assert sum(votes for votes in listed if votes is not None) == 2_589_268

    def test_stands_at_seven_constituencies_after_the_first_day(self, recorded: OnRecord) -> None:
        day = tuple(
            message for message in recorded.messages if message.at_us < recorded.messages[-1].at_us - 86_400_000_000
        )
        counted = recorded.night(day)
        assert standings(counted, "assembly")["areas"] == {"declared": 7, "total": 14}
        assert row(counted, "lab")["seats_by_contest"]["constituency"] is not None


def _payload(messages: tuple[Message, ...], ending: str) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = json.loads(
        next(message.payload for message in messages if message.topic.endswith(ending))
    )
    return found
