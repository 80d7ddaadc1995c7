"""The pipeline's world made by hand: a broker in memory that can fail, a journal in memory, a clock that is wound."""

import asyncio
import heapq
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from service.adapters.broker.failures import disconnected
from service.errors import BrokerRefusesError, JournalWriteError
from service.night import Forecaster, Night, opening_of
from service.pipeline import Pipeline
from service.records import Message, Publication, Record, follow
from service.topics import Topics
from tests.brokers import eventually
from tests.core.borough import BOROUGH, FIRST_AT_US, without_stamp

TOPICS: Final = Topics("elections", BOROUGH.id)


@dataclass(frozen=True)
class Brought:
    """A message as the broker in memory brings it."""

    topic: str
    payload: bytes


class WoundClock:
    """A clock on which time passes only when a test lets it."""

    def __init__(self) -> None:
        self.seconds = FIRST_AT_US / 1e6
        self.sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now_us(self) -> int:
        return int(self.seconds * 1e6)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.seconds + seconds, next(self._numbers), woken))
        await woken

    def wake_next(self, until: float) -> bool:
        """Go on to the moment when the next sleeper wakes, if that is not after `until`."""
        if not self.sleepers or self.sleepers[0][0] > until:
            return False
        due, _, woken = heapq.heappop(self.sleepers)
        self.seconds = max(self.seconds, due)
        if not woken.done():
            woken.set_result(None)
        return True


@dataclass
class World:
    """What happens to a pipeline of the borough, in order, and what may go wrong.

    `steps` tells everything as it happens, each with its topic: "kept" and "acknowledged" of what came, "noted" (put on
    record as said) and "published" of what is said. `journal_fails` and `broker_fails` say which of it fails,
    `broker_refuses` which the broker will not have, and how.
    `model` is what projects, None where nothing does.
    """

    clock: WoundClock = field(default_factory=WoundClock)
    steps: list[tuple[str, str]] = field(default_factory=list)
    journal_fails: Callable[[Sequence[Message]], bool] = lambda messages: False
    broker_fails: Callable[[str, bytes], bool] = lambda topic, payload: False
    broker_refuses: Callable[[str, bytes], type[BrokerRefusesError] | None] = lambda topic, payload: None
    model: Forecaster | None = None

    def __post_init__(self) -> None:
        self.journal = JournalDouble(self)
        self.link = LinkDouble(self)
        self.restart()

    def restart(self) -> None:
        """Begin anew with what the journal and the broker have."""
        self.night = Night(BOROUGH)
        self.pipeline = Pipeline(
            self.night,
            journal=self.journal,
            link=self.link,
            topics=TOPICS,
            clock=self.clock,
            forecaster=self.model,
        )
        self.pipeline.recover()

    async def settle(self) -> None:
        """Let everything happen that needs no time to pass."""
        seen: list[object] = []
        while len(seen) < 3 or len(set(seen[-3:])) > 1:
            await asyncio.get_running_loop().run_in_executor(self.pipeline._worker, lambda: None)
            await asyncio.sleep(0.001)
            seen.append((len(self.steps), self.night.stamp.sequence, len(self.clock.sleepers)))

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything happen that happens meanwhile."""
        await self.settle()
        until = self.clock.seconds + seconds
        while self.clock.wake_next(until):
            await self.settle()
        self.clock.seconds = until

    def retained(self) -> dict[str, Any]:
        """Give what is retained, read as JSON, without the stamps of when that was."""
        return {topic: without_stamp(json.loads(payload or b"null")) for topic, payload in self.link.retained.items()}

    def told(self, kind: str) -> list[str]:
        """Give the topics of one kind of step, in order."""
        return [topic for step, topic in self.steps if step == kind]


class LinkDouble:
    """A connection to a broker in memory, which keeps what is retained. `gate` closed, publications get no answer.

    `handed` are the topics of all that was handed to it, answered for or not.
    """

    def __init__(self, world: World) -> None:
        self.connections = 1
        self.retained: dict[str, bytes] = {}
        self.published: list[tuple[float, str, bytes]] = []
        self.handed: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._world = world
        self._waiting: list[Brought] = []
        self._news = asyncio.Event()

    @property
    def connected(self) -> bool:
        return True

    async def wait_connected(self) -> int:
        return self.connections

    async def take(self, *, messages_max: int, bytes_max: int) -> Sequence[Brought]:
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        taken, self._waiting = self._waiting[:messages_max], self._waiting[messages_max:]
        return taken

    async def acknowledge(self, deliveries: Sequence[Brought]) -> None:
        self._world.steps += [("acknowledged", delivery.topic) for delivery in deliveries]

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.handed.append(topic)
        await self.gate.wait()
        if self._world.broker_fails(topic, payload):
            raise disconnected("a broker in memory", "an outage")
        refusal = self._world.broker_refuses(topic, payload)
        if refusal is not None:
            raise refusal(where="a broker in memory", found="a refusal", expected="to be let in", way_out="None.")
        self._world.steps.append(("published", topic))
        self.published.append((self._world.clock.monotonic(), topic, payload))
        if retain:
            self.retained[topic] = payload

    def bring(self, *messages: Message) -> None:
        """Have messages arrive."""
        self._waiting += [Brought(message.topic, message.payload) for message in messages]
        self._news.set()

    def on(self, topic: str) -> list[bytes]:
        """Give what was published on a topic, in order."""
        return [payload for _, on, payload in self.published if on == topic]


class JournalDouble:
    """A journal in memory."""

    def __init__(self, world: World) -> None:
        self.instance = "0123456789abcdef"
        self.kept: list[Record] = [follow(None, opening_of(BOROUGH, test=False))]
        self.batches: list[int] = []
        self.noted: list[Publication] = []
        self._world = world

    @property
    def last(self) -> Record:
        return self.kept[-1]

    def append(self, messages: Sequence[Message]) -> Sequence[Record]:
        if self._world.journal_fails(messages):
            raise JournalWriteError(where="memory", found="no room", expected="room", way_out="None.")
        for message in messages:
            self.kept.append(follow(self.last, message))
            self._world.steps.append(("kept", message.topic))
        self.batches.append(len(messages))
        return self.kept[-len(messages) :]

    def keep_publications(self, publications: Sequence[Publication]) -> None:
        self.noted += publications
        self._world.steps += [("noted", publication.topic) for publication in publications]

    def records(self, *, after: int = 0) -> Iterator[Record]:
        return iter(self.kept[after:])

    def publications(self, *, topic: str) -> Iterator[Publication]:
        return (said for said in self.noted if said.topic == topic)

    def last_publication_sequence(self, topic: str) -> int:
        return max((said.sequence for said in self.noted if said.topic == topic), default=0)


class Running:
    """A pipeline that runs for as long as the block lasts, stopped in good order at its end unless it ended before."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __aenter__(self) -> "asyncio.Task[None]":
        self._task = asyncio.create_task(self._world.pipeline.run())
        await self._world.settle()
        return self._task

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._world.link.gate.set()
        self._world.pipeline.stop()
        await eventually(self._task.done)
        if kind is None:
            self._task.result()
