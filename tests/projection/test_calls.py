"""A call is made late and withdrawn reluctantly, and never while a count is in doubt."""

from service.projection import PartyProjection, Projection
from service.projection.calls import Call, calls_now

NONE: frozenset[Call] = frozenset()
AREA = Call("area", "luton", "lab")
LARGEST = Call("largest", None, "lab")


def projection(*, area: float = 0.5, largest: float = 0.5) -> Projection:
    line = PartyProjection("lab", 1, 1, 1, 1.0, largest, 0.1, None, {1: 1.0})
    return Projection({"lab": line}, {"luton": {"lab": area, "con": 1 - area}}, None, (), 1000, 1)


def test_a_call_is_made_at_999_in_a_thousand_and_not_before() -> None:
    assert calls_now(NONE, projection(area=0.9989)) == NONE
    assert calls_now(NONE, projection(area=0.999)) == {AREA}
    assert calls_now(NONE, projection(largest=0.999)) == {LARGEST}


def test_a_call_stands_until_it_falls_below_99_in_a_hundred() -> None:
    assert calls_now(frozenset({AREA}), projection(area=0.99)) == {AREA}
    assert calls_now(frozenset({AREA}), projection(area=0.9899)) == NONE


def test_what_a_count_in_quarantine_could_change_is_not_called() -> None:
    sure = projection(area=1.0, largest=1.0)
    assert calls_now(NONE, sure, doubted=frozenset({"luton"})) == {LARGEST}
    assert calls_now(frozenset({AREA, LARGEST}), sure, doubted=frozenset({"luton"})) == {LARGEST}


def test_only_the_calls_before_and_the_projection_matter() -> None:
    once = calls_now(NONE, projection(area=0.999, largest=0.999))
    assert calls_now(once, projection(area=0.999, largest=0.999)) == once
