"""What time it is, and waiting: the one place where the computer's clock is read."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """A clock to be handed in, so that a test's time stands still and a night of five hours passes in a second."""

    def now_us(self) -> int:
        """Give the time of day, in microseconds since 1970 UTC. It may step back when the computer's clock is set."""

    def monotonic(self) -> float:
        """Give seconds from an unknown start, for measuring gaps. It never steps back."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds; 0 lets others go first."""


class SystemClock:
    """The computer's own clock."""

    def now_us(self) -> int:
        """Give the time of day, in microseconds since 1970 UTC."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Give seconds from an unknown start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)
