"""Those who read, put together: the board as what is published, the page and the files that are made from it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

from service.adapters.broker import LinkState
from service.adapters.journal import END_US, LookingBack
from service.adapters.library import read_tiles
from service.adapters.snapshots import Snapshots
from service.adapters.web import Health, WebServer
from service.night import Night
from service.pipeline import Outbox, Outgoing, Progress
from service.settings import ServeSettings
from service.topics import Topics
from service.views.board import TRAIL_MAX, Board
from service.views.layout import read_layout


class Readers:
    """Tells those who read what the pipeline publishes and how the service is. None of them can hold it up."""

    def __init__(self, night: Night, topics: Topics, settings: ServeSettings) -> None:
        """Prepare to tell.

        Raises:
            ElectionFolderError: the election folder's layout of tiles is wrong.
        """
        layout = read_tiles(settings.election)
        tiles = read_layout(layout, night.election.areas) if layout is not None else {}
        self._board: Final = Board(night.election, topics, tiles)
        self._night: Final = night
        self._topics: Final = topics
        self._settings: Final = settings
        self._link: LinkState = LinkState(connected=False, connections=0)
        self._messages = 0
        self._batches = 0
        self._lag_us = 0

    def note_link(self, state: LinkState) -> None:
        """Note how the connection to the broker is."""
        self._link = state

    def note_batch(self, progress: Progress) -> None:
        """Note a batch."""
        self._messages += progress.messages
        self._batches += 1
        self._lag_us = progress.lag_us

    def tell(self, outgoing: Sequence[Outgoing]) -> None:
        """Put on the board what is published."""
        self._board.tell((each.topic, each.payload) for each in outgoing)

    async def start(self, stack: AsyncExitStack) -> str | None:
        """Put on the board what is on record, then serve it as the settings say, until the stack is left.

        Gives the page's address, None where none is served.

        Raises:
            TheirMessage: the page's port cannot be opened.
        """
        settings, topics = self._settings, self._topics
        if settings.http is None and settings.snapshots is None:
            return None
        history = LookingBack(
            settings.journal, standings=topics.standings_of_all.removesuffix("+"), events=topics.events
        )
        events = await asyncio.to_thread(history.events_by, END_US)
        self._board.tell((topics.events, event) for event in events)
        await asyncio.to_thread(self._tell_projections, history)
        self.tell(await asyncio.to_thread(self._retained))
        if settings.snapshots is not None:
            writing = asyncio.create_task(Snapshots(settings.snapshots, self._board).run(), name="snapshots")
            stack.push_async_callback(_end, writing)
        if settings.http is None:
            return None
        server = WebServer(self._board, history, topics=topics, health=self._health, http=settings.http)
        return (await stack.enter_async_context(server)).url

    def _tell_projections(self, history: LookingBack) -> None:
        """Put on the board some of the standings of the night so far: its projections are drawn over time."""
        for body in self._night.election.bodies:
            topic = self._topics.standings(body)
            said = history.said_on(topic)
            step = len(said) // TRAIL_MAX + 1
            self._board.tell((topic, each.payload) for each in said[::step])

    def _retained(self) -> Sequence[Outgoing]:
        """Write everything that is retained, as it is now; the broker is told of it by the pipeline."""
        outbox = Outbox(self._night, self._topics)
        outbox.add_everything()
        return [*outbox.take_standings(), *outbox.take_details()]

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
        )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
