"""The end of a night that is played: what its messages come to, to wait for until it has been published.

Neither the number of messages nor the time that has passed tells when all is said: a broker may bring some again, and
standings follow records at their own pace. The messages themselves tell, for in whatever order they come they end in
the same standings.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.app import as_records
from service.election import Election
from service.night import Night
from service.records import Message

OF_A_BODY: Final = (
    *("status", "seats", "areas", "complete", "disputed", "held", "quarantined", "control", "elected"),
    *("allocation", "rounds", "contests", "ties", "pending"),
)
OF_A_ROW: Final = ("seats", "seats_by_contest", "votes", "total", "elected")
"""What is compared of standings, and of a party or candidate in them: all that is exact and depends on every count."""

End = Mapping[str, Mapping[str, Any]]
"""What is compared, by body."""


async def end_of(election: Election, messages: Sequence[Message], *, test: bool) -> End:
    """Find out what messages come to, beside whatever else is going on."""
    return await asyncio.to_thread(_end_of, election, messages, test=test)


def _end_of(election: Election, messages: Sequence[Message], *, test: bool) -> End:
    night = Night(election)
    for record in as_records(election, messages, test=test):
        night.apply(record)
    return {body: _compared(night.standings(body)) for body in election.bodies}


def has_come(standings: Mapping[str, Mapping[str, Any]], end: End) -> bool:
    """Say whether standings, by body, are those of the end."""
    return all(body in standings and _compared(standings[body]) == of_body for body, of_body in end.items())


def _compared(standings: Mapping[str, Any]) -> dict[str, Any]:
    rows = {
        row["party"] if kind == "parties" else row["candidate"]: {name: row.get(name) for name in OF_A_ROW}
        for kind in ("parties", "candidates")
        for row in standings[kind]
    }
    return {**{name: standings[name] for name in OF_A_BODY}, "rows": rows}
