"""The service's status, as it is published and as the broker says it for us when we vanish."""

from service.night import Night
from service.standings.wire import encode


def status_payload(
    night: Night, status: str, *, sequence: int | None, last_count: str | None, lag_us: int | None, refused: int | None
) -> bytes:
    """Write the service's status; what a last will cannot know is null."""
    return encode(
        {
            "election": night.election.id,
            "status": status,
            "test": night.test,
            "sequence": sequence,
            "last_count": last_count,
            "lag_us": lag_us,
            "quarantined": night.quarantined,
            "refused": refused,
        }
    )
