"""What the broker refuses is said clearly: to whoever waits if we were never let in, as a change of state later on."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.adapters.broker import Address, BrokerLink, LinkState, Refused
from service.errors import MessageRefusedError
from tests.brokers import MOSQUITTO_SETTINGS, MosquittoBroker, RealBroker, eventually, require_mosquitto

PERMISSIONS = """\
user centre
topic write e/counts/#
topic read e/receipts/#
"""


def set_password(passwords: Path, user: str, password: str) -> None:
    subprocess.run(["mosquitto_passwd", "-b", passwords, user, password], check=True)


@pytest.fixture(params=["3.1.1", "5"])
async def guarded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RealBroker]:
    """Give a Mosquitto that lets in nobody but the user centre with the password secret."""
    require_mosquitto()
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    set_password(passwords, "centre", "secret")
    permissions = tmp_path / "permissions"
    permissions.write_text(PERMISSIONS)
    settings = MOSQUITTO_SETTINGS.replace("allow_anonymous true", "allow_anonymous false")
    settings += f"password_file {passwords}\nacl_file {permissions}\n"
    async with MosquittoBroker(tmp_path / "broker", settings=settings, version=request.param) as real:
        yield real


def link_as(broker: RealBroker, user: str, states: list[LinkState]) -> BrokerLink:
    address = Address.parse(broker.url.replace("mqtt://", f"mqtt://{user}"))
    return BrokerLink(address, client_id="centre", subscriptions=["e/receipts/#"], on_change=states.append)


@pytest.mark.parametrize("user", ["centre:wrong@", "stranger:secret@", ""], ids=["password", "user", "nobody"])
async def test_a_wrong_user_or_password_is_said_to_whoever_waits(guarded: RealBroker, user: str) -> None:
    states: list[LinkState] = []
    async with link_as(guarded, user, states) as link:
        with pytest.raises(Refused) as waiting:
            await link.wait_connected()
        with pytest.raises(Refused):
            await link.take(messages_max=1, bytes_max=1)
    error = waiting.value
    assert error.where == f"broker {Address.parse(guarded.url)}"
    assert "ot authori" in error.found
    assert (user.partition(":")[0] or "without a user") in error.found
    assert "user, password and version" in error.way_out
    assert "wrong" not in str(error), "the password is nobody's business"
    assert [(state.connected, state.connections) for state in states] == [(False, 0)]


async def test_the_right_user_and_password_are_let_in(guarded: RealBroker) -> None:
    async with link_as(guarded, "centre:secret@", []) as link:
        assert await link.wait_connected() == 1


async def test_a_forbidden_publication_is_refused_where_the_protocol_can_say_so(guarded: RealBroker) -> None:
    async with link_as(guarded, "centre:secret@", []) as link:
        await link.wait_connected()
        await link.publish("e/counts/a", b"allowed")
        if "version=5" in guarded.url:
            with pytest.raises(Refused, match="Not authorized"):
                await link.publish("e/standings/a", b"forged")
        else:
            await link.publish(
                "e/standings/a", b"forged"
            )  # 3.1.1 has no word for it: it is acknowledged and thrown away


async def test_a_message_too_large_for_the_broker_is_said_to_be_and_costs_no_connection(tmp_path: Path) -> None:
    require_mosquitto()
    limit = 1000
    settings = f"{MOSQUITTO_SETTINGS}max_packet_size {limit}\n"
    async with (
        MosquittoBroker(tmp_path / "broker", settings=settings, version="5") as broker,
        BrokerLink(Address.parse(broker.url), client_id="centre") as link,
    ):
        await link.wait_connected()
        head = len(b"\x32\x00\x00" + b"\x00\x03e/a" + b"\x00\x00" + b"\x00")
        await link.publish("e/a", b"x" * (limit - head))
        with pytest.raises(MessageRefusedError, match="1,001 bytes, where the broker takes 1,000 at most"):
            await link.publish("e/a", b"x" * (limit - head + 1))
        await link.publish("e/a", b"small")
        assert link.connections == 1


async def test_a_refusal_is_tried_again_until_somebody_corrects_it(guarded: RealBroker, tmp_path: Path) -> None:
    states: list[LinkState] = []
    async with link_as(guarded, "desk:late@", states) as link:
        with pytest.raises(Refused):
            await link.wait_connected()
        set_password(tmp_path / "passwords", "desk", "late")
        await guarded.stop()
        await guarded.start()
        await eventually(lambda: link.connected)
        assert await link.wait_connected() == 1


async def test_a_refusal_after_we_were_welcome_is_no_exception(guarded: RealBroker, tmp_path: Path) -> None:
    states: list[LinkState] = []
    async with link_as(guarded, "centre:secret@", states) as link:
        await link.wait_connected()
        waiting = asyncio.create_task(link.take(messages_max=1, bytes_max=1))
        await guarded.stop()
        set_password(tmp_path / "passwords", "centre", "changed")
        await guarded.start()
        await eventually(lambda: isinstance(states[-1].problem, Refused))
        assert not waiting.done()
        await guarded.stop()
        set_password(tmp_path / "passwords", "centre", "secret")
        await guarded.start()
        assert await link.wait_connected() == 2
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
