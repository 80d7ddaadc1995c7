"""The process beside the service: it keeps the board, serves the page from it and writes the files, until told no more.

The service's end, however it comes, is the end of its letters, and so ours.
"""

import asyncio
import os
import socket
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

from service.adapters.journal import END_US, LookingBack
from service.adapters.snapshots import Snapshots
from service.adapters.web import READERS_MAX, Health, Limits, WebServer, room_for
from service.counting import RULES
from service.folder import read_election
from service.logs import configure_logs
from service.readers.letters import LINE_BYTES_MAX, Letter, read_letter
from service.topics import Topics
from service.views.board import TRAIL_MAX, Board
from service.views.layout import TILES_FILE, read_layout

NICENESS: Final = 10
"""Where the processors are short, counts come first."""

SWITCH_S: Final = 0.001
"""How long a thread that draws keeps the others waiting: whoever writes to a thousand readers waits at each of them."""


class Listener:
    """Puts on the board what the service tells, and knows how the service said that it is."""

    def __init__(self, board: Board, health: Health) -> None:
        self._board: Final = board
        self._health = health
        self._heard_s = time.monotonic()

    def hear(self, letter: Letter) -> None:
        """Take in a letter."""
        self._health = Health(**letter.about)
        self._heard_s = time.monotonic()
        if letter.parts:
            self._board.tell(letter.parts)

    def health(self) -> Health:
        """Say how the service is, as it said last, and how long ago."""
        return replace(self._health, silent_s=time.monotonic() - self._heard_s)


async def serve(letters: asyncio.StreamReader) -> None:
    """Serve as the first letter says, and show what the others tell, until there is no more."""
    opening, first = await read_letter(letters), await read_letter(letters)
    if opening is None or first is None:
        return
    board, history, topics = _read(opening)
    await asyncio.to_thread(_look_back, board, history, topics)
    board.tell(first.parts)
    listener = Listener(board, Health(**first.about))
    about = opening.about
    async with AsyncExitStack() as stack:
        if about["snapshots"] is not None:
            writing = asyncio.create_task(Snapshots(Path(about["snapshots"]), board).run(), name="snapshots")
            stack.push_async_callback(_end, writing)
        if about["listening"] is not None:
            listening = socket.socket(fileno=about["listening"])
            readers_max = room_for(READERS_MAX)
            if readers_max < READERS_MAX:
                structlog.get_logger().warning("readers_limited", readers=readers_max)
            limits = Limits(readers_max=readers_max)
            server = WebServer(
                board, history, topics=topics, health=listener.health, listening=listening, limits=limits
            )
            await stack.enter_async_context(server)
        while (letter := await read_letter(letters)) is not None:
            listener.hear(letter)


def _read(opening: Letter) -> tuple[Board, LookingBack, Topics]:
    files = dict(opening.parts)
    tiles = files.pop(TILES_FILE, None)
    election = read_election(files, rules=RULES.keys())
    topics = Topics(opening.about["root"], election.id)
    board = Board(election, topics, read_layout(tiles, election.areas) if tiles is not None else {})
    standings = topics.standings_of_all.removesuffix("+")
    return board, LookingBack(Path(opening.about["journal"]), standings=standings, events=topics.events), topics


def _look_back(board: Board, history: LookingBack, topics: Topics) -> None:
    """Put the events on record on the board, and some of the standings: projections are drawn over time."""
    board.tell((topics.events, event) for event in history.events_by(END_US))
    for body in board.election.bodies:
        said = history.said_on(topics.standings(body))
        step = len(said) // TRAIL_MAX + 1
        board.tell((each.topic, each.payload) for each in said[::step])


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _main() -> None:
    letters = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(letters), sys.stdin)
    await serve(letters)


if __name__ == "__main__":
    os.nice(NICENESS)
    sys.setswitchinterval(SWITCH_S)
    configure_logs(quiet=True)
    asyncio.run(_main())
