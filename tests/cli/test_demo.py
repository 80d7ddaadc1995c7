"""`demo`: a night through a real broker, shown as it goes, and held against the published outcome at its end."""

import asyncio
import os
import pty
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.brokers import eventually
from tests.cli.commands import HERE, ended, hears, started
from tests.service.nights import CONFIG, LONDON
from tests.service.services import ROOT, told

WINNERS = {
    "london-2004": ["London Assembly: Con 9, Lab 7, LD 5, Green 2, UKIP 2 (complete)"],
    "london-2012": [
        "London Assembly: Lab 12, Con 9, Green 2, LD 2 (complete)",
        "Mayor of London: Boris Johnson elected with 1,054,811 votes (complete)",
    ],
    "london-2021": ["London Assembly: Lab 11, Con 9, Green 3, LD 2 (complete)"],
}


@pytest.mark.parametrize("name", LONDON)
async def test_it_ends_by_itself_with_the_final_standings_and_0_when_they_are_as_published(name: str) -> None:
    demo = await ended(await started("demo", "--exit", "--seconds", "2", "--night", name))
    assert demo.status == 0, demo.said
    *told_before, last = demo.printed.strip().rpartition("As published")
    assert last == ": seats, changes and votes equal the outcome recorded with the \nnight."
    for line in WINNERS[name]:
        assert line in "".join(told_before).splitlines()
    assert demo.printed.splitlines()[0].startswith("declared")
    after_the_mayor = demo.printed.partition("Mayor of London complete")[2]
    assert "certain, whatever is still to come" not in after_the_mayor


async def test_it_ends_with_1_and_the_difference_when_the_outcome_is_not_the_published_one(tmp_path: Path) -> None:
    for kind in ("elections", "nights"):
        shutil.copytree(CONFIG / kind / "london-2012", tmp_path / kind / "london-2012")
    about = tmp_path / "nights" / "london-2012" / "night.toml"
    about.write_text(about.read_text().replace("seats = { lab = 12, con = 9,", "seats = { lab = 13, con = 8,"))
    demo = await ended(await started("demo", "--exit", "--seconds", "1", "--config", tmp_path))
    assert demo.status == 1
    assert "differs from the published outcome: assembly: seats of lab: 12, published 13" in demo.printed
    assert "As published" not in demo.printed


async def test_without_exit_the_standings_stay_until_ctrl_c_and_nothing_runs_on() -> None:
    demo = await started("demo", "--seconds", "1")
    try:
        await hears(demo, "subscribe beside: mosquitto_sub -p ")
        await hears(demo, "The service keeps running")
        demo.send_signal(signal.SIGINT)
        assert (await ended(demo)).status == 0
    finally:
        if demo.returncode is None:
            demo.kill()


async def test_in_a_terminal_it_draws_the_standings(tmp_path: Path) -> None:
    ours, its = pty.openpty()
    os.set_blocking(ours, False)
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "demo", "--exit", "--seconds", "2"),
        cwd=ROOT,
        env={**HERE, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50"},
        stdin=its,
        stdout=its,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(its)
    drawn = b""

    def over() -> bool:
        nonlocal drawn
        try:
            drawn += os.read(ours, 1 << 16)
        except BlockingIOError:
            pass
        except OSError:  # the other end is closed
            return True
        return False

    try:
        await eventually(over, within_s=60)
        assert await demo.wait() == 0
    finally:
        os.close(ours)
        if demo.returncode is None:
            demo.kill()
    screen = drawn.decode()
    assert "╭─ \x1b[1mLondon Assembly" in screen
    assert "Last declarations" in screen
    assert "message 32 of 32" in screen
    assert "As published: seats, changes and votes equal the outcome" in screen


async def test_a_night_that_nobody_described_is_refused(tmp_path: Path) -> None:
    shutil.copy(CONFIG / "nights" / "london-2012" / "night.jsonl", tmp_path / "night.jsonl")
    demo = await ended(await started("demo", "--night", tmp_path / "night.jsonl"))
    assert (demo.status, told(demo.said)["found"]) == (2, "no night.toml beside it")
