"""The log: one line a batch, every event fixed and listed, and nothing in it that is nobody's business."""

import ast
import asyncio
import errno
import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import service
from service.adapters.journal import Journal
from service.logs import LOG_EVENTS, LogLines
from service.night import opening_of
from tests.brokers import RealBroker, eventually
from tests.service.nights import count, ending, kept, recorded, written
from tests.service.services import ROOT, child, ends_in, logged, offline, online
from tests.service.subscribers import Subscriber

LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
NIGHT = recorded("london-2012")
SECRET = "a-word-in-a-payload"


BY_THE_LOG_ITSELF = frozenset({"log_lines_lost"})


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
    assert set(events) | BY_THE_LOG_ITSELF == set(LOG_EVENTS)


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


class Clogged(io.StringIO):
    """A file that takes nothing while it is full."""

    full = False

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "no space left on device")
        return super().write(text)


def test_a_line_that_cannot_be_written_is_lost_and_counted_and_the_next_one_says_so() -> None:
    file = Clogged()
    lines = LogLines(file)
    lines.write("one\n")
    file.full = True
    lines.write("two\n")
    lines.write("three\n")
    file.full = False
    lines.write("four\n")
    lines.write("five\n")
    one, lost, *rest = file.getvalue().splitlines()
    assert (one, rest) == ("one", ["four", "five"])
    assert (json.loads(lost)["event"], json.loads(lost)["lines"]) == ("log_lines_lost", 2)


@pytest.mark.parametrize("log", ["a full disk", "a pipe that nobody reads"])
async def test_the_count_goes_on_where_the_log_cannot_be_written(
    nats_broker: RealBroker, tmp_path: Path, log: str
) -> None:
    if log == "a full disk":
        into = os.open("/dev/full", os.O_WRONLY)
    else:
        nobody, into = os.pipe()
        os.close(nobody)
    options = ("--election", NIGHT.folder, "--journal", tmp_path / "night.sqlite", "--broker", nats_broker.url)
    with Subscriber(nats_broker.url, f"{NIGHT.topics.base}/#") as reader:
        service = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service", "run", *options, "--http", "off"),
            stdout=into,
            stderr=into,
            cwd=ROOT,
        )
        os.close(into)
        try:
            await online(reader, NIGHT)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, NIGHT, ending(NIGHT))
            service.terminate()
            await offline(reader, NIGHT)
            assert await service.wait() == 0
        finally:
            if service.returncode is None:
                service.kill()
                await service.wait()
