"""What is said, and how it goes out: standings at their own pace, events in their order, receipts behind neither.

Each has a loop of its own, so that none waits for another. Whatever the broker does not take is written anew when it is
back; what it refuses waits aside (`sending`). What is retained is on record before it goes out; an event is, when it
has gone out.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

import structlog

from service.errors import BrokerError, BrokerRefusesError, MessageRefusedError
from service.night import Event, Night
from service.pipeline.outbox import Outbox, Outgoing
from service.pipeline.ports import Clock, Journal, Outlet
from service.pipeline.refusals import REFUSED_S_FIRST, longer
from service.pipeline.sending import Sending
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

EVENTS_AT_ONCE: Final = 32
"""Events go out so many at a time, none waiting for the answer to another, and those that have gone out are put on
record so many at a time, to the end of a record: what a crash makes come twice, and few enough commits that a flood of
events does not hold up the counts."""


class Saying:
    """All that a night says. `loops` run until they are cancelled; `say_goodbye` then says what is left."""

    def __init__(  # noqa: PLR0913 - the parts that it puts together, and two who look on
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
        on_refused: Callable[[int], None],
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
        self._sending: Final = Sending(night.election.id, outlet, clock, on_refused=on_refused)
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
            "refusals": self._sending.offer_again(),
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
            self._sending.note_connection()
            self._outbox.add_everything()
            if await self.say_online():
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
        refused_s = REFUSED_S_FIRST
        while waiting := self._outbox.waiting_events(at_most=max(1, EVENTS_AT_ONCE - len(self._gone))):
            if len(self._gone) >= EVENTS_AT_ONCE and waiting[0]["sequence"] != self._gone[-1].sequence:
                await self._keep_gone()
                continue
            match await self._send_events(waiting):
                case None:
                    refused_s = REFUSED_S_FIRST
                case MessageRefusedError():
                    pass  # those behind it go on
                case BrokerRefusesError():
                    await self._clock.sleep(refused_s)
                    refused_s = longer(refused_s)
                case BrokerError():
                    await self._clock.sleep(RETRY_S)
                    await self._outlet.wait_connected()
        await self._keep_gone()

    async def _send_events(self, events: Sequence[Event]) -> BrokerError | None:
        """Publish events in their order and forget those that were taken; gives why one was not.

        One that the broker will never take is forgotten, too: it stays on record, and is shown by whoever reads that.
        """
        outgoing = [self._outbox.write_event(event) for event in events]
        settled = 0

        def settle(number: int) -> None:
            nonlocal settled
            self._gone += outgoing[settled:number]
            self._outbox.forget(events[settled:number])
            settled = number

        why = await self._sending.send_in_order(outgoing, settle)
        if isinstance(why, MessageRefusedError):
            settle(settled + 1)
        return why

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
                await self.say_online()

    async def say_online(self) -> bool:
        """Publish the status; False if it was not taken."""
        return await self._sending.send_retained([self._status("online")])

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
                    await self._sending.send_retained([self._status("offline")])

    async def _say(self, retained: Sequence[Outgoing]) -> bool:
        """Put on record and publish what is retained; False if some of it was not taken: then everything waits anew."""
        taken = False
        try:
            await self._keep(retained)
            taken = await self._sending.send_retained(retained)
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

    def _status(self, status: str) -> Outgoing:
        stamp = self._night.stamp
        payload = status_payload(
            self._night,
            status,
            instance=self._journal.instance,
            stamp=stamp,
            lag_us=self.lag_us,
            refused=self._sending.refused,
        )
        return Outgoing(self._topics.status, payload, retain=True, sequence=stamp.sequence)

    @property
    def _receipts_root(self) -> str:
        return f"{self._topics.base}/receipts/"
