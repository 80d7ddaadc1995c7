"""The way of a count: taken from the broker, put on disk, acknowledged, applied to the night, published.

Three loops run side by side. Intake takes what has arrived as one batch: one commit, then the acknowledgements, then
the night. Standings go out at their own pace and the areas' results with them, the newest winning; events and receipts
follow at theirs. Whatever the broker does not take is written anew when it is back.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog

from service.errors import BrokerError
from service.night import Forecaster, Night
from service.pipeline.outbox import Outbox, Outgoing
from service.pipeline.ports import Clock, Delivery, Journal, Link
from service.pipeline.projecting import Projecting
from service.records import Message, Publication
from service.standings.wire import encode
from service.topics import Topics

BATCH_MESSAGES_MAX: Final = 256
"""One commit for so many at most: the window that brokers leave open without acknowledgement."""

BATCH_BYTES_MAX: Final = 8 * 1024 * 1024
"""A batch in memory: sixteen of the largest messages."""

STANDINGS_INTERVAL_S: Final = 0.25
"""Standings of a body go out at most so often: faster than eyes follow, slow enough for a page that redraws itself."""

STATUS_INTERVAL_S: Final = 1.0
"""The status follows the counts at most so often."""

HEARTBEAT_S: Final = 10.0
"""And comes at least so often, so that a silent service and a silent night can be told apart."""

RETRY_S: Final = 0.2
"""After a publication that failed although there is a connection; the link itself waits for a broker that is gone."""

FLUSH_S_MAX: Final = 5.0
"""How long a stop waits for what is still to be published."""

IN_FLIGHT_MAX: Final = 32
"""Publications under way at once."""

EVENTS_AT_ONCE: Final = 32
"""Events that have gone out are put on record so many at a time, to the end of a record: what a crash makes come twice,
and few enough commits that a flood of events does not hold up the counts."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Progress:
    """What a batch came to, for whoever watches from inside.

    Records in all, the batch's own number of messages, and how long it took from its arrival until it was applied.
    """

    sequence: int
    messages: int
    lag_us: int


class Pipeline(Generic[Delivery]):
    """One night's pipeline. `run` ends when `stop` is called, or with the error that ended it."""

    def __init__(  # noqa: PLR0913 - the parts that it puts together, and two who look on
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
    ) -> None:
        self._night: Final = night
        self._journal: Final = journal
        self._link: Final = link
        self._topics: Final = topics
        self._clock: Final = clock
        self._on_batch: Final = on_batch
        self._on_said: Final = on_said
        self._outbox: Final = Outbox(night, topics)
        self._projecting: Final = Projecting(forecaster, night, self._outbox, clock) if forecaster else None
        self._stopping: Final = asyncio.Event()
        # The journal is not for two calls at once: one worker makes them one after the other, off the event loop.
        self._worker: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._lag_us = 0
        self._gone: list[Outgoing] = []
        self._kept: Final[dict[str, int]] = {}
        self._batch: asyncio.Task[None] | None = None
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
            changes = self._night.apply(record)
            records = record.sequence
            if record.sequence > published:
                self._outbox.add(changes)
        self._log.info("journal_recovered", records=records, events_published_to=published)
        return records

    def stop(self) -> None:
        """Ask the pipeline to finish what it has taken and to end."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until asked to stop; then publish what waits and say offline.

        Raises:
            OurJournal: the journal cannot be written; nothing further was acknowledged.
            BrokerError: the broker does not let us in.
        """
        loops = [
            self._take_in(),
            self._greet(),
            self._publish_standings(),
            self._publish_details(),
            self._beat(),
        ]
        names = ["intake", "greeting", "standings", "details", "status"]
        if self._projecting is not None:
            loops.append(self._projecting.run())
            names.append("projection")
        tasks = [asyncio.create_task(loop, name=name) for loop, name in zip(loops, names, strict=True)]
        stopping = asyncio.create_task(self._stopping.wait(), name="stopping")
        try:
            try:
                done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
                for task in done - {stopping}:
                    task.result()
            finally:
                await self._end([*tasks, stopping])
            await self._say_goodbye()
        finally:
            self._worker.shutdown()  # nobody may close the journal under a call

    async def _end(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._batch is not None:
            await self._batch
        if self._projecting is not None:
            await self._projecting.end()

    async def _take_in(self) -> None:
        while True:
            deliveries = await self._link.take(messages_max=BATCH_MESSAGES_MAX, bytes_max=BATCH_BYTES_MAX)
            # Once taken, a batch is finished whatever happens: cancelled half-way it would be on disk and not applied.
            self._batch = asyncio.create_task(self._take_in_batch(deliveries), name="batch")
            await asyncio.shield(self._batch)

    async def _take_in_batch(self, deliveries: Sequence[Delivery]) -> None:
        started = self._clock.monotonic()
        # A clock that is set back must not turn the record's order round.
        now_us = max(self._clock.now_us(), self._journal.last.message.at_us)
        messages = [Message(now_us, delivery.topic, delivery.payload) for delivery in deliveries]
        records = await self._in_worker(lambda: self._journal.append(messages))
        await self._link.acknowledge(deliveries)
        for record in records:
            self._outbox.add(self._night.apply(record))
            await asyncio.sleep(0)  # publishing and keeping the connection alive go on between the records of a batch
        self._lag_us = int((self._clock.monotonic() - started) * 1_000_000)
        last = records[-1].sequence
        self._log.info("batch_applied", messages=len(records), sequence=last, lag_us=self._lag_us)
        self._on_batch(Progress(sequence=last, messages=len(records), lag_us=self._lag_us))

    async def _greet(self) -> None:
        """Whenever the broker is met anew, say that we are online and tell it everything that is retained."""
        met = 0
        while True:
            number = await self._link.wait_connected()
            if number == met:
                await self._clock.sleep(RETRY_S)
                continue
            self._log.info("broker_connected", connections=number)
            self._outbox.add_everything()
            if await self._send([self._status("online")]):
                met = number

    async def _publish_standings(self) -> None:
        while True:
            await self._outbox.standings.wait()
            await self._link.wait_connected()
            started = self._clock.monotonic()
            if not await self._say(self._outbox.take_standings()):
                await self._clock.sleep(RETRY_S)
            await self._clock.sleep(max(0.0, STANDINGS_INTERVAL_S - (self._clock.monotonic() - started)))

    async def _publish_details(self) -> None:
        while True:
            await self._outbox.details.wait()
            await self._link.wait_connected()
            await self._flush_details()

    async def _flush_details(self) -> None:
        await self._flush_events()
        if not await self._say(self._outbox.take_details()):
            await self._clock.sleep(RETRY_S)

    async def _flush_events(self) -> None:
        """Publish the events that wait now, each again and again if need be: nothing will say it later.

        They are put on record as said when they have gone out. What a crash keeps from that is said again by `recover`.
        """
        until = self._night.stamp.sequence
        while (event := self._outbox.next_event(until=until)) is not None:
            if len(self._gone) >= EVENTS_AT_ONCE and event["sequence"] != self._gone[-1].sequence:
                await self._keep_gone()
            outgoing = self._outbox.write_event(event)
            while not await self._send([outgoing]):
                await self._clock.sleep(RETRY_S)
                await self._link.wait_connected()
            self._outbox.forget(event)
            self._gone.append(outgoing)
        await self._keep_gone()

    async def _keep_gone(self) -> None:
        gone, self._gone = self._gone, []
        await self._keep(gone)

    async def _beat(self) -> None:
        """Publish the status when the record has grown, and now and then when it has not."""
        said, said_at = -1, self._clock.monotonic()
        while True:
            await self._clock.sleep(STATUS_INTERVAL_S)
            due = self._clock.monotonic() - said_at >= HEARTBEAT_S
            if self._link.connected and (due or self._night.stamp.sequence != said):
                said, said_at = self._night.stamp.sequence, self._clock.monotonic()
                await self._send([self._status("online")])

    async def _say_goodbye(self) -> None:
        """Publish what still waits, then say offline; a broker that is away or slow does not hold up the stop."""
        try:
            async with asyncio.timeout(FLUSH_S_MAX):
                while self._link.connected and (self._outbox.standings.is_set() or self._outbox.details.is_set()):
                    await self._say(self._outbox.take_standings())
                    await self._flush_details()
        except TimeoutError:
            self._log.warning("stop_hurried", seconds=FLUSH_S_MAX)
        if self._link.connected:
            with contextlib.suppress(TimeoutError):  # it is on its way, and a broker that wakes up later reads it
                async with asyncio.timeout(FLUSH_S_MAX):
                    await self._send([self._status("offline")])

    async def _say(self, retained: Sequence[Outgoing]) -> bool:
        """Put on record and publish what is retained; False if some of it was not taken: then everything waits anew."""
        taken = False
        try:
            await self._keep(retained)
            taken = await self._send(retained)
        finally:
            if not taken:  # cut short by a stop too, which then publishes it
                self._outbox.add_everything()
        return taken

    async def _keep(self, outgoing: Sequence[Outgoing]) -> None:
        """Put on record what is said, all but receipts: these follow from the record, and are many.

        What a topic says already is not said anew when it has to be sent again.
        """
        now_us = self._clock.now_us()
        said = [
            Publication(now_us, each.topic, each.payload, each.sequence)
            for each in outgoing
            if not each.topic.startswith(self._receipts_root) and self._kept.get(each.topic) != hash(each.payload)
        ]
        if said:
            await self._in_worker(lambda: self._journal.keep_publications(said))
            self._kept.update((each.topic, hash(each.payload)) for each in said)
            self._on_said(outgoing)

    async def _send(self, outgoing: Sequence[Outgoing]) -> bool:
        """Publish side by side, some at a time; False if one of them was not taken."""
        for start in range(0, len(outgoing), IN_FLIGHT_MAX):
            some = outgoing[start : start + IN_FLIGHT_MAX]
            sending = (self._link.publish(each.topic, each.payload, retain=each.retain) for each in some)
            for outcome in await asyncio.gather(*sending, return_exceptions=True):
                if isinstance(outcome, BrokerError):
                    self._log.warning("publication_failed", reason=str(outcome))
                    return False
                if isinstance(outcome, BaseException):
                    raise outcome
        return True

    async def _in_worker(self, call: Callable[[], _T]) -> _T:
        # Cut short by a stop, the call is made all the same, before those that follow.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, call))

    def _status(self, status: str) -> Outgoing:
        stamp = self._night.stamp
        payload = status_payload(
            self._night, status, sequence=stamp.sequence, last_count=stamp.as_of, lag_us=self._lag_us
        )
        return Outgoing(self._topics.status, payload, retain=True, sequence=stamp.sequence)

    @property
    def _receipts_root(self) -> str:
        return f"{self._topics.base}/receipts/"


def status_payload(
    night: Night, status: str, *, sequence: int | None, last_count: str | None, lag_us: int | None
) -> bytes:
    """Write the service's status; what a last will cannot know is null."""
    return encode(
        {
            "election": night.election.id,
            "status": status,
            "test": night.test,
            "sequence": sequence,
            "last_count": last_count,
            "lag_us": lag_us,
            "quarantined": night.quarantined,
        }
    )
