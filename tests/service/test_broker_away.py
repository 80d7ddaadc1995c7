"""A broker that is away, comes back, or comes back with nothing: the service waits, goes on, and nothing is lost."""

from pathlib import Path

from tests.brokers import RealBroker, eventually, running
from tests.service.nights import ending, kept, pairs, recorded
from tests.service.services import child, ends_in, logged, online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
EVERYTHING = f"{NIGHT.topics.base}/#"


async def test_a_service_that_finds_no_broker_says_so_waits_and_goes_on_when_there_is_one(
    broker: RealBroker, tmp_path: Path
) -> None:
    await broker.stop()
    async with child(NIGHT, tmp_path / "night.sqlite", broker.url) as service:
        await eventually(lambda: bool(logged(service, "broker_lost")))
        assert "connection" in logged(service, "broker_lost")[0]["reason"]
        assert not service.ended
        await broker.start()
        with Subscriber(broker.url, EVERYTHING) as reader:
            await online(reader, NIGHT)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
    assert [line["connections"] for line in logged(service, "broker_connected")] == [1]


async def test_a_broker_that_restarts_in_the_middle_of_a_replay_costs_nothing(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, journal, broker.url):
            await online(reader, NIGHT)
            for number, message in enumerate(NIGHT.messages):
                reader.publish(message.topic, message.payload)
                if number in {8, 20}:
                    await broker.stop()
                    await broker.start()
            reader.flush()
            await ends_in(reader, NIGHT, ending(NIGHT))
    assert pairs(kept(journal)) == pairs(NIGHT.messages)


async def test_a_broker_that_is_killed_in_the_middle_of_a_replay_costs_nothing_where_it_keeps_what_it_acknowledged(
    nats_broker: RealBroker, tmp_path: Path
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(nats_broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, journal, nats_broker.url):
            await online(reader, NIGHT)
            for number, message in enumerate(NIGHT.messages):
                reader.publish(message.topic, message.payload)
                if number == 16:
                    await nats_broker.kill()
                    await nats_broker.start()
            reader.flush()
            await ends_in(reader, NIGHT, ending(NIGHT))
    assert pairs(kept(journal)) == pairs(NIGHT.messages)


async def test_a_broker_that_has_forgotten_everything_is_told_everything_again(
    mosquitto_broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(mosquitto_broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, tmp_path / "night.sqlite", mosquitto_broker.url):
            await online(reader, NIGHT)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
            await mosquitto_broker.kill()  # it saves at an orderly stop alone
            await mosquitto_broker.start()
            with Subscriber(mosquitto_broker.url, EVERYTHING) as late:
                await online(late, NIGHT)
                await ends_in(late, NIGHT, ending(NIGHT))


async def test_a_second_start_goes_on_from_the_journal_and_fills_an_empty_broker(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal, half = tmp_path / "night.sqlite", len(NIGHT.messages) // 2
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, journal, broker.url):
            await online(reader, NIGHT)
            for message in NIGHT.messages[:half]:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT, NIGHT.messages[:half]))
    async with running("nats", tmp_path / "empty") as empty:
        with Subscriber(empty.url, EVERYTHING) as reader:
            async with serving(NIGHT, journal, empty.url):
                await ends_in(reader, NIGHT, ending(NIGHT, NIGHT.messages[:half]))
                for message in NIGHT.messages[half:]:
                    reader.publish(message.topic, message.payload)
                await ends_in(reader, NIGHT, ending(NIGHT))
    assert pairs(kept(journal)) == pairs(NIGHT.messages)
