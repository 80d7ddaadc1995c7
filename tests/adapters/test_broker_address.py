"""A broker's address is read whole or refused with a reason, and its password is never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.adapters.broker import Address
from service.errors import TheirMessage


def test_a_host_alone_is_enough() -> None:
    assert Address.parse("mqtt://localhost") == Address(host="localhost", port=1883)


def test_everything_can_be_said() -> None:
    address = Address.parse("mqtts://desk:s%40cret%2F@broker.example:9883/?version=5")
    assert address == Address(
        host="broker.example", port=9883, username="desk", password="s@cret/", tls=True, version="5"
    )


def test_tls_has_a_port_of_its_own() -> None:
    assert Address.parse("mqtts://broker.example").port == 8883


def test_an_address_of_ipv6_is_read_and_written() -> None:
    address = Address.parse("mqtt://[::1]:1884")
    assert (address.host, str(address)) == ("::1", "mqtt://[::1]:1884")


def test_the_password_is_in_no_text() -> None:
    address = Address.parse("mqtt://desk:geheim@localhost")
    assert "geheim" not in f"{address} {address!r}"
    assert "desk" not in str(address)


@pytest.mark.parametrize(
    "url,found",
    [
        ("localhost:1883", "scheme 'localhost'"),
        ("http://localhost", "scheme 'http'"),
        ("", "scheme ''"),
        ("mqtt://", "no host"),
        ("mqtt://:1883", "no host"),
        ("mqtt://localhost:0", "port 0"),
        ("mqtt://localhost:65536", "ort"),
        ("mqtt://localhost:port", "ort"),
        ("mqtt://localhost/elections", "something after"),
        ("mqtt://localhost#a", "something after"),
        ("mqtt://:geheim@localhost", "a password without a user"),
        ("mqtt://desk:geheim@localhost?version=4", "query"),
        ("mqtt://desk:geheim@localhost?version=5&version=5", "query"),
        ("mqtt://desk:geheim@localhost?qos=1", "query"),
        ("mqtt://desk:geheim@[::1", "IPv6"),
    ],
)
def test_what_cannot_be_read_is_named(url: str, found: str) -> None:
    with pytest.raises(TheirMessage) as caught:
        Address.parse(url)
    assert found in caught.value.found
    assert "geheim" not in str(caught.value)
    assert "mqtt://user:password@host" in caught.value.way_out


@given(st.text())
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    for url in (text, f"mqtt://{text}", f"mqtt://desk:{text}@localhost", f"mqtt://localhost:{text}"):
        try:
            address = Address.parse(url)
        except TheirMessage:
            continue
        assert address.host
        assert 1 <= address.port <= 65535
