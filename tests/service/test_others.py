"""What others left or say on our topics: leftovers of another night are emptied, two services do not go unnoticed."""

import json
import signal
from pathlib import Path
from typing import Any

from tests.brokers import RealBroker, eventually
from tests.service.nights import count, ending, recorded, written
from tests.service.services import child, ends_in, logged, offline, online, told
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
TOPICS = NIGHT.topics
EVERYTHING = f"{TOPICS.base}/#"


def rehearsed() -> bytes:
    """Write a test count that is let in."""
    return written({**count("london-2012", 1), "test": True})


async def rehearse(broker: RealBroker, reader: Subscriber, journal: Path) -> None:
    """Run a rehearsal that leaves results, receipts and quarantine behind."""
    first = NIGHT.messages[0]
    async with child(NIGHT, journal, broker.url, "--test") as service:
        await online(reader, NIGHT)
        reader.publish(first.topic, rehearsed())
        reader.publish(NIGHT.messages[1].topic, written({**count("london-2012", 2), "test": True, "votes": {"x": 1}}))
        wanted = ("results/", "quarantine/", "receipts/")
        await eventually(lambda: all(reader.below(f"{TOPICS.base}/{kind}") for kind in wanted))
        service.kill(signal.SIGTERM)
        assert await service.status() == 0, service.said
    await offline(reader, NIGHT)


async def test_what_a_rehearsal_left_is_emptied_by_the_live_service_and_what_it_says_itself_stays(
    broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(broker.url, EVERYTHING) as reader:
        await rehearse(broker, reader, tmp_path / "test.sqlite")
        async with child(NIGHT, tmp_path / "live.sqlite", broker.url) as service:
            await eventually(lambda: bool(logged(service, "leftovers_emptied")))
            await ends_in(reader, NIGHT, ending(NIGHT, []), receipts=True)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
            service.kill(signal.SIGTERM)
            assert await service.status() == 0, service.said
        with_results = set(reader.below(f"{TOPICS.base}/results/"))
        async with child(NIGHT, tmp_path / "live.sqlite", broker.url) as service:
            await eventually(lambda: bool(logged(service, "leftovers_emptied")))
            await ends_in(reader, NIGHT, ending(NIGHT))
            service.kill(signal.SIGTERM)
            assert await service.status() == 0, service.said
        assert [line["topics"] for line in logged(service, "leftovers_emptied")] == [0]
        assert reader.below(f"{TOPICS.base}/results/").keys() == with_results


async def test_a_service_with_another_journal_does_not_start_beside_one_that_is_online(
    broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, tmp_path / "live.sqlite", broker.url) as service:
            await online(reader, NIGHT)
            before = [said["instance"] for said in reader.all_on(TOPICS.status)]
            async with child(NIGHT, tmp_path / "test.sqlite", broker.url, "--test") as second:
                assert await second.status() == 4
                said = told(second.said)
            assert said["error"] == "another service is online"
            assert "a live night" in said["found"]
            assert "--take-over" in said["way out"]
            assert {status["instance"] for status in reader.all_on(TOPICS.status)} == set(before), "it has said nothing"
            assert not service.ended


async def test_a_service_that_takes_over_is_heard_by_the_other_which_says_so(
    broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, tmp_path / "one.sqlite", broker.url) as service:
            await online(reader, NIGHT)
            async with child(NIGHT, tmp_path / "two.sqlite", broker.url, "--take-over"):
                await eventually(lambda: bool(logged(service, "another_service_heard")))
                (heard,) = logged(service, "another_service_heard")
                others = heard["instance"]
                await eventually(lambda: others in {said["instance"] for said in reader.all_on(TOPICS.status)})


async def test_a_service_that_was_killed_starts_again_though_its_status_still_says_online(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, journal, broker.url) as service:
            await online(reader, NIGHT)
            said: dict[str, Any] = reader.said(TOPICS.status)
        await offline(reader, NIGHT)  # and as a broker that died with it would have kept it:
        reader.publish(TOPICS.status, json.dumps(said).encode(), retain=True)
        reader.flush()
        async with child(NIGHT, journal, broker.url) as service:
            await eventually(lambda: bool(logged(service, "broker_connected")))
            first = NIGHT.messages[0]
            reader.publish(first.topic, first.payload)
            await ends_in(reader, NIGHT, ending(NIGHT, [first]))
            assert not logged(service, "another_service_heard")
