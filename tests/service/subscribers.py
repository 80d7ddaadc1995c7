"""An MQTT client that has nothing of ours in it: publishes as a count centre does, and sees what any reader sees."""

import json
import threading
from collections.abc import Mapping
from typing import Any, Final, Self
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

ANSWER_S_MAX: Final = 30.0


class Subscriber:
    """Subscribes with QoS 1 and notes, in a thread of its own, what comes; comes back when the broker was away.

    `seen` is everything in order, `now` the last payload of each topic, without those that were emptied.
    """

    def __init__(self, url: str, *subscriptions: str) -> None:
        self.seen: Final[list[tuple[str, bytes]]] = []
        self.now: Final[dict[str, bytes]] = {}
        self._unanswered = 0
        self._answers: Final = threading.Condition()
        self._subscriptions: Final = [(topic, 1) for topic in subscriptions]
        self._ready: Final = threading.Event()
        self._client: Final = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        self._client.connect(parts.hostname, parts.port)

    def __enter__(self) -> Self:
        """Connect, and return when every subscription is made."""
        self._client.loop_start()
        assert self._ready.wait(ANSWER_S_MAX), "the broker grants the subscriptions"
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Publish without waiting, through an outage too; `flush` waits."""
        with self._answers:
            self._unanswered += 1
        self._client.publish(topic, payload, qos=qos, retain=retain)

    def flush(self) -> None:
        """Wait until the broker has answered for every publication."""
        with self._answers:
            assert self._answers.wait_for(lambda: not self._unanswered, ANSWER_S_MAX), "the broker answers for all"

    def said(self, topic: str) -> Any:
        """Give what a topic says now, read as JSON; None: nothing."""
        payload = self.now.get(topic)
        return None if payload is None else json.loads(payload)

    def all_on(self, topic: str) -> list[Any]:
        """Give everything that came on one topic, in order, read as JSON."""
        return [json.loads(payload) for on, payload in list(self.seen) if on == topic]

    def below(self, root: str) -> Mapping[str, Any]:
        """Give what the topics below a root say now, read as JSON."""
        return {topic: json.loads(payload) for topic, payload in list(self.now.items()) if topic.startswith(root)}

    def _on_connect(
        self, client: Client, _userdata: Any, _flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        assert not code.is_failure
        if self._subscriptions:
            client.subscribe(self._subscriptions)
        else:
            self._ready.set()

    def _on_publish(self, *_: object) -> None:
        with self._answers:
            self._unanswered -= 1
            self._answers.notify_all()

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        payload = bytes(message.payload)
        self.seen.append((message.topic, payload))
        if payload:
            self.now[message.topic] = payload
        else:
            self.now.pop(message.topic, None)
