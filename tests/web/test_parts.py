"""The parts of the page that go on by themselves: one that fails is told in the log, and starts anew."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from structlog.testing import capture_logs
from structlog.typing import EventDict

from service.adapters.web import Health
from tests.brokers import eventually
from tests.service.nights import recorded
from tests.web.boards import WELL, board_of, served, tell
from tests.web.listeners import listening
from tests.web.sites import get

NIGHT = recorded("london-2012")


class Failing:
    """How the service is, which cannot be said while `fails`."""

    def __init__(self) -> None:
        self.fails = False

    def health(self) -> Health:
        if self.fails:
            raise RuntimeError("no health")
        return replace(WELL, test=True)


def failed(logs: Sequence[EventDict], part: str) -> Callable[[], bool]:
    return lambda: any(line["event"] == "page_task_failed" and line["part"] == part for line in logs)


async def test_after_a_fault_readers_are_told_again_and_how_the_service_is_is_looked_at_again() -> None:
    of_it, board = Failing(), board_of(NIGHT, messages=1)
    async with served(board, NIGHT, health=of_it.health) as of, listening(of, "page=/") as reader:
        await reader.event("parts")
        with capture_logs() as logs:
            of_it.fails = True
            tell(board, NIGHT)
            await eventually(failed(logs, "stream"), within_s=120)
            await eventually(failed(logs, "health"), within_s=120)
            of_it.fails = False
            board.tell_status({"status": "online", "test": False})
            await eventually(lambda: bool(board.status["test"]), within_s=120)
        while "1,054,811" not in (await reader.event("parts")).get("body-mayor", ""):
            pass


async def test_room_on_the_disk_restarts_and_the_age_of_the_last_message_are_metrics() -> None:
    health = replace(WELL, disk_free_bytes=7_000, restarts=3)
    async with served(board_of(NIGHT, messages=1), NIGHT, health=lambda: health) as of:
        said = (await get(of, "/metrics")).body.decode()
        assert "election_night_disk_free_bytes 7000.0" in said
        assert "election_night_page_restarts_total 3.0" in said
        assert "last_count_age" not in said
        health = replace(WELL, last_count="2012-05-04T00:00:00+01:00")
        said = (await get(of, "/metrics")).body.decode()
        (age,) = (line for line in said.splitlines() if line.startswith("election_night_last_count_age_seconds "))
        assert float(age.split()[1]) > 10 * 365 * 24 * 60 * 60
