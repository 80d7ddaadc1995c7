"""Limits of the page: how many may read, what a slider gets of a long night."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from service.adapters.web.api import MOMENTS_MAX
from service.adapters.web.limits import OTHERS_MAX
from service.records import moment
from tests.service.nights import recorded
from tests.service.services import ROOT
from tests.web.boards import NoHistory, board_of, served
from tests.web.listeners import listening
from tests.web.sites import get

NIGHT = recorded("london-2012")
SECOND_US = 1_000_000
LIMITED = """
import resource
from service.adapters.web import room_for
hard = {hard} or resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, hard))
print(room_for({readers}))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def room_where(*, soft: int, hard: int | None, readers: int) -> tuple[int, int]:
    """Give for how many readers there is room under limits, and the limit that there is then."""
    code = LIMITED.format(soft=soft, hard=hard, readers=readers)
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    room, limit = map(int, told.split())
    return room, limit


class TestReaders:
    def test_the_limit_is_raised_where_the_system_allows_it(self) -> None:
        assert room_where(soft=300, hard=None, readers=500) == (500, 500 + OTHERS_MAX)

    def test_where_it_does_not_as_many_may_read_as_it_lets(self) -> None:
        assert room_where(soft=300, hard=600, readers=5000) == (600 - OTHERS_MAX, 600)

    async def test_whoever_comes_on_top_is_asked_to_come_back_and_may_once_somebody_has_gone(self) -> None:
        async with served(board_of(NIGHT, messages=1), NIGHT, readers_max=1) as of:
            async with listening(of, "page=/") as reader:
                await reader.event("parts")
                refused = await get(of, "/stream?page=/")
                assert (refused.status, refused.headers["retry-after"]) == (503, "10")
            while (await get(of, "/metrics")).body.decode().find("election_night_readers 0.0") < 0:
                pass
            async with listening(of, "page=/") as reader:
                await reader.event("parts")


class Long(NoHistory):
    """A record of so many moments, a second apart."""

    def __init__(self, number: int) -> None:
        self._number = number

    def moments(self) -> Sequence[int]:
        return [number * SECOND_US for number in range(self._number)]


class TestMoments:
    @pytest.mark.parametrize("number", [1, MOMENTS_MAX, MOMENTS_MAX + 1, MOMENTS_MAX + 2, 3 * MOMENTS_MAX])
    async def test_of_a_long_night_some_are_given_in_their_order_the_newest_among_them(self, number: int) -> None:
        async with served(board_of(NIGHT, messages=1), NIGHT, history=Long(number)) as of:
            moments = (await get(of, "/api/moments")).json["moments"]
        assert len(moments) <= MOMENTS_MAX
        assert moments == sorted(moments)
        newest = moment((number - 1) * SECOND_US).astimezone(NIGHT.election.time_zone)
        assert moments[-1] == newest.isoformat(timespec="microseconds")
