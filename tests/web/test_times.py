"""Times to go back to: read as they are meant, around the change of the clock too, or refused."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service.adapters.web.past import read_at
from service.records import microseconds, moment
from tests.service.nights import recorded
from tests.web.boards import board_of, served
from tests.web.sites import get

NIGHT = recorded("london-2012")
UNTELLABLE = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z")


def read(asked: str, *, end: str) -> str | None:
    """Read a time where the record ends at another, both in London; gives it in UTC."""
    at_us = read_at(asked, NIGHT.election, [microseconds(datetime.fromisoformat(end))])
    return None if at_us is None else moment(at_us).isoformat()


class TestATimeOfDay:
    @pytest.mark.parametrize(
        "asked, end, expected",
        [
            ("23:30", "2012-05-04T03:12:00+01:00", "2012-05-03T22:30:00+00:00"),
            ("03:12", "2012-05-04T03:12:00+01:00", "2012-05-04T02:12:00+00:00"),
            ("03:13", "2012-05-04T03:12:00+01:00", "2012-05-03T02:13:00+00:00"),
        ],
    )
    def test_is_the_last_such_before_the_end(self, asked: str, end: str, expected: str) -> None:
        assert read(asked, end=end) == expected

    @pytest.mark.parametrize(
        "end, expected",
        [
            ("2012-10-28T01:50:00+00:00", "2012-10-28T01:30:00+00:00"),
            ("2012-10-28T01:10:00+00:00", "2012-10-28T00:30:00+00:00"),
            ("2012-10-28T01:50:00+01:00", "2012-10-28T00:30:00+00:00"),
            ("2012-10-28T01:10:00+01:00", "2012-10-27T00:30:00+00:00"),
        ],
    )
    def test_that_a_clock_put_back_shows_twice_is_the_last_of_both(self, end: str, expected: str) -> None:
        assert read("01:30", end=end) == expected

    @pytest.mark.parametrize(
        "end, expected",
        [
            ("2012-03-25T02:10:00+01:00", "2012-03-25T00:30:00+00:00"),
            ("2012-03-25T04:00:00+01:00", "2012-03-25T01:30:00+00:00"),
        ],
    )
    def test_that_a_clock_put_forward_never_shows_is_of_that_night_all_the_same(self, end: str, expected: str) -> None:
        assert read("01:30", end=end) == expected

    def test_that_says_of_which_place_it_is_is_of_that_place(self) -> None:
        assert read("03:12+14:00", end="2012-05-04T03:12:00+01:00") == "2012-05-03T13:12:00+00:00"
        assert read("03:12Z", end="2012-05-04T03:12:00+01:00") == "2012-05-03T03:12:00+00:00"


class TestATimeThatCannotBeTold:
    @pytest.mark.parametrize("asked", UNTELLABLE)
    async def test_is_refused_by_pages_data_and_cards(self, asked: str) -> None:
        async with served(board_of(NIGHT, messages=1), NIGHT) as of:
            at = asked.replace("+", "%2B")
            for path in ("/", "/api/standings/mayor.json", "/cards/mayor.svg"):
                assert (await get(of, f"{path}?at={at}")).status == 400, path

    def test_is_one_beyond_the_last_year_at_the_election_s_place(self) -> None:
        berlin = recorded("germany-2021").election
        assert read_at("9999-12-31T23:59:59Z", berlin, []) is None
        in_utc = replace(berlin, time_zone=ZoneInfo("UTC"))
        assert read_at("9999-12-31T23:59:59Z", in_utc, []) is not None
