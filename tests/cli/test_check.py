"""`check`: is an election folder right?"""

import shutil
from pathlib import Path

import pytest

from service.errors import ElectionFolderError
from tests.cli.commands import election_night
from tests.core.borough import FILES
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


def copy_of(name: str, tmp_path: Path, **changes: tuple[str, str]) -> Path:
    """Copy an election folder with something put in another's place in its files, named by their stems."""
    folder = tmp_path / name
    shutil.copytree(CONFIG / "elections" / name, folder)
    for stem, (old, new) in changes.items():
        file = next(folder.glob(f"{stem}.*"))
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
    return folder


def test_what_is_wrong_in_one_file_keeps_nothing_back_of_what_is_wrong_in_the_others(tmp_path: Path) -> None:
    folder = copy_of(
        "london-2012",
        tmp_path,
        election=('scope = "area"', 'scope = "ward"'),
        candidates=(",yes", ",perhaps"),
        baseline=("last,constituency", "recent,constituency"),
    )
    ended = election_night("check", folder)
    assert ended.status == 2
    for file in ("election.toml", "candidates.csv", "baseline.csv"):
        assert f"{folder}/{file}:" in ended.printed, file
    assert ended.printed.endswith("3 problems: mend them and check again.\n")


def test_a_time_zone_that_is_not_there_keeps_nothing_back_either(tmp_path: Path) -> None:
    folder = copy_of(
        "london-2012", tmp_path, election=("Europe/London", "Europe/Londinium"), candidates=(",green,", ",verdant,")
    )
    ended = election_night("check", folder)
    assert "Londinium" in ended.printed
    assert "verdant" in ended.printed


@pytest.mark.parametrize(
    "name, old, new, said, given",
    [
        ("london-2012", "seats = 25", "seats = 26", "body assembly of 26 seats", "expected 25"),
        ("germany-2021", "seats = 630", "seats = 631", "body bundestag of 630 seats", "expected 631"),
        ("commons-2019", "seats = 650", "seats = 651", "body commons of 651 seats", "expected 650"),
    ],
)
def test_a_body_has_as_many_seats_as_its_contests_give(
    tmp_path: Path, name: str, old: str, new: str, said: str, given: str
) -> None:
    folder = copy_of(name, tmp_path, election=(old, new))
    ended = election_night("check", folder)
    assert ended.status == 2
    assert f"{folder}/election.toml:" in ended.printed
    assert said in ended.printed
    assert given in ended.printed


@pytest.mark.parametrize(
    "name, stem, old, new, said",
    [
        ("london-2012", "election", 'follows = "constituency"', "", "additional-members-london follows none; expected"),
        ("london-2012", "election", '"majority", seats = 13', '"majority", seats = 99', "at 99 of 25"),
        ("london-2012", "election", 'scope = "area"', 'scope = "area"\ncolour = "red"', "expected no key of this name"),
        ("london-2012", "candidates", ",yes\n", ",yes,Ms\n", "7 columns; expected 6, as the first line names"),
        ("london-2012", "candidates", ",yes\n", "\n", "5 columns; expected 6, as the first line names"),
    ],
)
def test_what_cannot_be_counted_or_read_is_a_problem_in_plain_words(
    tmp_path: Path, name: str, stem: str, old: str, new: str, said: str
) -> None:
    ended = election_night("check", copy_of(name, tmp_path, **{stem: (old, new)}))
    assert ended.status == 2
    assert said in ended.printed
    assert "None" not in ended.printed


def test_what_may_be_forgotten_is_a_remark(tmp_path: Path) -> None:
    """An area that votes on nothing, a ward with one candidate for two seats, a folder of another name."""
    folder = tmp_path / "borough"
    folder.mkdir()
    west = b'[[areas]]\nid = "west"\nname = "West"\n\n[[contests]]'
    toml = FILES["election.toml"].replace(b'["*"', b'["north", "south", "east"').replace(b"[[contests]]", west, 1)
    gone = (b"gorse-con", b"hazel-lab", b"ivy-lab")
    rows = [row for row in FILES["candidates.csv"].splitlines() if not any(who in row for who in gone)]
    for name, content in {**FILES, "election.toml": toml, "candidates.csv": b"\n".join(rows)}.items():
        (folder / name).write_bytes(content)
    ended = election_night("check", folder)
    assert ended.status == 0, ended.printed
    assert "remark: 1 of 6 areas in no contest: west" in ended.printed
    assert "remark: fewer candidates than seats in 1 of 3 areas of ward: east" in ended.printed
    assert "remark: the election is borough-2024, its folder borough" in ended.printed


def test_areas_where_nobody_stands_are_remarked_on(tmp_path: Path) -> None:
    known = election_night("check", "london-boroughs-2022")
    assert known.status == 0
    assert "remark: no candidates in 1 of 679 areas of ward: kensington-and-chelsea-stanley" in known.printed
    assert "remark" not in election_night("check", "london-2012").printed


def test_a_folder_that_is_not_there_is_told_with_those_that_are() -> None:
    ended = election_night("check", "london-1066")
    assert (ended.status, ended.printed) == (2, "")
    said = told(ended.said)
    assert (said["error"], said["where"]) == (ElectionFolderError.heading, "election 'london-1066'")
    assert all(name in said["expected"] for name in LONDON)


@pytest.mark.parametrize(
    "name, said",
    [
        ("london-2012", "14 reporting areas, 102 candidates and lists, 20 parties"),
        ("councils-2012", "3 reporting areas, 0 candidates and lists, 5 parties"),
    ],
)
def test_areas_that_report_are_counted_without_those_that_cover_them_and_everybody_who_stands(
    name: str, said: str
) -> None:
    assert f"  {said}\n" in election_night("check", name).printed


def test_a_contest_in_which_nobody_stands_is_remarked_on(tmp_path: Path) -> None:
    folder = copy_of("london-2012", tmp_path)
    candidates = folder / "candidates.csv"
    lines = candidates.read_text().splitlines(keepends=True)
    candidates.write_text("".join(line for line in lines if not line.startswith("mayor,")))
    ended = election_night("check", folder)
    assert ended.status == 0
    assert "  remark: no candidates in mayor\n" in ended.printed


def test_a_contest_of_which_seats_alone_are_reported_needs_nobody_who_stands() -> None:
    assert "remark" not in election_night("check", "councils-2012").printed
