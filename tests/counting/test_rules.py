"""The register of rules and the door to them: what they accept, what they refuse, and how they say so."""

import doctest
from fractions import Fraction
from typing import Any

import pytest

import service.counting
from service.counting import (
    RULES,
    CountingError,
    DHondt,
    LandTally,
    ListTally,
    Lot,
    LotError,
    Papers,
    PreferenceTally,
    RuleError,
    Tally,
    Votes,
    VotesError,
    count_contest,
    rule_named,
)

ONE_SEAT = {"referendum", "supplementary-vote", "instant-run-off"}
SMALL: dict[str, Votes] = {
    "plurality": Tally({"a": 5, "b": 4}),
    "referendum": Tally({"yes": 5, "no": 4}),
    "supplementary-vote": PreferenceTally({"a": 5, "b": 4, "c": 2}, {"a": 1, "b": 1}),
    "instant-run-off": Papers(((5, ("a",)), (4, ("b",)), (2, ("c", "b"))), ("a", "b", "c")),
    "mixed-member-germany-2023": LandTally({"north": {"a": 5, "b": 4}}),
    "stv-scotland": Papers(((5, ("a",)), (4, ("b",)), (2, ("c", "b"))), ("a", "b", "c")),
    "stv-northern-ireland": Papers(((5, ("a",)), (4, ("b",)), (2, ("c", "b"))), ("a", "b", "c")),
    "stv-meek": Papers(((5, ("a",)), (4, ("b",)), (2, ("c", "b"))), ("a", "b", "c")),
}


def seats_of(name: str) -> int:
    return 1 if name in ONE_SEAT else 2


def votes_of(name: str) -> Votes:
    return SMALL.get(name, ListTally({"a": 5, "b": 4}))


class TestRegister:
    def test_it_has_the_names_that_election_files_use(self) -> None:
        assert set(RULES) == {
            "plurality",
            "referendum",
            "supplementary-vote",
            "instant-run-off",
            "dhondt",
            "sainte-lague",
            "modified-sainte-lague",
            "hare",
            "droop",
            "additional-members-london",
            "additional-members-scotland",
            "additional-members-wales",
            "mixed-member-new-zealand",
            "mixed-member-germany-2023",
            "stv-scotland",
            "stv-northern-ireland",
            "stv-meek",
        }

    @pytest.mark.parametrize("name", sorted(RULES))
    def test_every_rule_says_what_it_does_for_whom_since_when_and_by_what_law(self, name: str) -> None:
        entry = RULES[name]
        assert all([entry.description, entry.office, entry.in_force, entry.source])
        assert "\n" not in entry.description

    @pytest.mark.parametrize("name", sorted(RULES))
    def test_every_rule_is_built_by_its_name_and_counts(self, name: str) -> None:
        rule = rule_named(name, seats=seats_of(name))
        assert (rule.name, rule.seats) == (name, seats_of(name))
        outcome = count_contest(rule, votes_of(name))
        assert outcome.rule == name
        assert outcome.seats

    @pytest.mark.parametrize("name", sorted(RULES))
    def test_every_rule_is_the_same_value_when_built_again(self, name: str) -> None:
        first, again = rule_named(name, seats=seats_of(name)), rule_named(name, seats=seats_of(name))
        assert (first, hash(first)) == (again, hash(again))

    @pytest.mark.parametrize("name", sorted(RULES))
    @pytest.mark.parametrize("seats", [0, -1, 1.5, True])
    def test_seats_that_are_no_whole_number_of_1_or_more_are_refused(self, name: str, seats: Any) -> None:
        with pytest.raises(RuleError, match=name):
            rule_named(name, seats=seats)

    @pytest.mark.parametrize("name", sorted(ONE_SEAT))
    def test_an_office_for_one_is_not_counted_for_two(self, name: str) -> None:
        with pytest.raises(RuleError, match="fills one seat"):
            rule_named(name, seats=2)

    def test_an_unknown_name_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(RuleError, match=r"'fptp'; there are additional-members-london, .*, plurality"):
            rule_named("fptp", seats=1)

    def test_a_parameter_that_the_rule_has_not_is_refused(self) -> None:
        with pytest.raises(RuleError, match=r"plurality.*threshold"):
            rule_named("plurality", seats=1, threshold="1/20")

    @pytest.mark.parametrize("threshold", [Fraction(1, 20), "1/20", "0.05"])
    def test_a_threshold_is_an_exact_share_however_it_is_written(self, threshold: Any) -> None:
        assert rule_named("dhondt", seats=3, threshold=threshold) == DHondt(3, Fraction(1, 20))

    @pytest.mark.parametrize("threshold", [0.05, "5%", "1/0", True, None, "1", -1, Fraction(1)])
    def test_a_threshold_that_is_not_exact_or_no_share_is_refused(self, threshold: Any) -> None:
        with pytest.raises(RuleError, match="dhondt: threshold must be"):
            rule_named("dhondt", seats=3, threshold=threshold)

    def test_germanys_basic_seats_are_a_whole_number(self) -> None:
        with pytest.raises(RuleError, match="basic_seats"):
            rule_named("mixed-member-germany-2023", seats=630, basic_seats=0)


class TestDoor:
    @pytest.mark.parametrize("name", sorted(RULES))
    def test_votes_of_another_kind_are_a_type_error_that_names_both(self, name: str) -> None:
        wrong: Votes = Tally({"a": 1}) if not isinstance(votes_of(name), Tally) else ListTally({"a": 1})
        counted, found = type(votes_of(name)).__name__, type(wrong).__name__
        with pytest.raises(TypeError, match=f"{name} counts a {counted}, found a {found}"):
            count_contest(rule_named(name, seats=seats_of(name)), wrong)

    def test_what_is_no_rule_is_a_type_error(self) -> None:
        with pytest.raises(TypeError, match="str is no rule"):
            count_contest("plurality", Tally({"a": 1}))  # type: ignore[arg-type]

    def test_its_examples_are_true(self) -> None:
        results = doctest.testmod(service.counting)
        assert (results.failed, results.attempted) == (0, 12)

    def test_all_it_offers_is_there(self) -> None:
        assert all(hasattr(service.counting, name) for name in service.counting.__all__)


class TestErrors:
    def test_all_are_counting_errors_and_value_errors(self) -> None:
        for error in (VotesError, RuleError, LotError):
            assert issubclass(error, CountingError)
        assert issubclass(CountingError, ValueError)

    @pytest.mark.parametrize(
        "options, order",
        [
            (("b", "a"), ("a", "b")),
            (("a", "a"), ("a", "a")),
            (("a", "b"), ("a",)),
            (("a", "b"), ("a", "c")),
        ],
    )
    def test_a_lot_that_does_not_order_its_options_is_refused(
        self, options: tuple[str, ...], order: tuple[str, ...]
    ) -> None:
        with pytest.raises(LotError, match="lot among"):
            Lot(options, order)
