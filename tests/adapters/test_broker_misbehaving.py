"""Brokers that fall silent, talk nonsense or send us away: the link says so, tries again, and nobody waits for ever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from service.adapters.broker import Address, BrokerLink, Disconnected, LinkState, Refused
from service.errors import BrokerError
from tests.brokers import RealBroker, eventually

CONNACK = b"\x20\x02\x00\x00"
SUBACK = b"\x90\x03\x00\x01\x01"
UNAVAILABLE = b"\x20\x02\x00\x03"


@dataclass
class Client:
    """The service as a broker sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def expect(self, kind: int) -> None:
        """Read one packet, all of them short here, and see that it is of this kind."""
        first, length = await self.reader.readexactly(2)
        await self.reader.readexactly(length)
        assert first >> 4 == kind

    async def welcome(self) -> None:
        await self.expect(1)
        self.writer.write(CONNACK)
        await self.expect(8)
        self.writer.write(SUBACK)

    async def stay(self) -> None:
        """Listen to everything and say nothing, until the client goes."""
        while await self.reader.read(1024):
            pass


@contextlib.asynccontextmanager
async def scripted(*script: Callable[[Client], Awaitable[None]]) -> AsyncIterator[str]:
    """Run a broker that treats its first client as the first function says, and so on; the last is for the rest."""
    acts = list(script)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await act(Client(reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"mqtt://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def service(url: str, states: list[LinkState], *, keepalive_s: int = 30) -> BrokerLink:
    return BrokerLink(
        Address.parse(url), client_id="service", subscriptions=["e/#"], keepalive_s=keepalive_s, on_change=states.append
    )


def problems(states: list[LinkState]) -> list[str]:
    return [state.problem.found for state in states if state.problem is not None]


async def welcome_and_stay(client: Client) -> None:
    await client.welcome()
    await client.stay()


async def test_a_broker_that_does_not_answer_is_left_after_a_while() -> None:
    async def silent(client: Client) -> None:
        await client.stay()

    async def deaf_to_subscriptions(client: Client) -> None:
        await client.expect(1)
        client.writer.write(CONNACK)
        await client.stay()

    async def problem_with(script: Callable[[Client], Awaitable[None]]) -> str:
        states: list[LinkState] = []
        async with scripted(script) as url, service(url, states):
            await eventually(lambda: bool(states))
        return problems(states)[0]

    async def problem_when_publishing() -> str:
        async with scripted(welcome_and_stay) as url, service(url, []) as link:
            await link.wait_connected()
            with pytest.raises(BrokerError) as caught:
                await link.publish("e/a", b"")
            assert not isinstance(caught.value, Disconnected), "the broker may have it"
            assert link.connected
            return caught.value.found

    found = await asyncio.gather(problem_with(silent), problem_with(deaf_to_subscriptions), problem_when_publishing())
    assert list(found) == [
        "no answer to CONNECT within 10 s",
        "no answer to SUBSCRIBE within 10 s",
        "no answer within 10 s",
    ]


async def test_a_broker_that_hangs_up_before_it_answers_is_tried_again() -> None:
    async def hang_up(client: Client) -> None:
        await client.expect(1)

    states: list[LinkState] = []
    async with scripted(hang_up, hang_up, welcome_and_stay) as url, service(url, states) as link:
        assert await link.wait_connected() == 1
    assert problems(states) == ["the connection broke"]


async def test_a_broker_that_is_not_available_yet_is_tried_again() -> None:
    async def not_yet(client: Client) -> None:
        await client.expect(1)
        client.writer.write(UNAVAILABLE)

    states: list[LinkState] = []
    async with scripted(not_yet, welcome_and_stay) as url, service(url, states) as link:
        assert await link.wait_connected() == 1
    assert problems(states) == ["Server unavailable"]


async def test_a_subscription_that_is_refused_is_named() -> None:
    async def refuse(client: Client) -> None:
        await client.expect(1)
        client.writer.write(CONNACK)
        await client.expect(8)
        client.writer.write(b"\x90\x03\x00\x01\x80")
        await client.stay()

    async with scripted(refuse) as url, service(url, []) as link:
        with pytest.raises(Refused, match="subscription e/#"):
            await link.wait_connected()


async def test_a_broker_that_no_longer_answers_pings_is_left() -> None:
    states: list[LinkState] = []
    async with scripted(welcome_and_stay) as url, service(url, states, keepalive_s=1) as link:
        await link.wait_connected()
        await eventually(lambda: len(states) > 2)
    assert [state.connected for state in states[:3]] == [True, False, True]


@pytest.mark.parametrize(
    "packet", [b"\xf0\x00", b"\x30\xff\xff\xff\xff\xff", b"\x36\x02\x00\x00", b"\x20\x00"], ids=repr
)
async def test_nonsense_costs_the_connection_and_nothing_else(packet: bytes) -> None:
    async def talk_nonsense(client: Client) -> None:
        await client.welcome()
        client.writer.write(packet)
        await client.stay()

    states: list[LinkState] = []
    async with scripted(talk_nonsense, welcome_and_stay) as url, service(url, states) as link:
        await eventually(lambda: link.connections == 2 and link.connected)
        assert await link.wait_connected() == 2
    assert [state.connected for state in states] == [True, False, True]


async def test_a_topic_that_is_not_utf_8_arrives_with_its_odd_bytes_in_hexadecimal() -> None:
    async def deliver(client: Client) -> None:
        await client.welcome()
        client.writer.write(b"\x32\x08\x00\x03e/\xff\x00\x07!")
        await client.stay()

    async with scripted(deliver) as url, service(url, []) as link:
        [delivery] = await link.take(messages_max=10, bytes_max=100)
    assert (delivery.topic, delivery.payload, delivery.mid) == ("e/\\xff", b"!", 7)


async def test_messages_that_come_before_the_answer_to_subscribe_are_kept() -> None:
    async def eager(client: Client) -> None:
        await client.expect(1)
        client.writer.write(CONNACK + b"\x32\x07\x00\x01a\x00\x07!!")
        await client.expect(8)
        client.writer.write(b"\x32\x07\x00\x01a\x00\x08??" + SUBACK)
        await client.stay()

    async with scripted(eager) as url, service(url, []) as link:
        await link.wait_connected()
        taken = await link.take(messages_max=10, bytes_max=100)
    assert [(delivery.payload, delivery.mid, delivery.connection) for delivery in taken] == [
        (b"!!", 7, 1),
        (b"??", 8, 1),
    ]


async def test_a_connection_that_is_given_up_before_its_subscriptions_still_counts() -> None:
    """Else the numbers of its messages would be acknowledged on the next one."""

    async def deliver_and_hang_up(client: Client) -> None:
        await client.expect(1)
        client.writer.write(CONNACK + b"\x32\x07\x00\x01a\x00\x07!!")
        await client.expect(8)

    async def acknowledgements(client: Client) -> None:
        await client.welcome()
        heard.append(await client.reader.read(100))

    heard: list[bytes] = []
    async with scripted(deliver_and_hang_up, acknowledgements) as url, service(url, []) as link:
        old = await link.take(messages_max=10, bytes_max=100)
        assert await link.wait_connected() == 2
        await link.acknowledge(old)
    assert heard == [b"\xe0\x00"], "only the goodbye"


@pytest.mark.parametrize("broker", ["nats", "mosquitto", "mosquitto-5"], indirect=True)
async def test_two_services_with_one_client_id_are_told_and_do_not_spin(broker: RealBroker) -> None:
    states: list[LinkState] = []
    async with service(broker.url, states) as first:
        await first.wait_connected()
        async with service(broker.url, []) as second:
            await eventually(lambda: len(states) >= 4)
            assert first.connections + second.connections < 20
    assert problems(states) == ["the connection broke"] * len(problems(states))


async def test_a_broker_that_says_why_it_sends_us_away_is_quoted() -> None:
    async def send_away(client: Client) -> None:
        await client.expect(1)
        client.writer.write(b"\x20\x03\x00\x00\x00")
        await client.expect(8)
        client.writer.write(b"\x90\x04\x00\x01\x00\x01" + b"\xe0\x01\x8e")
        await client.stay()

    states: list[LinkState] = []
    async with scripted(send_away) as url, service(f"{url}?version=5", states):
        await eventually(lambda: len(states) >= 2)
    assert problems(states)[0] == "the broker sent us away: Session taken over"
