"""What the broker refuses to take, which only MQTT 5 tells: held back, and offered again ever more rarely.

A topic that is refused holds up no other. Of what is retained the newest state of each topic is held, so that once
somebody has corrected the broker's permissions or quota it goes out as it is then. A new connection changes nothing of
that: Mosquitto 2.0.11 cuts the connection at every refusal.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from service.errors import BrokerRefusesError
from service.ids import ElectionId
from service.pipeline.outbox import Outgoing
from service.pipeline.ports import Clock

REFUSED_S_FIRST: Final = 1.0
"""A quota may be free again soon."""

REFUSED_S_MAX: Final = 60.0
"""What a person has to correct is asked about at most so rarely: long enough to bother no broker, short on a night."""

REFUSED_GROWTH: Final = 2.0


class Refusals:
    """The topics that the broker refuses now, `number` of them, and the newest state of those that are retained."""

    def __init__(self, election: ElectionId, clock: Clock, on_change: Callable[[int], None]) -> None:
        """Begin with none; `on_change` is told the number whenever it changes."""
        self._clock: Final = clock
        self._on_change: Final = on_change
        self._held: Final[dict[str, Outgoing]] = {}
        self._refused: Final[set[str]] = set()
        self._holding: Final = asyncio.Event()
        self._wait_s = REFUSED_S_FIRST
        self._log: Final = structlog.get_logger().bind(election=election)

    @property
    def number(self) -> int:
        """How many topics the broker refuses, as far as we have tried."""
        return len(self._refused)

    def hold_newer(self, outgoing: Outgoing) -> bool:
        """Hold a newer state of a topic that is refused; False where it is not, or nothing is held of it."""
        if outgoing.topic not in self._held:
            return False
        self._held[outgoing.topic] = outgoing
        return True

    def note(self, outgoing: Outgoing, why: BrokerRefusesError) -> None:
        """Note that this was refused, and hold it if it is retained. A topic is logged once until it is taken."""
        if outgoing.topic not in self._refused:
            self._refused.add(outgoing.topic)
            self._on_change(self.number)
            self._log.error("publication_refused", topic=outgoing.topic, reason=str(why))
        if outgoing.retain:
            self._held.setdefault(outgoing.topic, outgoing)
            self._holding.set()

    def note_taken(self, outgoing: Outgoing) -> None:
        """Note that the broker has taken this: what is held of its topic is said, unless it is newer."""
        if self._held.get(outgoing.topic) is outgoing:
            del self._held[outgoing.topic]
        if outgoing.topic in self._refused and outgoing.topic not in self._held:
            self._refused.remove(outgoing.topic)
            self._on_change(self.number)
            self._log.info("publication_allowed", topic=outgoing.topic)

    def held(self, topic: str) -> Outgoing | None:
        """Give the newest state of a topic that is held."""
        return self._held.get(topic)

    async def to_offer(self) -> list[str]:
        """Wait until something is held and the time has come to offer it again; give its topics."""
        if not self._held:
            self._wait_s = REFUSED_S_FIRST
            self._holding.clear()
        await self._holding.wait()
        await self._clock.sleep(self._wait_s)
        self._wait_s = longer(self._wait_s)
        return list(self._held)


def longer(wait_s: float) -> float:
    """Give how long to wait after having waited so long."""
    return min(wait_s * REFUSED_GROWTH, REFUSED_S_MAX)
