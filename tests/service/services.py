"""The service to test against: in this process, or as a process of its own that can be killed."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from service.app import Started, serve
from service.settings import ServeSettings
from tests.brokers import eventually
from tests.service.nights import Expected, Recorded, but_arrival, exactly
from tests.service.subscribers import Subscriber

ROOT: Final = Path(__file__).parents[2]
RUN: Final = ("-m", "service", "run")
STOP_S_MAX: Final = 30.0


@contextlib.asynccontextmanager
async def serving(night: Recorded, journal: Path, url: str | None) -> AsyncIterator[Started]:
    """Run the service in this process, and stop it in good order."""
    started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    settings = ServeSettings(election=night.folder, journal=journal, broker=url)
    service = asyncio.create_task(serve(settings, on_started=started.set_result))
    either: set[asyncio.Future[Any]] = {service, started}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if service.done():
        service.result()
    try:
        yield started.result()
    finally:
        started.result().stop()
        async with asyncio.timeout(STOP_S_MAX):
            await service


class Child:
    """The service as a process of its own. `said` is what it wrote to its standard error so far."""

    def __init__(self, process: asyncio.subprocess.Process, words: Path) -> None:
        self._process: Final = process
        self._words: Final = words

    @property
    def said(self) -> str:
        return self._words.read_text()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal; nothing happens when it has ended already."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.returncode is not None

    async def status(self, *, within_s: float = STOP_S_MAX) -> int:
        """Wait for its end and give its exit status, negative for a signal."""
        async with asyncio.timeout(within_s):
            return await self._process.wait()


@contextlib.asynccontextmanager
async def child(
    night: Recorded,
    journal: Path,
    url: str,
    *options: str,
    module: tuple[str, ...] = RUN,
    prepare: Callable[[], None] | None = None,
) -> AsyncIterator[Child]:
    """Run the service as `python -m service run` (or another module's way), and kill it in the end if it still runs."""
    words = journal.with_suffix(f".{len(list(journal.parent.glob('*.words')))}.words")
    with words.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *module,
            *("--election", str(night.folder), "--journal", str(journal), "--broker", url, *options),
            stderr=file,
            stdout=file,
            cwd=ROOT,
            preexec_fn=prepare,
            env={**os.environ, "ELECTION_NIGHT_HTTP": "off"},
        )
    running = Child(process, words)
    try:
        yield running
    finally:
        running.kill()
        await process.wait()


def logged(service: Child, event: str) -> list[dict[str, Any]]:
    """Give the lines of the log with this event. What is meant for people stands between them."""
    lines = [json.loads(line) for line in service.said.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def told(said: str) -> dict[str, str]:
    """Read the parts in which a command says what was wrong: where, found, expected, way out, and its heading."""
    heading = re.search(r"^election-night: (.+)$", said, re.MULTILINE)
    parts = re.findall(r"^  (where|found|expected|way out): +(.*)$", said, re.MULTILINE)
    return {"error": heading[1] if heading else "", **dict(parts)}


async def online(reader: Subscriber, night: Recorded) -> None:
    """Wait until the service has said that it is there."""
    await eventually(lambda: (reader.said(night.topics.status) or {}).get("status") == "online")


async def offline(reader: Subscriber, night: Recorded) -> None:
    """Wait until the service is said to be gone."""
    await eventually(lambda: (reader.said(night.topics.status) or {}).get("status") == "offline")


async def heard(reader: Subscriber, night: Recorded, names: Collection[str]) -> dict[str, Any]:
    """Wait until the events with these names have come, and give all that have, by name; those missing are missing.

    What a service said before it stopped may reach a reader after that: the broker has it, not the reader yet.
    """

    def said() -> dict[str, Any]:
        return {event["id"]: event for event in reader.all_on(night.topics.events)}

    with contextlib.suppress(TimeoutError):
        await eventually(lambda: said().keys() >= set(names))
    return said()


async def ends_in(
    reader: Subscriber, night: Recorded, expected: Expected, *, within_s: float = 30.0, receipts: bool = False
) -> None:
    """Wait until what is retained is what is expected, whenever and however often messages came; show what is not.

    What a model says is left out: a stop does not wait for it. Receipts are about the message that came last, which is
    another one where a broker brought some again: they are compared only where none does.
    """
    kinds = {"standings", "results", "quarantine"} | ({"receipts"} if receipts else set())

    def of_these(said: Mapping[str, Any]) -> dict[str, Any]:
        start = night.topics.base + "/"
        return but_arrival(
            {
                topic: exactly(each) if topic.startswith(f"{start}standings/") else each
                for topic, each in said.items()
                if topic.removeprefix(start).split("/")[0] in kinds
            }
        )

    def now() -> dict[str, Any]:
        return of_these(reader.below(night.topics.base))

    wanted = of_these(expected.retained)
    with contextlib.suppress(TimeoutError):
        await eventually(lambda: now() == wanted, within_s=within_s)
    said = now()
    assert said.keys() == wanted.keys()
    for topic in wanted:
        assert said[topic] == wanted[topic], topic
