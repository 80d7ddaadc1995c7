"""The log: one line a batch, every event fixed and listed, and nothing in it that is nobody's business."""

import ast
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import service
from service.adapters.journal import Journal
from service.logs import LOG_EVENTS
from service.night import opening_of
from tests.brokers import RealBroker, eventually
from tests.service.nights import count, ending, kept, recorded, written
from tests.service.services import child, ends_in, logged, online
from tests.service.subscribers import Subscriber

LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
NIGHT = recorded("london-2012")
SECRET = "a-word-in-a-payload"


def log_calls() -> Iterator[ast.Call]:
    """Find every call of a logger in the package: something with `log` in its name, or structlog's own."""
    for path in Path(service.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=logger, attr=level)) if level in LEVELS:
                    if "log" in ast.unparse(logger):
                        yield node


def test_every_event_in_the_code_is_listed_and_every_listed_one_is_in_the_code() -> None:
    events = [ast.literal_eval(call.args[0]) for call in log_calls()]
    assert set(events) == set(LOG_EVENTS)


def test_no_line_says_more_than_fields_that_have_names() -> None:
    assert all(len(call.args) == 1 and all(field.arg for field in call.keywords) for call in log_calls())


async def test_no_payload_no_client_id_and_no_password_is_in_the_log(nats_broker: RealBroker, tmp_path: Path) -> None:
    journal = tmp_path / "night.sqlite"
    Journal.open(journal, opening_of(NIGHT.election, test=False)).close()
    url = f"mqtt://somebody:a-secret-password@127.0.0.1:{urlsplit(nats_broker.url).port}"
    with Subscriber(nats_broker.url, f"{NIGHT.topics.base}/#") as reader:
        async with child(NIGHT, journal, url) as running:
            await online(reader, NIGHT)
            first = NIGHT.messages[0].topic
            reader.publish(first, written({**count("london-2012", 1), "note": SECRET}))
            reader.publish(first, written({**count("london-2012", 1), SECRET: 1}))
            reader.publish(first, SECRET.encode())
            for message in NIGHT.messages[1:]:
                reader.publish(message.topic, message.payload)
            reader.flush()
            await eventually(lambda: (reader.said(NIGHT.topics.status) or {})["sequence"] > len(NIGHT.messages))
            await nats_broker.stop()
            await eventually(lambda: bool(logged(running, "broker_lost")))
            await nats_broker.start()
            await eventually(lambda: len(logged(running, "broker_connected")) > 1)
            await ends_in(reader, NIGHT, ending(NIGHT, kept(journal)))
            running.kill(signal.SIGTERM)
            assert await running.status() == 0
    opened = Journal.open(journal, opening_of(NIGHT.election, test=False))
    opened.close()
    for word in (opened.client_id, "a-secret-password", SECRET, '"votes"', "tracey-con"):
        assert word not in running.said
    lines = [json.loads(line) for line in running.said.splitlines() if line.startswith("{")]
    assert {line["event"] for line in lines} >= {"service_started", "batch_applied", "broker_lost", "service_stopped"}
    assert {line["event"] for line in lines} <= LOG_EVENTS.keys()
    assert all(line["level"] in LEVELS and line["timestamp"].endswith("Z") for line in lines)
    batches = [line["messages"] for line in lines if line["event"] == "batch_applied"]
    assert sum(batches) == len(kept(journal))
