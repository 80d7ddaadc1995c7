"""Each kind of page at its own pace: nobody waits for those who look at another page, or at an earlier moment."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from service.records import Publication
from service.standings.wire import JSON, encode
from service.views.areas import drawn_from
from service.views.board import Board
from service.views.links import Links
from service.views.pages import page_of
from service.views.shown import Address, Shown
from tests.service.nights import Recorded, ending, recorded
from tests.web.boards import NoHistory, board_of, served, tell
from tests.web.listeners import listening
from tests.web.sites import get

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
MAYOR_ELECTED = "1,054,811"
AREA = "/areas/constituency/city-and-east"
AREA_US, THEN_US, LAST_US = 1_336_150_000_000_000, 1_336_150_001_000_000, 1_336_150_002_000_000
THEN = "2012-05-04T16:46:41Z"


class Kept(NoHistory):
    """A record of which it is counted how often it was asked, and which can keep whoever asks waiting."""

    def __init__(self) -> None:
        self.asked_on = 0
        self.asked_by = 0
        self.waiting = threading.Event()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def moments(self) -> Sequence[int]:
        return AREA_US, THEN_US, LAST_US

    def said_on(self, topic: str) -> Sequence[Publication]:
        self.asked_on += 1
        self._wait()
        return super().said_on(topic)

    def said_by(self, until_us: int) -> Mapping[str, bytes]:
        self.asked_by += 1
        self._wait()
        return {topic: encode(said) for topic, said in ending(NIGHT).retained.items()}

    def _wait(self) -> None:
        self.waiting.set()
        self.goes_on.wait()


@contextlib.asynccontextmanager
async def kept_waiting(history: Kept) -> AsyncIterator[None]:
    """Let nobody have an answer of the record meanwhile."""
    history.waiting.clear()
    history.goes_on.clear()
    try:
        yield
    finally:
        history.goes_on.set()


async def test_who_reads_the_first_page_waits_for_no_page_of_an_area() -> None:
    history = Kept()
    async with (
        served(board_of(NIGHT, messages=1), NIGHT, history=history) as of,
        listening(of, "page=/") as first,
        listening(of, f"page={AREA}") as area,
    ):
        await first.event("parts")
        await area.event("parts")
        async with kept_waiting(history):
            tell(of.board, NIGHT)
            await asyncio.to_thread(history.waiting.wait)
            while MAYOR_ELECTED not in (await first.event("parts")).get("body-mayor", ""):
                pass
            assert (await get(of, "/")).status == 200
        while "area" not in await area.event("parts"):
            pass


async def test_who_looks_at_what_is_now_waits_for_nobody_who_goes_back() -> None:
    history = Kept()
    async with served(board_of(NIGHT), NIGHT, history=history) as of:
        async with kept_waiting(history):
            going_back = asyncio.create_task(get(of, f"/?at={THEN}"))
            await asyncio.to_thread(history.waiting.wait)
            for path in ("/", "/bodies/mayor", "/api/moments", "/cards/mayor.svg"):
                assert (await get(of, path)).status == 200, path
            async with listening(of, "page=/bodies/mayor") as reader:
                assert "seats" in await reader.event("parts")
            assert not going_back.done()
        assert (await going_back).status == 200


async def test_a_moment_that_many_go_back_to_is_read_and_drawn_once() -> None:
    history = Kept()
    async with served(board_of(NIGHT), NIGHT, history=history) as of:
        pages = await asyncio.gather(*(get(of, f"/?at={THEN}") for _ in range(5)))
        assert {page.body for page in pages} == {pages[0].body}
        assert MAYOR_ELECTED in pages[0].body.decode()
        for path in ("/api/standings/mayor.json", "/api/events", "/cards/mayor.svg", "/bodies/mayor"):
            assert (await get(of, f"{path}?at={THEN}")).status == 200, path
        assert history.asked_by == 1


async def test_a_moment_to_which_something_can_still_be_added_is_read_anew_each_time() -> None:
    history = Kept()
    async with served(board_of(NIGHT), NIGHT, history=history) as of:
        for _ in range(2):
            assert (await get(of, "/?at=2012-05-04T16:46:42Z")).status == 200
        assert history.asked_by == 2


async def test_the_page_of_an_area_about_which_nothing_is_new_asks_the_record_nothing() -> None:
    history = Kept()
    board = board_of(NIGHT, messages=HALF)
    async with served(board, NIGHT, history=history) as of, listening(of, f"page={AREA}") as area:
        assert {"state", "area"} == set(await area.event("parts"))
        asked = history.asked_on
        standings = {topic: said for topic, said in ending(NIGHT).retained.items() if "/standings/" in topic}
        board.tell((topic, encode(said)) for topic, said in standings.items())
        parts = await area.event("parts")
        assert set(parts) == {"state"}
        assert history.asked_on == asked


@pytest.mark.parametrize("name", ["london-2012", "commons-2019", "glasgow-2012"])
def test_while_all_that_an_area_is_drawn_from_is_the_same_so_is_its_part(name: str) -> None:
    night = recorded(name)
    steps = [shown_after(night, number) for number in (1, len(night.messages) // 2, len(night.messages))]
    places = list(steps[-1].results)[:40]
    changed = 0
    for before, after in pairwise(steps):
        for place in places:
            address = Address(contest=place[0], area=place[1])
            drawn, anew = (page_of(shown, address, Links()).parts["area"] for shown in (before, after))
            assert drawn == anew or drawn_from(before, place) != drawn_from(after, place), place
            changed += drawn != anew
    assert changed


def test_of_a_winner_without_a_seat_others_who_won_there_are_part_of_it() -> None:
    night = recorded("commons-2019")
    shown = shown_after(night, 40)
    election = shown.election
    won = [place for place, result in shown.results.items() if result["elected"]]
    by = {place: (election.areas[place[1]].region, shown.results[place]["elected"][0]["party"]) for place in won}
    ours, other = next((one, two) for one, two in combinations(won, 2) if by[one] == by[two])
    uncovered = {ours: shown.results[ours] | {"without_seat": True}}
    lower, higher = (
        replace(shown, results={**shown.results, **uncovered, other: covered_with(shown.results[other], share)})
        for share in (0.4, 0.5)
    )
    address = Address(contest=ours[0], area=ours[1])
    parts = [page_of(each, address, Links()).parts["area"] for each in (lower, higher)]
    assert parts[0] != parts[1]
    assert drawn_from(lower, ours) != drawn_from(higher, ours)


def covered_with(result: JSON, share: float) -> JSON:
    """Give a result as if its winner's seat were covered, who won it with a share of the votes."""
    return result | {"without_seat": False, "candidates": [row | {"share": share} for row in result["candidates"]]}


def shown_after(night: Recorded, number: int) -> Shown:
    board = Board(night.election, night.topics, {})
    tell(board, night, messages=number)
    return board.shown()
