"""Letters to the process beside the service: what is read is what was written, to the byte, or nothing."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from service.readers.letters import Letter, read_letter

PARTS = st.lists(st.tuples(st.text(), st.binary()), max_size=5)
LETTERS = st.builds(Letter, st.dictionaries(st.text(), st.integers() | st.text() | st.none()), PARTS)


def read_all(written: bytes) -> list[Letter]:
    async def read() -> list[Letter]:
        reader = asyncio.StreamReader()
        reader.feed_data(written)
        reader.feed_eof()
        letters = []
        while (letter := await read_letter(reader)) is not None:
            letters.append(letter)
        return letters

    return asyncio.run(read())


@given(letters=st.lists(LETTERS, max_size=4))
def test_letters_are_read_as_they_were_written(letters: list[Letter]) -> None:
    assert read_all(b"".join(letter.write() for letter in letters)) == letters


@given(letter=LETTERS, data=st.data())
def test_of_a_letter_that_is_cut_short_nothing_is_read(letter: Letter, data: st.DataObject) -> None:
    written = letter.write()
    assert read_all(written[: data.draw(st.integers(0, len(written) - 1))]) == []
