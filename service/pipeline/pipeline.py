"""The way of a count: taken from the broker, put on disk, acknowledged, applied to the night, published.

Loops run side by side. Intake takes what has arrived as one batch: one commit, then the acknowledgements. What is on
record is applied to the night behind it, so that in a rush no broker waits for an acknowledgement until it sends again.
What is said goes out by loops of its own (`saying`), and a projection is worked out beside them (`projecting`).
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog

from service.night import Forecaster, Night
from service.pipeline.outbox import Outbox, Outgoing
from service.pipeline.ports import Clock, Delivery, Journal, Link
from service.pipeline.projecting import Projecting
from service.pipeline.saying import Saying
from service.records import Message, Record, time_of_arrival
from service.topics import Topics

BATCH_MESSAGES_MAX: Final = 256
"""One commit for so many at most: the window that brokers leave open without acknowledgement."""

BATCH_BYTES_MAX: Final = 8 * 1024 * 1024
"""A batch in memory: sixteen of the largest messages."""

BATCHES_WAITING_MAX: Final = 3
"""So many may be on record and not applied yet: the whole of a parliament at once, and a stop that ends soon."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Progress:
    """What a batch came to, for whoever watches from inside.

    Records in all, the batch's own number of messages, and how long it took from its arrival until it was applied.
    """

    sequence: int
    messages: int
    lag_us: int


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records that are to be applied, and when what they hold was taken."""

    records: Sequence[Record]
    started: float


class Pipeline(Generic[Delivery]):
    """One night's pipeline. `run` ends when `stop` is called, or with the error that ended it."""

    def __init__(  # noqa: PLR0913 - the parts that it puts together, and three who look on
        self,
        night: Night,
        *,
        journal: Journal,
        link: Link[Delivery],
        topics: Topics,
        clock: Clock,
        forecaster: Forecaster | None = None,
        on_batch: Callable[[Progress], None] = lambda _: None,
        on_said: Callable[[Sequence[Outgoing]], None] = lambda _: None,
        on_refused: Callable[[int], None] = lambda _: None,
        stopping: asyncio.Event | None = None,
    ) -> None:
        self._night: Final = night
        self._journal: Final = journal
        self._link: Final = link
        self._topics: Final = topics
        self._clock: Final = clock
        self._on_batch: Final = on_batch
        self._outbox: Final = Outbox(night, topics)
        self._projecting: Final = Projecting(forecaster, night, self._outbox, clock) if forecaster else None
        self._stopping: Final = stopping or asyncio.Event()
        # The journal is not for two calls at once: one worker makes them one after the other, off the event loop.
        self._worker: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._batch: asyncio.Task[None] | None = None
        self._on_record: Final[asyncio.Queue[_Batch]] = asyncio.Queue()
        self._room: Final = asyncio.Semaphore(BATCHES_WAITING_MAX)
        self._saying: Final = Saying(
            night,
            self._outbox,
            journal=journal,
            in_worker=self._in_worker,
            outlet=link,
            topics=topics,
            clock=clock,
            on_said=on_said,
            on_refused=on_refused,
        )
        self._log: Final = structlog.get_logger().bind(election=night.election.id)

    def recover(self) -> int:
        """Apply what is on record, and note the events that are not on record as said; gives the number of records.

        An event may go out twice around a crash or a stop in a burst, under the same `id`; it is never left out.
        """
        published = self._journal.last_publication_sequence(self._topics.events)
        for said in self._journal.publications(topic=self._topics.events):
            self._outbox.hear(json.loads(said.payload))
        records = 0
        for record in self._journal.records():
            if self._stopping.is_set():
                break
            changes = self._night.apply(record)
            records = record.sequence
            if record.sequence > published:
                self._outbox.add(changes)
        self._log.info("journal_recovered", records=records, events_published_to=published)
        return records

    def stop(self) -> None:
        """Ask the pipeline to finish what it has taken and to end."""
        self._stopping.set()

    async def say_online(self) -> None:
        """Publish the status once more, beside the times at which it comes by itself."""
        await self._saying.say_online()

    async def run(self) -> None:
        """Run until asked to stop; then publish what waits and say offline.

        Raises:
            OurJournal: the journal cannot be written; nothing further was acknowledged.
            BrokerError: the broker does not let us in.
        """
        loops = {"intake": self._take_in(), **self._saying.loops()}
        if self._projecting is not None:
            loops["projection"] = self._projecting.run()
        tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
        applying = asyncio.create_task(self._apply(), name="apply")
        stopping = asyncio.create_task(self._stopping.wait(), name="stopping")
        try:
            try:
                done, _ = await asyncio.wait([*tasks, applying, stopping], return_when=asyncio.FIRST_COMPLETED)
                for task in done - {stopping}:
                    task.result()
            finally:
                await self._end([*tasks, stopping], applying)
            await self._saying.say_goodbye()
        finally:
            self._worker.shutdown()  # nobody may close the journal under a call

    async def _end(self, tasks: Sequence[asyncio.Task[Any]], applying: asyncio.Task[None]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            if self._batch is not None:
                await self._batch
        finally:
            await self._finish(applying)
        if self._projecting is not None:
            await self._projecting.end()

    async def _finish(self, applying: asyncio.Task[None]) -> None:
        """Let what is on record be applied, unless that has ended with an error."""
        applied = asyncio.create_task(self._on_record.join(), name="applied")
        await asyncio.wait([applied, applying], return_when=asyncio.FIRST_COMPLETED)
        for task in (applied, applying):
            task.cancel()
        await asyncio.gather(applied, applying, return_exceptions=True)

    async def _take_in(self) -> None:
        while True:
            await self._room.acquire()
            deliveries = await self._link.take(messages_max=BATCH_MESSAGES_MAX, bytes_max=BATCH_BYTES_MAX)
            # Once taken, a batch is finished whatever happens: cancelled half-way it would be on disk and not applied.
            self._batch = asyncio.create_task(self._take_in_batch(deliveries), name="batch")
            await asyncio.shield(self._batch)

    async def _take_in_batch(self, deliveries: Sequence[Delivery]) -> None:
        started = self._clock.monotonic()
        now_us = self._time_of_arrival()
        messages = [Message(now_us, delivery.topic, delivery.payload) for delivery in deliveries]
        records = await self._in_worker(lambda: self._journal.append(messages))
        self._on_record.put_nowait(_Batch(records, started))
        await self._link.acknowledge(deliveries)

    async def _apply(self) -> None:
        while True:
            batch = await self._on_record.get()
            for record in batch.records:
                self._outbox.add(self._night.apply(record))
                await asyncio.sleep(0)  # intake, publishing and keeping the connection alive go on between records
            lag_us = self._saying.lag_us = int((self._clock.monotonic() - batch.started) * 1_000_000)
            last = batch.records[-1].sequence
            self._log.info("batch_applied", messages=len(batch.records), sequence=last, lag_us=lag_us)
            self._on_batch(Progress(sequence=last, messages=len(batch.records), lag_us=lag_us))
            self._room.release()
            self._on_record.task_done()

    def _time_of_arrival(self) -> int:
        last, clock_us = self._journal.last, self._clock.now_us()
        now_us = time_of_arrival(clock_us, last)
        if last.sequence > 1 and now_us < last.message.at_us:
            behind_s = (last.message.at_us - now_us) // 1_000_000
            self._log.warning("clock_set_back", seconds=behind_s, sequence=last.sequence)
        return now_us

    async def _in_worker(self, call: Callable[[], _T]) -> _T:
        # Cut short by a stop, the call is made all the same, before those that follow.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, call))
