"""The service's side: what is published and how the service is, told to the process beside it, the newest first."""

import asyncio
import contextlib
import os
import shutil
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

import structlog

from service.adapters.broker import LinkState
from service.adapters.library import read_folder, read_tiles
from service.adapters.web import Health, listen, url_of
from service.night import Night
from service.pipeline import Outbox, Outgoing, Progress
from service.readers.letters import Letter, Part
from service.settings import ServeSettings
from service.topics import Topics
from service.views.board import EVENTS_KEPT
from service.views.layout import TILES_FILE, read_layout

PROGRAM: Final = ("-P", "-m", "service.readers.process")
"""Run from where we were imported, and never from what lies in the present folder."""

IMPORTED_FROM: Final = Path(__file__).resolve().parents[2]

LETTER_INTERVAL_S: Final = 0.05
"""Letters go at most so often: what comes meanwhile goes with the next, of each topic the newest."""

HEALTH_INTERVAL_S: Final = 1.0
"""And at least so often, to say how the service is."""

RESTART_S: Final = 1.0
"""How long a process that has ended stays so."""

RESTART_S_MAX: Final = 30.0
"""One that cannot be started (no descriptors, no memory) is tried again after twice as long each time, up to this."""

STOP_S_MAX: Final = 10.0
"""How long the process may take to end, its last files written."""


class Readers:
    """Tells those who read what the pipeline publishes and how the service is. None of them can hold it up."""

    def __init__(self, night: Night, topics: Topics, settings: ServeSettings) -> None:
        """Prepare to tell.

        Raises:
            ElectionFolderError: the election folder's layout of tiles is wrong.
        """
        self._files: Final = read_folder(settings.election)
        tiles = read_tiles(settings.election)
        if tiles is not None:
            read_layout(tiles, night.election.areas)
            self._files[TILES_FILE] = tiles
        self._night: Final = night
        self._topics: Final = topics
        self._settings: Final = settings
        self._link: LinkState = LinkState(connected=False, connections=0)
        self._messages = 0
        self._batches = 0
        self._lag_us = 0
        self._refused = 0
        self._others = 0
        self._retained: Final[dict[str, bytes]] = {}
        self._untold: Final[dict[str, None]] = {}
        self._events: Final[deque[bytes]] = deque(maxlen=EVENTS_KEPT)
        self._news: Final = asyncio.Event()
        self._restarts = 0
        self._ending: Final = asyncio.Event()

    def note_link(self, state: LinkState) -> None:
        """Note how the connection to the broker is."""
        self._link = state
        self._news.set()

    def note_batch(self, progress: Progress) -> None:
        """Note a batch."""
        self._messages += progress.messages
        self._batches += 1
        self._lag_us = progress.lag_us
        self._news.set()

    def note_refused(self, topics: int) -> None:
        """Note how many topics the broker refuses."""
        self._refused = topics
        self._news.set()

    def note_others(self, services: int) -> None:
        """Note how many other services publish on our topics."""
        self._others = services
        self._news.set()

    def tell(self, outgoing: Sequence[Outgoing]) -> None:
        """Note what is published; receipts are for who sent a count."""
        for each in outgoing:
            if each.topic.startswith(f"{self._topics.base}/receipts/"):
                continue
            if each.retain:
                self._retained[each.topic] = each.payload
                self._untold[each.topic] = None
            else:
                self._events.append(each.payload)
        self._news.set()

    async def start(self, stack: AsyncExitStack) -> str | None:
        """Serve what is on record and what is told from now on, as the settings say, until the stack is left.

        Gives the page's address, None where none is served.

        Raises:
            TheirMessage: the page's port cannot be opened.
        """
        settings = self._settings
        if settings.http is None and settings.snapshots is None:
            return None
        listening = stack.enter_context(listen(settings.http)) if settings.http is not None else None
        self.tell(await asyncio.to_thread(self._everything))
        telling = asyncio.create_task(self._keep_telling(listening), name="readers")
        stack.push_async_callback(self._end, telling)
        if listening is None:
            return None
        url = url_of(listening)
        structlog.get_logger().info("web_started", url=url)
        return url

    async def _end(self, telling: asyncio.Task[None]) -> None:
        self._ending.set()
        self._news.set()
        await asyncio.wait([telling], timeout=STOP_S_MAX)
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)

    async def _keep_telling(self, listening: socket.socket | None) -> None:
        """Tell a process all there is, and another one if that ends before we do, or cannot be started."""
        log = structlog.get_logger()
        pause_s = RESTART_S
        while not self._ending.is_set():
            try:
                status = await self._tell_one(listening)
            except Exception as error:  # whatever it is: the page is tried again, and no count or stop fails for it
                log.exception("readers_not_told", reason=str(error), again_s=pause_s)
                await self._pause(pause_s)
                pause_s = min(2 * pause_s, RESTART_S_MAX)
            else:
                if not self._ending.is_set():
                    log.warning("readers_lost", status=status)
                    await self._pause(RESTART_S)
                pause_s = RESTART_S
            self._restarts += 1

    async def _pause(self, seconds: float) -> None:
        """Wait, but not for longer than there is anything to wait for."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()

    async def _tell_one(self, listening: socket.socket | None) -> int | None:
        """Tell one process all there is until it ends; gives its status."""
        async with _process(listening) as process:
            self._untold.update(dict.fromkeys(self._retained))
            self._events.clear()  # it reads them from the journal
            ended = asyncio.create_task(process.wait(), name="readers ended")
            telling = asyncio.create_task(self._tell(process, listening), name="telling")
            await asyncio.wait([ended, telling], return_when=asyncio.FIRST_COMPLETED)
            for task in (ended, telling):
                task.cancel()
            await asyncio.wait([ended, telling])
            if not telling.cancelled():
                telling.result()
        return process.returncode

    async def _tell(self, process: Process, listening: socket.socket | None) -> None:
        pipe = process.stdin
        assert pipe is not None
        with contextlib.suppress(ConnectionError):  # it has ended: the next one is told everything
            await _send(pipe, self._opening(listening))
            while True:
                ending = self._ending.is_set()
                self._news.clear()
                await _send(pipe, Letter(asdict(self._health()), self._take()))
                if ending:
                    break
                await asyncio.sleep(LETTER_INTERVAL_S)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEALTH_INTERVAL_S):
                        await self._news.wait()
        pipe.close()

    def _opening(self, listening: socket.socket | None) -> Letter:
        settings = self._settings
        about = {
            "journal": str(settings.journal),
            "root": self._topics.root,
            "listening": None if listening is None else listening.fileno(),
            "snapshots": None if settings.snapshots is None else str(settings.snapshots),
        }
        return Letter(about, list(self._files.items()))

    def _everything(self) -> Sequence[Outgoing]:
        """Write everything that is retained, as it is now; the broker is told of it by the pipeline."""
        outbox = Outbox(self._night, self._topics)
        outbox.add_everything()
        return [*outbox.take_standings(), *outbox.take_details()]

    def _take(self) -> list[Part]:
        topics, events = list(self._untold), list(self._events)
        self._untold.clear()
        self._events.clear()
        return [
            *((topic, self._retained[topic]) for topic in topics),
            *((self._topics.events, each) for each in events),
        ]

    def _health(self) -> Health:
        stamp = self._night.stamp
        return Health(
            connected=self._link.connected,
            connections=self._link.connections,
            sequence=stamp.sequence,
            last_count=stamp.as_of if stamp.sequence > 1 else None,
            lag_us=self._lag_us,
            quarantined=self._night.quarantined,
            messages=self._messages,
            batches=self._batches,
            test=self._night.test,
            refused=self._refused,
            restarts=self._restarts,
            disk_free_bytes=shutil.disk_usage(self._settings.journal.parent).free,
            others=self._others,
        )


async def _send(pipe: asyncio.StreamWriter, letter: Letter) -> None:
    pipe.write(letter.write())
    await pipe.drain()


@contextlib.asynccontextmanager
async def _process(listening: socket.socket | None) -> AsyncIterator[Process]:
    """Start the process beside us; at the end wait for its own, within limits."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *PROGRAM,
        stdin=PIPE,
        stdout=DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(IMPORTED_FROM), os.environ.get("PYTHONPATH")])),
        },
        pass_fds=() if listening is None else (listening.fileno(),),
        start_new_session=True,  # Ctrl-C in the terminal is ours; it ends when we have told it everything, or are gone
    )
    try:
        yield process
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S_MAX):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
