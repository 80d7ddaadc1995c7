"""The service's status, as it is published and as the broker says it for us when we vanish."""

from service.night import Night
from service.standings import Stamp
from service.standings.wire import encode


def status_payload(
    night: Night,
    status: str,
    *,
    instance: str,
    stamp: Stamp | None,
    lag_us: int | None,
    refused: int | None,
) -> bytes:
    """Write the service's status; what a last will cannot know is null."""
    return encode(
        {
            "election": night.election.id,
            "status": status,
            "test": night.test,
            "sequence": None if stamp is None else stamp.sequence,
            "last_count": None if stamp is None else stamp.as_of,
            "lag_us": lag_us,
            "quarantined": night.quarantined,
            "refused": refused,
            "instance": instance,
        }
    )
