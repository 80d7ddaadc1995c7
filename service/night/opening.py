"""The record that opens a night: under which election folder, which rules and in which mode the rest was written."""

from typing import Final

from service.election import Election
from service.errors import JournalMismatchError
from service.records import Message, Record, opening

COUNTING_VERSION: Final = "1"
"""Raised with every change that can alter a published number, and marked **Counting** in the changelog."""


def opening_of(election: Election, *, test: bool) -> Message:
    """Write the first record of this election's night."""
    rules = {str(contest.id): contest.rule for contest in election.contests.values()}
    versions = {"counting": COUNTING_VERSION, **rules}
    return opening(election.id, content=election.content, day=election.opens_at, rules=versions, test=test)


def opens_a_test(election: Election, record: Record) -> bool:
    """Say whether a first record opens a test night, not a live one.

    Raises:
        JournalMismatchError: it was written for another election folder or other rules.
    """
    openings = {test: opening_of(election, test=test) for test in (False, True)}
    if record.message not in openings.values():
        raise JournalMismatchError(
            where="record 1",
            found=record.message.payload.decode(errors="backslashreplace"),
            expected=openings[False].payload.decode(),
            way_out="Use the election folder and the release that this journal was opened with.",
        )
    return record.message == openings[True]
