"""The process that serves the page: whatever becomes of it, counts go on, and the page comes back as it should be."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from service.app import Started, serve
from service.settings import ServeSettings
from tests.brokers import RealBroker, eventually
from tests.readers.processes import MAYOR, NIGHT, beside, is_there, page_says
from tests.service.nights import ending
from tests.service.services import ROOT, child, ends_in, logged, online
from tests.service.subscribers import Subscriber
from tests.web.listeners import listening
from tests.web.sites import WAIT_S_MAX, get, publish, site, until_sequence

HALF = len(NIGHT.messages) // 2
EVERYTHING = f"{NIGHT.topics.base}/#"


async def test_killed_it_comes_back_at_the_same_address_with_all_that_was_said_before_and_meanwhile(
    tmp_path: Path,
) -> None:
    async with site(NIGHT, tmp_path / "night.sqlite") as running:
        await publish(running, NIGHT.messages[:HALF])
        await until_sequence(running, HALF + 1)
        before = (await get(running, "/api/events")).json["events"]
        (process,) = beside(os.getpid())
        os.kill(process, signal.SIGKILL)
        await publish(running, NIGHT.messages[HALF:])
        await page_says(running, MAYOR)
        events = (await get(running, "/api/events")).json["events"]
        assert events[: len(before)] == before
        assert {event["id"] for event in events} >= ending(NIGHT).events.keys()
        assert beside(os.getpid()) != [process]


async def test_killed_when_all_is_said_it_comes_back_with_it(tmp_path: Path) -> None:
    async with site(NIGHT, tmp_path / "night.sqlite") as running:
        await publish(running, NIGHT.messages)
        await page_says(running, MAYOR)
        (process,) = beside(os.getpid())
        os.kill(process, signal.SIGKILL)
        await page_says(running, MAYOR)


async def test_frozen_it_holds_up_no_count_and_is_brought_up_to_date_when_it_goes_on(
    nats_broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(nats_broker.url, EVERYTHING) as reader:
        async with site(NIGHT, tmp_path / "night.sqlite", broker=nats_broker.url) as running:
            (process,) = beside(os.getpid())
            os.kill(process, signal.SIGSTOP)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
            os.kill(process, signal.SIGCONT)
            await page_says(running, MAYOR)


async def test_it_ends_with_a_service_that_is_killed(nats_broker: RealBroker, tmp_path: Path) -> None:
    async with child(NIGHT, tmp_path / "night.sqlite", nats_broker.url, "--http", "127.0.0.1:0") as service:
        await eventually(lambda: bool(beside(service.pid)))
        (process,) = beside(service.pid)
        service.kill()
        await service.status()
        await eventually(lambda: not is_there(process))


async def test_a_reader_is_told_the_end_when_the_service_stops(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            reader = await stack.enter_async_context(listening(running, "page=/"))
            await reader.event("feed")
        await reader.ends()


async def test_a_process_that_ends_is_told_in_the_log(nats_broker: RealBroker, tmp_path: Path) -> None:
    async with child(NIGHT, tmp_path / "night.sqlite", nats_broker.url, "--http", "127.0.0.1:0") as service:
        await eventually(lambda: bool(beside(service.pid)))
        os.kill(beside(service.pid)[0], signal.SIGKILL)
        await eventually(lambda: bool(logged(service, "readers_lost")))
        assert logged(service, "readers_lost")[0]["status"] == -signal.SIGKILL


async def test_files_are_written_where_no_page_is_served(tmp_path: Path) -> None:
    settings = ServeSettings(NIGHT.folder, tmp_path / "night.sqlite", snapshots=tmp_path / "files")
    started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    service = asyncio.create_task(serve(settings, on_started=started.set_result))
    running = await started
    assert running.page is None
    with Subscriber(f"mqtt://{running.broker.host}:{running.broker.port}", NIGHT.topics.status) as reader:
        await online(reader, NIGHT)  # what is sent before it listens is nobody's
    await publish(running, NIGHT.messages)
    mayor = tmp_path / "files" / "api" / "standings" / "mayor.json"
    await eventually(
        lambda: mayor.is_file() and json.loads(mayor.read_bytes())["elected"] == MAYOR["elected"], within_s=WAIT_S_MAX
    )
    running.stop()
    await service


@dataclass(frozen=True)
class Page:
    """Where a service serves its page."""

    page: str


async def test_it_is_the_same_program_whatever_lies_in_the_present_folder(
    nats_broker: RealBroker, tmp_path: Path
) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "__init__.py").write_text("raise SystemExit(9)")
    words = (tmp_path / "words").open("wb")
    run = ("run", "--election", str(NIGHT.folder), "--journal", str(tmp_path / "n.sqlite"), "--broker", nats_broker.url)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "service", *run, "--http", "127.0.0.1:0"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=words,
        stderr=words,
    )
    said = tmp_path / "words"
    await eventually(lambda: b'"broker_connected"' in said.read_bytes())
    lines = (json.loads(line) for line in said.read_text().splitlines() if line.startswith("{"))
    page = Page(next(line["url"] for line in lines if line["event"] == "web_started"))
    assert (await get(page, "/")).status == 200  # whoever connects is served once a process is there that can
    assert b"readers_lost" not in said.read_bytes()
    assert beside(process.pid)
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    words.close()
