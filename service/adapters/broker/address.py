"""Where the broker is and as whom we speak to it, read from one line."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from service.errors import TheirMessage

Version = Literal["3.1.1", "5"]

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
"""The ports registered with IANA for MQTT, plain and over TLS."""

EXAMPLE: Final = "mqtt://user:password@host:1883?version=5"


@dataclass(frozen=True, slots=True)
class Address:
    """A broker's address and our credentials there; printing it never shows the password.

    With `tls` the broker's certificate is checked against the system's authorities (or those of the file that the
    environment variable SSL_CERT_FILE names) and against `host`.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    version: Version = "3.1.1"

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `mqtt://[user[:password]@]host[:port][?version=3.1.1|5]`, or `mqtts://` for TLS.

        User and password may be percent-encoded. The version is 3.1.1 unless said otherwise: every broker speaks it.

        Raises:
            TheirMessage: the address cannot be read; the password is not repeated in the error.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _unreadable(url, found=str(error)) from None
        if parts.scheme not in PORTS:
            raise _unreadable(url, found=f"the scheme {parts.scheme!r}")
        if not parts.hostname:
            raise _unreadable(url, found="no host")
        if port == 0:
            raise _unreadable(url, found="port 0")
        if parts.path not in {"", "/"} or parts.fragment:
            raise _unreadable(url, found="something after the host and port")
        if parts.password is not None and not parts.username:
            raise _unreadable(url, found="a password without a user")
        return cls(
            host=parts.hostname,
            port=PORTS[parts.scheme] if port is None else port,
            username=unquote(parts.username) if parts.username else None,
            password=None if parts.password is None else unquote(parts.password),
            tls=parts.scheme == "mqtts",
            version=_version(url, parts.query),
        )

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.tls else 'mqtt'}://{host}:{self.port}"


def _version(url: str, query: str) -> Version:
    """Read the query: nothing, or the protocol's version."""
    match parse_qsl(query, keep_blank_values=True):
        case []:
            return "3.1.1"
        case [("version", "3.1.1" | "5" as version)]:
            return version
        case _:
            raise _unreadable(url, found=f"the query {query!r}")


def _unreadable(url: str, *, found: str) -> TheirMessage:
    """Say what is wrong with an address, without its user and password."""
    return TheirMessage(
        where=f"broker address {re.sub(r'//.*@', '//...@', url)!r}",
        found=found,
        expected="mqtt:// or mqtts://, a host, and no more than a port and ?version=3.1.1 or ?version=5",
        way_out=f"Write it like {EXAMPLE}.",
    )
