"""The broker's door: counts come in by it, standings go out. The only importer of aiomqtt and paho.

`BrokerLink` keeps one connection alive and is all that most need. What it promises: a message is acknowledged when its
taker says so and not before, so whatever was not yet safe when we died comes again; nothing that arrives is dropped,
however slow the taker; a connection that breaks is made again for as long as the link is held.
"""

from service.adapters.broker.address import Address
from service.adapters.broker.failures import Disconnected, Refused
from service.adapters.broker.inbox import WAITING_BYTES_MAX, WAITING_MESSAGES_MAX, Delivery
from service.adapters.broker.link import BrokerLink, LinkState

__all__ = [
    "WAITING_BYTES_MAX",
    "WAITING_MESSAGES_MAX",
    "Address",
    "BrokerLink",
    "Delivery",
    "Disconnected",
    "LinkState",
    "Refused",
]
