"""Playing a night: its messages published again, at the pace they came or another."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.records import Message


class Pace(Protocol):
    """What playing needs of a clock."""

    def monotonic(self) -> float:
        """Give seconds from an unknown start."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""


@dataclass(frozen=True, slots=True)
class Played:
    """A message that was published: `number` (from 1) `of` how many."""

    number: int
    of: int
    message: Message


async def play(
    messages: Sequence[Message],
    publish: Callable[[str, bytes], Awaitable[None]],
    *,
    speed: float | None,
    clock: Pace,
    gap_s_max: float | None = None,
) -> AsyncIterator[Played]:
    """Publish a night again in the order given, telling of each message once it is published.

    `speed` divides the gaps between the messages' times (1: as it was; 60: an hour in a minute; None: as fast as
    `publish` returns), and no gap is waited for longer than `gap_s_max` seconds. A message timed before one already
    played is due at once. The time that publishing takes is made up for in the gaps that follow.
    """
    assert speed is None or speed > 0, "time does not run backwards"
    latest_us = messages[0].at_us if messages else 0
    due = clock.monotonic()
    for number, message in enumerate(messages, start=1):
        if speed is not None:
            due += _gap_s(message.at_us - latest_us, speed, gap_s_max)
            latest_us = max(latest_us, message.at_us)
            wait_s = due - clock.monotonic()
            if wait_s > 0:
                await clock.sleep(wait_s)
        await publish(message.topic, message.payload)
        yield Played(number=number, of=len(messages), message=message)


def _gap_s(gap_us: int, speed: float, gap_s_max: float | None) -> float:
    gap_s = max(0, gap_us) / 1_000_000 / speed
    return gap_s if gap_s_max is None else min(gap_s, gap_s_max)
