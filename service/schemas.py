"""The wire as schemas: JSON Schema of every message, AsyncAPI 3 of the topics, from the types that are in use."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from service.messages import DESK_ACTIONS, Count
from service.settings import ROOT
from service.standings.wire import EventOut, QuarantineOut, ReceiptOut, ResultOut, StandingsOut, StatusOut

ASYNCAPI: Final = "3.0.0"

BINDING: Final = "0.2.0"
"""Which version of AsyncAPI's bindings for MQTT the operations keep to."""

QOS: Final = 1
"""Everything is delivered at least once, either way."""

NOT_RETAINED: Final = frozenset({"event"})
"""What the service publishes and the broker does not keep: whoever comes later reads what stands instead."""

SENT: Final[Mapping[str, tuple[str, type[Any]]]] = {
    "standings": ("{election}/standings/{body}", StandingsOut),
    "result": ("{election}/results/{contest}/{area}", ResultOut),
    "receipt": ("{election}/receipts/{source}/{contest}/{area}", ReceiptOut),
    "event": ("{election}/events", EventOut),
    "quarantine": ("{election}/quarantine/{contest}/{area}", QuarantineOut),
    "status": ("{election}/status", StatusOut),
}
"""What the service publishes: name, address below the root, type."""


def json_schema() -> dict[str, Any]:
    """Give one JSON Schema document whose `$defs` describe every message."""
    read: list[type[BaseModel]] = [Count, *dict.fromkeys(DESK_ACTIONS.values())]
    _, received = models_json_schema([(model, "validation") for model in read])
    definitions = dict(received["$defs"])
    for _, shape in SENT.values():
        described = TypeAdapter(shape).json_schema()
        definitions.update(described.pop("$defs", {}))
        definitions[shape.__name__] = described
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "election-night: every message on the wire",
        "$defs": definitions,
    }


def asyncapi() -> dict[str, Any]:
    """Give an AsyncAPI 3 document: the topics as channels, what is received and what is sent."""
    schemas = json_schema()["$defs"]
    received: dict[str, tuple[str, str]] = {"count": ("{election}/counts/{contest}/{area}", Count.__name__)}
    for action, model in DESK_ACTIONS.items():
        received[f"desk-{action}"] = (f"{{election}}/desk/{action}", model.__name__)
    sent = {name: (address, shape.__name__) for name, (address, shape) in SENT.items()}
    channels = {name: _channel(name, address) for name, (address, _) in {**received, **sent}.items()}
    operations = {
        **{f"take-{name}": _operation(name, "receive", retain=False) for name in received},
        **{f"publish-{name}": _operation(name, "send", retain=name not in NOT_RETAINED) for name in sent},
    }
    messages = {
        name: {"name": name, "contentType": "application/json", "payload": {"$ref": f"#/components/schemas/{shape}"}}
        for name, (_, shape) in {**received, **sent}.items()
    }
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "election-night",
            "version": "1.0.0",
            "description": "Counts in, projected standings out, over MQTT 3.1.1 or 5, QoS 1.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": _moved(schemas)},
    }


def _channel(name: str, address: str) -> dict[str, Any]:
    levels = [level[1:-1] for level in address.split("/") if level.startswith("{")]
    return {
        "address": f"{ROOT}/{address}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "parameters": {level: {"description": f"the {level}'s id"} for level in levels},
    }


def _operation(name: str, action: str, *, retain: bool) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "bindings": {"mqtt": {"qos": QOS, "retain": retain, "bindingVersion": BINDING}},
    }


def _moved(value: Any) -> Any:
    """Point references at where AsyncAPI keeps schemas."""
    if isinstance(value, dict):
        return {
            key: item.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(item)
            for key, item in value.items()
        }
    return [_moved(item) for item in value] if isinstance(value, list) else value
