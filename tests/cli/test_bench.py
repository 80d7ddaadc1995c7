"""`bench`: the repository's measurements, run by the command; what they measure is no test's."""

from importlib.metadata import version
from pathlib import Path

import pytest

from service.cli.bench import FOLDER, Measured
from tests.cli.commands import election_night
from tests.readme.parts import ROOT


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration folder of a repository whose measurements write down that they were run, where, in order."""
    (tmp_path / "config").mkdir()
    (tmp_path / FOLDER).mkdir()
    for each in Measured:
        script = f'open("ran.txt", "a").write("{each} "); raise SystemExit({7 if each == Measured.night else 0})'
        (tmp_path / FOLDER / f"{each}.py").write_text(script)
    return tmp_path / "config"


def test_what_is_named_is_measured_in_the_order_named(config: Path) -> None:
    assert election_night("bench", "stv", "counting", "--config", config).status == 0
    assert (config.parent / "ran.txt").read_text().split() == ["stv", "counting"]


def test_everything_is_measured_where_nothing_is_named_up_to_what_fails(config: Path) -> None:
    assert election_night("bench", "--config", config).status == 7
    assert (config.parent / "ran.txt").read_text().split() == ["counting", "stv", "journal", "night"]


def test_without_the_repository_it_says_where_it_looked(tmp_path: Path) -> None:
    ended = election_night("bench", "--config", tmp_path)
    assert ended.status == 2
    assert str(tmp_path.parent / FOLDER) in ended.said
    assert "a copy of the repository" in ended.said


def test_everything_that_it_measures_is_in_the_repository() -> None:
    assert all((ROOT / FOLDER / f"{each}.py").is_file() for each in Measured)


def test_the_version_is_the_distributions() -> None:
    ended = election_night("--version")
    assert (ended.status, ended.printed) == (0, f"election-night {version('election-night')}\n")
