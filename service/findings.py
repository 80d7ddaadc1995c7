"""Findings: every fault that keeps a message out (`E...`) and every oddity that is counted and shown (`W...`).

`FINDINGS` is their one list; the README's table is printed from it. Codes are never reused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PAYLOAD_BYTES_MAX: Final = 512 * 1024
"""Twice the largest real message (a transferable-vote ward with every ballot, 230 kB), below any broker's own."""

FIGURE_MAX: Final = 2**53 - 1
"""The largest whole number that every reader of JSON reads exactly; no election on earth comes near."""

FOUND_CHARACTERS_MAX: Final = 80
"""What was found is quoted up to here: enough to recognise it, too little to fill a page."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What a code means: the `title`, the `check` that must hold, and the `way_out` when it does not."""

    title: str
    check: str
    way_out: str


_RESEND: Final = "Send the count again with the next revision."

FINDINGS: Final[Mapping[str, FindingKind]] = {
    # Reading: the bytes
    "E101": FindingKind("too large", f"size of the payload <= {PAYLOAD_BYTES_MAX} bytes", "Send one area a message."),
    "E102": FindingKind("not UTF-8", "the payload is UTF-8", "Set the sender's encoding to UTF-8 and send it again."),
    "E103": FindingKind("not JSON", "the payload is one JSON object", "Mend the JSON and send it again."),
    "E104": FindingKind(
        "same key twice", "no key stands twice in one object", "Leave one of the two and send it again."
    ),
    "E105": FindingKind(
        "unknown field", "every field is one of the contract's", "Leave the field out, or mend its name."
    ),
    "E106": FindingKind("missing field", "every field that this kind of message needs is there", "Add the field."),
    "E107": FindingKind("not a figure", f"a figure is a whole number, 0 <= figure <= {FIGURE_MAX}", _RESEND),
    "E108": FindingKind("wrong value", "the field has the type and form of the contract", "Mend the field's value."),
    "E109": FindingKind(
        "kind and fields disagree", "the fields fit the kind of message", "Mend the kind or the fields."
    ),
    # Place: where it belongs
    "E201": FindingKind(
        "topic and payload disagree",
        "the topic's contest and area = the payload's",
        "Publish it on the topic of its area.",
    ),
    "E202": FindingKind("unknown contest", "the contest is in the election folder", "Use a contest of this election."),
    "E203": FindingKind("unknown area", "the area reports in this contest", "Use an area of this contest."),
    "E204": FindingKind(
        "unknown candidate",
        "everybody with votes stands in this area",
        "Use the ids of the election folder's candidates.",
    ),
    "E205": FindingKind(
        "winner does not stand", "who is said to be elected stands here", "Name a candidate of this area."
    ),
    "E206": FindingKind("test on a live night", "no `test: true` on a live night", "Send tests to a test night."),
    "E207": FindingKind(
        "live on a test night",
        "`test: true` on every message of a test night",
        "Mark it a test, or send it to the live night.",
    ),
    "E208": FindingKind(
        "unknown topic", "the topic is one that the contract names", "See the README's table of topics."
    ),
    "E209": FindingKind("unknown body", "the body is in the election folder", "Use a body of this election."),
    # Sums: can it be true?
    "E301": FindingKind("votes do not add up", "sum of votes = printed total of valid votes", _RESEND),
    "E302": FindingKind("papers do not add up", "valid + rejected = ballots", _RESEND),
    "E303": FindingKind("more ballots than electors", "ballots <= electorate", _RESEND),
    "E304": FindingKind("more counted than there is", "counted.done <= counted.of", _RESEND),
    "E305": FindingKind("too many votes for the papers", "sum of votes <= seats x valid ballot papers", _RESEND),
    "E306": FindingKind(
        "too many second preferences",
        "second preferences <= first preferences of the candidates they come from",
        _RESEND,
    ),
    "E307": FindingKind("too many elected", "number elected <= seats of the area", _RESEND),
    "E308": FindingKind("impossible ballot paper", "a ballot paper ranks each candidate once at most", _RESEND),
    # The desk
    "E401": FindingKind(
        "unknown desk action", "the action is one that the desk can take", "See the README's desk actions."
    ),
    "E402": FindingKind(
        "not to be called",
        "the area elects one, or the body has an office, a largest party or a control to be called",
        "Call what the body or the area has.",
    ),
    # Us
    "E901": FindingKind(
        "our fault",
        "the service can apply every message that passes scrutiny",
        "Report it with the journal; nothing is lost.",
    ),
    # Counted and shown
    "W101": FindingKind(
        "votes fell", "votes of a later revision >= votes of the earlier one", "Confirm, or send the next revision."
    ),
    "W102": FindingKind(
        "declaration against its rush", "the declared winner = the announced winner", "Confirm which is right."
    ),
    "W103": FindingKind(
        "sources disagree", "lower-ranked sources say what the standing source says", "Ask the sources."
    ),
    "W104": FindingKind(
        "disputed",
        "one source says one thing at one revision; equal ranks agree",
        "The source sends its next revision.",
    ),
    "W105": FindingKind(
        "parts differ from the whole", "sum of the parts = the covering count", "Ask the count centres."
    ),
    "W106": FindingKind(
        "figures incomplete", "everybody who stands has a figure", "Send the count with all candidates."
    ),
    "W107": FindingKind(
        "far from last time",
        "no party's share moved by 25 points or more against the baseline (house rule, not law)",
        "Check for swapped lines.",
    ),
    "W108": FindingKind(
        "declared against a call", "the declared winner = the one that the desk called", "Say so on air, and look why."
    ),
    "W109": FindingKind(
        "corrected by the desk", "the figures that stand = those that were sent", "The source sends its next revision."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong (E) or odd (W) with a message: the code, where, what was found, what was expected."""

    code: str
    where: str
    found: str
    expected: str

    @property
    def sentence(self) -> str:
        """Say it in a plain sentence, with the way out."""
        kind = FINDINGS[self.code]
        return f"{kind.title}: {self.where}: found {self.found}, expected {self.expected}. {kind.way_out}"

    def as_json(self) -> dict[str, str]:
        """Give it as it stands in receipts, quarantine and results."""
        return {
            "code": self.code,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "way_out": FINDINGS[self.code].way_out,
            "reason": self.sentence,
        }


def quote(value: object) -> str:
    """Show what was found, shortened and in ASCII, so that it can stand in any log, topic or page."""
    text = ascii(value)
    return text if len(text) <= FOUND_CHARACTERS_MAX else text[: FOUND_CHARACTERS_MAX - 3] + "..."
