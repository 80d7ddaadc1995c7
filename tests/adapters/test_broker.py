"""What the link does when nothing goes wrong, on each broker and in each version of MQTT."""

import asyncio

import pytest

from service.adapters.broker import Address, BrokerLink, Delivery, Disconnected, LinkState
from service.errors import TheirMessage
from tests.brokers import BareClient, RealBroker, eventually

pytestmark = pytest.mark.parametrize("broker", ["nats-patient", "mosquitto", "mosquitto-5"], indirect=True)

ALL = {"messages_max": 1000, "bytes_max": 10_000_000}


def service(broker: RealBroker, *subscriptions: str) -> BrokerLink:
    return BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=subscriptions)


def centre(broker: RealBroker, *subscriptions: str) -> BrokerLink:
    return BrokerLink(Address.parse(broker.url), client_id="centre", subscriptions=subscriptions, session=False)


async def take(link: BrokerLink, number: int) -> list[Delivery]:
    """Take and acknowledge until so many have come."""
    taken: list[Delivery] = []
    async with asyncio.timeout(30):
        while len(taken) < number:
            deliveries = await link.take(**ALL)
            await link.acknowledge(deliveries)
            taken += deliveries
    return taken


async def test_messages_come_whole_and_in_the_order_in_which_one_centre_published_them(broker: RealBroker) -> None:
    async with service(broker, "e/counts/#") as link, centre(broker) as publisher:
        await link.wait_connected()
        await publisher.wait_connected()
        sent = [(f"e/counts/area-{number % 7}", b"%d " % number * 50) for number in range(300)]
        for topic, payload in sent:
            await publisher.publish(topic, payload)
        taken = await take(link, 300)
    assert [(delivery.topic, delivery.payload) for delivery in taken] == sent
    assert {(delivery.qos, delivery.retain, delivery.connection) for delivery in taken} == {(1, False, 1)}


@pytest.mark.parametrize(
    "payload", [b"", b"\x00\xff" * 9, b"not JSON", b"x" * 512 * 1024], ids=["empty", "binary", "text", "large"]
)
async def test_any_payload_passes_through_as_it_is(broker: RealBroker, payload: bytes) -> None:
    async with service(broker, "e/#") as link, centre(broker) as publisher:
        await link.wait_connected()
        await publisher.wait_connected()
        await publisher.publish("e/a", payload)
        assert [delivery.payload for delivery in await take(link, 1)] == [payload]


async def test_what_is_taken_at_once_keeps_to_the_limits_given(broker: RealBroker) -> None:
    async with service(broker, "e/#") as link, centre(broker) as publisher:
        await link.wait_connected()
        await publisher.wait_connected()
        for number in range(10):
            await publisher.publish("e/a", b"%d" % number * 100)
        taken: list[bytes] = []
        while len(taken) < 10:
            deliveries = await link.take(messages_max=3, bytes_max=250)
            assert 1 <= len(deliveries) <= 2
            taken += [delivery.payload[:1] for delivery in deliveries]
    assert taken == [b"%d" % number for number in range(10)]


async def test_a_retained_message_reaches_who_subscribes_later(broker: RealBroker) -> None:
    async with centre(broker) as publisher:
        await publisher.wait_connected()
        await publisher.publish("e/standings/assembly", b"old", retain=True)
        await publisher.publish("e/standings/assembly", b"new", retain=True)
    async with service(broker, "e/standings/#") as link:
        [delivery] = await take(link, 1)
    assert (delivery.payload, delivery.retain) == (b"new", True)


async def test_an_empty_retained_message_clears_its_topic(broker: RealBroker) -> None:
    async with centre(broker) as publisher:
        await publisher.wait_connected()
        await publisher.publish("e/quarantine/a", b"held", retain=True)
        await publisher.publish("e/quarantine/a", b"", retain=True)
        await publisher.publish("e/quarantine/b", b"held", retain=True)
    async with service(broker, "e/quarantine/#") as link:
        assert [delivery.topic for delivery in await take(link, 1)] == ["e/quarantine/b"]


async def test_the_session_keeps_what_comes_while_we_are_away(broker: RealBroker) -> None:
    async with service(broker, "e/#") as link:
        await link.wait_connected()
    async with centre(broker) as publisher:
        await publisher.wait_connected()
        for number in range(50):
            await publisher.publish("e/a", b"%d" % number)
    async with service(broker, "e/#") as link:
        assert [delivery.payload for delivery in await take(link, 50)] == [b"%d" % number for number in range(50)]


async def test_what_was_acknowledged_does_not_come_again(broker: RealBroker) -> None:
    async with service(broker, "e/#") as link, centre(broker) as publisher:
        await link.wait_connected()
        await publisher.wait_connected()
        for number in range(20):
            await publisher.publish("e/a", b"%d" % number)
        await take(link, 20)
    async with service(broker, "e/#") as link, centre(broker) as publisher:
        await publisher.wait_connected()
        await link.wait_connected()
        await publisher.publish("e/a", b"last")
        assert [delivery.payload for delivery in await take(link, 1)] == [b"last"]


async def test_a_watcher_leaves_nothing_behind(broker: RealBroker) -> None:
    async with centre(broker, "e/#") as watcher:
        await watcher.wait_connected()
    async with service(broker) as publisher:
        await publisher.wait_connected()
        await publisher.publish("e/a", b"unseen")
        async with centre(broker, "e/#") as watcher:
            await watcher.wait_connected()
            await publisher.publish("e/a", b"seen")
            assert [delivery.payload for delivery in await take(watcher, 1)] == [b"seen"]


async def test_many_publications_may_wait_for_their_answers_together(broker: RealBroker) -> None:
    async with service(broker, "e/#") as link, centre(broker) as publisher:
        await link.wait_connected()
        await publisher.wait_connected()
        await asyncio.gather(*(publisher.publish("e/a", b"%d" % number) for number in range(200)))
        taken = await take(link, 200)
    assert sorted(int(delivery.payload) for delivery in taken) == list(range(200))


@pytest.mark.parametrize(
    "topic", ["", "e/\0", "e/+/a", "e/#", "e/\udc80", "e/" + "x" * 65536], ids=lambda topic: repr(topic[:6])
)
async def test_a_topic_that_mqtt_does_not_allow_is_named_and_not_sent(broker: RealBroker, topic: str) -> None:
    async with centre(broker) as publisher:
        await publisher.wait_connected()
        with pytest.raises(TheirMessage, match="a topic to publish on"):
            await publisher.publish(topic, b"")
        await publisher.publish("e/a", b"")
        assert publisher.connections == 1


async def test_a_centre_whose_topic_is_not_utf_8_stops_nobody_else(broker: RealBroker) -> None:
    async with service(broker, "e/#") as link:
        await link.wait_connected()
        async with BareClient(broker.url) as odd:
            with pytest.raises(asyncio.IncompleteReadError):  # both brokers cut it off
                await odd.publish(b"e/\xff", [b"odd"])
        async with BareClient(broker.url) as plain:
            await plain.publish(b"e/a", [b"plain"])
        assert [delivery.payload for delivery in await take(link, 1)] == [b"plain"]
        assert link.connections == 1


async def test_publishing_without_a_connection_raises_at_once(broker: RealBroker) -> None:
    async with centre(broker) as publisher:
        with pytest.raises(Disconnected, match="no connection"):
            await publisher.publish("e/a", b"")
        await publisher.wait_connected()
        await broker.stop()
        await eventually(lambda: not publisher.connected)
        with pytest.raises(Disconnected):
            await publisher.publish("e/a", b"")


async def test_changes_of_state_are_told_once_each(broker: RealBroker) -> None:
    states: list[LinkState] = []
    async with BrokerLink(Address.parse(broker.url), client_id="service", on_change=states.append) as link:
        assert await link.wait_connected() == 1
        await broker.stop()
        await eventually(lambda: not link.connected)
        await broker.start()
        assert await link.wait_connected() == 2
    flips = [state.connected for state in states]
    assert flips[0] is flips[-1] is True
    assert [state.connections for state in states if state.connected] == [1, 2]
    problems = [str(state.problem) for state in states if not state.connected]
    assert len(problems) == len(set(problems)) >= 1


async def test_who_waits_is_told_when_the_link_is_left(broker: RealBroker) -> None:
    async with service(broker, "e/#") as link:
        await link.wait_connected()
        taking = asyncio.create_task(link.take(**ALL))
        await asyncio.sleep(0)
    with pytest.raises(Disconnected):
        await taking
