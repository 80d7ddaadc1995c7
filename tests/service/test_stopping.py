"""Asked to stop, the service finishes what it has taken, says where it ended and that it is gone, and ends with 0."""

import signal
from contextlib import closing
from pathlib import Path

import pytest

from service.adapters.journal import Journal
from service.app import Started, serve
from service.night import opening_of
from service.settings import ServeSettings
from tests.brokers import RealBroker, eventually
from tests.service.nights import ending, kept, recorded
from tests.service.services import child, ends_in, heard, logged, offline, online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2021")
EVERYTHING = f"{NIGHT.topics.base}/#"


def in_a_terminal() -> None:
    """Have a hang-up end what is started, as in a terminal, whatever these tests were started by."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def under_nohup() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.mark.parametrize(
    "broker, number",
    [("nats", signal.SIGTERM), ("mosquitto", signal.SIGTERM), ("nats", signal.SIGINT), ("nats", signal.SIGHUP)],
    indirect=["broker"],
)
async def test_stopped_in_the_middle_of_a_burst_it_ends_well_and_the_next_start_goes_on(
    broker: RealBroker, tmp_path: Path, number: signal.Signals
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with child(NIGHT, journal, broker.url, prepare=in_a_terminal) as service:
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


async def test_a_hang_up_does_not_end_what_was_started_to_outlive_its_terminal(
    nats_broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(nats_broker.url, EVERYTHING) as reader:
        async with child(NIGHT, tmp_path / "night.sqlite", nats_broker.url, prepare=under_nohup) as service:
            await online(reader, NIGHT)
            service.kill(signal.SIGHUP)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
            assert not service.ended


async def test_asked_to_stop_while_it_reads_its_journal_it_ends_well_and_has_said_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "night.sqlite"
    with closing(Journal.open(journal, opening_of(NIGHT.election, test=False))) as made:
        made.append(NIGHT.messages * 20)
    written = journal.with_name("night.sqlite.lock")
    written.write_text("")
    async with child(NIGHT, journal, "mqtt://127.0.0.1:1") as service:
        await eventually(lambda: written.read_text() == f"{service.pid}\n")
        service.kill(signal.SIGTERM)
        assert await service.status() == 0, service.said
    assert logged(service, "service_stopped")


async def test_asked_to_stop_before_its_journal_is_read_it_starts_nothing(tmp_path: Path) -> None:
    settings = ServeSettings(election=NIGHT.folder, journal=tmp_path / "night.sqlite", broker="mqtt://127.0.0.1:1")
    started: list[Started] = []
    await serve(settings, on_begun=lambda stop: stop(), on_started=started.append)
    assert not started
