"""What a command's exit status means, and that every kind of trouble has one."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service.cli.options import EXIT_CODES
from service.errors import BrokerError, ElectionFolderError, ElectionNightError, TheirMessage
from tests.brokers import MOSQUITTO_SETTINGS, MosquittoBroker, RealBroker, require_mosquitto
from tests.cli.commands import Ended, ended, started
from tests.service.services import told


def kinds(of: type[ElectionNightError]) -> Iterator[type[ElectionNightError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def test_every_error_ends_with_a_status_that_is_documented() -> None:
    for kind in kinds(ElectionNightError):
        assert kind.exit_code in EXIT_CODES, kind.__name__
        assert kind.exit_code != 0


def test_every_family_of_errors_has_a_status_of_its_own() -> None:
    families = [kind.exit_code for kind in ElectionNightError.__subclasses__()]
    assert len(set(families)) == len(families)
    for family in ElectionNightError.__subclasses__():
        assert {kind.exit_code for kind in kinds(family)} == {family.exit_code}


async def run(tmp_path: Path, *options: str, election: str = "london-2012") -> Ended:
    journal = tmp_path / "night.sqlite"
    return await ended(await started("run", "--election", election, "--journal", journal, *options))


async def test_an_election_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    running = await run(tmp_path, election="london-1066")
    assert (running.status, told(running.said)["error"]) == (2, ElectionFolderError.heading)


@pytest.mark.parametrize("url", ["127.0.0.1:1883", "http://127.0.0.1", "mqtt://u:secret@127.0.0.1:99999"])
async def test_a_brokers_address_that_cannot_be_read_ends_with_2_and_gives_no_password_away(
    tmp_path: Path, url: str
) -> None:
    running = await run(tmp_path, "--broker", url)
    assert (running.status, told(running.said)["error"]) == (2, TheirMessage.heading)
    assert "secret" not in running.said


async def test_a_port_that_is_taken_ends_with_4(nats_broker: RealBroker, tmp_path: Path) -> None:
    running = await run(tmp_path, "--port", str(urlsplit(nats_broker.url).port))
    assert (running.status, told(running.said)["error"]) == (4, BrokerError.heading)
    assert told(running.said)["way out"].startswith("Another port")


async def test_a_broker_that_does_not_let_us_in_ends_with_4(tmp_path: Path) -> None:
    require_mosquitto()
    settings = MOSQUITTO_SETTINGS.replace("allow_anonymous true", "allow_anonymous false")
    async with MosquittoBroker(tmp_path / "broker", settings=settings) as guarded:
        running = await run(tmp_path, "--broker", guarded.url)
    assert (running.status, told(running.said)["error"]) == (4, BrokerError.heading)
    assert told(running.said)["way out"].startswith("Check user, password")
