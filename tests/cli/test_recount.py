"""`recount`: a night counted anew, shown to people and to programs."""

import json
from pathlib import Path

import pytest

from service.app import as_records, forecaster_of
from service.errors import NightError
from service.night import Night
from tests.cli.commands import election_night
from tests.service.nights import CONFIG, LONDON, recorded
from tests.service.services import told


@pytest.mark.parametrize("name", LONDON)
def test_everything_comes_as_one_json_object(name: str) -> None:
    ended = election_night("recount", name, "--json")
    assert ended.status == 0
    assert ended.said == ""
    night, counted = recorded(name), Night(recorded(name).election)
    for record in as_records(night.election, night.messages, test=False):
        counted.apply(record)
    outlooks = forecaster_of(night.election).outlooks(counted)
    bodies = {body: counted.standings(body, outlooks.get(body)) for body in night.election.bodies}
    assert json.loads(ended.printed) == {
        "election": name,
        "sequence": len(night.messages) + 1,
        "digest": counted.stamp.digest,
        "bodies": json.loads(json.dumps(bodies)),
        "quarantine": [],
    }


def test_the_same_night_gives_the_same_bytes() -> None:
    assert election_night("recount", "london-2021", "--json") == election_night("recount", "london-2021", "--json")


def test_a_person_sees_the_bodies_and_that_the_outcome_is_the_published_one() -> None:
    ended = election_night("recount", "london-2012")
    assert ended.status == 0
    assert "London Assembly" in ended.printed
    assert "14 of 14 areas declared · 25 of 25 seats · complete" in ended.printed
    assert "Boris Johnson" in ended.printed
    assert "As published: seats, changes and votes equal the outcome" in " ".join(ended.printed.split())


@pytest.mark.parametrize(
    "at, messages, declared",
    [("2012-05-04T15:19:59+01:00", 2, 1), ("2012-05-04T15:20:00+01:00", 3, 2), ("2012-05-04T14:20:00Z", 3, 2)],
)
def test_until_counts_what_came_up_to_that_time_and_at_it(at: str, messages: int, declared: int) -> None:
    said = json.loads(election_night("recount", "london-2012", "--json", "--until", at).printed)
    assert said["sequence"] == messages + 1
    assert said["bodies"]["assembly"]["areas"] == {"declared": declared, "total": 14}


def test_until_counts_what_had_come_before_too_by_a_clock_that_was_ahead(tmp_path: Path) -> None:
    recorded_lines = (CONFIG / "nights" / "london-2012" / "night.jsonl").read_text().splitlines()
    lines = [json.loads(line) for line in recorded_lines[:4]]
    lines[0]["at"] = "2012-05-05T15:20:00+01:00"
    night = tmp_path / "night.jsonl"
    night.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ended = election_night("recount", night, "--election", "london-2012", "--json", "--until", lines[2]["at"])
    assert json.loads(ended.printed)["sequence"] == 4


@pytest.mark.parametrize("at", ["2012-05-04T15:20:00", "20:00", "yesterday"])
def test_a_time_without_offset_is_refused(at: str) -> None:
    ended = election_night("recount", "london-2012", "--until", at)
    assert ended.status == 2
    assert "RFC 3339" in ended.said


def test_a_night_that_is_not_there_is_told_with_those_that_are() -> None:
    ended = election_night("recount", "london-1066")
    assert (ended.status, ended.printed) == (2, "")
    said = told(ended.said)
    assert (said["error"], said["where"]) == (NightError.heading, "night 'london-1066'")
    assert said["found"].startswith("no night of this name")
    assert all(name in said["expected"] for name in LONDON)
    assert said["way out"].startswith("Name a night")


def test_a_line_that_cannot_be_read_is_told_with_its_number(tmp_path: Path) -> None:
    night = tmp_path / "night.jsonl"
    night.write_text('\n{"at": "2012-05-04T15:20:00+01:00", "topic": "a"}\n')
    ended = election_night("recount", night)
    assert (ended.status, told(ended.said)["where"]) == (2, f"{night}:2")


def test_a_night_of_no_election_asks_for_one(tmp_path: Path) -> None:
    night = tmp_path / "night.jsonl"
    night.write_text('{"at": "2012-05-04T15:20:00+01:00", "topic": "a/b", "payload": {}}\n')
    ended = election_night("recount", night)
    assert ended.status == 2
    assert told(ended.said)["way out"] == "Name the election's folder with --election."
    ended = election_night("recount", night, "--election", "london-2012")
    assert ended.status == 0
    assert "quarantined a/b: unknown topic" in ended.printed
