"""What time it is, and waiting: the one place where the computer's clock is read."""

import asyncio
import time


class SystemClock:
    """The computer's own clock. Who uses it asks for a clock, so that a test's time stands still."""

    def now_us(self) -> int:
        """Give the time of day, in microseconds since 1970 UTC. It may step back when the computer's clock is set."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Give seconds from an unknown start, for measuring gaps. It never steps back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds; 0 lets others go first."""
        await asyncio.sleep(seconds)
