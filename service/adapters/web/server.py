"""Serving: the site at a port that is open, for as long as the service is told to be there."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Final, Self

import structlog
import uvicorn

from service.adapters.web.api import Api
from service.adapters.web.drawn import Pages
from service.adapters.web.limits import Limits
from service.adapters.web.listening import BACKLOG
from service.adapters.web.metrics import Metrics
from service.adapters.web.past import Past
from service.adapters.web.ports import SILENT_S_MAX, HealthNow, History
from service.adapters.web.site import Site
from service.adapters.web.stream import Stream
from service.topics import Topics
from service.views.board import Board

STOP_S_MAX: Final = 2
"""How long a stop waits for answers that are under way."""

AGAIN_S: Final = 1.0
"""A part of the page that has failed starts anew after so long."""

LOOK_S: Final = 1.0
AWAY_S: Final = 5.0
"""A connection that is gone for less is one being made again, and no news."""

QUIET_MIN: Final = 15
"""Minutes without a message from anybody after which the page says so, while something is still to come."""

DAY_MIN: Final = 24 * 60


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: the command decides what they mean."""
        yield


class WebServer:
    """The site at the port `listening`, from entering to leaving."""

    def __init__(
        self,
        board: Board,
        history: History,
        *,
        topics: Topics,
        health: HealthNow,
        listening: socket.socket,
        limits: Limits | None = None,
    ) -> None:
        self._board: Final = board
        self._health: Final = health
        self._listening: Final = listening
        self._pages: Final = Pages(board, history, topics)
        self._stream: Final = Stream(board, self._pages, self._warning, limits or Limits())
        metrics = Metrics(health, self._stream)
        self._past: Final = Past(board, self._pages, history, topics)
        api = Api(board, self._pages, self._past, health, metrics)
        config = uvicorn.Config(
            Site(board, self._pages, self._past, self._stream).application(api),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=STOP_S_MAX,
        )
        self._server: Final = _Server(config)
        self._tasks: list[asyncio.Task[None]] = []
        self._away_since: float | None = None

    async def __aenter__(self) -> Self:
        """Serve whoever waits at the port, and whoever comes."""
        self._tasks = [
            asyncio.create_task(self._server.serve(sockets=[self._listening]), name="web"),
            asyncio.create_task(_kept(self._stream.run, "stream"), name="stream"),
            asyncio.create_task(_kept(self._look, "health"), name="health"),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stream.close()
        self._server.should_exit = True
        serving, *others = self._tasks
        for task in others:
            task.cancel()
        await asyncio.gather(serving, *others, return_exceptions=True)
        self._pages.close()
        self._past.close()

    async def _look(self) -> None:
        """Look now and then how the service is, for the page to say."""
        loop = asyncio.get_running_loop()
        while True:
            health = self._health()
            if health.connected:
                self._away_since = None
            elif self._away_since is None:
                self._away_since = loop.time()
            self._board.tell_status({"status": "away" if self._away() else "online", "test": health.test})
            await asyncio.sleep(LOOK_S)

    def _away(self) -> bool:
        return self._away_since is not None and asyncio.get_running_loop().time() - self._away_since >= AWAY_S

    def _warning(self) -> str:
        """Say what a reader has to know beside the figures, "" for nothing."""
        if self._health().silent_s > SILENT_S_MAX:
            return "The service has not been heard of for some time: what is shown may be old."
        if self._away():
            return "The service has no connection to its broker: counts may be waiting there."
        last = self._health().last_count
        if last is None or all(each["complete"] for each in self._board.shown().standings.values()):
            return ""
        minutes = int((datetime.now(UTC) - datetime.fromisoformat(last)).total_seconds() // 60)
        return (
            f"The feed is silent: nothing has come in for {minutes} minutes." if QUIET_MIN <= minutes < DAY_MIN else ""
        )


async def _kept(run: Callable[[], Awaitable[None]], part: str) -> None:
    """Keep a part of the page going: a fault in it is told, and it starts anew. Nobody would see it end."""
    log = structlog.get_logger()
    while True:
        try:
            await run()
        except Exception:  # the page goes on without this part until it is there again
            log.exception("page_task_failed", part=part)
        await asyncio.sleep(AGAIN_S)
