"""Watching a night from outside: what any subscriber sees, kept as it comes."""

import asyncio
import json
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from service.adapters.broker import Address, BrokerLink
from service.errors import BrokerError, BrokerRefusesError
from service.topics import Topics

TRIES_MAX: Final = 5
"""How often a message is published anew: a broker that cuts the connection each time will not have it."""

TAKEN_MAX: Final = 256
TAKEN_BYTES_MAX: Final = 8 * 1024 * 1024


class Watcher:
    """Subscribes to standings, events and status; `standings` by body, `events` in order, `status` the last one."""

    def __init__(self, address: Address, topics: Topics) -> None:
        self.standings: Final[dict[str, dict[str, Any]]] = {}
        self.events: Final[list[dict[str, Any]]] = []
        self.status: dict[str, Any] = {}
        self._topics: Final = topics
        self._link: Final = BrokerLink(
            address,
            client_id=f"watcher-{secrets.token_hex(8)}",
            subscriptions=(topics.standings_of_all, topics.events, topics.status),
            session=False,
        )
        self._changed: Final = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._link.__aenter__()
        self._task = asyncio.create_task(self._follow(), name="watcher")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._link.__aexit__(kind, error, traceback)

    async def publish(self, topic: str, payload: bytes) -> None:
        """Publish over the same connection, waiting for it where it is broken.

        Raises:
            BrokerError: the broker refuses it, or cut the connection over it again and again.
        """
        for left in reversed(range(TRIES_MAX)):
            await self._link.wait_connected()
            try:
                await self._link.publish(topic, payload)
            except BrokerRefusesError:
                raise
            except BrokerError:
                if not left:
                    raise
                continue  # it may have arrived or not; sent twice it counts once
            return

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the broker."""
        return self._link.connected

    async def until(self, holds: Callable[[Self], bool], *, seconds: float | None) -> bool:
        """Wait until something holds of what was seen; False if it does not within so many seconds (None: for ever)."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self._failed() or holds(self))
        except TimeoutError:
            return False
        if self._task is not None and self._task.done():
            self._task.result()
        return True

    def _failed(self) -> bool:
        return self._task is not None and self._task.done()

    async def _follow(self) -> None:
        try:
            while True:
                for delivery in await self._link.take(messages_max=TAKEN_MAX, bytes_max=TAKEN_BYTES_MAX):
                    self._note(delivery.topic, delivery.payload)
                async with self._changed:
                    self._changed.notify_all()
        finally:
            async with self._changed:
                self._changed.notify_all()

    def _note(self, topic: str, payload: bytes) -> None:
        try:
            said = json.loads(payload)
        except ValueError:
            return  # an emptied topic, or not ours
        if topic == self._topics.status:
            self.status = said
        elif topic == self._topics.events:
            self.events.append(said)
        else:
            self.standings[said["body"]] = said
