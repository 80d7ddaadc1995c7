"""A process of the page that cannot be started: counts go on, the stop is in good order, and the page comes back."""

import contextlib
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

from structlog.testing import capture_logs

from tests.brokers import eventually
from tests.readers.processes import MAYOR, NIGHT, beside, page_says
from tests.web.sites import get, publish, site


@contextlib.contextmanager
def no_descriptor_left() -> Iterator[None]:
    """Let this process open nothing more; what it has open stays so."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_it_is_tried_again_until_it_can_be_started_and_told_in_the_log_and_by_a_metric(tmp_path: Path) -> None:
    async with site(NIGHT, tmp_path / "night.sqlite") as running:
        await publish(running, NIGHT.messages)
        await page_says(running, MAYOR)
        (process,) = beside(os.getpid())
        with capture_logs() as logs:
            with no_descriptor_left():
                os.kill(process, signal.SIGKILL)
                await eventually(lambda: any(line["event"] == "readers_not_told" for line in logs))
            await page_says(running, MAYOR)
        assert "Too many open files" in next(line["reason"] for line in logs if line["event"] == "readers_not_told")
        restarts = next(
            line
            for line in (await get(running, "/metrics")).body.decode().splitlines()
            if line.startswith("election_night_page_restarts_total ")
        )
        assert float(restarts.split()[1]) >= 2


async def test_a_service_whose_page_could_not_be_started_stops_in_good_order(tmp_path: Path) -> None:
    async with site(NIGHT, tmp_path / "night.sqlite"):
        (process,) = beside(os.getpid())
        with capture_logs() as logs, no_descriptor_left():
            os.kill(process, signal.SIGKILL)
            await eventually(lambda: any(line["event"] == "readers_not_told" for line in logs))
