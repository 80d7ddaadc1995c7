"""The configurations that are shipped for brokers of one's own hold what they promise in their comments."""

import asyncio
import contextlib
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.adapters import embedded
from service.adapters.broker import Address, BrokerLink, Refused
from tests.brokers import MOSQUITTO, BareClient, accepts, eventually, free_port, own_user, require_mosquitto

SHIPPED = Path(__file__).parents[2] / "config" / "brokers"
PASSWORDS = {f"{user.upper()}_PASSWORD": f"{user}-word" for user in ("service", "centre", "desk", "public")}


class ShippedBroker:
    """A broker on a shipped file, whose store and doors are moved to where a test may have them."""

    def __init__(self, folder: Path, settings: str, *, program: str | Path) -> None:
        self._port = free_port()
        self._file = folder / "broker.conf"
        self._file.write_text(settings.replace("PORT", str(self._port)))
        self._program = program
        self._process: asyncio.subprocess.Process | None = None

    def url(self, user: str = "") -> str:
        return f"mqtt://{user and f'{user}:{user}-word@'}127.0.0.1:{self._port}"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            self._program, "-c", self._file, env=PASSWORDS, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        await eventually(lambda: accepts(self._port))

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()


@contextlib.asynccontextmanager
async def running(broker: ShippedBroker) -> AsyncIterator[ShippedBroker]:
    await broker.start()
    try:
        yield broker
    finally:
        await broker.kill()


def nats(folder: Path, settings: str) -> ShippedBroker:
    moved = settings.replace('"/data"', f'"{folder}/store"')
    moved = moved.replace("0.0.0.0:1883", "127.0.0.1:PORT").replace("127.0.0.1:4222", "127.0.0.1:-1")
    return ShippedBroker(folder, moved, program=embedded._find_binary())


def mosquitto(folder: Path, settings: str) -> ShippedBroker:
    require_mosquitto()
    moved = settings.replace("listener 1883", f"listener PORT 127.0.0.1\nuser {own_user()}")
    return ShippedBroker(folder, moved.replace("/mosquitto/data/", f"{folder}/"), program=str(MOSQUITTO))


def link(broker: ShippedBroker, name: str, *subscriptions: str, session: bool = False, user: str = "") -> BrokerLink:
    address = Address.parse(broker.url(user))
    return BrokerLink(address, client_id=name, subscriptions=subscriptions, session=session)


async def count_on(broker: ShippedBroker, numbers: range) -> None:
    """Make the service's session, and publish while it is away."""
    async with link(broker, "service", "e/counts/#", session=True) as service:
        await service.wait_connected()
    async with link(broker, "centre") as centre:
        await centre.wait_connected()
        for number in numbers:
            await centre.publish("e/counts/a", b"%d" % number)


async def take(broker: ShippedBroker, number: int) -> list[int]:
    taken: list[int] = []
    async with link(broker, "service", "e/counts/#", session=True) as service, asyncio.timeout(30):
        while len(taken) < number:
            deliveries = await service.take(messages_max=1000, bytes_max=1 << 20)
            await service.acknowledge(deliveries)
            taken += [int(delivery.payload) for delivery in deliveries]
    return taken


# -- NATS


@pytest.fixture
def nats_settings() -> str:
    return (SHIPPED / "nats.conf").read_text()


@pytest.fixture
def guarded_settings(nats_settings: str) -> str:
    """Give the shipped file with its example of who may do what in force."""
    settings, example = re.split(r"^# Who may do what.*$", nats_settings, flags=re.MULTILINE)
    return settings + "".join(line[4:] + "\n" for line in example.splitlines() if line.startswith("#   "))


def test_nats_is_configured_as_the_embedded_one(nats_settings: str, tmp_path: Path) -> None:
    def promises(settings: str) -> set[str]:
        promised = r"^\s*((?:max_payload|write_deadline|sync_interval|max_file_store|ack_wait|max_ack_pending):\s*\S+)"
        return set(re.findall(promised, settings, flags=re.MULTILINE))

    ours = promises(embedded.configuration(tmp_path, port=1883, ack_wait_s=embedded.ACK_WAIT_S))
    assert len(ours) == 6
    assert promises(nats_settings) == ours


async def test_what_nats_has_acknowledged_survives_its_kill(nats_settings: str, tmp_path: Path) -> None:
    async with running(nats(tmp_path, nats_settings)) as broker:
        await count_on(broker, range(100))
        await broker.kill()
        await broker.start()
        assert await take(broker, 100) == list(range(100))


async def test_with_users_everybody_may_do_their_part(guarded_settings: str, tmp_path: Path) -> None:
    async with (
        running(nats(tmp_path, guarded_settings)) as broker,
        link(broker, "service", "elections/a/counts/#", "elections/a/desk/+", session=True, user="service") as service,
        link(broker, "centre", "elections/a/receipts/brent/#", user="centre") as centre,
        link(broker, "desk", "elections/a/quarantine/#", user="desk") as desk,
        link(broker, "public", "elections/a/standings/+", user="public") as public,
    ):
        for each in (service, centre, desk, public):
            await each.wait_connected()
        for each, topic in ((centre, "elections/a/counts/c/a"), (desk, "elections/a/desk/hold")):
            await each.publish(topic, b"")
            assert [one.topic for one in await service.take(messages_max=9, bytes_max=9)] == [topic]
        for each, topic in (
            (centre, "elections/a/receipts/brent/c/a"),
            (desk, "elections/a/quarantine/c/a"),
            (public, "elections/a/standings/assembly"),
        ):
            await service.publish(topic, b"")
            assert [one.topic for one in await each.take(messages_max=9, bytes_max=9)] == [topic]


async def test_with_users_nobody_may_do_anothers_part(guarded_settings: str, tmp_path: Path) -> None:
    async with (
        running(nats(tmp_path, guarded_settings)) as broker,
        link(broker, "service", "elections/#", session=True, user="service") as service,
        link(broker, "centre", user="centre") as centre,
        link(broker, "public", user="public") as public,
    ):
        for each in (service, centre, public):
            await each.wait_connected()
        await centre.publish("elections/a/standings/assembly", b"forged")
        await public.publish("elections/a/counts/c/a", b"forged")
        await public.publish("elections/a/standings/assembly", b"forged")
        await service.publish("elections/a/events", b"true")
        assert [one.payload for one in await service.take(messages_max=9, bytes_max=99)] == [b"true"]
        for user, forbidden in (("public", "elections/a/quarantine/#"), ("centre", "elections/a/counts/#")):
            async with link(broker, "spy", forbidden, user=user) as spy:
                with pytest.raises(Refused, match="subscription"):
                    await spy.wait_connected()
        async with link(broker, "stranger") as stranger:
            with pytest.raises(Refused, match="without a user"):
                await stranger.wait_connected()


# -- Mosquitto


@pytest.fixture
def mosquitto_settings() -> str:
    return (SHIPPED / "mosquitto.conf").read_text()


async def test_what_mosquitto_has_acknowledged_survives_its_kill_but_for_the_last(
    mosquitto_settings: str, tmp_path: Path
) -> None:
    async with running(mosquitto(tmp_path, mosquitto_settings)) as broker:
        await count_on(broker, range(50))
        await broker.kill()
        await broker.start()
        taken = await take(broker, 49)
    assert taken[:49] == list(range(49))


async def test_mosquitto_drops_nothing_while_the_service_is_away(mosquitto_settings: str, tmp_path: Path) -> None:
    # Not saving at each change changes nothing about that, and is quicker.
    settings = mosquitto_settings.replace("autosave_on_changes true", "autosave_on_changes false")
    async with running(mosquitto(tmp_path, settings.replace("autosave_interval 1", "autosave_interval 0"))) as broker:
        await count_on(broker, range(0))
        async with BareClient(broker.url()) as centre:
            await centre.publish(b"e/counts/a", [b"%d" % number for number in range(5_000)])
        assert await take(broker, 5_000) == list(range(5_000))
