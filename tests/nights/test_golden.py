"""Promise 3: the same record gives the same bytes, today and after every change of the code.

A golden file is what the documented command prints. When a published number is meant to change, the change is marked
**Counting** in the changelog, and the golden files are renewed with the same commit:

    for night in tests/nights/golden/*.json; do
        election-night recount $(basename $night .json) --json > $night
    done
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from service.app import forecaster_of
from service.cli.recount import as_one
from service.night import Night
from service.standings.published import differences
from tests.core.borough import everything
from tests.nights.nights_on_record import CONFIG, on_record

GOLDEN = Path(__file__).parent / "golden"
NIGHTS = sorted(path.stem for path in GOLDEN.glob("*.json"))

every_night = pytest.mark.parametrize("name", NIGHTS)


def printed(*arguments: str, **surroundings: str) -> bytes:
    """What the command writes to standard output."""
    command = [sys.executable, "-m", "service", "recount", *arguments, "--config", str(CONFIG)]
    run = subprocess.run(command, env={**os.environ, **surroundings}, capture_output=True, timeout=120, check=True)
    return run.stdout


def whole(name: str, night: Night) -> dict[str, Any]:
    """All that the command says of a night, projections included."""
    said: dict[str, Any] = json.loads(
        json.dumps(as_one(night, forecaster_of(on_record(name).election).outlooks(night)))
    )
    return said


def test_there_are_golden_files_of_the_three_london_nights() -> None:
    assert {"london-2004", "london-2012", "london-2021"} <= set(NIGHTS)


class TestEveryNightOnRecord:
    @every_night
    def test_is_counted_as_it_always_was(self, name: str) -> None:
        golden = json.loads((GOLDEN / f"{name}.json").read_text())
        counted = whole(name, on_record(name).night())
        assert counted.keys() == golden.keys()
        assert (counted["election"], counted["sequence"], counted["digest"]) == (
            golden["election"],
            golden["sequence"],
            golden["digest"],
        )
        assert counted["bodies"].keys() == golden["bodies"].keys()
        for body, expected in golden["bodies"].items():
            for field in {**expected, **counted["bodies"][body]}:
                assert counted["bodies"][body].get(field, "missing") == expected.get(field, "unexpected"), (body, field)
        assert counted["quarantine"] == golden["quarantine"] == []

    @every_night
    def test_ends_as_it_was_published(self, name: str) -> None:
        night, outcome = on_record(name).night(), on_record(name).outcome
        assert outcome.keys() == night.election.bodies.keys()
        assert differences(outcome, {body: night.standings(body) for body in night.election.bodies}) == []

    @every_night
    def test_is_the_same_twice(self, name: str) -> None:
        recorded = on_record(name)
        assert json.dumps(as_one(recorded.again())) == json.dumps(as_one(recorded.night()))

    @every_night
    def test_ends_the_same_in_any_order(self, name: str) -> None:
        recorded = on_record(name)
        expected = everything(recorded.night())
        messages = [*recorded.messages, *recorded.messages[::5]]
        random.Random(2004).shuffle(messages)
        assert everything(recorded.night(tuple(messages))) == expected

    @every_night
    def test_names_its_events_alike_in_every_recount(self, name: str) -> None:
        recorded = on_record(name)
        events = list(recorded.events())
        assert list(recorded.events()) == events
        assert len({event["id"] for event in events}) == len(events)


class TestTheCommand:
    @pytest.mark.parametrize("name", ["london-2004", "london-2012", "london-2021"])
    def test_prints_the_golden_file_wherever_it_runs(self, name: str) -> None:
        golden = (GOLDEN / f"{name}.json").read_bytes()
        assert printed(name, "--json", PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C", PYTHONUTF8="0") == golden
        assert printed(name, "--json", PYTHONHASHSEED="2", TZ="America/Lima", COLUMNS="20") == golden

    def test_stops_at_the_time_that_is_asked_for(self) -> None:
        counted = json.loads(printed("london-2012", "--json", "--until", "2012-05-04T14:20:00Z"))
        assert counted["bodies"]["assembly"]["as_of"] == "2012-05-04T15:20:00+01:00"
        assert counted == whole("london-2012", on_record("london-2012").until("15:20"))

    def test_stops_before_a_message_that_came_a_second_later(self) -> None:
        counted = json.loads(printed("london-2012", "--json", "--until", "2012-05-04T15:19:59+01:00"))
        assert counted["bodies"]["assembly"]["as_of"] == "2012-05-04T14:44:00+01:00"

    def test_says_in_words_that_the_night_ended_as_published(self) -> None:
        assert b"As published: seats, changes and votes equal the outcome" in printed("london-2004", COLUMNS="200")
