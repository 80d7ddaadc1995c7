"""The broker that the service has started for itself is its own to keep: killed, it comes back, and nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from service import app
from service.adapters import embedded
from service.adapters.embedded import EmbeddedBroker
from service.app import Started, serve
from service.errors import BrokerError
from service.settings import ServeSettings
from tests.service.nights import ending, kept, pairs, recorded
from tests.service.services import ends_in, online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2021")
EVERYTHING = f"{NIGHT.topics.base}/#"


@pytest.fixture
def brokers(monkeypatch: pytest.MonkeyPatch) -> list[EmbeddedBroker]:
    """Give the brokers that the service starts."""
    made: list[EmbeddedBroker] = []

    class Known(EmbeddedBroker):
        async def start(self) -> None:
            made.append(self)
            await super().start()

    monkeypatch.setattr(app, "EmbeddedBroker", Known)
    return made


async def killed(broker: EmbeddedBroker) -> None:
    process = broker._process
    assert process is not None
    process.kill()
    await process.wait()


async def test_killed_in_the_middle_of_the_night_it_comes_back_and_the_night_ends_as_it_should(
    tmp_path: Path, brokers: list[EmbeddedBroker]
) -> None:
    journal = tmp_path / "night.sqlite"
    async with serving(NIGHT, journal, None):
        with Subscriber(brokers[0].url, EVERYTHING) as reader:
            await online(reader, NIGHT)
            for message in NIGHT.messages[:8]:
                reader.publish(message.topic, message.payload)
            reader.flush()
            await killed(brokers[0])
            for message in NIGHT.messages[8:]:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
    assert pairs(kept(journal)) == pairs(NIGHT.messages)


async def test_a_broker_that_cannot_be_started_again_ends_the_service_with_the_reason(
    tmp_path: Path, brokers: list[EmbeddedBroker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "RESTART_S_MAX", 0.0)
    settings = ServeSettings(election=NIGHT.folder, journal=tmp_path / "night.sqlite")
    started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    service = asyncio.create_task(serve(settings, on_started=started.set_result))
    await started
    (tmp_path / "night.broker" / "store").rename(tmp_path / "lost")
    (tmp_path / "night.broker" / "store").write_text("a file, where the store's folder should be")
    await killed(brokers[0])
    with pytest.raises(BrokerError, match="last words"):
        await service
