"""What else the service tells: quarantine, receipts, events, its own status."""

from typing_extensions import TypedDict  # not typing's own: before Python 3.12 pydantic reads no schema from that

from service.standings.wire.written import JSON


class QuarantinedOut(TypedDict):
    """A message that is kept out: its content's name, where it came from, and why."""

    content: str
    topic: str
    contest: str | None
    area: str | None
    source: str | None
    revision: int | None
    findings: list[JSON]


class QuarantineOut(TypedDict):
    """What waits in quarantine of one area; the topic is emptied when all is settled."""

    election: str
    contest: str
    area: str
    as_of: str
    sequence: int
    waiting: int
    messages: list[QuarantinedOut]


class ReceiptOut(TypedDict):
    """What became of a source's last message about an area: accepted, held, superseded or quarantined."""

    election: str
    contest: str
    area: str
    source: str
    revision: int | None
    kind: str | None
    content: str
    sequence: int
    duplicate: bool
    status: str
    reasons: list[JSON]
    as_of: str


class EventOut(TypedDict):
    """Something that changed; `id` names it for good (it may come twice). Further fields depend on the `event`."""

    election: str
    id: str
    sequence: int
    as_of: str
    event: str
    text: str


class StatusOut(TypedDict):
    """Whether the service is there, up to which record it has come, and how long the last batch took.

    `refused` counts the topics that the broker does not take from it; `instance` names its journal.
    """

    election: str
    status: str
    test: bool
    sequence: int | None
    last_count: str | None
    lag_us: int | None
    quarantined: int
    refused: int | None
    instance: str
