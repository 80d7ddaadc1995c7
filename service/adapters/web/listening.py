"""Listening: the page's port, opened by the service and handed to whatever serves the page."""

import errno
import socket
from typing import Final

from service.errors import TheirMessage
from service.settings import Http

BACKLOG: Final = 2048
"""Connections that wait to be accepted: a thousand readers come back at once after a restart."""

UNREAD_BYTES_MAX: Final = 128 * 1024
"""What the system keeps for a reader who is slow; beyond it the newest state replaces what waits. Some events' worth,
and with five thousand readers still less than a gigabyte."""


def listen(http: Http) -> socket.socket:
    """Open the page's port; connections wait there until somebody serves them.

    Raises:
        TheirMessage: it cannot be opened.
    """
    try:
        return _opened(http, http.port)
    except OSError as error:
        raise TheirMessage(
            where=f"--http {http.host}:{http.port}",
            found=str(error),
            expected="an address and a port that are free",
            way_out="Name another one, or run without a page: --http off.",
        ) from error


def url_of(listening: socket.socket) -> str:
    """Give the address of the page that is served at a port."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _opened(http: Http, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in http.host else socket.AF_INET
    try:
        opened = socket.create_server((http.host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and http.or_free and port:
            return _opened(http, 0)
        raise
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES_MAX)  # each connection inherits it
    return opened
