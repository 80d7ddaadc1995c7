"""The README does what it says: its commands run, its tables and picture are the code's, its figures are on record."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from service.app import as_records, find_election, find_night, load_election, messages_of
from service.counting import RULES
from service.election import Election
from service.folder import read_election
from service.folder import tables as folder_tables
from service.ids import AreaId, BodyId, ContestId
from service.messages import DESK_ACTIONS, Count, Kind, State, read_count
from service.night import Event, Night
from service.schemas import asyncapi
from service.standings import wire
from tests.brokers import free_port
from tests.readme.parts import (
    README,
    ROOT,
    Block,
    Section,
    blocks_said,
    files,
    first_cells,
    matches,
    named,
    part,
    sections,
    table_names,
    with_tables,
)
from tests.readme.picture import PICTURE, draw
from tests.readme.tables import every_command, tables

TEXT = README.read_text(encoding="utf-8")
PORT = "1883"
COMMAND_S_MAX = 60


# -- its commands


@pytest.mark.parametrize(
    "section", [section for section in sections(TEXT) if section.commands], ids=lambda section: str(section.title)
)
def test_the_commands_of_a_section_run_one_after_the_other(section: Section, tmp_path: Path) -> None:
    if any("mosquitto_" in block.text for block in section.commands) and shutil.which("mosquitto_pub") is None:
        pytest.skip("no mosquitto_pub on PATH: apt-get install mosquitto-clients, or brew install mosquitto")
    for path, content in files(TEXT).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    port = str(free_port())
    with running_beside(tmp_path, port) as start:
        for block in section.commands:
            if block.said == "beside":
                start(block)
                continue
            printed = run(block, tmp_path, port)
            expected = section.printed_by(block)
            if expected is not None:
                assert matches(expected, printed), f"README.md:{block.line} prints\n{printed}"


def run(block: Block, folder: Path, port: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text.replace(PORT, port)],
        cwd=ROOT if block.text.startswith("make ") else folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=COMMAND_S_MAX,
        check=False,
    )
    assert done.returncode == 0, f"README.md:{block.line} ends with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def environment() -> dict[str, str]:
    """Give what a reader has who has activated the virtual environment, whatever `make` the tests are run by."""
    others = ("ELECTION_NIGHT_", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return {**kept, "PATH": path, "COLUMNS": "100", "PYTHONWARNINGS": "ignore"}


@contextmanager
def running_beside(folder: Path, port: str) -> Iterator[Any]:
    """Give what starts a service beside a section; at its end the service stops on SIGTERM, in good order."""
    services: list[subprocess.Popen[bytes]] = []

    def start(block: Block) -> None:
        said = folder / "beside.log"
        with said.open("wb") as log:
            command = ["bash", "-c", "exec " + block.text.replace(PORT, port)]
            service = subprocess.Popen(command, cwd=folder, env=environment(), stdout=log, stderr=log)
        services.append(service)
        until = time.monotonic() + COMMAND_S_MAX
        while b"broker_connected" not in said.read_bytes():
            assert service.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.05)

    try:
        yield start
    except BaseException:
        for service in services:
            service.kill()
            service.wait()
        raise
    for service in services:
        service.send_signal(signal.SIGTERM)
        assert service.wait(COMMAND_S_MAX) == 0, (folder / "beside.log").read_text()


def test_few_commands_are_left_to_look_at_alone() -> None:
    left = [block for section in sections(TEXT) for block in section.blocks if block.said == "illustration"]
    assert all(block.language == "sh" and block.about for block in left)
    assert len(left) <= 7


@pytest.mark.parametrize("name", every_command())
def test_every_command_is_shown_at_work(name: str) -> None:
    shown = "\n".join(block.text for section in sections(TEXT) for block in section.blocks if block.language == "sh")
    assert re.search(rf"election-night {name}\b", shown)


# -- its tables and picture


def test_its_tables_are_those_that_the_code_writes() -> None:
    assert table_names(TEXT) == [
        "commands",
        "options",
        "exit-codes",
        "findings",
        "log-events",
        "rules",
        "nights",
        "scorecard",
    ]
    assert with_tables(TEXT, tables()) == TEXT, "run `make readme`"


def test_its_picture_is_what_the_code_draws() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run `make readme`, and look at the picture"


def test_its_picture_fetches_nothing() -> None:
    addresses = set(re.findall(r"https?://[^\"')\s]+", PICTURE.read_text(encoding="utf-8")))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_its_topics_are_those_of_the_contract() -> None:
    channels = {channel["address"] for channel in asyncapi()["channels"].values()}
    actions = {address for address in channels if "/desk/" in address}
    assert {address.rsplit("/", 1)[1] for address in actions} == set(DESK_ACTIONS)
    documented = {name for names in first_cells(part(TEXT, "## Topics")) for name in names}
    assert documented == channels - actions | {"elections/{election}/desk/{action}"}


def test_every_desk_action_is_documented() -> None:
    cells = first_cells(part(TEXT, "## The desk"))
    assert set().union(*cells) == set(DESK_ACTIONS)
    fields = set().union(*(model.model_fields for model in DESK_ACTIONS.values()))
    assert fields <= named(part(TEXT, "## The desk"))


def test_every_field_kind_and_state_of_a_count_is_documented() -> None:
    text = part(TEXT, "## A count")
    documented = set().union(*first_cells(text))
    assert documented == {*Count.model_fields, *get_args(Kind)}
    assert set(get_args(State)) <= named(text)


@pytest.mark.parametrize(
    "heading, shape",
    [
        ("### Standings", wire.StandingsOut),
        ("### Results", wire.ResultOut),
        ("### Receipts", wire.ReceiptOut),
        ("### Quarantine", wire.QuarantineOut),
        ("### Status", wire.StatusOut),
    ],
)
def test_every_field_of_what_is_published_is_documented(heading: str, shape: type[Any]) -> None:
    told = named(part(TEXT, heading))
    everywhere = {"election", "contest", "area", "name", "as_of", "sequence", "digest"}
    assert set(shape.__annotations__) - everywhere <= told


def test_every_field_within_what_is_published_is_documented() -> None:
    told = named(part(TEXT, "## What is published"))
    shapes = [shape for name, shape in vars(wire).items() if name.endswith("Out")]
    assert len(shapes) > 20
    assert {field for shape in shapes for field in shape.__annotations__} - told == set()


def test_every_event_is_documented() -> None:
    written = {
        value.value
        for source in (ROOT / "service" / "night").glob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "event" and isinstance(value, ast.Constant)
    }
    assert set().union(*first_cells(part(TEXT, "### Events"))) == written


def test_every_key_and_column_of_an_election_folder_is_documented() -> None:
    told = named(part(TEXT, "## An election folder"))
    told_by_heading = {"ranks", "areas", "parties", "contests", "bodies", "priors", "national_share"}
    for model in (
        folder_tables.FileTable,
        folder_tables.PartyTable,
        folder_tables.ContestTable,
        folder_tables.BodyTable,
        folder_tables.PriorTable,
        folder_tables.NationalTable,
        folder_tables.CandidateRow,
        folder_tables.BaselineRow,
        folder_tables.NationalRow,
    ):
        keys = set(model.model_fields) - told_by_heading
        assert keys <= {name.split(" ")[0] for name in told}, model


def test_every_link_leads_somewhere() -> None:
    headings = [line.lstrip("#").strip() for line in TEXT.splitlines() if line.startswith("#")]
    anchors = {"#" + heading.lower().replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert target in anchors or (ROOT / target).exists(), target


# -- its figures


@cache
def night_at_its_end(name: str) -> tuple[Night, tuple[Event, ...]]:
    recorded = find_night(name, ROOT / "config")
    election = load_election(find_election(str(recorded.election), ROOT / "config"))
    night, events = Night(election), list[Event]()
    for record in as_records(election, messages_of(recorded), test=False):
        events += night.apply(record).events
    return night, tuple(events)


@pytest.mark.parametrize("block", blocks_said(TEXT, "count"), ids=lambda block: f"line {block.line}")
def test_a_count_that_is_shown_is_on_record(block: Block) -> None:
    shown = json.loads(block.text)
    assert isinstance(read_count(block.text.encode()), Count)
    recorded = [json.loads(message.payload) for message in messages_of(find_night(block.about, ROOT / "config"))]
    assert shown in recorded


@pytest.mark.parametrize("block", blocks_said(TEXT, "part of"), ids=lambda block: block.about)
def test_what_is_shown_as_published_is(block: Block) -> None:
    name, kind, of = block.about.split()
    night, events = night_at_its_end(name)
    shown = json.loads(block.text)
    match kind:
        case "standings":
            assert is_part(shown, night.standings(BodyId(of)))
        case "result":
            contest, area = of.split("/")
            assert is_part(shown, night.result((ContestId(contest), AreaId(area))))
        case _:
            assert any(is_part(shown, event) for event in events if event["event"] == of)


def is_part(shown: Any, whole: Any) -> bool:
    """Say whether everything shown is there: of an object some members, of a list some items."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(key in whole and is_part(shown[key], whole[key]) for key in shown)
    if isinstance(shown, list):
        return isinstance(whole, list) and all(any(is_part(item, each) for each in whole) for item in shown)
    return bool(shown == whole)


@pytest.fixture(scope="module")
def example() -> Election:
    folder = {Path(path).name: text.encode() for path, text in files(TEXT).items() if "/" in path}
    return read_election(folder, rules=RULES)


def test_its_election_folder_is_whole(example: Election) -> None:
    assert example.id == "two-constituencies"
    assert {len(standing) for standing in example.candidates.values()} == {5, 6}


def test_its_recorded_night_ends_as_it_did(example: Election, tmp_path: Path) -> None:
    path = tmp_path / "two-constituencies.jsonl"
    path.write_text(files(TEXT)[path.name], encoding="utf-8")
    night = Night(example)
    for record in as_records(example, messages_of(find_night(str(path), tmp_path)), test=False):
        night.apply(record)
    standings = night.standings(BodyId("members"))
    assert standings["complete"]
    assert {row["party"]: row["seats"] for row in standings["parties"] if row["seats"]} == {"lab": 2}
    brent = night.result((ContestId("constituency"), AreaId("brent-and-harrow")))
    assert (brent["hold_or_gain"], brent["majority"]) == ("hold", 29_796)
    assert brent["swing"] == {"from": "con", "to": "lab", "points": 9.74}
