"""Opening the recorded night that a command names: its election, its messages, whether it was a test night."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from service.adapters.library import RecordedNight
from service.app import election_of, find_election, find_night, load_election, messages_of, was_test
from service.cli.options import at_time, config_folder
from service.election import Election
from service.errors import ElectionFolderError
from service.records import Message, microseconds


@dataclass(frozen=True, slots=True)
class OpenedNight:
    """A recorded night, read: up to a moment, where one was named."""

    recorded: RecordedNight
    election: Election
    messages: list[Message]
    test: bool


def open_night(
    name: str, *, election: str | None, config: Path | None, until: str | None = None, test: bool = False
) -> OpenedNight:
    """Find a night and its election, and read its messages up to `until` (RFC 3339 with offset).

    Raises:
        TheirMessage: there is no such night or election, or it cannot be read.
    """
    folder = config_folder(config)
    recorded = find_night(name, folder)
    messages = list(messages_of(recorded))
    found = load_election(find_election(election, folder)) if election else election_of(recorded, messages, folder)
    if until is not None:
        limit_us = microseconds(at_time(until))
        # Up to the last that had come by then: a clock that was ahead and was set right leaves later times before it.
        last = max((number for number, each in enumerate(messages, start=1) if each.at_us <= limit_us), default=0)
        messages = messages[:last]
    return OpenedNight(recorded, found, messages, test or was_test(recorded))


def election_at_hand(recorded: RecordedNight, config: Path) -> Election | None:
    """Give the election that a journal belongs to; None where its folder is not at hand, or is no longer right."""
    try:
        return election_of(recorded, (), config)
    except ElectionFolderError:
        return None


def zone_of(recorded: RecordedNight, config: Path) -> ZoneInfo:
    """Give the time zone in which a journal's times are shown: its election's, or UTC without its folder."""
    found = election_at_hand(recorded, config)
    return found.time_zone if found is not None else ZoneInfo("UTC")
