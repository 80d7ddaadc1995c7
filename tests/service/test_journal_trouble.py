"""A journal that cannot be trusted or written stops the service, with status 3, the place and the way out."""

import os
import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from service.adapters.journal import Journal
from service.errors import JournalBusyError, JournalDamagedError, JournalMismatchError, JournalWriteError
from service.night import opening_of
from service.records import Message
from tests.adapters.journals import tamper
from tests.brokers import RealBroker
from tests.service.nights import but_arrival, count, ending, kept, pairs, recorded, written
from tests.service.services import child, ends_in, logged, offline, online, serving, told
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
EVERYTHING = f"{NIGHT.topics.base}/#"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Give a journal with the whole night in it."""
    path = tmp_path / "night.sqlite"
    opened = Journal.open(path, opening_of(NIGHT.election, test=False))
    opened.append(NIGHT.messages)
    opened.close()
    return path


async def refusal(journal: Path, *options: str, night: str = "london-2012") -> tuple[int, dict[str, str]]:
    """Start the service where no broker is; give its exit status and what it said was wrong."""
    async with child(recorded(night), journal, "mqtt://127.0.0.1:1", *options) as service:
        return await service.status(), told(service.said)


async def test_a_damaged_journal_is_told_with_the_number_of_the_record_and_the_way_out(journal: Path) -> None:
    tamper(journal, "UPDATE records SET at_us = at_us + 1 WHERE sequence = 7")
    status, said = await refusal(journal)
    assert (status, said["error"], said["where"]) == (3, JournalDamagedError.heading, f"{journal}, record 7")
    assert said["way out"].startswith("Records 1 to 6 are sound.")


async def test_a_journal_of_another_election_is_refused(journal: Path) -> None:
    status, said = await refusal(journal, night="london-2004")
    assert (status, said["error"], said["where"]) == (3, JournalMismatchError.heading, f"{journal}, record 1")
    assert said["found"].startswith('a journal of election "london-2012"')
    assert said["expected"].startswith('election "london-2004"')
    assert said["way out"].startswith("Give this night a journal of its own")


async def test_a_journal_of_a_live_night_is_refused_for_a_test(journal: Path) -> None:
    status, said = await refusal(journal, "--test")
    assert (status, said["error"]) == (3, JournalMismatchError.heading)
    assert (said["found"], said["expected"]) == ("a journal of test false", "test true")
    assert said["way out"].startswith("Give this night a journal of its own")


async def test_a_journal_in_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, journal: Path) -> None:
    status, said = await refusal(tmp_path / "other.sqlite", "--journal", str(journal / "night.sqlite"))
    assert (status, said["error"]) == (3, JournalWriteError.heading)
    assert said["way out"].startswith("Name a journal in such a folder")


async def test_a_second_writer_is_refused_and_the_first_goes_on(nats_broker: RealBroker, tmp_path: Path) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(nats_broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, journal, nats_broker.url):
            await online(reader, NIGHT)
            status, said = await refusal(journal)
            assert (status, said["error"], said["where"]) == (3, JournalBusyError.heading, str(journal))
            assert said["found"] == f"that process {os.getpid()} writes it"
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))


def standings_in(retained: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the standings, which alone must not depend on the order in which a broker brings messages again."""
    return but_arrival({topic: said for topic, said in retained.items() if "/standings/" in topic})


async def test_what_does_not_fit_on_the_disk_is_not_acknowledged_and_comes_again_when_there_is_room(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal = tmp_path / "night.sqlite"
    # Notes as long as may be, of characters of four bytes, have no room even in a single commit. SQLite says of a file
    # at its limit what it says of a full disk.
    large = [
        Message(
            message.at_us,
            message.topic,
            written({**count("london-2012", number), "note": "\N{MUSICAL SYMBOL G CLEF}" * 2_000}),
        )
        for number, message in enumerate(NIGHT.messages, start=1)
    ]

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, journal, broker.url, prepare=little_room) as service:
            await online(reader, NIGHT)
            for message in large:
                reader.publish(message.topic, message.payload)
            assert await service.status() == 3
        said = told(service.said)
        assert (said["error"], said["where"]) == (JournalWriteError.heading, str(journal))
        assert said["way out"].startswith("Nothing of this was acknowledged, and the broker brings it again.")
        [failed] = logged(service, "service_failed")
        assert failed["where"] == str(journal)
        await offline(reader, NIGHT)
        reader.flush()
        assert len(kept(journal)) < len(large)
        async with serving(NIGHT, journal, broker.url):
            await ends_in(reader, NIGHT, ending(NIGHT, large))
        assert pairs(kept(journal)) == pairs(large)
        assert standings_in(ending(NIGHT, kept(journal)).retained) == standings_in(ending(NIGHT, large).retained)
