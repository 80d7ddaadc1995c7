"""The figures the model is run with ship with it, and no night on record is projected with figures fitted on it."""

import tomllib
from importlib.resources import files

import pytest

from service.projection import METHODS, parameters_for

TABLES = tomllib.loads(files("service.projection").joinpath("parameters.toml").read_text("utf-8"))
ON_RECORD = ("commons-2015", "commons-2017", "commons-2019")


@pytest.mark.parametrize("election", ON_RECORD)
def test_a_night_on_record_has_parameters_of_its_own(election: str) -> None:
    assert parameters_for(election, TABLES) != parameters_for("another", TABLES)
    assert sorted(TABLES["without"]) == list(ON_RECORD)


@pytest.mark.parametrize("election", [*ON_RECORD, "another"])
def test_weights_add_up_to_one_and_stretches_cover_the_night(election: str) -> None:
    parameters = parameters_for(election, TABLES)
    for stack in parameters.stack:
        assert sum(stack.weights) == pytest.approx(1)
        assert len(stack.weights) == len(METHODS)
        assert stack.spread >= 1
        assert stack.reach >= 1
    assert parameters.unsettled >= 1
    limits = [stack.declared_max for stack in parameters.stack]
    assert limits == sorted(limits)
    assert limits[-1] == 1


def test_the_stretch_of_the_night_decides_the_weights() -> None:
    parameters = parameters_for("another", TABLES)
    assert parameters.stack_at(0.0) is parameters.stack[0]
    assert parameters.stack_at(parameters.stack[0].declared_max) is parameters.stack[0]
    assert parameters.stack_at(1.0) is parameters.stack[-1]
