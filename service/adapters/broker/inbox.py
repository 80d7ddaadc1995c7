"""Where messages wait between the socket and their taker: within limits, in the order they came, none dropped."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WAITING_MESSAGES_MAX: Final = 2_000
"""About a second of the busiest minute of a large country's night: more than any batch, and small in memory."""

WAITING_BYTES_MAX: Final = 32 * 1024 * 1024
"""Room for 64 of the largest messages taken (512 KiB): a ward's ballot papers are large, and few."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the broker brought it.

    `mid` is the broker's number for it and means something on its own connection only; `connection` counts the
    connections made, from 1. `qos` and `retain` are as delivered. In a topic that is not UTF-8 the odd bytes are
    written in hexadecimal.
    """

    topic: str
    payload: bytes
    mid: int
    qos: int
    retain: bool
    connection: int


class Inbox:
    """Messages that have arrived and are not yet taken.

    `full` asks whoever reads the socket to stop, until there is `room`. What is put in all the same is kept.
    """

    def __init__(self) -> None:
        self._waiting: deque[Delivery] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether either limit is reached."""
        return len(self._waiting) >= WAITING_MESSAGES_MAX or self._bytes >= WAITING_BYTES_MAX

    @property
    def room(self) -> bool:
        """Whether half of both limits is free again: with no gap, a flood would stop and start us at every message."""
        return len(self._waiting) <= WAITING_MESSAGES_MAX // 2 and self._bytes <= WAITING_BYTES_MAX // 2

    def put(self, delivery: Delivery) -> None:
        """Let a message wait behind the others."""
        self._waiting.append(delivery)
        self._bytes += len(delivery.payload)

    def take(self, *, messages_max: int, bytes_max: int) -> Sequence[Delivery]:
        """Take what waits, oldest first, up to so many messages and bytes; the first even if it is larger."""
        taken: list[Delivery] = []
        size = 0
        while self._waiting and len(taken) < messages_max:
            size += len(self._waiting[0].payload)
            if taken and size > bytes_max:
                break
            taken.append(self._waiting.popleft())
            self._bytes -= len(taken[-1].payload)
        return taken
