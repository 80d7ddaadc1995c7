"""The README taken apart: sections, commands with what they print, files, and tables that the code writes.

Comments, which no reader of the page sees, say how a block is tested:

    <!-- beside -->                 the next block runs beside the rest of its section
    <!-- beside: COMMAND -->        so does a command that the section does not show again
    <!-- illustration: REASON -->   the next block is not run
    <!-- prints -->                 the next block is what the block before it prints; `...` stands for anything
    <!-- file: PATH -->             the next block is the content of a file
    <!-- count: NIGHT -->           the next block is a count of a recorded night
    <!-- part of: NIGHT KIND NAME -->   the next block is part of what is published at the end of a recorded night
    <!-- table: NAME --> ... <!-- end -->   written by `make readme`
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"

_COMMENT: Final = re.compile(r"<!-- (beside|illustration|prints|file|count|part of)(?:: (.*))? -->")
_TABLE: Final = re.compile(r"(<!-- table: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the line it starts at, its language, its text, and the comment before it."""

    line: int
    language: str
    text: str
    said: str = ""
    about: str = ""


@dataclass
class Section:
    """What stands under one `##` heading, in its order."""

    title: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def commands(self) -> list[Block]:
        """The blocks that are run, those that run beside others among them."""
        return [block for block in self.blocks if block.language == "sh" and block.said != "illustration"]

    def printed_by(self, command: Block) -> str | None:
        """Give what a block is said to print, where it is said."""
        after = self.blocks[self.blocks.index(command) + 1 :][:1]
        return after[0].text if after and after[0].said == "prints" else None


def sections(text: str) -> list[Section]:
    """Take a README apart."""
    found = [Section("the first screen")]
    said = about = ""
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        comment = _COMMENT.fullmatch(line.strip())
        if line.startswith("## "):
            found.append(Section(line[3:]))
        elif comment and comment[1] == "beside" and comment[2]:
            found[-1].blocks.append(Block(number, "sh", comment[2] + "\n", "beside"))
        elif comment:
            said, about = comment[1], comment[2] or ""
        elif line.startswith("```"):
            inside = "".join(_until_fence(lines))
            found[-1].blocks.append(Block(number, line[3:].strip(), inside, said, about))
            said = about = ""
    return found


def _until_fence(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line.startswith("```"):
            return
        yield line + "\n"


def blocks_said(text: str, said: str) -> list[Block]:
    """Give the blocks that stand under a comment."""
    return [block for section in sections(text) for block in section.blocks if block.said == said]


def files(text: str) -> dict[str, str]:
    """Give the files that a README shows whole, by path."""
    return {block.about: block.text for block in blocks_said(text, "file")}


def part(text: str, heading: str) -> str:
    """Give what stands under a heading, up to the next of its level or a higher one."""
    level = heading.split(maxsplit=1)[0]
    start = text.index(f"\n{heading}\n") + 1
    following = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(text, start + len(heading))
    return text[start : following.start() if following else None]


def table_names(text: str) -> list[str]:
    """Name the tables that the code writes."""
    return [match[2] for match in _TABLE.finditer(text)]


def with_tables(text: str, tables: dict[str, str]) -> str:
    """Put the tables in their places."""
    return _TABLE.sub(lambda match: match[1] + tables[match[2]] + match[4], text)


def named(text: str) -> set[str]:
    """Give every name in backquotes."""
    return set(re.findall(r"`([^`\n]+)`", text))


def first_cells(text: str) -> list[set[str]]:
    """Give, for each row of every table, the names in its first cell."""
    return [names for line in text.splitlines() if line.startswith("|") and (names := named(line.split("|")[1]))]


def matches(expected: str, printed: str) -> bool:
    """Say whether something was printed as expected: `...` stands for anything, spaces that end a line do not count."""
    pattern = ".*".join(re.escape(each) for each in expected.strip().split("..."))
    seen = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return re.fullmatch(pattern, seen, re.DOTALL) is not None
