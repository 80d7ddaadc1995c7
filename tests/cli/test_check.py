"""`check`: is an election folder right?"""

import shutil
from pathlib import Path

import pytest

from service.errors import ElectionFolderError
from tests.cli.commands import election_night
from tests.service.nights import CONFIG, LONDON
from tests.service.services import told


@pytest.mark.parametrize("name", LONDON)
def test_a_right_folder_is_summed_up(name: str) -> None:
    ended = election_night("check", name)
    assert ended.status == 0
    assert ended.printed.endswith("no problems\n")
    assert "assembly: London Assembly, 25 seats" in ended.printed


def test_a_wrong_folder_is_told_with_every_problem_its_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "london-2012"
    shutil.copytree(CONFIG / "elections" / "london-2012", folder)
    candidates = (folder / "candidates.csv").read_text().splitlines()
    candidates[3] = candidates[3].replace(",green,", ",verdant,")
    (folder / "candidates.csv").write_text("\n".join(candidates) + "\n")
    settings = (folder / "election.toml").read_text()
    (folder / "election.toml").write_text(settings.replace('rule = "plurality"', 'rule = "plurality-vote"'))
    ended = election_night("check", folder)
    assert ended.status == 2
    assert f"{folder}/candidates.csv:4" in ended.printed
    assert "verdant" in ended.printed
    assert f"{folder}/election.toml" in ended.printed
    assert "plurality-vote" in ended.printed
    assert ended.printed.endswith("problems: mend them and check again.\n")


def test_a_folder_that_is_not_there_is_told_with_those_that_are() -> None:
    ended = election_night("check", "london-1066")
    assert (ended.status, ended.printed) == (2, "")
    said = told(ended.said)
    assert (said["error"], said["where"]) == (ElectionFolderError.heading, "election 'london-1066'")
    assert all(name in said["expected"] for name in LONDON)
