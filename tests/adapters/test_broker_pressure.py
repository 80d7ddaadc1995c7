"""A flood and a slow taker: what waits is bounded, nothing is dropped, and the broker does not think us dead."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.adapters.broker import WAITING_BYTES_MAX, WAITING_MESSAGES_MAX, Address, BrokerLink
from tests.brokers import (
    MOSQUITTO_SETTINGS,
    BareClient,
    MosquittoBroker,
    NatsBroker,
    RealBroker,
    eventually,
    require_mosquitto,
)

FLOOD = 20_000


@pytest.fixture
async def unbridled(tmp_path: Path) -> AsyncIterator[RealBroker]:
    """Give a broker that sends all it has, acknowledged or not: with it, we alone bound what waits."""
    require_mosquitto()
    settings = MOSQUITTO_SETTINGS.replace("max_inflight_messages 256", "max_inflight_messages 0")
    async with MosquittoBroker(tmp_path, settings=settings) as real:
        yield real


class QuickNats(NatsBroker):
    """NATS that does not wait for the disk at every message: a flood is about what waits, not about what survives."""

    def _prepare(self, port: int) -> Path:
        settings = super()._prepare(port)
        settings.write_text(settings.read_text().replace("sync_interval: always", "sync_interval: 10s"))
        return settings


@pytest.fixture
async def quick_nats(tmp_path: Path) -> AsyncIterator[RealBroker]:
    async with QuickNats(tmp_path) as real:
        yield real


def service(broker: RealBroker, keepalive_s: int = 30) -> BrokerLink:
    return BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=["e/#"], keepalive_s=keepalive_s)


async def flood(broker: RealBroker, payloads: list[bytes]) -> None:
    async with BareClient(broker.url) as centre:
        await centre.publish(b"e/counts/a", payloads)


async def taken_from_flood(broker: RealBroker) -> tuple[list[int], int]:
    """Flood a slow taker; give what it took, in the order in which it first came, and how many waited at most."""
    waiting_max = 0
    taken: dict[int, None] = {}
    async with service(broker) as link:
        await link.wait_connected()
        flooding = asyncio.create_task(flood(broker, [b"%d" % number for number in range(FLOOD)]))
        while len(taken) < FLOOD:
            deliveries = await link.take(messages_max=250, bytes_max=1 << 20)
            waiting_max = max(waiting_max, len(link._inbox) + len(deliveries))
            taken.update((int(delivery.payload), None) for delivery in deliveries)
            await link.acknowledge(deliveries)
            await asyncio.sleep(0.01)
        await flooding
        assert link.connections == 1
    return list(taken), waiting_max


@pytest.mark.parametrize("broker", ["mosquitto", "mosquitto-5"], indirect=True)
async def test_a_flood_waits_within_limits_and_in_order(broker: RealBroker) -> None:
    taken, waiting_max = await taken_from_flood(broker)
    assert taken == list(range(FLOOD))
    assert waiting_max <= WAITING_MESSAGES_MAX


async def test_a_flood_through_nats_waits_within_limits(quick_nats: RealBroker) -> None:
    """Not necessarily in order: what it brings again after `ack_wait` comes behind newer ones."""
    taken, waiting_max = await taken_from_flood(quick_nats)
    assert sorted(taken) == list(range(FLOOD))
    assert waiting_max <= WAITING_MESSAGES_MAX


async def test_a_broker_that_knows_no_window_is_held_back_by_not_reading(unbridled: RealBroker) -> None:
    taken, waiting_max = await taken_from_flood(unbridled)
    assert taken == list(range(FLOOD))
    assert waiting_max <= WAITING_MESSAGES_MAX


async def test_large_messages_are_bounded_by_their_size(unbridled: RealBroker) -> None:
    large = 512 * 1024
    number = 2 * WAITING_BYTES_MAX // large
    async with service(unbridled) as link:
        await link.wait_connected()
        await flood(unbridled, [b"%4d" % count * (large // 4) for count in range(number)])
        await eventually(lambda: link._inbox.full)
        await asyncio.sleep(0.2)
        assert len(link._inbox) == WAITING_BYTES_MAX // large
        taken: list[int] = []
        while len(taken) < number:
            deliveries = await link.take(messages_max=10, bytes_max=1 << 30)
            await link.acknowledge(deliveries)
            taken += [int(delivery.payload[:4]) for delivery in deliveries]
    assert taken == list(range(number))


async def test_the_connection_outlives_a_taker_that_is_slower_than_the_keepalive(unbridled: RealBroker) -> None:
    number = 2 * WAITING_MESSAGES_MAX
    async with service(unbridled, keepalive_s=4) as link:
        await link.wait_connected()
        await flood(unbridled, [b"%d" % count for count in range(number)])
        await eventually(lambda: link._inbox.full)
        await asyncio.sleep(9)  # more than twice the time after which silence ends a connection
        assert len(link._inbox) == WAITING_MESSAGES_MAX
        taken: list[int] = []
        while len(taken) < number:
            deliveries = await link.take(messages_max=250, bytes_max=1 << 20)
            await link.acknowledge(deliveries)
            taken += [int(delivery.payload) for delivery in deliveries]
        await asyncio.sleep(9)
        assert link.connections == 1
    assert taken == list(range(number))


async def test_a_full_inbox_survives_the_end_of_its_connection_and_the_next_one(unbridled: RealBroker) -> None:
    number = 2 * WAITING_MESSAGES_MAX
    async with service(unbridled) as link:
        await link.wait_connected()
        await flood(unbridled, [b"%d" % count for count in range(number)])
        await eventually(lambda: link._inbox.full)
        await unbridled.stop()
        due = set(range(number))
        await unbridled.start()
        async with asyncio.timeout(30):
            while due:
                deliveries = await link.take(messages_max=100, bytes_max=1 << 20)
                await link.acknowledge(deliveries)
                due -= {int(delivery.payload) for delivery in deliveries}
                assert len(link._inbox) <= WAITING_MESSAGES_MAX
                await asyncio.sleep(0.001)


async def test_a_session_with_more_in_store_than_may_wait_is_taken_over_without_loss(unbridled: RealBroker) -> None:
    async with service(unbridled) as link:
        await link.wait_connected()
    await flood(unbridled, [b"%d" % count for count in range(3 * WAITING_MESSAGES_MAX)])
    async with service(unbridled) as link:
        await eventually(lambda: link._inbox.full)
        assert not link.connected, "the answer to SUBSCRIBE stands behind what waits"
        taken: list[int] = []
        while len(taken) < 3 * WAITING_MESSAGES_MAX:
            deliveries = await link.take(messages_max=100, bytes_max=1 << 20)
            await link.acknowledge(deliveries)
            taken += [int(delivery.payload) for delivery in deliveries]
        assert await link.wait_connected() == 1
    assert taken == list(range(3 * WAITING_MESSAGES_MAX))


async def test_nats_does_not_give_up_on_a_subscriber_that_pauses(quick_nats: RealBroker) -> None:
    large = 512 * 1024
    async with service(quick_nats) as link:
        await link.wait_connected()
        await flood(quick_nats, [b"%4d" % count * (large // 4) for count in range(150)])
        await eventually(lambda: link._inbox.full)
        taken: dict[int, None] = {}
        while len(taken) < 150:
            deliveries = await link.take(messages_max=10, bytes_max=1 << 30)
            await link.acknowledge(deliveries)
            taken.update((int(delivery.payload[:4]), None) for delivery in deliveries)
        assert link.connections == 1
