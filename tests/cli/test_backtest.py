"""`backtest`: how wrong the projection of one night was while it came in."""

from tests.cli.commands import election_night


def test_a_night_is_told_body_by_body() -> None:
    ended = election_night("backtest", "--night", "london-2021")
    assert ended.status == 0
    assert ended.printed.startswith("London Assembly\n")
    assert "withheld: too few areas" in ended.printed
    assert "Mayor of London\n" in ended.printed
    assert ended == election_night("backtest", "--night", "london-2021")


def test_a_night_that_no_model_covers_is_refused_with_the_way_out() -> None:
    ended = election_night("backtest", "--night", "glasgow-2012")
    assert ended.status == 2
    assert ended.printed == ""
    for part in ("glasgow-2012", "no body that a model covers", "commons-2019", "Name another night."):
        assert part in ended.said
