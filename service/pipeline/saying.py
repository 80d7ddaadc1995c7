"""What is said, and how it goes out: standings at their own pace, events in their order, receipts behind neither.

Each has a loop of its own, so that none waits for another. Whatever the broker does not take is written anew when it is
back. What is retained is on record before it goes out; an event is, when it has gone out.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

import structlog

from service.errors import BrokerError
from service.night import Event, Night
from service.pipeline.outbox import Outbox, Outgoing
from service.pipeline.ports import Clock, Journal, Outlet
from service.pipeline.status import status_payload
from service.records import Publication
from service.topics import Topics

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
"""Events go out so many at a time, none waiting for the answer to another, and those that have gone out are put on
record so many at a time, to the end of a record: what a crash makes come twice, and few enough commits that a flood of
events does not hold up the counts."""


class Saying:
    """All that a night says. `loops` run until they are cancelled; `say_goodbye` then says what is left."""

    def __init__(  # noqa: PLR0913 - the parts that it puts together, and one who looks on
        self,
        night: Night,
        outbox: Outbox,
        *,
        journal: Journal,
        in_worker: Callable[[Callable[[], None]], Awaitable[None]],
        outlet: Outlet,
        topics: Topics,
        clock: Clock,
        on_said: Callable[[Sequence[Outgoing]], None],
    ) -> None:
        self.lag_us = 0
        self._night: Final = night
        self._outbox: Final = outbox
        self._journal: Final = journal
        self._in_worker: Final = in_worker
        self._outlet: Final = outlet
        self._topics: Final = topics
        self._clock: Final = clock
        self._on_said: Final = on_said
        self._gone: list[Outgoing] = []
        self._kept: Final[dict[str, int]] = {}
        self._log: Final = structlog.get_logger().bind(election=night.election.id)

    def loops(self) -> Mapping[str, Coroutine[Any, Any, None]]:
        """Give what has to run, by name."""
        return {
            "greeting": self._greet(),
            "standings": self._publish_standings(),
            "events": self._publish_events(),
            "details": self._publish_details(),
            "status": self._beat(),
        }

    async def _greet(self) -> None:
        """Whenever the broker is met anew, say that we are online and tell it everything that is retained."""
        met = 0
        while True:
            number = await self._outlet.wait_connected()
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
            await self._outlet.wait_connected()
            started = self._clock.monotonic()
            if not await self._say(self._outbox.take_standings()):
                await self._clock.sleep(RETRY_S)
            await self._clock.sleep(max(0.0, STANDINGS_INTERVAL_S - (self._clock.monotonic() - started)))

    async def _publish_events(self) -> None:
        while True:
            await self._outbox.events.wait()
            await self._outlet.wait_connected()
            await self._flush_events()

    async def _flush_events(self) -> None:
        """Publish the events that wait, each again and again if need be: nothing will say it later.

        They are put on record as said when they have gone out. What a crash keeps from that is said again by `recover`.
        """
        while waiting := self._outbox.waiting_events(at_most=max(1, EVENTS_AT_ONCE - len(self._gone))):
            if len(self._gone) >= EVENTS_AT_ONCE and waiting[0]["sequence"] != self._gone[-1].sequence:
                await self._keep_gone()
            elif not await self._send_events(waiting):
                await self._clock.sleep(RETRY_S)
                await self._outlet.wait_connected()
        await self._keep_gone()

    async def _send_events(self, events: Sequence[Event]) -> bool:
        """Publish events in their order, none waiting for the answer to another; False if one was not taken.

        Up to that one they are forgotten. Those behind it may have gone out, and go out again under the same `id`.
        """
        outgoing = [self._outbox.write_event(event) for event in events]
        sending: list[asyncio.Task[None]] = []
        try:
            for each in outgoing:
                sending.append(asyncio.create_task(self._publish(each), name="event"))
                await asyncio.sleep(0)  # it is handed over, or has failed already: then nothing overtakes it
                if any(_failed(task) for task in sending):
                    break
            await asyncio.wait(sending)
        finally:
            gone = [*map(_taken, sending), False].index(False)
            for task in sending[gone:]:
                task.cancel()
            self._gone += outgoing[:gone]
            self._outbox.forget(events[:gone])
        return self._all_taken(await asyncio.gather(*sending, return_exceptions=True)) and gone == len(events)

    async def _publish_details(self) -> None:
        while True:
            await self._outbox.details.wait()
            await self._outlet.wait_connected()
            await self._flush_details()

    async def _flush_details(self) -> None:
        if not await self._say(self._outbox.take_details()):
            await self._clock.sleep(RETRY_S)

    async def _keep_gone(self) -> None:
        gone, self._gone = self._gone, []
        await self._keep(gone)

    async def _beat(self) -> None:
        """Publish the status when the record has grown, and now and then when it has not."""
        said, said_at = -1, self._clock.monotonic()
        while True:
            await self._clock.sleep(STATUS_INTERVAL_S)
            due = self._clock.monotonic() - said_at >= HEARTBEAT_S
            if self._outlet.connected and (due or self._night.stamp.sequence != said):
                said, said_at = self._night.stamp.sequence, self._clock.monotonic()
                await self._send([self._status("online")])

    async def say_goodbye(self) -> None:
        """Publish what still waits, then say offline; a broker that is away or slow does not hold up the stop."""
        try:
            async with asyncio.timeout(FLUSH_S_MAX):
                while self._outlet.connected and self._outbox.waits:
                    await self._say(self._outbox.take_standings())
                    await self._flush_events()
                    await self._flush_details()
        except TimeoutError:
            self._log.warning("stop_hurried", seconds=FLUSH_S_MAX)
        if self._outlet.connected:
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
            sending = (self._publish(each) for each in some)
            if not self._all_taken(await asyncio.gather(*sending, return_exceptions=True)):
                return False
        return True

    def _all_taken(self, outcomes: Sequence[BaseException | None]) -> bool:
        """Say whether the broker took everything; what else went wrong is ours."""
        for outcome in outcomes:
            if isinstance(outcome, BrokerError):
                self._log.warning("publication_failed", reason=str(outcome))
                return False
            if isinstance(outcome, BaseException):
                raise outcome
        return True

    async def _publish(self, outgoing: Outgoing) -> None:
        await self._outlet.publish(outgoing.topic, outgoing.payload, retain=outgoing.retain)

    def _status(self, status: str) -> Outgoing:
        stamp = self._night.stamp
        payload = status_payload(
            self._night, status, sequence=stamp.sequence, last_count=stamp.as_of, lag_us=self.lag_us
        )
        return Outgoing(self._topics.status, payload, retain=True, sequence=stamp.sequence)

    @property
    def _receipts_root(self) -> str:
        return f"{self._topics.base}/receipts/"


def _taken(sending: asyncio.Task[None]) -> bool:
    return sending.done() and not sending.cancelled() and sending.exception() is None


def _failed(sending: asyncio.Task[None]) -> bool:
    return sending.done() and not _taken(sending)
