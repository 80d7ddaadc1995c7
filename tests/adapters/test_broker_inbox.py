"""The inbox is a queue with two limits: it knows when it is full, and never drops or reorders."""

from hypothesis import given
from hypothesis import strategies as st

from service.adapters.broker import WAITING_BYTES_MAX, WAITING_MESSAGES_MAX, Delivery
from service.adapters.broker.inbox import Inbox


def delivery(number: int, size: int = 1) -> Delivery:
    return Delivery(topic="e/a", payload=bytes(size), mid=number, qos=1, retain=False, connection=1)


@given(
    sizes=st.lists(st.integers(0, 50), max_size=60),
    takes=st.lists(st.tuples(st.integers(1, 10), st.integers(0, 120)), min_size=1),
)
def test_everything_comes_out_once_in_order_and_within_the_limits_of_each_take(
    sizes: list[int], takes: list[tuple[int, int]]
) -> None:
    inbox = Inbox()
    put = [delivery(number, size) for number, size in enumerate(sizes)]
    for one in put:
        inbox.put(one)
    taken: list[Delivery] = []
    while len(taken) < len(put):
        messages_max, bytes_max = takes[len(taken) % len(takes)]
        batch = inbox.take(messages_max=messages_max, bytes_max=bytes_max)
        assert 1 <= len(batch) <= messages_max
        assert len(batch) == 1 or sum(len(one.payload) for one in batch) <= bytes_max
        follower = put[len(taken) + len(batch) : len(taken) + len(batch) + 1]
        if len(batch) < messages_max and follower:
            assert sum(len(one.payload) for one in [*batch, *follower]) > bytes_max, "there was room for one more"
        taken += batch
    assert taken == put
    assert list(inbox.take(messages_max=1, bytes_max=1)) == []


def test_it_is_full_by_number_and_has_room_again_at_half() -> None:
    inbox = Inbox()
    for number in range(WAITING_MESSAGES_MAX):
        assert not inbox.full
        inbox.put(delivery(number))
    assert inbox.full
    inbox.take(messages_max=WAITING_MESSAGES_MAX // 2 - 1, bytes_max=WAITING_BYTES_MAX)
    assert not inbox.full
    assert not inbox.room
    inbox.take(messages_max=1, bytes_max=1)
    assert inbox.room


def test_it_is_full_by_size_and_has_room_again_at_half() -> None:
    inbox = Inbox()
    inbox.put(delivery(1, WAITING_BYTES_MAX // 2))
    assert inbox.room
    inbox.put(delivery(2, WAITING_BYTES_MAX // 2))
    assert inbox.full
    inbox.take(messages_max=1, bytes_max=1)
    assert inbox.room


def test_what_comes_while_it_is_full_is_kept() -> None:
    inbox = Inbox()
    for number in range(WAITING_MESSAGES_MAX + 5):
        inbox.put(delivery(number))
    assert len(inbox) == WAITING_MESSAGES_MAX + 5
