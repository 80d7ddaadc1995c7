"""The shapes of an election folder's tables and rows, as they are written there."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from service.ids import ID_CHARACTERS_MAX, ID_PATTERN

_ID = StringConstraints(pattern=f"^{ID_PATTERN.pattern}$", max_length=ID_CHARACTERS_MAX)
_Id = Annotated[str, _ID]
_Text = Annotated[str, StringConstraints(min_length=1)]
_Seats = Annotated[int, Field(ge=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartyTable(_Table):
    """A `[[parties]]` table."""

    id: _Id
    name: _Text
    short: _Text
    colour: Annotated[str, StringConstraints(pattern="^#[0-9A-Fa-f]{6}$")]
    individual: bool = False
    aggregate: bool = False


def _spaced(value: object) -> object:
    return value.split() if isinstance(value, str) else value


def _blank(value: object) -> object:
    return None if value == "" else value


_Ids = Annotated[tuple[str, ...], BeforeValidator(_spaced)]
_Figure = Annotated[int, Field(ge=0)]
_Votes = Annotated[_Figure | None, BeforeValidator(_blank)]


class AreaTable(_Table):
    """An `[[areas]]` table, or a row of areas.csv."""

    id: _Id
    name: _Text
    covers: _Ids = ()
    body: Annotated[str | None, BeforeValidator(_blank)] = None
    seats: Annotated[_Seats | None, BeforeValidator(_blank)] = None
    electorate: _Votes = None
    region: Annotated[_Text | None, BeforeValidator(_blank)] = None
    country: Annotated[_Text | None, BeforeValidator(_blank)] = None


class ContestTable(_Table):
    """A `[[contests]]` table."""

    id: _Id
    name: _Text
    rule: _Text
    seats: _Seats = 1
    scope: Literal["area", "whole"]
    choices: Literal["candidates", "parties"] = "candidates"
    areas: tuple[str, ...] = ("*",)
    parties: tuple[str, ...] = ()
    minorities: tuple[str, ...] = ()
    follows: str | None = None
    unlisted: Literal["zero", "unknown"] = "unknown"
    parameters: dict[str, str | int | bool] = {}


class LineTable(_Table):
    """One of a body's `lines`."""

    name: _Text
    seats: _Seats


class BodyTable(_Table):
    """A `[[bodies]]` table, or a row of bodies.csv."""

    id: _Id
    name: _Text
    contests: _Ids
    seats: Annotated[_Seats | None, BeforeValidator(_blank)] = None
    lines: tuple[LineTable, ...] = ()
    office: bool = False
    seats_not_up: dict[str, _Figure] = {}


class PriorTable(_Table):
    """A `[[priors]]` table: shares in percent, with a standard error in percentage points."""

    contest: _Id
    source: _Text
    shares: Annotated[dict[str, Annotated[Decimal, Field(ge=0, le=100)]], Field(min_length=1)]
    error_points: Annotated[Decimal, Field(gt=0, le=100)]
    countries: tuple[_Text, ...] = ()


class NationalTable(_Table):
    """The `[national_share]` table."""

    name: _Text
    contest: _Id
    since: _Text


class FileTable(_Table):
    """All of election.toml."""

    id: _Id
    name: _Text
    date: date
    time_zone: str
    ranks: dict[_Id, int] = {}
    parties: tuple[PartyTable, ...]
    areas: tuple[AreaTable, ...] = ()
    contests: Annotated[tuple[ContestTable, ...], Field(min_length=1)]
    bodies: tuple[BodyTable, ...] = ()
    priors: tuple[PriorTable, ...] = ()
    national_share: NationalTable | None = None


class CandidateRow(_Table):
    """A row of candidates.csv."""

    contest: _Id
    area: str
    candidate: _Id
    name: _Text
    party: _Id
    incumbent: Literal["yes", ""] = ""


class BaselineRow(_Table):
    """A row of baseline.csv; without a party it has the area's electorate and ballot papers."""

    baseline: Literal["last", "eve", "before", "notional"]
    contest: _Id
    area: _Id
    party: str
    votes: _Votes = None
    seats: _Votes = None
    electorate: _Votes = None
    ballots: _Votes = None
    transfers: _Votes = None


class NationalRow(_Table):
    """A row of national.csv; without a party it has all valid votes of the authority."""

    authority: _Id
    party: str
    votes: _Figure
