"""Over TLS the broker must be who it says, and everything else is as without."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.adapters.broker import WAITING_MESSAGES_MAX, Address, BrokerLink, LinkState
from tests.brokers import MOSQUITTO_SETTINGS, BareClient, MosquittoBroker, eventually, free_port, require_mosquitto

OPENSSL = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for 127.0.0.1 that vouches for itself, its key beside it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on PATH to make a certificate with: apt-get install openssl")
    made = tmp_path / "certificate.pem"
    subprocess.run(
        [*OPENSSL.split(), "-keyout", tmp_path / "key.pem", "-out", made],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture
async def veiled(tmp_path: Path, certificate: Path) -> AsyncIterator[tuple[MosquittoBroker, str]]:
    """Give a Mosquitto with a plain and a veiled door, and the address of the second."""
    require_mosquitto()
    port = free_port()
    settings = MOSQUITTO_SETTINGS.replace("max_inflight_messages 256", "max_inflight_messages 0")
    settings += f"listener {port} 127.0.0.1\ncertfile {certificate}\nkeyfile {certificate.with_name('key.pem')}\n"
    async with MosquittoBroker(tmp_path / "broker", settings=settings) as real:
        yield real, f"mqtts://127.0.0.1:{port}"


async def test_a_flood_comes_whole_through_tls(
    veiled: tuple[MosquittoBroker, str], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker, url = veiled
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    number = 3 * WAITING_MESSAGES_MAX
    async with BrokerLink(Address.parse(url), client_id="service", subscriptions=["e/#"]) as link:
        await link.wait_connected()
        async with BareClient(broker.url) as centre:
            await centre.publish(b"e/counts/a", [b"%d" % count for count in range(number)])
        await eventually(lambda: link._inbox.full)
        taken: list[int] = []
        while len(taken) < number:
            deliveries = await link.take(messages_max=100, bytes_max=1 << 20)
            await link.acknowledge(deliveries)
            taken += [int(delivery.payload) for delivery in deliveries]
            await asyncio.sleep(0)
        await link.publish("e/standings/a", b"", retain=True)
        assert link.connections == 1
    assert taken == list(range(number))


async def test_a_certificate_that_nobody_vouches_for_is_said_to_be_so(veiled: tuple[MosquittoBroker, str]) -> None:
    _, url = veiled
    states: list[LinkState] = []
    async with BrokerLink(Address.parse(url), client_id="service", on_change=states.append):
        await eventually(lambda: bool(states))
    assert states[0].problem is not None
    assert "certificate verify failed" in states[0].problem.found
