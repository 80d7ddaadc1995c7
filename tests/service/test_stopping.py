"""Asked to stop, the service finishes what it has taken, says where it ended and that it is gone, and ends with 0."""

import signal
from pathlib import Path

import pytest

from tests.brokers import RealBroker, eventually
from tests.service.nights import ending, kept, recorded
from tests.service.services import child, ends_in, heard, logged, offline, online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2021")
EVERYTHING = f"{NIGHT.topics.base}/#"


@pytest.mark.parametrize(
    "broker, number",
    [("nats", signal.SIGTERM), ("mosquitto", signal.SIGTERM), ("nats", signal.SIGINT)],
    indirect=["broker"],
)
async def test_stopped_in_the_middle_of_a_burst_it_ends_well_and_the_next_start_goes_on(
    broker: RealBroker, tmp_path: Path, number: signal.Signals
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, journal, broker.url) as service:
            await online(reader, NIGHT)
            for message in NIGHT.messages[:-5]:
                reader.publish(message.topic, message.payload)
            await eventually(lambda: bool(reader.below(f"{NIGHT.topics.base}/results/")))
            service.kill(number)
            assert await service.status() == 0, service.said
        assert logged(service, "service_stopped")
        await offline(reader, NIGHT)
        messages = kept(journal)
        await ends_in(reader, NIGHT, ending(NIGHT, messages))
        assert reader.said(NIGHT.topics.status)["sequence"] == len(messages) + 1
        events = ending(NIGHT, messages).events
        assert events.keys() <= (await heard(reader, NIGHT, events.keys())).keys()
        for message in NIGHT.messages[-5:]:
            reader.publish(message.topic, message.payload)
        reader.flush()
        async with serving(NIGHT, journal, broker.url):
            await ends_in(reader, NIGHT, ending(NIGHT))


async def test_it_stops_without_a_broker_as_well(broker: RealBroker, tmp_path: Path) -> None:
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, tmp_path / "night.sqlite", broker.url) as service:
            await online(reader, NIGHT)
            await broker.stop()
            await eventually(lambda: bool(logged(service, "broker_lost")))
            service.kill(signal.SIGTERM)
            assert await service.status() == 0, service.said
