"""`rehearse`: a night that is made up can be true wherever it is not meant to be wrong, and never meets a live one."""

import json
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from service.app import as_records, load_election
from service.election import Election
from service.messages import Count, read_count
from service.night import Night
from service.records import Message
from service.rehearsal import LATE_H, Fault, made_up
from service.topics import Topics
from service.views.terminal import final_words
from tests.brokers import RealBroker, eventually
from tests.cli.commands import ended, hears, started
from tests.service.nights import CONFIG, recorded
from tests.service.services import online, serving, told
from tests.service.subscribers import Subscriber

ELECTIONS = sorted(folder.name for folder in (CONFIG / "elections").iterdir() if folder.is_dir())
SMALL = "mayoral-referendums-2012"


def of(name: str) -> tuple[Election, Topics]:
    election = load_election(CONFIG / "elections" / name)
    return election, Topics("elections", election.id)


def last_at(messages: Sequence[Message]) -> dict[str, int]:
    """Give when the last message came on each topic."""
    return {message.topic: message.at_us for message in messages}


def counted(name: str, *, seed: int = 1, faults: tuple[Fault, ...] = ()) -> Night:
    election, topics = of(name)
    night = Night(election)
    for record in as_records(election, made_up(election, topics, seed=seed, faults=faults), test=True):
        night.apply(record)
    return night


def ends(night: Night) -> dict[str, Any]:
    return {body: night.standings(body)["parties"] for body in night.election.bodies}


@pytest.mark.parametrize("name", ELECTIONS)
def test_every_count_of_it_can_be_true_and_says_that_it_is_a_test(name: str) -> None:
    election, topics = of(name)
    for message in made_up(election, topics, seed=3):
        count = read_count(message.payload)
        assert isinstance(count, Count), count
        assert count.test
    night = counted(name, seed=3)
    assert night.quarantine() == []
    assert all(night.standings(body)["areas"]["declared"] for body in election.bodies)


@pytest.mark.parametrize("name", ["london-2012", "glasgow-2012", "mayoral-referendums-2012"])
def test_in_the_end_all_is_declared(name: str) -> None:
    night = counted(name)
    assert all(night.standings(body)["complete"] or night.standings(body)["ties"] for body in night.election.bodies)


def test_the_same_seed_makes_the_same_night_and_another_one_another() -> None:
    election, topics = of("london-2012")
    assert made_up(election, topics, seed=7) == made_up(election, topics, seed=7)
    assert made_up(election, topics, seed=7) != made_up(election, topics, seed=8)


def test_it_moves_from_last_time_and_stays_plausible() -> None:
    before = recorded("commons-2019").election
    conservatives = [
        next(
            row["seats"]
            for row in counted("commons-2019", seed=seed).standings(body)["parties"]
            if row["party"] == "con"
        )
        for seed in (1, 2)
        for body in before.bodies
    ]
    assert all(50 < seats < 550 for seats in conservatives if seats is not None)
    assert len(set(conservatives)) > 1


def test_what_goes_wrong_is_put_right_before_the_end() -> None:
    election, topics = of("london-2012")
    plain, faulty = (made_up(election, topics, seed=5, faults=faults) for faults in ((), tuple(Fault)))
    assert len(faulty) > len(plain)
    assert max(Counter(message.payload for message in faulty).values()) == 2
    late_us = {(last_at(faulty)[topic] - at_us) // 3_600_000_000 for topic, at_us in last_at(plain).items()}
    assert LATE_H in late_us
    night, kept_out = Night(election), 0
    for record in as_records(election, faulty, test=True):
        night.apply(record)
        kept_out += bool(night.quarantine())
    assert kept_out
    assert night.quarantine() == []
    assert ends(night) == ends(counted("london-2012", seed=5))


async def test_it_is_played_on_a_service_of_its_own_with_a_page(tmp_path: Path) -> None:
    process = await started("rehearse", SMALL, "--seconds", "1", "--fault", "misprint", "--exit")
    rehearsed = await ended(process)
    assert rehearsed.status == 0, rehearsed.said
    assert "page" in rehearsed.said
    assert "desk" in rehearsed.said
    assert "Bristol" in rehearsed.printed


async def test_what_it_prints_last_is_the_end_though_messages_came_twice() -> None:
    rehearsed = await ended(await started("rehearse", "london-2012", "--seconds", "1", "--fault", "twice", "--exit"))
    assert rehearsed.status == 0, rehearsed.said
    night = counted("london-2012", faults=(Fault.twice,))
    last = [final_words(json.loads(json.dumps(night.standings(body)))) for body in sorted(night.election.bodies)]
    assert rehearsed.printed.splitlines() == last
    assert all(line.endswith("(complete)") for line in last)


async def test_it_stays_for_the_desk_to_go_on_until_it_is_interrupted() -> None:
    process = await started("rehearse", SMALL, "--seconds", "0")
    await hears(process, "Ctrl-C ends it")
    process.send_signal(signal.SIGINT)
    assert (await ended(process)).status == 0


async def test_a_live_night_is_left_alone(nats_broker: RealBroker, tmp_path: Path) -> None:
    night = recorded("london-2012")
    with Subscriber(nats_broker.url, "elections/#") as reader:
        async with serving(night, tmp_path / "night.sqlite", nats_broker.url):
            await online(reader, night)
            rehearsed = await ended(await started("rehearse", "london-2012", "--broker", nats_broker.url))
            assert rehearsed.status == 2
            assert told(rehearsed.said)["found"] == "a live night"
            reader.publish("elections/behind-it", b"{}")  # whatever the rehearsal had sent has come before this
            await eventually(lambda: "elections/behind-it" in reader.now)
            assert not [topic for topic, _ in reader.seen if "/counts/" in topic]
            assert json.loads(reader.now[night.topics.status])["sequence"] == 1
