"""The player: a night's bytes come back exactly, what cannot be read is told by its line, and time passes as asked."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.adapters.clock import SystemClock
from service.adapters.player import Played, play, read_night, write_night
from service.errors import NightError
from service.records import Message, microseconds, moment
from tests.adapters.clocks import StoppedClock
from tests.adapters.journals import OPENING, chained, count, written

LONDON = ZoneInfo("Europe/London")
SUFFIXES = [".jsonl", ".jsonl.gz", ".jsonl.zst"]

# Bytes that look like JSON and are not written the way we write it, beside bytes that are nothing of the kind
AWKWARD = [
    b"",
    b" ",
    b"null",
    b'{"a":1}',
    b'{"a": 1}',
    b'{"a":1}\n',
    b'{"a":1,"a":2}',
    b'{"b":1,"a":2}',
    b"1.0",
    b"1e2",
    b"1E400",
    b"-0",
    b"-0.0",
    b"0.1000",
    b"NaN",
    b"[Infinity]",
    b"9" * 40,
    b"9" * 5000,
    '{"é":"\u2028\x85"}'.encode(),
    b'"\\u00e9"',
    b'"\\ud800"',
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b"\xef\xbb\xbf{}",
    b'"\\/"',
    b'"\\n"',
    b'"\x7f"',
    b"[" * 100_000 + b"]" * 100_000,
    "{}".encode("utf-16"),
]
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass"))
TIMES = st.datetimes(
    min_value=moment(0).replace(tzinfo=None, year=3), max_value=moment(0).replace(tzinfo=None, year=9997)
).map(lambda time: microseconds(time.replace(tzinfo=ZoneInfo("UTC"))))
TOPICS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
MESSAGES = st.builds(
    Message, at_us=TIMES, topic=TOPICS, payload=st.sampled_from(AWKWARD) | JSONS | st.binary(max_size=60)
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "night.jsonl"


def line(**changed: object) -> bytes:
    """Write a line that can be read, but for what is changed in it."""
    told = {"at": "2004-06-11T14:05:00+01:00", "topic": "t", "payload": {"a": 1}} | changed
    return json.dumps({name: value for name, value in told.items() if value is not ...}).encode()


# A night's bytes come back exactly


@given(
    st.lists(MESSAGES, max_size=6),
    st.sampled_from(SUFFIXES),
    st.sampled_from(["Europe/London", "Asia/Kathmandu", "UTC"]),
)
@settings(max_examples=150, deadline=None)
@example([Message(at_us=0, topic="t", payload=payload) for payload in AWKWARD], ".jsonl", "UTC")
def test_any_night_is_read_as_it_was_written(messages: list[Message], suffix: str, zone: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"night{suffix}"
        assert write_night(path, messages, time_zone=ZoneInfo(zone)) == len(messages)
        assert list(read_night(path)) == messages


@pytest.mark.parametrize(
    "payload, stands_as",
    [
        (b'{"b":1,"a":[1.5,"\xc3\xa9"]}', {"payload": {"b": 1, "a": [1.5, "é"]}}),
        (b"null", {"payload": None}),
        (b'{"a": 1}', {"payload_base64": "eyJhIjogMX0="}),
        (b'{"a":1,"a":1}', {"payload_base64": "eyJhIjoxLCJhIjoxfQ=="}),
        (b"1e2", {"payload_base64": "MWUy"}),
        (b"NaN", {"payload_base64": "TmFO"}),
        (b"", {"payload_base64": ""}),
    ],
)
def test_a_payload_stands_as_json_only_where_that_gives_its_bytes_back(
    path: Path, payload: bytes, stands_as: dict[str, object]
) -> None:
    write_night(path, [Message(at_us=0, topic="t", payload=payload)], time_zone=LONDON)
    assert json.loads(path.read_bytes()) == {"at": "1970-01-01T01:00:00+01:00", "topic": "t"} | stands_as


@pytest.mark.parametrize(
    "at_us, zone, at",
    [
        (1_086_959_100_000_000, "Europe/London", "2004-06-11T14:05:00+01:00"),
        (1_086_959_100_000_001, "Europe/London", "2004-06-11T14:05:00.000001+01:00"),
        (-1, "UTC", "1969-12-31T23:59:59.999999+00:00"),
        (1_099_184_400_000_000, "Europe/London", "2004-10-31T01:00:00+00:00"),
        (1_099_180_800_000_000, "Europe/London", "2004-10-31T01:00:00+01:00"),
        # The offset of local mean time, 1 minute and 15 seconds west, cannot be written in RFC 3339.
        (-4_000_000_000_000_000, "Europe/London", "1843-03-31T16:53:20+00:00"),
    ],
)
def test_times_are_written_in_the_time_zone_to_the_microsecond(path: Path, at_us: int, zone: str, at: str) -> None:
    write_night(path, [Message(at_us=at_us, topic="t", payload=b"1")], time_zone=ZoneInfo(zone))
    assert json.loads(path.read_bytes())["at"] == at
    assert next(read_night(path)).at_us == at_us


def test_a_night_that_is_written_and_journalled_again_is_the_same_night(tmp_path: Path) -> None:
    messages = [count(number) for number in range(1, 20)] + [Message(0, "t", payload) for payload in AWKWARD]
    write_night(tmp_path / "night.jsonl.zst", [OPENING, *messages], time_zone=LONDON)
    opening, *rest = read_night(tmp_path / "night.jsonl.zst")
    with written(tmp_path / "night.sqlite") as journal:
        journal.append(rest)
        assert opening == OPENING
        assert journal.last.digest == chained([OPENING, *messages])[-1].digest


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_night_gives_the_same_file(tmp_path: Path, suffix: str) -> None:
    messages = [count(number) for number in range(1, 20)]
    for name in ("one", "other"):
        write_night(tmp_path / f"{name}{suffix}", messages, time_zone=LONDON)
    assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"other{suffix}").read_bytes()


# What others write can be read


@pytest.mark.parametrize(
    "at, at_us",
    [
        ("2004-06-11T14:05:00+01:00", 1_086_959_100_000_000),
        ("2004-06-11t13:05:00z", 1_086_959_100_000_000),
        ("2004-06-11 13:05:00.25Z", 1_086_959_100_250_000),
        ("2004-06-11T13:05:00.000001-00:00", 1_086_959_100_000_001),
    ],
)
def test_times_are_read_in_any_form_of_rfc_3339(path: Path, at: str, at_us: int) -> None:
    path.write_bytes(line(at=at))
    assert next(read_night(path)).at_us == at_us


def test_a_payload_written_by_hand_stands_for_its_shortest_form_in_the_order_of_the_line(path: Path) -> None:
    path.write_bytes(b'{"payload": { "b" : 1e2, "a": "\\u00e9" }, "topic": "t", "at": "2004-06-11T14:05:00Z"}')
    assert next(read_night(path)).payload == '{"b":100.0,"a":"é"}'.encode()


def test_lines_need_not_be_in_order_of_time_nor_end_in_a_line_feed_and_may_be_empty(path: Path) -> None:
    path.write_bytes(b"\n" + line(at="2004-06-11T14:05:01Z") + b"\r\n\n" + line(at="2004-06-11T14:05:00Z"))
    assert [message.at_us % 60_000_000 for message in read_night(path)] == [1_000_000, 0]


def test_compressed_nights_put_one_behind_the_other_are_one_night(tmp_path: Path) -> None:
    parts = [line(topic="one") + b"\n", line(topic="two") + b"\n"]
    (tmp_path / "night.jsonl.gz").write_bytes(b"".join(map(gzip.compress, parts)))
    (tmp_path / "night.jsonl.zst").write_bytes(b"".join(map(zstandard.compress, parts)))
    for suffix in (".gz", ".zst"):
        assert [message.topic for message in read_night(tmp_path / f"night.jsonl{suffix}")] == ["one", "two"]


# What cannot be read is told, with its line and the way out


@pytest.mark.parametrize(
    "wrong, told",
    [
        (b"{", "found what is not plain JSON in UTF-8"),
        (b"\xff", "found what is not plain JSON in UTF-8"),
        (b"[1]", "found no object; expected at, topic, and either payload or payload_base64"),
        (b"{}", "found nothing in it; expected at, topic"),
        (b"[" * 100_000, "found what is not plain JSON"),
        (b'{"at": 1, "at": 2}', "a name twice in one object"),
        (line(payload=float("nan")), "NaN is no JSON number"),
        (line(at=...), "found topic, payload; expected at, topic"),
        (line(topic=...), "found at, payload; expected"),
        (line(payload=...), "found at, topic; expected"),
        (line(payload_base64="e30="), "found at, topic, payload, payload_base64; expected"),
        (line(colour="red"), "found at, topic, payload, colour; expected"),
        (line(at="2004-06-11T14:05:00"), "2004-06-11T14:05:00.*RFC 3339 with an offset"),
        (line(at="2004-06-11T14:05:00+0100"), "RFC 3339 with an offset"),
        (line(at="2004-W24-5T14:05:00Z"), "RFC 3339 with an offset"),
        (line(at="2004-06-11T14:05:00.0000001Z"), "at most six decimals"),
        (line(at="2004-06-31T14:05:00Z"), "expected a time that exists"),
        (line(at="2004-06-11T24:05:00Z"), "expected a time that exists"),
        (line(at="0001-01-01T00:00:00+14:00"), "RFC 3339"),
        (line(at=1086959100), "at 1086959100; expected RFC 3339"),
        (line(topic=""), 'topic ""; expected a text in UTF-8, not empty'),
        (line(topic=7), "topic 7; expected a text"),
        (line(topic="\ud800"), "expected a text in UTF-8"),
        (
            line(payload="\ud800"),
            "payload that cannot be written as JSON in UTF-8; expected its bytes as payload_base64",
        ),
        (line().replace(b"1}", b"1e999}"), "payload that cannot be written as JSON"),
        (line(payload=..., payload_base64="e30"), "base64 with its padding"),
        (line(payload=..., payload_base64="e30=\n"), "base64 with its padding"),
        (line(payload=..., payload_base64=7), "base64 with its padding"),
        (line(payload="x" * 2 * 1024 * 1024), "found a line that goes on and on; expected 2097152 bytes at most"),
    ],
)
def test_a_line_that_cannot_be_read_is_told(path: Path, wrong: bytes, told: str) -> None:
    path.write_bytes(line() + b"\n\n" + wrong + b"\n" + line())
    messages = read_night(path)
    assert next(messages).topic == "t"
    with pytest.raises(NightError, match=rf"(?s)night\.jsonl:3: .*{told}.*\. Put the line right") as caught:
        next(messages)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("suffix", SUFFIXES[1:])
def test_a_compressed_night_that_was_cut_off_is_told_at_any_length(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"night{suffix}"
    write_night(path, [count(number) for number in range(1, 6)], time_zone=LONDON)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(NightError, match=r"expected a recorded night that can be read to its end.*cut off"):
            list(read_night(path))


@pytest.mark.parametrize("suffix", SUFFIXES[1:])
def test_a_compressed_night_with_a_flipped_byte_is_never_read_as_another_night(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"night{suffix}"
    messages = [count(number) for number in range(1, 6)]
    write_night(path, messages, time_zone=LONDON)
    whole = path.read_bytes()
    told = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        try:
            assert list(read_night(path)) == messages
        except NightError:
            told += 1
    assert told > len(whole) * 0.9


@pytest.mark.parametrize("suffix", SUFFIXES[1:])
def test_a_name_that_promises_a_compression_is_held_to_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"night{suffix}"
    path.write_bytes(line())
    with pytest.raises(NightError, match="Name another file"):
        list(read_night(path))


def test_a_few_compressed_bytes_that_stand_for_very_many_are_not_all_held(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl.zst"
    path.write_bytes(zstandard.compress(bytes(1 << 30)))
    tracemalloc.start()
    with pytest.raises(NightError, match="a line that goes on and on"):
        list(read_night(path))
    _, bytes_max = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert bytes_max < 100_000_000


def test_a_night_that_is_not_there_or_has_another_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(NightError, match=r"none\.jsonl:1: found .*No such file"):
        list(read_night(tmp_path / "none.jsonl"))
    (tmp_path / "night.csv").write_bytes(line())
    for touched in (
        lambda: list(read_night(tmp_path / "night.csv")),
        lambda: write_night(tmp_path / "night.csv", [], time_zone=LONDON),
    ):
        with pytest.raises(NightError, match=r"expected a name that ends in \.jsonl, \.jsonl\.gz or \.jsonl\.zst"):
            touched()


# A file is written whole or not at all


def test_an_earlier_night_stays_when_writing_ends_half_way(path: Path) -> None:
    write_night(path, [count(1)], time_zone=LONDON)

    def ending_half_way() -> Iterator[Message]:
        yield count(2)
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write_night(path, ending_half_way(), time_zone=LONDON)
    assert list(read_night(path)) == [count(1)]
    assert list(path.parent.iterdir()) == [path]


def test_where_no_file_can_be_written_we_say_so(tmp_path: Path) -> None:
    with pytest.raises(NightError, match=r"No such file or directory.*expected a file that can be written"):
        write_night(tmp_path / "no" / "folder" / "night.jsonl", [count(1)], time_zone=LONDON)


def test_a_message_that_could_not_be_read_again_is_not_written(path: Path) -> None:
    long = Message(at_us=0, topic="t", payload=b"x" * 1_600_000)
    with pytest.raises(
        NightError, match=r"night\.jsonl:2: found a message that needs 2133.* bytes; expected 2097152 bytes"
    ):
        write_night(path, [count(1), long], time_zone=LONDON)
    assert not path.exists()


# Playing


@dataclass
class Listener:
    """What is published, and how long each publication takes."""

    clock: StoppedClock
    takes_s: float = 0.0
    heard: list[tuple[float, str, bytes]] = field(default_factory=list)

    async def publish(self, topic: str, payload: bytes) -> None:
        self.heard.append((self.clock.seconds - 100.0, topic, payload))
        self.clock.seconds += self.takes_s


def at_seconds(*seconds: float) -> Sequence[Message]:
    return [Message(at_us=int(at * 1_000_000), topic=f"t/{at}", payload=b"%d" % at) for at in seconds]


async def heard_at(
    messages: Sequence[Message], *, speed: float | None, gap_s_max: float | None = None, takes_s: float = 0.0
) -> Sequence[float]:
    """Play a night; give the time at which each message was heard, in seconds from the start."""
    clock = StoppedClock()
    listener = Listener(clock, takes_s=takes_s)
    async for _ in play(messages, listener.publish, speed=speed, clock=clock, gap_s_max=gap_s_max):
        pass
    assert [(topic, payload) for _, topic, payload in listener.heard] == [(m.topic, m.payload) for m in messages]
    return [at for at, _, _ in listener.heard]


async def test_gaps_are_divided_by_the_speed() -> None:
    assert await heard_at(at_seconds(50, 60, 60, 100), speed=1) == [0, 10, 10, 50]
    assert await heard_at(at_seconds(50, 60, 60, 100), speed=10) == [0, 1, 1, 5]
    assert await heard_at(at_seconds(50, 60), speed=0.5) == [0, 20]


async def test_without_a_speed_nothing_is_waited_for() -> None:
    clock = StoppedClock()
    listener = Listener(clock)
    played = [each async for each in play(at_seconds(1, 1000), listener.publish, speed=None, clock=clock)]
    assert clock.waits == []
    assert played == [Played(n, 2, message) for n, message in enumerate(at_seconds(1, 1000), start=1)]


async def test_no_gap_is_waited_for_longer_than_asked() -> None:
    assert await heard_at(at_seconds(0, 10, 4000, 4001), speed=1, gap_s_max=5) == [0, 5, 10, 11]
    assert await heard_at(at_seconds(0, 10, 4000), speed=2, gap_s_max=5) == [0, 5, 10]
    assert await heard_at(at_seconds(0, 10), speed=1, gap_s_max=0) == [0, 0]


async def test_a_message_from_before_is_due_at_once_and_its_step_back_is_not_waited_for_again() -> None:
    assert await heard_at(at_seconds(10, 20, 5, 21), speed=1) == [0, 10, 10, 11]


async def test_time_that_publishing_takes_is_made_up_for() -> None:
    assert await heard_at(at_seconds(0, 10, 20), speed=1, takes_s=3) == [0, 10, 20]
    assert await heard_at(at_seconds(0, 1, 2, 20), speed=1, takes_s=3) == [0, 3, 6, 20]


async def test_a_message_is_told_once_it_is_published_and_not_before() -> None:
    clock = StoppedClock()
    listener = Listener(clock)
    playing = play(at_seconds(0, 1, 2), listener.publish, speed=1, clock=clock)
    assert (await anext(playing)).number == 1
    assert len(listener.heard) == 1
    assert await anext(playing) == Played(number=2, of=3, message=at_seconds(1)[0])
    assert len(listener.heard) == 2


async def test_an_empty_night_is_played_at_once() -> None:
    assert await heard_at([], speed=1) == []


async def test_what_publishing_raises_ends_the_playing() -> None:
    async def refuse(topic: str, payload: bytes) -> None:
        raise ConnectionError(topic)

    with pytest.raises(ConnectionError, match="t/1"):
        await anext(play(at_seconds(1, 2), refuse, speed=None, clock=StoppedClock()))


async def test_the_systems_clock_tells_and_passes_time() -> None:
    clock = SystemClock()
    before, before_us = clock.monotonic(), clock.now_us()
    await clock.sleep(0.001)
    assert clock.monotonic() > before
    assert moment(before_us).year >= 2025
    assert clock.now_us() >= before_us
