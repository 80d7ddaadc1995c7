"""The library of elections and nights: folders below `config/`, found by name or by path."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from service.errors import ElectionFolderError, NightError
from service.folder import ELECTION_FILE, FILES

NIGHT_FILES: Final = ("night.jsonl", "night.jsonl.zst", "night.jsonl.gz")
ABOUT_FILE: Final = "night.toml"
JOURNAL_SUFFIX: Final = ".sqlite"


@dataclass(frozen=True, slots=True)
class RecordedNight:
    """A night on record: its messages' file (JSON lines or a journal) and, where there is one, what is told about it.

    `outcome` is the published outcome by body, as `night.toml` has it; `election` the election's name, None unknown.
    """

    file: Path
    name: str
    election: str | None = None
    lacks: tuple[str, ...] = ()
    times: str = ""
    outcome: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_journal(self) -> bool:
        """Whether the messages are kept in a journal rather than in JSON lines."""
        return self.file.suffix == JOURNAL_SUFFIX


def default_config() -> Path:
    """Give the configuration folder: `config` here, else the one that came with the program."""
    here = Path("config")
    return here if here.is_dir() else Path(__file__).resolve().parents[2] / "config"


def find_election(name: str, config: Path) -> Path:
    """Find an election folder by the election's name or by its path.

    Raises:
        ElectionFolderError: there is none.
    """
    folder = _find(name, config / "elections")
    if folder is None or not (folder / ELECTION_FILE).is_file():
        known = sorted(entry.name for entry in (config / "elections").glob("*") if entry.is_dir())
        raise ElectionFolderError(
            where=f"election {name!r}",
            found=f"no folder of this name in {config / 'elections'} with an {ELECTION_FILE}, nor at this path",
            expected="one of " + (", ".join(known) or "the elections in the configuration folder"),
            way_out="Name an election, or give the path of its folder; --config says where elections are looked for.",
        )
    return folder


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the files that make an election."""
    return {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}


def read_tiles(folder: Path) -> bytes | None:
    """Read how an election's areas are laid out on a map, where it says so."""
    file = folder / "tiles.csv"
    return file.read_bytes() if file.is_file() else None


def read_parameters() -> Mapping[str, Any]:
    """Read the projection's fitted parameters, which come with the program."""
    return tomllib.loads(files("service.projection").joinpath("parameters.toml").read_text(encoding="utf-8"))


def find_night(name: str, config: Path) -> RecordedNight:
    """Find a recorded night by its name, or by the path of its folder, of its JSON lines, or of a journal.

    Raises:
        NightError: there is none, or its description cannot be read.
    """
    found = _find(name, config / "nights")
    if found is not None and found.is_dir():
        for file in NIGHT_FILES:
            if (found / file).is_file():
                return _described(found / file, found / ABOUT_FILE)
        found = None
    if found is None or not found.is_file():
        known = sorted(entry.name for entry in (config / "nights").glob("*") if entry.is_dir())
        raise NightError(
            where=f"night {name!r}",
            found=f"no night of this name in {config / 'nights'}, nor a file or folder at this path",
            expected="one of " + (", ".join(known) or "the nights in the configuration folder"),
            way_out="Name a night, or give the path of a .jsonl, .jsonl.gz, .jsonl.zst or journal (.sqlite).",
        )
    return _described(found, found.parent / ABOUT_FILE if found.name in NIGHT_FILES else None)


def _find(name: str, folder: Path) -> Path | None:
    for candidate in (folder / name, Path(name)):
        if name and candidate.exists():
            return candidate
    return None


def _described(file: Path, about: Path | None) -> RecordedNight:
    if about is None or not about.is_file():
        return RecordedNight(file=file, name=file.name)
    try:
        said = tomllib.loads(about.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NightError(
            where=str(about), found=str(error), expected="TOML in UTF-8", way_out="Mend the night's description."
        ) from error
    return RecordedNight(
        file=file,
        name=str(said.get("name", file.parent.name)),
        election=said.get("election"),
        lacks=tuple(said.get("lacks", ())),
        times=str(said.get("times", "")),
        outcome=said.get("outcome", {}),
    )
