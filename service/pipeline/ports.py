"""What the pipeline needs of the world, in its own words. The adapters fit these; so do the tests' doubles."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from service.records import Message, Publication, Record


class Delivered(Protocol):
    """A message as a broker brought it."""

    @property
    def topic(self) -> str:
        """Where it was published."""

    @property
    def payload(self) -> bytes:
        """Its bytes."""


Delivery = TypeVar("Delivery", bound=Delivered)


class Outlet(Protocol):
    """The way out to the broker: a connection that makes itself again when it breaks."""

    @property
    def connected(self) -> bool:
        """Whether there is a connection with its subscriptions made."""

    async def wait_connected(self) -> int:
        """Wait for a connection and give its number, counting from 1."""

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has answered; BrokerError if it does not, or refuses it for a reason."""


class Heard(Delivered, Protocol):
    """A message as somebody brought it who listens alone."""

    @property
    def retain(self) -> bool:
        """Whether the broker had kept it."""


class Listening(Protocol):
    """A connection that only listens."""

    async def wait_connected(self) -> int:
        """Wait until every subscription is made; BrokerRefusesError if that is refused."""

    async def take(self, *, messages_max: int, bytes_max: int) -> Sequence[Heard]:
        """Wait for a message, then take what there is."""


class Link(Outlet, Protocol[Delivery]):
    """The way in as well."""

    async def take(self, *, messages_max: int, bytes_max: int) -> Sequence[Delivery]:
        """Wait for a message, then take what there is."""

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that these are safe."""


class Journal(Protocol):
    """The record on disk."""

    @property
    def instance(self) -> str:
        """Which journal it is, for everybody to know: whoever writes it is the same service."""

    @property
    def last(self) -> Record:
        """The last record."""

    def append(self, messages: Sequence[Message]) -> Sequence[Record]:
        """Put messages on record: on disk when this returns."""

    def keep_publications(self, publications: Sequence[Publication]) -> None:
        """Keep what we are about to say."""

    def records(self, *, after: int = 0) -> Iterator[Record]:
        """Give the records in order, checked."""

    def publications(self, *, topic: str) -> Iterator[Publication]:
        """Give what was published on a topic, in order, checked."""

    def last_publication_sequence(self, topic: str) -> int:
        """Give up to which record a topic has been published, 0 if never."""


class Clock(Protocol):
    """The time."""

    def now_us(self) -> int:
        """Give microseconds since 1970 UTC."""

    def monotonic(self) -> float:
        """Give seconds from an unknown start."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
