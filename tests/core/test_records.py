"""The record: exact times, a chain that shows any change, an opening that follows from the folder alone."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import JournalMismatchError
from service.night import Night, opening_of
from service.records import FIRST_DIGEST, Message, Publication, chain, follow, microseconds, moment
from tests.core.borough import BASELINE_CSV, BOROUGH, CANDIDATES_CSV, count, election_of, night_of
from tests.core.messages_drawn import examples

MESSAGE = Message(258, "elections/borough-2024/counts/ward/north", b"\x00\xffback")


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


class TestTheChain:
    def test_is_the_hash_of_what_was_before_and_of_time_topic_and_bytes_with_their_lengths(self) -> None:
        spelled_out = (
            bytes(32)
            + bytes((0, 0, 0, 0, 0, 0, 1, 2))
            + bytes((0, 0, 0, 0, 0, 0, 0, 40))
            + b"elections/borough-2024/counts/ward/north"
            + bytes((0, 0, 0, 0, 0, 0, 0, 6))
            + b"\x00\xffback"
        )
        assert chain(FIRST_DIGEST, MESSAGE) == hashlib.sha256(spelled_out).digest()

    @pytest.mark.parametrize(
        "other",
        [
            replace(MESSAGE, at_us=MESSAGE.at_us + 1),
            replace(MESSAGE, at_us=-MESSAGE.at_us),
            replace(MESSAGE, topic=MESSAGE.topic + "x"),
            replace(MESSAGE, payload=MESSAGE.payload + b"x"),
            replace(MESSAGE, topic=MESSAGE.topic[:-1], payload=b"h" + MESSAGE.payload),
            replace(MESSAGE, topic=MESSAGE.topic + "\x00", payload=MESSAGE.payload[1:]),
        ],
    )
    def test_shows_any_change(self, other: Message) -> None:
        assert chain(FIRST_DIGEST, other) != chain(FIRST_DIGEST, MESSAGE)

    def test_shows_an_exchange_of_two_messages(self) -> None:
        other = replace(MESSAGE, payload=b"another")
        assert follow(follow(None, MESSAGE), other).digest != follow(follow(None, other), MESSAGE).digest

    def test_shows_a_message_that_came_twice(self) -> None:
        first = follow(None, MESSAGE)
        assert follow(first, MESSAGE).digest != first.digest

    def test_counts_from_one(self) -> None:
        first = follow(None, MESSAGE)
        assert (first.sequence, follow(first, MESSAGE).sequence) == (1, 2)
        assert first.digest == chain(FIRST_DIGEST, MESSAGE)

    def test_takes_topics_in_utf_8(self) -> None:
        assert follow(None, replace(MESSAGE, topic="é")).digest != follow(None, replace(MESSAGE, topic="e")).digest


class TestTimes:
    @examples(200)
    @given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS))  # noqa: DTZ001 - they get one
    def test_are_exact_to_the_microsecond(self, at: datetime) -> None:
        assert moment(microseconds(at)) == at

    def test_are_those_of_1970_in_universal_time(self) -> None:
        assert microseconds(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == 0
        assert microseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
        assert moment(1_714_690_800_000_000) == datetime(2024, 5, 2, 23, tzinfo=UTC)


class TestTheOpening:
    def test_says_election_content_rules_and_mode(self) -> None:
        opening = opening_of(BOROUGH, test=False)
        assert opening.topic == "journal/borough-2024/opened"
        assert moment(opening.at_us) == datetime(2024, 5, 1, 23, tzinfo=UTC)
        expected = (
            f'{{"content":"{BOROUGH.content}","election":"borough-2024","format":1,'
            '"rules":{"board":"stv-scotland","counting":"1","list":"additional-members-london",'
            '"mayor":"supplementary-vote","question":"referendum","ward":"plurality"},"test":false}'
        )
        assert opening.payload.decode() == expected

    def test_is_the_same_for_the_same_folder(self) -> None:
        assert opening_of(election_of(), test=False) == opening_of(BOROUGH, test=False)

    @pytest.mark.parametrize(
        "message",
        [
            pytest.param(opening_of(election_of(baseline=BASELINE_CSV + b"\n"), test=False), id="another baseline"),
            pytest.param(
                opening_of(election_of(candidates=CANDIDATES_CSV.replace(b"Ada", b"Eda")), test=False),
                id="another name",
            ),
            pytest.param(replace(opening_of(BOROUGH, test=False), at_us=0), id="another time"),
            pytest.param(replace(opening_of(BOROUGH, test=False), topic="journal/other/opened"), id="another topic"),
            pytest.param(replace(opening_of(BOROUGH, test=False), payload=b"\xff"), id="no JSON"),
            pytest.param(replace(opening_of(BOROUGH, test=False), payload=b"{}"), id="nothing"),
            pytest.param(count(votes={"ash-con": 1}), id="a count"),
        ],
    )
    def test_of_anything_else_is_refused(self, message: Message) -> None:
        night = Night(BOROUGH)
        with pytest.raises(JournalMismatchError) as refusal:
            night.apply(follow(None, message))
        assert refusal.value.where == "record 1"
        assert BOROUGH.content in refusal.value.expected
        assert night.last is None

    def test_tells_a_test_night_from_a_live_one(self) -> None:
        assert [night_of(test=test).test for test in (False, True)] == [False, True]


def test_a_publication_is_named_by_its_bytes() -> None:
    assert Publication(0, "t", b"payload", 1).digest == hashlib.sha256(b"payload").hexdigest()
