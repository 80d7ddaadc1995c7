"""What we reach below the public faces of aiomqtt and paho: a release that changes it fails here, not on the night."""

import inspect
from importlib.metadata import version
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import pytest

from service.adapters.broker import Address
from service.adapters.broker.connection import Connection
from service.adapters.broker.inbox import Inbox

OVERRIDDEN = [
    "_on_connect",
    "_on_disconnect",
    "_on_message",
    "_on_publish",
    "_on_socket_close",
    "_on_socket_open",
    "_on_socket_register_write",
]


def connection() -> Connection:
    return Connection(
        Address.parse("mqtt://localhost"),
        client_id="service",
        session=True,
        will=None,
        keepalive_s=30,
        inbox=Inbox(),
        arrived=lambda: None,
        next_number=lambda: 1,
    )


def test_the_release_is_the_one_this_was_written_against() -> None:
    assert version("aiomqtt") == "2.5.1"


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_what_we_override_exists_and_has_the_same_parameters(name: str) -> None:
    def parameters(owner: type[Any]) -> list[tuple[str, Any]]:
        signature = inspect.signature(getattr(owner, name))
        return [(one.name.removeprefix("_"), one.kind) for one in signature.parameters.values()]

    assert parameters(Connection) == parameters(aiomqtt.Client)


async def test_paho_calls_ours_and_not_the_librarys_own() -> None:
    ours = connection()
    for name in OVERRIDDEN:
        assert getattr(ours._client, name.removeprefix("_")) == getattr(ours, name)


async def test_no_other_name_of_ours_is_one_of_the_librarys() -> None:
    theirs = set(dir(aiomqtt.Client("localhost")))
    ours = (set(vars(Connection)) | set(vars(connection()))) - set(vars(aiomqtt.Client("localhost")))
    assert sorted(name for name in ours & theirs if not name.startswith("__")) == OVERRIDDEN


async def test_the_library_keeps_paho_where_we_look_for_it() -> None:
    client = aiomqtt.Client("localhost")._client
    assert isinstance(client, paho.Client)
    assert client._ping_t == 0.0
    assert callable(client._sock_close)
    assert paho.MQTTMessage(topic=b"e/\xff")._topic == b"e/\xff"


async def test_a_session_acknowledges_by_hand_and_a_watcher_does_not() -> None:
    assert list(inspect.signature(paho.Client.ack).parameters) == ["self", "mid", "qos"]
    assert list(inspect.signature(paho.Client.manual_ack_set).parameters) == ["self", "on"]
    assert connection()._client._manual_ack is True
    assert aiomqtt.Client("localhost")._client._manual_ack is False


def test_the_library_still_has_no_acknowledgement_of_its_own() -> None:
    """When this fails, most of `Connection` can go."""
    assert not [name for name in dir(aiomqtt.Client) if "ack" in name.lower()]
