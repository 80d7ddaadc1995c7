"""What is said of a body beside its figures: doubt, certainty, calls, recounts."""

from typing_extensions import TypedDict  # not typing's own: before Python 3.12 pydantic reads no schema from that


class DoubtChangeOut(TypedDict):
    """What would be otherwise if contents that are kept out, held or disputed counted."""

    contents: list[str]
    what: str
    contest: str | None
    area: str | None
    was: list[str]
    would_be: list[str]


class DoubtOut(TypedDict):
    """Whether messages in doubt could change a seat, a control or an office: `yes`, `no`, or `unknown`."""

    messages: int
    could_change: str
    changes: list[DoubtChangeOut]


class CertainPartyOut(TypedDict):
    """Fewest and most seats of a party, whatever comes."""

    at_least: int
    at_most: int


class CertainOut(TypedDict):
    """What no paper still to come can change: seats by party, control, the office; papers outstanding by contest."""

    seats: dict[str, CertainPartyOut]
    control: str | None
    elected: str | None
    outstanding: dict[str, int | None]


class CallOut(TypedDict):
    """A question and how far it is answered before it is declared; see the README for what each `status` means.

    `candidate` and `party` are who is called, certain or suggested; `right` whether that is what came, where it has.
    """

    of: str
    contest: str | None
    area: str | None
    body: str
    name: str
    status: str
    candidate: str | None
    candidate_name: str | None
    party: str | None
    chance: float | None
    by: str | None
    why: str | None
    at: str | None
    decision: int | None
    sequence: int | None
    in_doubt: bool | None
    right: bool | None


class RecountOut(TypedDict):
    """An area where a recount is ordered or likely: the lead of the last to be elected over the first who is not."""

    contest: str
    area: str
    name: str
    basis: str
    lead: int | None
    lead_share: float | None
    first: str | None
    second: str | None
    first_party: str | None
    second_party: str | None
