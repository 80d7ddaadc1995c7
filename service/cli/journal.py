"""`journal verify | export | import`: the record of a night, checked, written out, read in."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from service.adapters.clock import SystemClock
from service.adapters.journal import Journal, open_reader, verify
from service.adapters.player import write_night
from service.app import find_election, find_night, load_election, messages_of
from service.cli.nights import open_night, zone_of
from service.cli.options import ROOT_DEFAULT, Config, ElectionOption, Night, Root, Test, config_folder, plain_errors
from service.election import Election
from service.errors import JournalBusyError, JournalDamagedError, TheirMessage
from service.night import Night as CountedNight
from service.night import opening_of
from service.pipeline import EVENTS_WAITING_MAX, Outbox
from service.records import Message, Publication, moment
from service.topics import Topics

journal = typer.Typer(name="journal", help="The record of a night: verify, export, import.", no_args_is_help=True)

JournalFile = Annotated[Path, typer.Argument(help="A journal, such as var/london-2012.sqlite.")]

T = TypeVar("T")

IMPORT_BATCH: Final = 500
"""Messages of one commit when a night is read in."""


@journal.command("verify")
def verify_journal(file: JournalFile) -> None:
    """Check that every record follows from the one before it, and say where the record ends."""
    with plain_errors():
        found = verify(file)
        first, last = (moment(at_us).isoformat() for at_us in (found.first_at_us, found.last_at_us))
        typer.echo(f"sound: {found.records} records from {first} to {last}, {found.publications} publications")
        typer.echo(f"digest {found.digest.hex()}")


@journal.command("export")
def export_journal(
    file: JournalFile,
    out: Annotated[Path, typer.Argument(help="The night to write: .jsonl, .jsonl.gz or .jsonl.zst.")],
    election: ElectionOption = None,
    config: Config = None,
) -> None:
    """Write a journal's messages as a recorded night, one JSON line each. Imported again it is the same night.

    Of a damaged journal the sound records before the damage are written, and the exit status is 3.
    """
    with plain_errors():
        folder = config_folder(config)
        if out.exists():
            raise TheirMessage(
                where=str(out),
                found="a file of this name",
                expected="none: an export replaces nothing, and a damaged journal least of all",
                way_out="Choose another name, or move the file away.",
            )
        recorded = find_night(str(file), folder)
        sound = _Sound(messages_of(recorded))
        zone = load_election(find_election(election, folder)).time_zone if election else zone_of(recorded, folder)
        written = write_night(out, sound, time_zone=zone)
        if sound.damage is not None:
            typer.echo(f"{written} sound messages in {out}; then the journal is damaged", err=True)
            raise sound.damage
        with open_reader(file) as reader:
            typer.echo(f"{written} messages in {out}; the record ends at digest {reader.last.digest.hex()}")


class _Sound:
    """A journal's messages up to the first damage, which is kept instead of raised."""

    def __init__(self, messages: Iterator[Message]) -> None:
        self.damage: JournalDamagedError | None = None
        self._messages: Final = messages

    def __iter__(self) -> Iterator[Message]:
        try:
            yield from self._messages
        except JournalDamagedError as damage:
            self.damage = damage


@journal.command("import")
def import_night(
    night: Night,
    file: Annotated[Path, typer.Argument(help="The journal to make; it must not be there yet.")],
    election: ElectionOption = None,
    root: Root = ROOT_DEFAULT,
    test: Test = False,
    config: Config = None,
) -> None:
    """Make a journal of a recorded night. What its messages gave rise to is history then: no event goes out anew."""
    with plain_errors():
        opened = open_night(night, election=election, config=config, test=test)
        if file.exists():
            raise JournalBusyError(
                where=str(file),
                found="a file of this name",
                expected="none: an import makes a journal, it adds to none",
                way_out="Choose another name, or move the file away.",
            )
        with closing(Journal.open(file, opening_of(opened.election, test=opened.test))) as kept:
            for batch in _batches(opened.messages):
                kept.append(batch)
            _keep_as_said(kept, opened.election, root)
            typer.echo(f"{kept.last.sequence} records in {file}; the record ends at digest {kept.last.digest.hex()}")


def _batches(messages: list[T]) -> list[list[T]]:
    return [messages[start : start + IMPORT_BATCH] for start in range(0, len(messages), IMPORT_BATCH)]


def _keep_as_said(kept: Journal, election: Election, root: str) -> None:
    """Put on record as said, now, every event that follows from the records: `run` tells only those that are not."""
    night, topics = CountedNight(election), Topics(root, election.id)
    outbox = Outbox(night, topics)
    said: list[Publication] = []

    def keep_waiting() -> None:
        events = outbox.waiting_events(at_most=EVENTS_WAITING_MAX)
        outgoing = [outbox.write_event(event) for event in events]
        outbox.forget(events)
        said.extend(Publication(now_us, each.topic, each.payload, each.sequence) for each in outgoing)

    now_us = SystemClock().now_us()
    for record in kept.records():
        outbox.add(night.apply(record))
        keep_waiting()
    outbox.take_standings()  # in which something may have become certain
    keep_waiting()
    for batch in _batches(said):
        kept.keep_publications(batch)
