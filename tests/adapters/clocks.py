"""A clock for tests."""

from dataclasses import dataclass, field


@dataclass
class StoppedClock:
    """A clock on which time passes only by waiting; every wait is written down."""

    seconds: float = 100.0
    waits: list[float] = field(default_factory=list)

    def now_us(self) -> int:
        """Give the time as if the clock had been started in 1970."""
        return int(self.seconds * 1_000_000)

    def monotonic(self) -> float:
        """Give the same in seconds."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass, at once."""
        self.waits.append(seconds)
        self.seconds += seconds
