"""The nights on record, as files: what they hold agrees with what was published and with their election folders.

Nothing of the service is asked here. Whether they hold what was published is tested in the files beside this one.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.elections.night_files import CONFIG, NIGHTS, night_text, read

FIELDS = {
    *("contest", "area", "revision", "kind", "issued_at", "source", "votes", "rejected", "ballots", "electorate"),
    *("valid", "winner", "state", "expected_at", "transfers", "second_preferences", "note"),
    *("papers", "elected", "seats"),
}

every_night = pytest.mark.parametrize("night_id", NIGHTS)


def named(count: Mapping[str, Any]) -> Iterator[str]:
    """Everybody whom a count names as a choice."""
    for field in ("votes", "transfers", "second_preferences", "elected"):
        yield from count.get(field, ())
    for row in count.get("second_preferences", {}).values():
        yield from row
    for _, preferences in count.get("papers", ()):
        yield from preferences


def votes_cast(count: Mapping[str, Any]) -> int:
    """Votes, or ballot papers where the papers themselves are reported."""
    return sum(number for number, _ in count["papers"]) if "papers" in count else sum(count["votes"].values())


class TestEveryNight:
    @every_night
    def test_names_itself_and_its_election_alike(self, night_id: str) -> None:
        night = read(night_id)
        assert night.folder["id"] == night.about["election"] == night_id

    @every_night
    def test_has_times_with_offset_that_ascend(self, night_id: str) -> None:
        times = [datetime.fromisoformat(line["at"]) for line in read(night_id).lines]
        assert times == sorted(times)
        assert all(time.utcoffset() is not None for time in times)
        assert all(line["payload"]["issued_at"] == line["at"] for line in read(night_id).lines)

    @every_night
    def test_uses_no_field_that_the_contract_does_not_know(self, night_id: str) -> None:
        for line in read(night_id).lines:
            assert line.keys() == {"at", "topic", "payload"}
            assert line["payload"].keys() <= FIELDS
            assert None not in line["payload"].values()

    @every_night
    def test_publishes_each_count_on_the_topic_of_its_area(self, night_id: str) -> None:
        for line in read(night_id).lines:
            count = line["payload"]
            assert line["topic"] == f"elections/{night_id}/counts/{count['contest']}/{count['area']}"

    @every_night
    def test_counts_revisions_from_one_by_source_contest_and_area(self, night_id: str) -> None:
        seen: Counter[tuple[str, str, str]] = Counter()
        for line in read(night_id).lines:
            count = line["payload"]
            place = (count["source"], count["contest"], count["area"])
            seen[place] += 1
            assert count["revision"] == seen[place]

    @every_night
    def test_names_only_areas_and_candidates_of_its_election(self, night_id: str) -> None:
        night = read(night_id)
        for line in night.lines:
            count = line["payload"]
            assert count["area"] in night.areas
            standing = night.choices(count["contest"], count["area"]).keys()
            assert set(named(count)) <= standing
            assert count.get("winner") in {None, *standing}

    @every_night
    def test_has_sums_that_equal_the_printed_totals(self, night_id: str) -> None:
        for line in read(night_id).lines:
            count = line["payload"]
            if "valid" in count:
                assert votes_cast(count) == count["valid"], line["topic"]
            if "valid" in count and "rejected" in count:
                assert count["valid"] + count["rejected"] == count["ballots"], line["topic"]
            if "electorate" in count:
                assert count.get("ballots", count.get("valid", 0)) <= count["electorate"], line["topic"]

    @every_night
    def test_gives_every_party_of_its_election_a_line(self, night_id: str) -> None:
        night = read(night_id)
        known = {party["id"] for party in night.folder["parties"]}
        assert len(known) == len(night.folder["parties"])
        assert {party for standing in night.candidates.values() for party in standing.values()} <= known
        assert {row["party"] for row in night.baseline if row["baseline"] != "before"} - {""} <= known
        assert all(set(rules.get("parties", ())) <= known for rules in night.folder["contests"])

    @every_night
    def test_has_a_baseline_of_areas_and_contests_that_exist(self, night_id: str) -> None:
        night = read(night_id)
        contests = {rules["id"] for rules in night.folder["contests"]}
        assert all(row["area"] in night.areas and row["contest"] in contests for row in night.baseline)

    @every_night
    def test_gives_parties_the_same_name_and_colour_in_every_election(self, night_id: str) -> None:
        known = {party["id"]: party for other in NIGHTS for party in read(other).folder["parties"]}
        for party in read(night_id).folder["parties"]:
            assert (party["name"], party["colour"]) == (known[party["id"]]["name"], known[party["id"]]["colour"])

    @every_night
    def test_names_no_path_of_a_machine(self, night_id: str) -> None:
        files = [path for kind in ("elections", "nights") for path in (CONFIG / kind / night_id).iterdir()]
        texts = {path.name: path.read_text() for path in files if path.suffix != ".gz"} | {"": night_text(night_id)}
        for name, text in texts.items():
            assert not re.search(r"(?:^|[\s\"'(=])(?:/(?:home|root|tmp|work|usr|var|mnt)/|[A-Z]:\\)", text), name

    @every_night
    def test_has_a_published_outcome_that_fills_every_seat(self, night_id: str) -> None:
        night = read(night_id)
        assert night.about["outcome"].keys() == night.bodies.keys()
        for name, body in night.bodies.items():
            outcome = night.about["outcome"][name]
            if body.get("office"):
                assert outcome["elected"] in outcome["votes"]
                continue
            if not body.get("seats"):
                assert (outcome["complete"], "control" in outcome) == (False, False), name
                continue
            assert sum(outcome["seats"].values()) == int(body["seats"]), name
            largest = max(outcome["seats"], key=outcome["seats"].__getitem__)
            majority = 2 * outcome["seats"][largest] > int(body["seats"])
            assert outcome["control"] == (largest if majority else "none"), name

    @every_night
    def test_says_where_its_figures_are_from(self, night_id: str) -> None:
        text = (CONFIG / "elections" / night_id / "SOURCES.md").read_text()
        assert all(heading in text for heading in ("## Figures", "## Not known", "## Checked", "## Licence"))
