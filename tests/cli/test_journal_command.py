"""`journal verify | export | import`: the record of a night, which is the same night wherever it is carried."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from service.adapters.player import read_night
from service.errors import JournalBusyError, JournalMismatchError, NightError
from service.records import Message
from tests.adapters.journals import tamper
from tests.brokers import RealBroker
from tests.cli.commands import Ended, election_night
from tests.service.nights import count, ending, kept, pairs, recorded, written
from tests.service.services import child, heard, online, told
from tests.service.subscribers import Subscriber


def digest(ended: Ended) -> str:
    """Read where a command says that the record ends."""
    assert ended.status == 0, ended.said
    return ended.printed.split()[-1]


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_a_night_imported_exported_and_imported_again_ends_at_the_same_digest(tmp_path: Path, suffix: str) -> None:
    first, night, second = tmp_path / "first.sqlite", tmp_path / f"night.{suffix}", tmp_path / "second.sqlite"
    ends = [
        digest(election_night("journal", "import", "london-2012", first)),
        digest(election_night("journal", "verify", first)),
        digest(election_night("journal", "export", first, night)),
        digest(election_night("journal", "import", night, second)),
        digest(election_night("journal", "verify", second)),
    ]
    assert len(set(ends)) == 1
    assert kept(first) == kept(second) == list(recorded("london-2012").messages)
    for of in ("london-2012", first, night, second):
        assert json.loads(election_night("recount", of, "--json").printed)["digest"] == ends[0]


def test_messages_that_are_not_json_are_the_same_afterwards(tmp_path: Path) -> None:
    night, journal, again = tmp_path / "night.jsonl", tmp_path / "night.sqlite", tmp_path / "again.jsonl"
    lines = [
        {
            "at": "2012-05-04T15:20:00+01:00",
            "topic": "elections/london-2012/counts/mayor/london",
            "payload_base64": code,
        }
        for code in ("", "/w==", "eyAiYSI6IDEgfQ==")
    ]
    night.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert election_night("journal", "import", night, journal).status == 0
    assert election_night("journal", "export", journal, again).status == 0
    assert [json.loads(line) for line in again.read_text().splitlines()] == lines


def test_a_journal_of_a_test_night_says_so_by_itself(tmp_path: Path) -> None:
    journal = tmp_path / "test.sqlite"
    ends = digest(election_night("journal", "import", "london-2012", journal, "--test"))
    assert ends != digest(election_night("journal", "import", "london-2012", tmp_path / "live.sqlite"))
    said = json.loads(election_night("recount", journal, "--json").printed)
    assert said["digest"] == ends
    assert {kept["findings"][0]["code"] for kept in said["quarantine"]} == {"E207"}


def test_a_damaged_journal_is_told_with_the_number_of_the_record_and_gives_what_is_sound(tmp_path: Path) -> None:
    journal = tmp_path / "night.sqlite"
    election_night("journal", "import", "london-2012", journal)
    tamper(journal, "UPDATE records SET topic = 'elsewhere' WHERE sequence = 12")
    for command in (["verify", journal], ["export", journal, tmp_path / "night.jsonl"]):
        ended = election_night("journal", *command)
        assert ended.status == 3
        assert told(ended.said)["where"] == f"{journal}, record 12"
        assert told(ended.said)["way out"].startswith("Records 1 to 11 are sound.")
    assert list(read_night(tmp_path / "night.jsonl")) == list(recorded("london-2012").messages[:10])


def test_an_import_adds_to_no_journal(tmp_path: Path) -> None:
    journal = tmp_path / "night.sqlite"
    election_night("journal", "import", "london-2012", journal)
    before = pairs(kept(journal))
    ended = election_night("journal", "import", "london-2012", journal)
    assert (ended.status, told(ended.said)["error"]) == (3, JournalBusyError.heading)
    assert pairs(kept(journal)) == before


@pytest.mark.parametrize("command", ["verify", "export"])
def test_a_journal_that_is_not_there_is_told(tmp_path: Path, command: str) -> None:
    ended = election_night(
        "journal", command, tmp_path / "no.sqlite", *([tmp_path / "n.jsonl"] if command == "export" else [])
    )
    assert (ended.status, told(ended.said)["error"]) == (2, NightError.heading)


def test_another_programs_database_is_told_apart(tmp_path: Path) -> None:
    journal = tmp_path / "cookies.sqlite"
    with closing(sqlite3.connect(journal)) as db:
        db.execute("CREATE TABLE cookies (name TEXT)")
    ended = election_night("journal", "verify", journal)
    assert (ended.status, told(ended.said)["error"]) == (3, JournalMismatchError.heading)


def test_an_export_replaces_no_file_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    journal, out = tmp_path / "night.sqlite", tmp_path / "night.jsonl"
    assert election_night("journal", "import", "london-2012", str(journal)).status == 0
    assert election_night("journal", "export", str(journal), str(out)).status == 0
    assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_bytes()
    assert election_night("journal", "export", str(journal), str(out)).status == 2
    assert out.read_bytes() == before


def test_an_export_needs_no_election_folder_and_gives_the_same_night(tmp_path: Path) -> None:
    journal, night, again = tmp_path / "night.sqlite", tmp_path / "night.jsonl", tmp_path / "again.sqlite"
    ends = digest(election_night("journal", "import", "london-2012", journal))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert digest(election_night("journal", "export", journal, night, "--config", nothing)) == ends
    assert json.loads(night.read_text().splitlines()[0])["at"].endswith("+00:00")
    assert digest(election_night("journal", "import", night, again)) == ends


def test_a_history_needs_no_election_folder(tmp_path: Path) -> None:
    journal = tmp_path / "night.sqlite"
    digest(election_night("journal", "import", "london-2012", journal))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    ended = election_night("history", "assembly", "--journal", journal, "--config", nothing)
    assert ended.status == 0, ended.said
    assert "nothing was published on elections/london-2012/standings/assembly" in ended.printed


async def test_no_event_of_an_imported_night_goes_out_anew_and_those_that_follow_do(
    nats_broker: RealBroker, tmp_path: Path
) -> None:
    night, journal = recorded("london-2021"), tmp_path / "imported.sqlite"
    assert election_night("journal", "import", "london-2021", journal).status == 0
    first = {**count("london-2021", 1), "revision": 9, "kind": "withdrawal"}
    correction = written({name: first[name] for name in ("contest", "area", "revision", "kind", "issued_at", "source")})
    topic = night.messages[0].topic
    everything = ending(night, [*night.messages, Message(night.messages[-1].at_us, topic, correction)])
    history, news = ending(night).events.keys(), everything.events.keys()
    assert news - history, "the last message is news"
    with Subscriber(nats_broker.url, f"{night.topics.base}/#") as reader:
        async with child(night, journal, nats_broker.url) as service:
            await online(reader, night)
            reader.publish(topic, correction)
            said = await heard(reader, night, news - history)
            assert news - history <= said.keys(), service.said
            service.kill(signal.SIGTERM)
            assert await service.status() == 0, service.said
        assert not said.keys() & history
        assert {event["sequence"] for event in said.values()} == {len(night.messages) + 2}
