"""The wire: what count centres and the desk send, read once into frozen types, or a coded finding where that fails."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, NamedTuple, Never, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from service.findings import FIGURE_MAX, FOUND_CHARACTERS_MAX, PAYLOAD_BYTES_MAX, Finding, quote
from service.ids import (
    ID_CHARACTERS_MAX,
    ID_PATTERN,
    AreaId,
    BodyId,
    CandidateId,
    ContentHash,
    ContestId,
    PartyId,
    SourceId,
)

NOTE_CHARACTERS_MAX: Final = 2_000
"""A note is a sentence or two for the desk, not a document."""

YEARS: Final = range(2, 9999)
"""Years of which every moment can be written in every time zone."""

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")


def _rfc3339(value: object) -> datetime:
    """Take times as RFC 3339 text alone: dates, numbers of seconds and local times have no place in the contract."""
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        at = datetime.fromisoformat(value.upper())
        if at.year in YEARS:
            return at
    raise ValueError("a time with its offset, such as 2012-05-04T14:05:00+01:00")


_SHOWING: Final = frozenset("LNPS")
"""Unicode's letters, numbers, punctuation and symbols: spaces, controls, joiners and marks alone show nothing."""

_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol that are drawn as nothing: Hangul fillers, the Braille pattern without dots."""


def _showing(text: str) -> str:
    """Take text that somebody can see: a decision is a named person's, for a reason that can be read."""
    if any(unicodedata.category(each)[0] in _SHOWING and each not in _BLANK for each in text):
        return text
    raise ValueError("text that shows something")


_ID = StringConstraints(pattern=f"^{ID_PATTERN.pattern}$", max_length=ID_CHARACTERS_MAX)
_Figure = Annotated[int, Field(ge=0, le=FIGURE_MAX)]
_Time = Annotated[AwareDatetime, BeforeValidator(_rfc3339)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=NOTE_CHARACTERS_MAX)]
_Shown = Annotated[str, StringConstraints(max_length=NOTE_CHARACTERS_MAX), AfterValidator(_showing)]

_Drawn = Annotated[str, StringConstraints(pattern=f"^{ID_PATTERN.pattern}(/[^/]+)?$", max_length=2 * ID_CHARACTERS_MAX)]
"""Who or what a lot is drawn among: a candidate, a party, an area, or a party's list in a region, as party/region."""

Kind: TypeAlias = Literal["rush", "partial", "declaration", "recount", "withdrawal", "state"]
State: TypeAlias = Literal["expected", "delayed", "recount_ordered", "tied", "unopposed", "countermanded", "vacant"]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Progress(_Wire):
    """How far the counting has come, in units that the count centre chooses (ballot boxes, wards, machines)."""

    done: _Figure = Field(description="counted so far")
    of: _Figure = Field(description="there are in all")


class Count(_Wire):
    """One message about one area of one contest, restating that area in full."""

    contest: Annotated[ContestId, _ID]
    area: Annotated[AreaId, _ID]
    revision: Annotated[int, Field(ge=1, le=FIGURE_MAX)] = Field(
        description="counts from 1 per source, contest and area"
    )
    kind: Kind
    issued_at: _Time = Field(description="RFC 3339 with offset")
    source: Annotated[SourceId, _ID]
    votes: dict[Annotated[CandidateId, _ID], _Figure] | None = Field(
        default=None, description="by candidate id, or party id in a list contest"
    )
    rejected: _Figure | None = Field(default=None, description="rejected ballot papers")
    ballots: _Figure | None = Field(default=None, description="ballot papers counted: valid + rejected")
    electorate: _Figure | None = Field(default=None, description="people entitled to vote")
    counted: Progress | None = None
    valid: _Figure | None = Field(
        default=None, description="the printed total of valid votes (papers, where a voter has several votes)"
    )
    winner: Annotated[CandidateId, _ID] | None = Field(
        default=None, description="of a rush: elected, figures to follow"
    )
    elected: list[Annotated[CandidateId, _ID]] | None = Field(
        default=None, description="for a ward that reports winners only"
    )
    seats: dict[Annotated[PartyId, _ID], _Figure] | None = Field(
        default=None, description="for a council that reports seats only"
    )
    state: State | None = Field(default=None, description="of an area without votes")
    expected_at: _Time | None = None
    transfers: dict[Annotated[CandidateId, _ID], _Figure] | None = Field(
        default=None, description="supplementary vote: second preferences added, by remaining candidate"
    )
    second_preferences: dict[Annotated[CandidateId, _ID], dict[Annotated[CandidateId, _ID], _Figure]] | None = Field(
        default=None, description="supplementary vote: papers by first and second preference"
    )
    papers: list[tuple[_Figure, list[Annotated[CandidateId, _ID]]]] | None = Field(
        default=None, description="single transferable vote: how many papers with which preferences, in order"
    )
    note: _Text | None = None
    test: bool = False
    declared_at: _Time | None = None
    signature: _Text | None = None

    def content(self) -> ContentHash:
        """Name what the message says by hash, without when, by whom and under which signature it was sent."""
        said = self.model_dump(exclude={"issued_at", "source", "signature"}, exclude_none=True)
        return content_hash(said)


class Decision(_Wire):
    """What every desk message carries: the number by which decisions rank, who took it, and why."""

    decision: Annotated[int, Field(ge=1, le=FIGURE_MAX)] = Field(description="the higher number wins")
    who: _Shown
    why: _Shown
    issued_at: _Time
    test: bool = False


_Content = Annotated[ContentHash, StringConstraints(pattern="^[0-9a-f]{16}$")]


class ContentDecision(Decision):
    """`desk/release`, `desk/reject`, `desk/hold`: about one content, by its hash (it may arrive before that)."""

    content: _Content


class Correction(Decision):
    """`desk/correct`: figures in place of a content, as its source should have sent them.

    They stand where the content would, until its source's next revision. Who corrects it again restates it whole.
    """

    content: _Content = Field(description="what is corrected (it may come later)")
    count: Count = Field(description="the whole count; source and revision are those of what is corrected")


class LotDrawn(Decision):
    """`desk/lot`: a lot drawn by the returning officer among those tied."""

    contest: Annotated[ContestId, _ID]
    area: Annotated[AreaId, _ID] | None = Field(
        default=None, description="left out where the areas of a contest add up"
    )
    options: Annotated[list[_Drawn], Field(min_length=2)] = Field(description="among whom the lot was drawn")
    order: Annotated[list[_Drawn], Field(min_length=1)] = Field(description="as drawn, first drawn first")


class Note(Decision):
    """`desk/note`: a remark for the record; it changes no figure."""


CallOf: TypeAlias = Literal["area", "office", "largest", "control"]

NOBODY: Final = "none"
"""Called to control a body: nobody, which is no overall control."""


class Question(NamedTuple):
    """What can be called: who wins an area or an office, who is the largest party of a body, who controls it."""

    of: CallOf
    contest: ContestId | None
    area: AreaId | None
    body: BodyId | None


class _About(Decision):
    """A decision about a call: of an area (`contest` and `area`), or of a body (`body`)."""

    of: CallOf
    contest: Annotated[ContestId, _ID] | None = Field(default=None, description="of an area")
    area: Annotated[AreaId, _ID] | None = Field(default=None, description="of an area")
    body: Annotated[BodyId, _ID] | None = Field(default=None, description="of an office, the largest party, control")

    @property
    def question(self) -> Question:
        """What is called, or no longer."""
        return Question(self.of, self.contest, self.area, self.body)


class CallMade(_About):
    """`desk/call`: the desk says who wins, before that is declared. It stands until then, or until it is withdrawn."""

    candidate: Annotated[CandidateId, _ID] | None = Field(default=None, description="of an area or an office")
    party: Annotated[PartyId, _ID] | None = Field(
        default=None, description='of the largest party or control; for control also "none"'
    )

    @property
    def choice(self) -> str:
        """Who is called, as the candidate's or party's id."""
        return self.candidate or self.party or ""


class CallWithdrawn(_About):
    """`desk/withdraw`: the desk takes a call back, whoever was called; it does not want a suggestion of it either."""


DESK_ACTIONS: Final[Mapping[str, type[Decision]]] = {
    "release": ContentDecision,
    "reject": ContentDecision,
    "hold": ContentDecision,
    "correct": Correction,
    "lot": LotDrawn,
    "call": CallMade,
    "withdraw": CallWithdrawn,
    "note": Note,
}


def content_hash(said: object) -> ContentHash:
    """Hash plain values (times in UTC) so that equal contents have equal hashes, whatever the order of their keys."""
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":"), sort_keys=True, default=_plain)
    return ContentHash(hashlib.sha256(text.encode()).hexdigest()[:16])


def raw_hash(topic: str, payload: bytes) -> ContentHash:
    """Name a message that cannot be read by the hash of its topic and bytes."""
    return ContentHash(hashlib.sha256(topic.encode() + b"\0" + payload).hexdigest()[:16])


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a message")


def read_count(payload: bytes) -> Count | tuple[Finding, ...]:
    """Read a count, or say what is wrong with it."""
    return _read(payload, Count)


def read_decision(action: str, payload: bytes) -> Decision | tuple[Finding, ...]:
    """Read a desk message of the given action, or say what is wrong with it."""
    model = DESK_ACTIONS.get(action)
    if model is None:
        return (Finding("E401", "the topic's action", repr(action)[:80], "one of " + ", ".join(DESK_ACTIONS)),)
    return _read(payload, model)


FINDINGS_SHOWN_MAX: Final = 10
"""A message with more faults than these is wrong throughout; ten show the sender where to look."""

_FIGURE_ERRORS: Final = frozenset(
    {"int_type", "int_from_float", "int_parsing", "greater_than_equal", "less_than_equal"}
)

_Read = TypeVar("_Read", Count, Decision)


def _read(payload: bytes, model: type[_Read]) -> _Read | tuple[Finding, ...]:
    if len(payload) > PAYLOAD_BYTES_MAX:
        return (Finding("E101", "the payload", f"{len(payload)} bytes", f"at most {PAYLOAD_BYTES_MAX}"),)
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        return (
            Finding("E102", f"byte {error.start + 1} of the payload", repr(payload[error.start : error.end]), "UTF-8"),
        )
    try:
        # pydantic's own reader takes NaN and lets the last of two equal keys win; a count with two figures for one
        # candidate must not pass, so the standard library's reader looks first.
        said = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except _SameKeyTwiceError as error:
        return (Finding("E104", "an object of the payload", f"the key {quote(error.key)} twice", "each key once"),)
    except json.JSONDecodeError as error:
        return (Finding("E103", f"line {error.lineno} column {error.colno}", error.msg, "JSON"),)
    except (ValueError, RecursionError) as error:
        found = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:FOUND_CHARACTERS_MAX]
        return (Finding("E103", "the payload", found, "JSON"),)
    if not isinstance(said, dict):
        return (Finding("E103", "the payload", quote(said), "one JSON object"),)
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        return tuple(_finding(dict(problem)) for problem in problems[:FINDINGS_SHOWN_MAX])


def _finding(problem: Mapping[str, Any]) -> Finding:
    steps = ".".join(str(step) for step in problem["loc"]) or "the payload"
    # Keys of the payload are steps too, so a place is as little to be trusted as what was found there.
    where = steps if steps.isascii() and steps.isprintable() and len(steps) <= FOUND_CHARACTERS_MAX else quote(steps)
    kind = problem["type"]
    if kind == "extra_forbidden":
        return Finding("E105", quote(steps), "a field that the contract does not know", "one of the contract's fields")
    if kind == "missing":
        return Finding("E106", where, "missing", "there")
    if kind == "json_invalid":
        return Finding("E103", "the payload", problem["msg"].removeprefix("Invalid JSON: "), "JSON")
    found = quote(problem["input"])
    if kind in _FIGURE_ERRORS:
        return Finding("E107", where, found, "a whole number, not negative")
    return Finding("E108", where, found, problem["msg"].removeprefix("Value error, ").removeprefix("Input should be "))


class _SameKeyTwiceError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _SameKeyTwiceError(key)
            seen.add(key)
    return unique


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON number")
