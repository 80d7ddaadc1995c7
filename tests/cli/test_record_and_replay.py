"""`record` and `replay`: a night out of a broker, and into one."""

import asyncio
import json
import signal
from pathlib import Path

import pytest
import typer

from service.adapters.player import read_night
from service.cli.replay import read_speed
from tests.brokers import RealBroker, eventually
from tests.cli.commands import election_night, ended, hears, started
from tests.service.nights import but_arrival, ending, kept, pairs, recorded
from tests.service.services import told
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")


@pytest.mark.parametrize("name", ["recording.sqlite", "recording.jsonl.zst"])
async def test_a_recording_ended_with_ctrl_c_is_the_night(broker: RealBroker, tmp_path: Path, name: str) -> None:
    out, journal = tmp_path / name, tmp_path / "recording.sqlite"
    record = await started("record", out, "--election", "london-2012", "--broker", broker.url)
    try:
        await hears(record, "recording; Ctrl-C ends it")
        with Subscriber(broker.url) as centres:
            heard = asyncio.create_task(hears(record, "messages on record"))
            while not heard.done():  # until it has subscribed nobody keeps what is published
                centres.publish(NIGHT.messages[0].topic, NIGHT.messages[0].payload)
                await asyncio.sleep(0.05)
            heard.result()
            for message in NIGHT.messages[1:]:
                centres.publish(message.topic, message.payload)
            centres.flush()
            await eventually(lambda: journal.exists() and pairs(kept(journal)) == pairs(NIGHT.messages))
        record.send_signal(signal.SIGINT)
        assert (await ended(record)).status == 0
    finally:
        if record.returncode is None:
            record.kill()
    if name.endswith(".zst"):
        assert list(read_night(out)) == kept(journal)
    said = json.loads(election_night("recount", out, "--json").printed)
    expected = ending(NIGHT).retained
    for body in NIGHT.election.bodies:
        topic = NIGHT.topics.standings(body)
        assert but_arrival({topic: said["bodies"][body]}) == but_arrival({topic: expected[topic]})


async def test_a_replay_with_nobody_there_to_count_ends_with_the_way_out(nats_broker: RealBroker) -> None:
    replay = await ended(await started("replay", "london-2012", "--broker", nats_broker.url, "--wait", "0.2"))
    assert replay.status == 4
    said = told(replay.said)
    assert said["found"] == "no service online within 0.2 s"
    assert said["way out"].startswith("Start it with `election-night run`")


async def test_a_replay_without_waiting_publishes_to_whoever_listens(nats_broker: RealBroker) -> None:
    with Subscriber(nats_broker.url, f"{NIGHT.topics.base}/counts/#") as reader:
        options = ("--broker", nats_broker.url, "--wait", "0", "--speed", "max")
        assert (await ended(await started("replay", "london-2012", *options))).status == 0
        assert [(message.topic, message.payload) for message in NIGHT.messages] == reader.seen


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf", ""])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    with pytest.raises(typer.BadParameter, match="expected a number above 0, or max"):
        read_speed(speed)


def test_a_speed_is_a_number_or_as_fast_as_it_goes() -> None:
    assert (read_speed("60"), read_speed("0.5"), read_speed("max")) == (60.0, 0.5, None)
