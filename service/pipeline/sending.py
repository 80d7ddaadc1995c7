"""How a publication goes out: many at once, in order where order matters, and beside those that the broker refuses."""

import asyncio
import contextlib
import math
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from service.errors import BrokerError, BrokerRefusesError
from service.ids import ElectionId
from service.pipeline.outbox import Outgoing
from service.pipeline.ports import Clock, Outlet
from service.pipeline.refusals import Refusals

IN_FLIGHT_MAX: Final = 32
"""Publications under way at once."""

CAREFUL_S: Final = 10.0
"""After a connection that did not even last so long, publications go one at a time for as long: a broker that cuts it
over a publication (Mosquitto 2.0.11 does, if it refuses one) then has told before over which."""


class Sending:
    """Sends what is written, and remembers what the broker refuses. `offer_again` runs until it is cancelled."""

    def __init__(
        self, election: ElectionId, outlet: Outlet, clock: Clock, *, on_refused: Callable[[int], None]
    ) -> None:
        self._outlet: Final = outlet
        self._clock: Final = clock
        self._refusals: Final = Refusals(election, clock, on_refused)
        self._met_s = self._careful_until_s = -math.inf
        self._one_at_a_time: Final = asyncio.Lock()
        self._log: Final = structlog.get_logger().bind(election=election)

    @property
    def refused(self) -> int:
        """How many topics the broker refuses, as far as we have tried."""
        return self._refusals.number

    def note_connection(self) -> None:
        """Note that a connection was made, and be careful if the one before it broke soon."""
        now_s = self._clock.monotonic()
        if now_s - self._met_s < CAREFUL_S:
            self._careful_until_s = now_s + CAREFUL_S
        self._met_s = now_s

    async def send_retained(self, outgoing: Sequence[Outgoing]) -> bool:
        """Publish what is retained side by side, some at a time; False if one was not taken, nor refused."""
        for start in range(0, len(outgoing), IN_FLIGHT_MAX):
            sending = (self._offer(each) for each in outgoing[start : start + IN_FLIGHT_MAX])
            if self._first_failure(await asyncio.gather(*sending, return_exceptions=True)) is not None:
                return False
        return True

    async def send_in_order(self, outgoing: Sequence[Outgoing], on_taken: Callable[[int], None]) -> BrokerError | None:
        """Publish in order, none waiting for the answer to another; gives why one was not taken, None if all were.

        `on_taken` is told how many were before that one, cut short by a stop too. Those behind it may have gone out.
        """
        sending: list[asyncio.Task[None]] = []
        try:
            for each in outgoing:
                sending.append(asyncio.create_task(self._publish(each), name=f"publication on {each.topic}"))
                await asyncio.sleep(0)  # it is handed over, or has failed already: then nothing overtakes it
                if any(_failed(task) for task in sending):
                    break
            await asyncio.wait(sending)
        finally:
            taken = [*map(_taken, sending), False].index(False)
            for task in sending[taken:]:
                task.cancel()
            on_taken(taken)
        why = self._first_failure(await asyncio.gather(*sending, return_exceptions=True))
        if isinstance(why, BrokerRefusesError):
            self._refusals.note(outgoing[taken], why)
        return why

    async def offer_again(self) -> None:
        """Offer what the broker has refused now and then, as it is by then."""
        while True:
            for topic in await self._refusals.to_offer():
                await self._outlet.wait_connected()
                outgoing = self._refusals.held(topic)
                if outgoing is not None:
                    with contextlib.suppress(BrokerError):  # it is offered again in its turn
                        await self._publish_or_hold(outgoing)

    async def _offer(self, outgoing: Outgoing) -> None:
        """Publish what is retained, or hold it while its topic is refused."""
        if not self._refusals.hold_newer(outgoing):
            await self._publish_or_hold(outgoing)

    async def _publish_or_hold(self, outgoing: Outgoing) -> None:
        try:
            await self._publish(outgoing)
        except BrokerRefusesError as why:
            self._refusals.note(outgoing, why)

    async def _publish(self, outgoing: Outgoing) -> None:
        careful = self._clock.monotonic() < self._careful_until_s
        async with self._one_at_a_time if careful else contextlib.nullcontext():
            await self._outlet.publish(outgoing.topic, outgoing.payload, retain=outgoing.retain)
        self._refusals.note_taken(outgoing)

    def _first_failure(self, outcomes: Sequence[BaseException | None]) -> BrokerError | None:
        """Give why the broker did not take the first of those that it did not; what else went wrong is ours."""
        for outcome in outcomes:
            if isinstance(outcome, BrokerError):
                if not isinstance(outcome, BrokerRefusesError):
                    self._log.warning("publication_failed", reason=str(outcome))
                return outcome
            if isinstance(outcome, BaseException):
                raise outcome
        return None


def _taken(sending: asyncio.Task[None]) -> bool:
    return sending.done() and not sending.cancelled() and sending.exception() is None


def _failed(sending: asyncio.Task[None]) -> bool:
    return sending.done() and not _taken(sending)
