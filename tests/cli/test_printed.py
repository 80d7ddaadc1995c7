"""What a command prints may not find room, a reader or every character: that is told, and is nobody's fault."""

import json
import os
import subprocess
import sys

import pytest

from tests.service.services import ROOT

RECOUNT = (sys.executable, "-m", "service", "recount", "london-2012")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_full_disk_is_told_without_a_traceback(options: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        ended = subprocess.run(
            [*RECOUNT, *options], check=False, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert ended.returncode == 1
    assert "Make room, or print it elsewhere." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    nobody, into = os.pipe()
    os.close(nobody)
    ended = subprocess.run(RECOUNT, check=False, cwd=ROOT, stdout=into, stderr=subprocess.PIPE, text=True)
    os.close(into)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_terminal_that_does_not_know_a_character_is_shown_another() -> None:
    ended = subprocess.run(
        RECOUNT, check=False, cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "14 of 14 areas declared ? 25 of 25 seats" in ended.stdout


def test_json_is_escaped_there_so_that_no_name_becomes_another() -> None:
    either = [
        subprocess.run(
            [*RECOUNT, "--json"],
            check=False,
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": each},
            capture_output=True,
        )
        for each in ("ascii", "utf-8")
    ]
    assert json.loads(either[0].stdout) == json.loads(either[1].stdout)
    assert either[0].stdout.isascii()
