"""Nothing is lost: what was not acknowledged comes again, whoever dies, and the link comes back by itself."""

import asyncio
import contextlib
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import islice

import pytest

from service.adapters.broker import Address, BrokerLink, Delivery, Disconnected, LinkState
from tests.brokers import RealBroker, eventually

every_broker = pytest.mark.parametrize("broker", ["nats", "mosquitto", "mosquitto-5"], indirect=True)

COUNTS = 400

SERVICE = """
import asyncio, sys
from service.adapters.broker import Address, BrokerLink

async def main():
    link = BrokerLink(
        Address.parse(sys.argv[1]), client_id="service", subscriptions=["e/counts/#"], will=("e/status", b"offline")
    )
    async with link:
        await link.wait_connected()
        await link.publish("e/status", b"online", retain=True)
        print("online", flush=True)
        while True:
            deliveries = await link.take(messages_max=3, bytes_max=100_000)
            for delivery in deliveries:
                print(delivery.payload.decode(), flush=True)  # what stands in the pipe is safe, as a journal would be
            await link.acknowledge(deliveries)
            await asyncio.sleep(0.005)

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def running_service(broker: RealBroker) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a slow service as a process of its own, to be killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVICE, broker.url, stdout=subprocess.PIPE, limit=1 << 20
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


def service(broker: RealBroker) -> BrokerLink:
    return BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=["e/counts/#"])


def watcher(broker: RealBroker, *subscriptions: str) -> BrokerLink:
    return BrokerLink(Address.parse(broker.url), client_id="watcher", subscriptions=subscriptions, session=False)


async def take(link: BrokerLink, number: int, *, acknowledge: bool) -> list[Delivery]:
    """Take until so many have come."""
    taken: list[Delivery] = []
    async with asyncio.timeout(30):
        while len(taken) < number:
            deliveries = await link.take(messages_max=1000, bytes_max=1 << 20)
            if acknowledge:
                await link.acknowledge(deliveries)
            taken += deliveries
    return taken


async def publish(broker: RealBroker, *payloads: bytes) -> None:
    async with watcher(broker) as centre:
        await centre.wait_connected()
        for payload in payloads:
            await centre.publish("e/counts/a", payload)


# -- when the service dies


@every_broker
@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_lost_when_the_service_is_killed_with_messages_unread(broker: RealBroker, seed: int) -> None:
    chance = random.Random(seed)
    safe: set[int] = set()
    counts = iter([b"%d" % number for number in range(COUNTS)])
    for _ in range(4):
        read, unread = list(islice(counts, 60)), list(islice(counts, COUNTS // 4 - 60))
        async with running_service(broker) as process:
            assert await line(process) == b"online\n"
            publishing = asyncio.create_task(publish(broker, *read))
            for _ in range(chance.randrange(1, 60)):
                safe.add(int(await line(process)))
            process.send_signal(signal.SIGSTOP)  # from here on it reads nothing of what is sent to it
            await publishing
            await publish(broker, *unread)
            process.kill()
            printed, _ = await process.communicate()
        safe |= {int(number) for number in printed.split()}
    assert len(safe) < COUNTS, f"seed {seed}: the service was not killed with messages unread"
    async with service(broker) as link, asyncio.timeout(30):
        while len(safe) < COUNTS:
            deliveries = await link.take(messages_max=100, bytes_max=1 << 20)
            await link.acknowledge(deliveries)
            safe |= {int(delivery.payload) for delivery in deliveries}
    assert safe == set(range(COUNTS))


@every_broker
async def test_the_will_is_seen_after_the_service_is_killed(broker: RealBroker) -> None:
    async with watcher(broker, "e/status") as link:
        await link.wait_connected()
        async with running_service(broker) as process:
            assert [delivery.payload for delivery in await take(link, 1, acknowledge=False)] == [b"online"]
            process.kill()
            assert [delivery.payload for delivery in await take(link, 1, acknowledge=False)] == [b"offline"]
    async with watcher(broker, "e/status") as late:
        [delivery] = await take(late, 1, acknowledge=False)
        assert (delivery.payload, delivery.retain) == (b"offline", True)


def mortal(broker: RealBroker) -> BrokerLink:
    return BrokerLink(Address.parse(broker.url), client_id="mortal", will=("e/status", b"offline"))


@every_broker
async def test_a_clean_stop_publishes_no_will(broker: RealBroker) -> None:
    async with watcher(broker, "e/status") as link:
        await link.wait_connected()
        async with mortal(broker) as leaving:
            await leaving.wait_connected()
            await leaving.publish("e/status", b"offline, by our own word", retain=True)
        async with mortal(broker) as again:
            await again.wait_connected()
            await again.publish("e/status", b"online", retain=True)
        seen = [delivery.payload for delivery in await take(link, 2, acknowledge=False)]
    assert seen == [b"offline, by our own word", b"online"]


@every_broker
async def test_a_stop_by_an_exception_lets_the_broker_publish_the_will(broker: RealBroker) -> None:
    async def fail() -> None:
        async with mortal(broker) as leaving:
            await leaving.wait_connected()
            raise LookupError

    async with watcher(broker, "e/status") as link:
        await link.wait_connected()
        with pytest.raises(LookupError):
            await fail()
        assert [delivery.payload for delivery in await take(link, 1, acknowledge=False)] == [b"offline"]


@every_broker
async def test_a_stop_by_cancellation_leaves_no_task_behind(broker: RealBroker) -> None:
    async def stay() -> None:
        async with service(broker) as link:
            await link.wait_connected()
            await asyncio.Event().wait()

    task = asyncio.create_task(stay())
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


# -- when the broker stops


@every_broker
async def test_the_link_comes_back_when_the_broker_does(broker: RealBroker) -> None:
    async with service(broker) as link:
        assert await link.wait_connected() == 1
        await publish(broker, b"before")
        assert [delivery.payload for delivery in await take(link, 1, acknowledge=True)] == [b"before"]
        await broker.stop()
        await eventually(lambda: not link.connected)
        await broker.start()
        assert await link.wait_connected() == 2
        await publish(broker, b"after")
        delivery = (await take(link, 1, acknowledge=True))[-1]
        if delivery.payload == b"before":  # the broker was gone before it had read our acknowledgement
            delivery = (await take(link, 1, acknowledge=True))[-1]
        assert (delivery.payload, delivery.connection) == (b"after", 2)


@every_broker
async def test_a_publication_that_waits_for_its_answer_is_told_that_the_broker_is_gone(broker: RealBroker) -> None:
    async with watcher(broker) as centre:
        await centre.wait_connected()

        async def flood() -> None:
            while True:
                await centre.publish("e/counts/a", b"x")

        flooding = asyncio.create_task(flood())
        await asyncio.sleep(0.1)
        await broker.kill()
        with pytest.raises(Disconnected):
            await flooding


@every_broker
async def test_a_broker_that_is_down_at_the_start_is_found_when_it_comes_up(broker: RealBroker) -> None:
    states: list[LinkState] = []
    await broker.stop()
    address = Address.parse(broker.url)
    async with BrokerLink(address, client_id="service", subscriptions=["e/#"], on_change=states.append) as link:
        await eventually(lambda: bool(states))
        assert "Connection refused" in str(states[0].problem)
        await broker.start()
        assert await link.wait_connected() == 1


@every_broker
async def test_a_link_can_be_left_while_the_broker_is_down(broker: RealBroker) -> None:
    await broker.stop()
    async with service(broker) as link:
        taking = asyncio.create_task(link.take(messages_max=1, bytes_max=1))
        await asyncio.sleep(0.05)
    with pytest.raises(Disconnected):
        await taking
    assert asyncio.all_tasks() == {asyncio.current_task()}


@every_broker
async def test_acknowledgements_of_an_old_connection_are_skipped_and_the_messages_come_again(
    broker: RealBroker,
) -> None:
    counts = [b"%d" % number for number in range(5)]
    async with service(broker) as link:
        await link.wait_connected()
        await publish(broker, *counts)
        old = await take(link, 5, acknowledge=False)
        await broker.stop()
        await eventually(lambda: not link.connected)
        await broker.start()
        await link.wait_connected()
        again = await take(link, 5, acknowledge=False)
        assert {delivery.connection for delivery in old} == {1}
        assert {delivery.connection for delivery in again} == {2}
        await link.acknowledge(old)
    async with service(broker) as link:
        # Had the old acknowledgements been sent, they would have stood for these.
        assert {delivery.payload for delivery in await take(link, 5, acknowledge=True)} == set(counts)


@pytest.mark.parametrize("broker", ["mosquitto", "mosquitto-5"], indirect=True)
async def test_mosquitto_brings_unacknowledged_messages_again_in_order_and_before_new_ones(broker: RealBroker) -> None:
    counts = [b"%d" % number for number in range(40)]
    async with service(broker) as link:
        await link.wait_connected()
        await publish(broker, *counts[:20])
        await link.acknowledge((await take(link, 20, acknowledge=False))[:5])
    await publish(broker, *counts[20:])
    async with service(broker) as link:
        assert [delivery.payload for delivery in await take(link, 35, acknowledge=True)] == counts[5:]


@pytest.mark.parametrize("broker", ["nats-patient"], indirect=True)
async def test_what_nats_has_acknowledged_survives_its_kill(broker: RealBroker) -> None:
    async with service(broker) as link:
        await link.wait_connected()
    counts = [b"%d" % number for number in range(300)]
    await publish(broker, *counts)
    await broker.kill()
    await broker.start()
    async with service(broker) as link:
        assert [delivery.payload for delivery in await take(link, 300, acknowledge=True)] == counts


async def test_nats_keeps_its_promise_while_it_is_killed_under_load(nats_broker: RealBroker) -> None:
    acknowledged: list[int] = []

    async def count_on() -> None:
        async with watcher(nats_broker) as centre:
            await centre.wait_connected()
            with contextlib.suppress(Disconnected):
                for number in range(100_000):
                    await centre.publish("e/counts/a", b"%d" % number)
                    acknowledged.append(number)

    async with service(nats_broker) as link:
        await link.wait_connected()
    for _ in range(3):
        acknowledged.clear()
        counting = asyncio.create_task(count_on())
        await eventually(lambda: len(acknowledged) > 100)
        await nats_broker.kill()
        await counting
        await nats_broker.start()
        async with service(nats_broker) as link:
            due = set(acknowledged)
            while due:
                due -= {int(delivery.payload) for delivery in await take(link, 1, acknowledge=True)}
