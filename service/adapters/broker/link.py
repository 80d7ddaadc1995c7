"""The link to the broker that is kept alive: what the pipeline, the player and the watchers hold."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from service.adapters.broker.address import Address
from service.adapters.broker.connection import Connection
from service.adapters.broker.failures import Disconnected, Refused, disconnected
from service.adapters.broker.inbox import Delivery, Inbox
from service.errors import BrokerError

KEEPALIVE_S: Final = 30
"""After 1.5 times this without a sign of life the broker publishes our will; we notice its silence after twice this."""

RETRY_S_FIRST: Final = 0.1
"""A broker that restarts is back within a second: ask soon."""

RETRY_S_MAX: Final = 5.0
"""A broker that stays away is asked this often at least: no count should wait longer for us once it is back."""

RETRY_GROWTH: Final = 2.0

RETRY_JITTER_SHARE: Final = 0.5
"""How much of a wait is chance, so that many clients do not come back in the same moment."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the link stands: whether `connected`, how many connections were made, and the `problem` if not."""

    connected: bool
    connections: int
    problem: BrokerError | None = None


class BrokerLink:
    """A connection that is made again whenever it breaks, for as long as the `async with` block lasts.

    With `session` (the service) the broker keeps what arrives while we are away, and brings again whatever was not
    acknowledged by `acknowledge`; without (watchers) nothing is kept and everything counts as acknowledged.
    Subscriptions are made with QoS 1, at each connection. `will` is a topic and a payload that the broker publishes,
    retained, when we vanish; leaving the block without an exception says goodbye and so publishes no will. `on_change`
    is told each change of state, in the event loop.

    What has arrived is kept when the connection breaks: a broker that lost its own memory would not bring it again.
    While more waits than WAITING_MESSAGES_MAX or WAITING_BYTES_MAX nothing is read from the socket, answers to
    `publish` included: whoever takes should not wait for a publication in between.
    """

    def __init__(  # noqa: PLR0913 - each is a decision of the caller's
        self,
        address: Address,
        *,
        client_id: str,
        subscriptions: Sequence[str] = (),
        will: tuple[str, bytes] | None = None,
        session: bool = True,
        keepalive_s: int = KEEPALIVE_S,
        on_change: Callable[[LinkState], None] = lambda _: None,
    ) -> None:
        self.connections = 0
        self._address = address
        self._client_id = client_id
        self._subscriptions = tuple(subscriptions)
        self._will = will
        self._session = session
        self._keepalive_s = keepalive_s
        self._on_change = on_change
        self._inbox = Inbox()
        self._connection: Connection | None = None
        self._state = LinkState(connected=False, connections=0)
        self._welcome = False
        self._goodbye = True
        self._left = asyncio.Event()
        self._news = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start connecting, and return at once."""
        self._keeper = asyncio.create_task(self._keep_connected(), name="broker-link")
        self._keeper.add_done_callback(lambda _: self._tell())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Say goodbye to the broker; after an exception do not, so that it publishes our will."""
        self._goodbye = kind is None
        self._left.set()
        self._tell()
        assert self._keeper is not None
        await self._keeper

    @property
    def connected(self) -> bool:
        """Whether there is a connection with all its subscriptions made."""
        return self._state.connected

    async def wait_connected(self) -> int:
        """Wait for a connection with all its subscriptions made, and give its number.

        Raises:
            Refused: the broker does not let us in, and never has; `on_change` alone is told of a later refusal.
        """
        while not self._state.connected:
            self._check()
            await self._news.wait()
        return self.connections

    async def take(self, *, messages_max: int, bytes_max: int) -> Sequence[Delivery]:
        """Wait for a message, then take what there is, oldest first, up to so many messages and bytes of payload.

        Raises:
            Refused: as `wait_connected`.
            Disconnected: the block is being left and nothing more will come.
        """
        while not (taken := self._inbox.take(messages_max=messages_max, bytes_max=bytes_max)):
            self._check()
            await self._news.wait()
        if self._inbox.room:
            self._tell()
            if self._connection is not None:
                self._connection.resume()
        return taken

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker, in this order, that these are safe.

        Those of an earlier connection are skipped: their numbers may mean other messages by now, and they come again.
        """
        connection = self._connection
        if connection is None:
            return
        for delivery in deliveries:
            if delivery.connection == connection.number:
                connection.acknowledge(delivery)

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish with QoS 1 and wait until the broker has answered for it.

        Raises:
            Disconnected: there is no connection, or it broke before the answer (then the broker may have the message).
            Refused: the broker takes nothing from us on this topic, or not now (only MQTT 5 tells).
            MessageRefusedError: it takes others, and not this one (as above).
            BrokerError: no answer in time.
            TheirMessage: no message may have this topic.
        """
        if self._connection is None or not self._state.connected:
            raise self._no_connection()
        await self._connection.publish_answered(topic, payload, retain=retain)

    # -- keeping it alive

    async def _keep_connected(self) -> None:
        """Connect, stay until it breaks, wait a little longer each time, connect again."""
        wait_s = RETRY_S_FIRST
        while not self._left.is_set():
            started = time.monotonic()
            problem = await self._connect_and_stay()
            if problem is None:
                return
            if time.monotonic() - started > RETRY_S_MAX:  # a connection that is cut at once is no success
                wait_s = RETRY_S_FIRST
            self._change(LinkState(connected=False, connections=self.connections, problem=problem))
            await self._pause(wait_s * (1 - RETRY_JITTER_SHARE * random.random()))  # noqa: S311 - no secret
            wait_s = min(wait_s * RETRY_GROWTH, RETRY_S_MAX)

    async def _connect_and_stay(self) -> BrokerError | None:
        """Make one connection and stay to its end; say why it ended, None when we left."""
        while self._inbox.full and not self._left.is_set():
            await self._news.wait()
        connection = self._connection = Connection(
            self._address,
            client_id=self._client_id,
            session=self._session,
            will=self._will,
            keepalive_s=self._keepalive_s,
            inbox=self._inbox,
            arrived=self._tell,
            next_number=self._next_number,
        )
        try:
            await connection.open(self._subscriptions)
            self._change(LinkState(connected=True, connections=self.connections))
            return await self._stay(connection)
        except BrokerError as problem:
            return problem
        finally:
            self._connection = None
            await connection.drop()

    async def _stay(self, connection: Connection) -> BrokerError | None:
        """Wait until the connection ends or we leave, and leave as it was asked: with a goodbye or without."""
        leaving = asyncio.create_task(self._left.wait(), name="broker-leaving")
        either: set[asyncio.Future[Any]] = {connection.ended, leaving}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
        if not self._left.is_set():
            return connection.ended.result()
        if self._goodbye:
            await connection.leave()
        return None

    async def _pause(self, wait_s: float) -> None:
        """Wait before the next attempt, unless we leave."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._left.wait()

    def _next_number(self) -> int:
        self.connections += 1
        return self.connections

    def _change(self, state: LinkState) -> None:
        """Note how the link stands; tell whoever waits for it, and `on_change` if it is news."""
        before, self._state = self._state, state
        self._welcome = self._welcome or state.connected
        self._tell()
        if str(before.problem) != str(state.problem) or before.connected != state.connected:
            self._on_change(state)

    def _tell(self) -> None:
        """Wake everybody who waits, to look again."""
        self._news.set()
        self._news.clear()

    def _check(self) -> None:
        """Raise if what is waited for will not come."""
        if self._keeper is not None and self._keeper.done():
            self._keeper.result()
        if self._left.is_set():
            raise self._no_connection()
        if isinstance(self._state.problem, Refused) and not self._welcome:
            raise self._state.problem

    def _no_connection(self) -> Disconnected:
        found = "no connection" if self._state.problem is None else self._state.problem.found
        return disconnected(f"broker {self._address}", found)
