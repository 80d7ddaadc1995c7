"""What one record changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.ids import BodyId
from service.night.events import Event
from service.night.kept_out import Levels, Place
from service.night.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Changes:
    """Events in order, and what has to be published anew."""

    events: tuple[Event, ...] = ()
    areas: frozenset[Place] = frozenset()
    bodies: frozenset[BodyId] = frozenset()
    receipts: tuple[Receipt, ...] = ()
    quarantine: frozenset[Levels] = frozenset()

    def and_more(
        self,
        *,
        events: Iterable[Event] = (),
        bodies: Iterable[BodyId] = (),
        receipts: Iterable[Receipt] = (),
        quarantine: Iterable[Levels] = (),
    ) -> "Changes":
        """Add to it."""
        return replace(
            self,
            events=(*self.events, *events),
            bodies=self.bodies.union(bodies),
            receipts=(*self.receipts, *receipts),
            quarantine=self.quarantine.union(quarantine),
        )
