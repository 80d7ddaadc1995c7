"""A site without a service: a board that a test fills, and the server at a loopback port."""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from service.adapters.web import READERS_MAX, Health, History, Limits, WebServer, listen, url_of
from service.adapters.web.limits import STALLED_S
from service.records import Publication
from service.settings import Http
from service.standings.wire import encode
from service.views.board import Board
from tests.service.nights import Recorded, ending

WELL = Health(
    connected=True,
    connections=1,
    sequence=1,
    last_count=None,
    lag_us=1000,
    quarantined=0,
    messages=0,
    batches=0,
    test=False,
)


class NoHistory:
    """A record in which nothing was published."""

    def moments(self) -> Sequence[int]:
        return ()

    def said_by(self, until_us: int) -> Mapping[str, bytes]:
        return {}

    def events_by(self, until_us: int) -> Sequence[bytes]:
        return ()

    def said_on(self, topic: str) -> Sequence[Publication]:
        return ()


@dataclass(frozen=True)
class Site:
    """A site at `page`; what is told to its board is shown."""

    page: str
    board: Board


def board_of(night: Recorded, *, messages: int | None = None) -> Board:
    """Give a board that has been told how a night stands after so many of its messages (None: all)."""
    board = Board(night.election, night.topics, {})
    tell(board, night, messages=messages)
    return board


def tell(board: Board, night: Recorded, *, messages: int | None = None) -> None:
    """Tell a board how a night stands after so many of its messages."""
    said = ending(night, night.messages[:messages]).retained
    board.tell((topic, encode(payload)) for topic, payload in said.items())


@contextlib.asynccontextmanager
async def served(
    board: Board,
    night: Recorded,
    *,
    history: History | None = None,
    health: Callable[[], Health] = lambda: WELL,
    stalled_s: float = STALLED_S,
    readers_max: int = READERS_MAX,
) -> AsyncIterator[Site]:
    """Serve a board, with what was said before, if anything was."""
    listening: socket.socket = listen(Http(port=0))
    with listening:
        server = WebServer(
            board,
            history or NoHistory(),
            topics=night.topics,
            health=health,
            listening=listening,
            limits=Limits(readers_max=readers_max, stalled_s=stalled_s),
        )
        async with server:
            yield Site(url_of(listening), board)
