"""Looking back: what had been said by an earlier moment, read from a journal that is being written."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.adapters.journal import END_US, Journal, LookingBack, open_reader
from service.adapters.journal.looking_back import ADDED, CHOSEN
from service.ids import ElectionId
from service.records import Message, Publication, opening

OPENING = opening(ElectionId("e"), content="", day=datetime(2012, 5, 3, tzinfo=UTC), rules={}, test=False)
SAID = (
    Publication(at_us=10, topic="r/e/standings/a", payload=b"a1", sequence=1),
    Publication(at_us=10, topic="r/e/standings/b", payload=b"b1", sequence=1),
    Publication(at_us=15, topic="r/e/events", payload=b"e1", sequence=1),
    Publication(at_us=20, topic="r/e/standings/a", payload=b"a2", sequence=2),
    Publication(at_us=25, topic="r/e/events", payload=b"e2", sequence=2),
    Publication(at_us=30, topic="r/e/quarantine/c/x", payload=b"", sequence=3),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Path]:
    """Give a journal that its writer keeps open."""
    path = tmp_path / "night.sqlite"
    with closing(Journal.open(path, OPENING)) as kept:
        kept.append([Message(at_us=OPENING.at_us, topic="r/e/counts/c/x", payload=b"{}")])
        kept.keep_publications(SAID)
        yield path


def looking(path: Path) -> LookingBack:
    return LookingBack(path, standings="r/e/standings/", events="r/e/events")


def test_moments_are_the_times_of_standings_each_once(journal: Path) -> None:
    assert list(looking(journal).moments()) == [10, 20]


@pytest.mark.parametrize(
    "until_us, expected",
    [
        (9, {}),
        (10, {"r/e/standings/a": b"a1", "r/e/standings/b": b"b1"}),
        (20, {"r/e/standings/a": b"a2", "r/e/standings/b": b"b1"}),
        (END_US, {"r/e/standings/a": b"a2", "r/e/standings/b": b"b1", "r/e/quarantine/c/x": b""}),
    ],
)
def test_of_each_topic_the_last_word_up_to_a_moment_stands(
    journal: Path, until_us: int, expected: dict[str, bytes]
) -> None:
    assert looking(journal).said_by(until_us) == expected


def test_events_come_in_their_order_up_to_a_moment(journal: Path) -> None:
    assert list(looking(journal).events_by(20)) == [b"e1"]
    assert list(looking(journal).events_by(END_US)) == [b"e1", b"e2"]


def test_everything_said_on_one_topic_comes_in_its_order(journal: Path) -> None:
    assert list(looking(journal).said_on("r/e/standings/a")) == [SAID[0], SAID[3]]
    assert list(looking(journal).said_on("r/e/standings/nobody")) == []


def test_what_is_said_later_is_found_by_who_has_looked_before_each_once(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path / "night.sqlite", OPENING)) as kept:
        back = looking(tmp_path / "night.sqlite")
        for number in range(len(SAID)):
            kept.keep_publications(SAID[number : number + 1])
            told, anew = back, looking(tmp_path / "night.sqlite")
            assert list(told.moments()) == list(anew.moments())
            for until_us in (9, 10, 20, END_US):
                assert told.said_by(until_us) == anew.said_by(until_us)
                assert list(told.events_by(until_us)) == list(anew.events_by(until_us))
        assert list(back.said_on("r/e/standings/a")) == [SAID[0], SAID[3]]


def test_a_clock_set_back_hides_nothing(tmp_path: Path) -> None:
    early = Publication(at_us=15, topic="r/e/standings/a", payload=b"a3", sequence=3)
    with closing(Journal.open(tmp_path / "night.sqlite", OPENING)) as kept:
        kept.keep_publications([*SAID, early])
    back = looking(tmp_path / "night.sqlite")
    assert list(back.moments()) == [10, 15, 20]
    assert back.said_by(17)["r/e/standings/a"] == b"a3"
    assert back.said_by(END_US)["r/e/standings/a"] == b"a3"
    assert list(back.said_on("r/e/standings/a")) == [SAID[0], SAID[3], early]


@pytest.mark.parametrize("question, asked", [(ADDED, {"after": 4}), (CHOSEN, {"numbers": "[2, 4]"})])
def test_no_question_goes_through_all_that_was_ever_said(
    journal: Path, question: str, asked: dict[str, object]
) -> None:
    with open_reader(journal) as reader:
        plan = [str(row[3]) for row in reader.ask(f"EXPLAIN QUERY PLAN {question}", asked)]
    assert any("SEARCH publications" in step for step in plan)
    assert not any("SCAN publications" in step for step in plan)
