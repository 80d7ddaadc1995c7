"""One connection to the broker, from CONNECT to its end: read within limits, acknowledged by hand.

aiomqtt connects, subscribes and writes; it acknowledges a message as soon as it has read it, which loses those that a
dying process had not worked off, and it has no public way not to. So everything that reaches below its public face is
in `Connection`, and tests fail when the library changes there.
"""

import asyncio
import logging
import math
import socket
import ssl
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

import aiomqtt
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from service.adapters.broker.address import Address
from service.adapters.broker.failures import Disconnected, Refused, disconnected, refused, unanswered, unfit, unwanted
from service.adapters.broker.inbox import Delivery, Inbox
from service.adapters.broker.terms import session_properties, tls_context
from service.errors import BrokerError

CONNECT_S_MAX: Final = 5
"""For the name, TCP and TLS; a broker that needs longer is down for us, and asked again."""

ANSWER_S_MAX: Final = 10.0
"""For CONNACK, SUBACK and PUBACK: longer than a broker pauses for its disk or its cluster's new leader (about 6 s)."""

WATCH_INTERVAL_S: Final = 1.0
"""How often the time since the last sign of life is looked at."""

LASTING_REFUSALS: Final = frozenset({132, 133, 134, 135, 138, 140})
"""CONNACK codes (MQTT 5, 3.2.2.2; those of 3.1.1 are translated) which say that something about us is wrong: version,
client id, user or password, permissions, a ban, the method. The others speak of the broker and pass."""

UNWANTED: Final = frozenset({144, 149, 153})
"""PUBACK codes (MQTT 5, 3.4.2.1; 149 as in 3.14.2.1) which say that something about this message is wrong: its topic's
name, its size, its format. The others speak of us or of the broker, and another message fares no better."""

PACKETS_PER_TURN_MAX: Final = 64
"""How many messages are read before others get their turn: enough for a batch, and about a millisecond of work."""

T = TypeVar("T")

_silent: Final = logging.getLogger("service.adapters.broker.library")
_silent.setLevel(logging.CRITICAL + 1)  # what the library would log, the link tells as a change of state


class Connection(aiomqtt.Client):
    """One connection: `open` it once, then `leave` or `drop` it, also when it could not be opened.

    `number` counts the connections made, from 1, and is given when the broker accepts us, before the first message; it
    is 0 until then. `ended` is done when the connection is, and says why.
    """

    def __init__(  # noqa: PLR0913 - what MQTT needs to know of a client
        self,
        address: Address,
        *,
        client_id: str,
        session: bool,
        will: tuple[str, bytes] | None,
        keepalive_s: int,
        inbox: Inbox,
        arrived: Callable[[], None],
        next_number: Callable[[], int],
    ) -> None:
        """Prepare to speak as `client_id`; with a `session`, the broker keeps it and we acknowledge by hand."""
        five = address.version == "5"
        super().__init__(
            address.host,
            address.port,
            username=address.username,
            password=address.password,
            identifier=client_id,
            protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
            clean_session=None if five else not session,
            clean_start=not session if five else MQTT_CLEAN_START_FIRST_ONLY,  # the one value that paho takes for 3.1.1
            properties=session_properties(session=session) if five else None,
            will=None if will is None else aiomqtt.Will(*will, qos=1, retain=True),
            tls_context=tls_context() if address.tls else None,
            keepalive=keepalive_s,
            timeout=math.inf,  # `_answered` has its own, which knows when reading is paused
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # a small publication does not wait for more
            logger=_silent,
        )
        self._client.connect_timeout = CONNECT_S_MAX
        self._client.manual_ack_set(session)
        self.number = 0
        self.paused = False
        self.ended: asyncio.Future[BrokerError] = self._loop.create_future()
        self._where = f"broker {address}"
        self._user = "without a user" if address.username is None else f"as user {address.username!r}"
        self._inbox = inbox
        self._arrived = arrived
        self._next_number = next_number
        self._unanswered: dict[int, asyncio.Future[None]] = {}
        self._packet_bytes_max: int | None = None
        self._heard = False
        self._watch: asyncio.Task[None] | None = None

    # -- from CONNECT to the end

    async def open(self, subscriptions: Sequence[str]) -> None:
        """Connect, and subscribe with QoS 1, one by one; messages of a kept session may arrive before this returns.

        Raises:
            Refused: the broker does not let us in, or not to one of the topics.
            Disconnected: there is no broker, or it did not answer.
        """
        try:
            await self._answered(self.__aenter__(), to="CONNECT")
            for topic in subscriptions:
                codes = await self._answered(self.subscribe([(topic, 1)]), to="SUBSCRIBE")
                self._check_granted([topic], codes)
        except aiomqtt.MqttError as error:
            raise self._broken(str(error)) from error

    async def leave(self) -> None:
        """Send what waits to be sent and say goodbye, so that the broker does not publish our will."""
        if not self.ended.done():
            self._client.disconnect()
            await asyncio.wait([self.ended], timeout=ANSWER_S_MAX)
        await self.drop()

    async def drop(self) -> None:
        """Close the socket, if it is still open, without a goodbye."""
        self._end(self._broken("the connection was given up"))
        self._client._sock_close()  # noqa: SLF001 - the public ways all say goodbye, and the broker must publish our will
        if self._watch is not None:
            await asyncio.wait({self._watch})

    # -- what we send

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker that it need not bring this message again."""
        self._client.ack(delivery.mid, delivery.qos)

    async def publish_answered(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Publish with QoS 1 and wait until the broker has answered for it.

        Raises:
            Disconnected: the connection broke first; the broker may have the message or not.
            Refused: the broker takes nothing from us on this topic, or not now (only MQTT 5 tells).
            MessageRefusedError: it takes others, and not this one (as above).
            BrokerError: no answer in time.
            TheirMessage: no message may have this topic.
        """
        if self._packet_bytes_max is not None and (size := _packet_bytes(topic, payload)) > self._packet_bytes_max:
            # Sent all the same it would cost the connection, again and again (MQTT 5, 3.2.2.3.6).
            found = f"a packet of {size:,} bytes, where the broker takes {self._packet_bytes_max:,} at most"
            raise unwanted(f"{self._where}, topic {topic}", found)
        if not topic or "\0" in topic:  # what paho lets pass, and a broker cuts the connection for
            raise unfit(topic, "an empty topic" if not topic else "a zero character")
        try:
            sent = self._client.publish(topic, payload, qos=1, retain=retain)
        except ValueError as error:
            raise unfit(topic, str(error)) from error
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS or self.ended.done():
            raise self._broken("the connection broke")
        answer = self._unanswered[sent.mid] = self._loop.create_future()
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                await answer
        except TimeoutError:
            raise unanswered(f"{self._where}, topic {topic}", ANSWER_S_MAX) from None
        finally:
            self._unanswered.pop(sent.mid, None)

    # -- reading within limits

    def resume(self) -> None:
        """Read again, if reading was paused and the connection still stands."""
        sock = self._client.socket()
        if self.paused and sock is not None:
            self.paused = False
            self._loop.add_reader(sock.fileno(), self._read)
            self._loop.call_soon(self._read)  # of what TLS has decrypted already, no selector tells

    def _read(self) -> None:
        """Read what the socket holds, packet by packet, a bounded number in a turn, until the inbox is full."""
        try:
            for _ in range(PACKETS_PER_TURN_MAX):
                waiting = len(self._inbox)
                self._client.loop_read()
                if self._inbox.full:
                    self._pause()
                    return
                if len(self._inbox) == waiting and not self._decrypted():
                    return
        except Exception as error:  # noqa: BLE001 - a packet that paho stumbles over must not stop the night: we connect anew
            self._end(self._broken(f"a packet that cannot be read ({error!r})"))
            return
        if self._decrypted():
            self._loop.call_soon(self._read)

    def _decrypted(self) -> bool:
        """Say whether bytes wait that TLS has decrypted already: of those no selector tells."""
        sock = self._client.socket()
        return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0

    def _pause(self) -> None:
        sock = self._client.socket()
        if sock is not None:
            self.paused = True
            self._loop.remove_reader(sock.fileno())

    async def _keep_alive(self) -> None:
        """Ping when it is quiet, and notice when nobody answers."""
        while self._client.loop_misc() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            await asyncio.sleep(WATCH_INTERVAL_S)
            if self.paused:
                # The answer to our ping waits behind what we do not read yet: it is not missing.
                self._client._ping_t = 0.0  # noqa: SLF001 - there is no public way to forgive it

    # -- what paho calls, in the places of aiomqtt's own

    def _on_connect(
        self,
        _client: PahoClient,
        _userdata: Any,
        flags: ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if reason_code.value in LASTING_REFUSALS:
            self._end(self._refused(str(reason_code)))
        elif reason_code.is_failure:
            self._end(self._broken(str(reason_code)))
        else:
            self.number = self._next_number()
            self._packet_bytes_max = getattr(properties, "MaximumPacketSize", None)
            super()._on_connect(_client, _userdata, flags, reason_code, properties)

    def _on_disconnect(
        self,
        _client: PahoClient,
        _userdata: Any,
        flags: DisconnectFlags,
        reason_code: ReasonCode,
        _properties: Properties | None = None,
    ) -> None:
        by_broker = flags.is_disconnect_packet_from_server
        self._end(self._broken(f"the broker sent us away: {reason_code}" if by_broker else "the connection broke"))

    def _on_message(self, _client: PahoClient, _userdata: Any, message: MQTTMessage) -> None:
        topic = message._topic.decode(errors="backslashreplace")  # noqa: SLF001 - `topic` raises when it is not UTF-8
        self._inbox.put(Delivery(topic, bytes(message.payload), message.mid, message.qos, message.retain, self.number))
        self._heard = True
        self._arrived()

    def _on_publish(
        self, _client: PahoClient, _userdata: Any, mid: int, reason_code: ReasonCode, _properties: Properties
    ) -> None:
        answer = self._unanswered.get(mid)
        if answer is None or answer.done():
            return
        if reason_code.value in UNWANTED:
            answer.set_exception(unwanted(self._where, str(reason_code)))
        elif reason_code.is_failure:
            answer.set_exception(self._refused(str(reason_code)))
        else:
            answer.set_result(None)

    def _on_socket_open(self, _client: PahoClient, _userdata: Any, sock: Any) -> None:
        # Called in the thread that connects.
        self._loop.call_soon_threadsafe(self._attach, sock)

    def _on_socket_register_write(self, _client: PahoClient, _userdata: Any, sock: Any) -> None:
        # Called in the thread that connects, or in the loop.
        self._loop.call_soon_threadsafe(self._write_when_ready, sock)

    def _on_socket_close(self, _client: PahoClient, _userdata: Any, sock: Any) -> None:
        self._loop.remove_reader(sock.fileno())
        if self._watch is not None:
            self._watch.cancel()

    def _attach(self, sock: Any) -> None:
        """Start reading and watching, unless the connection was given up while it was being made."""
        if self.ended.done():
            self._client._sock_close()  # noqa: SLF001 - as in `drop`
            return
        self._loop.add_reader(sock.fileno(), self._read)
        self._watch = self._loop.create_task(self._keep_alive(), name="broker-keepalive")

    def _write_when_ready(self, sock: Any) -> None:
        """Write once the socket takes more, unless it was closed meanwhile: its number may be another's by now."""
        present = self._client.socket()
        if present is not None and present is sock:
            self._loop.add_writer(present.fileno(), self._client.loop_write)

    # -- answers and ends

    async def _answered(self, asking: Coroutine[Any, Any, T], *, to: str) -> T:
        """Wait for the broker's answer to what is asked, for the connection's end, or for too long.

        While messages come, or wait for us to read again, the answer is behind them and the time does not count.
        """
        task = asyncio.create_task(asking, name=f"broker-{to.lower()}")
        either: set[asyncio.Future[Any]] = {task, self.ended}
        try:
            while not (task.done() or self.ended.done()):
                self._heard = False
                done, _ = await asyncio.wait(either, timeout=ANSWER_S_MAX, return_when=asyncio.FIRST_COMPLETED)
                if not (done or self._heard or self.paused):
                    raise self._broken(f"no answer to {to} within {ANSWER_S_MAX:g} s")
            if not task.done():
                raise self.ended.result()
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})

    def _end(self, why: BrokerError) -> None:
        """Note the end of the connection, once, and tell everybody who waits for an answer."""
        if self.ended.done():
            return
        self.ended.set_result(why)
        for answer in self._unanswered.values():
            if not answer.done():
                answer.set_exception(self._broken(why.found))

    def _check_granted(self, subscriptions: Sequence[str], codes: Sequence[int | ReasonCode]) -> None:
        for topic, code in zip(subscriptions, codes, strict=True):
            if isinstance(code, ReasonCode) and code.is_failure:
                raise self._refused(f"{code} to the subscription {topic}")

    def _broken(self, found: str) -> Disconnected:
        return disconnected(self._where, found)

    def _refused(self, found: str) -> Refused:
        return refused(self._where, f"{found} ({self._user})")


def _packet_bytes(topic: str, payload: bytes) -> int:
    """Count the bytes of a PUBLISH with QoS 1 and no properties, as MQTT 5 writes it (3.3)."""
    following = 2 + len(topic.encode()) + 2 + 1 + len(payload)
    length = max(1, -(-following.bit_length() // 7))
    return 1 + length + following
