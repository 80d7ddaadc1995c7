"""The terms on which we connect: what a session is worth, and whom we trust."""

import ssl
from typing import Final

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

UNACKNOWLEDGED_MAX: Final = 256
"""How many messages a broker that speaks MQTT 5 may send ahead of our acknowledgements: a good batch for one commit."""

SESSION_S_MAX: Final = 7 * 24 * 3600
"""How long a broker that speaks MQTT 5 keeps our session while we are away: longer than any count with its recounts."""


def session_properties(*, session: bool) -> Properties:
    """Ask for a session that outlives our absence (or none), and for no more messages ahead than we commit at once."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has no annotation there
    properties.SessionExpiryInterval = SESSION_S_MAX if session else 0
    properties.ReceiveMaximum = UNACKNOWLEDGED_MAX
    return properties


def tls_context() -> ssl.SSLContext:
    """Trust whom the system trusts, and check that the broker is who it says."""
    context = ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    return context


class _TlsSocket(ssl.SSLSocket):
    """Closes itself when the two cannot agree, which paho forgets to do."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the standard library's own signature
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise
