"""The log (WAL) after a crash: told apart, a commit that a power cut cut short and commits that were lost on the disk.

SQLite reads its log up to the first frame whose checksum is wrong, and takes what follows for a commit that was never
finished. That is right for the last commit. But each commit is on disk before the next one begins: where more than one
follows the wrong frame, one was finished, and acknowledged, and its bytes changed afterwards.

The log's format (https://sqlite.org/walformat.html): a header of 32 bytes, then frames of 24 bytes and a page each.
"""

import os
import struct
from contextlib import closing
from pathlib import Path
from typing import Final

from service.adapters.journal.storage import connect, damaged_record, unreadable

HEADER: Final = struct.Struct(">4I4s4s2I")
"""Magic, version, page size, checkpoint, two salts, two checksums."""
FRAME: Final = struct.Struct(">2I4s4s2I")
"""Page, pages of the database after a commit (0 within one), two salts, two checksums."""
FRAMES_VALID: Final = struct.Struct("=I")
FRAMES_VALID_AT: Final = 16
"""Where the index (`-shm`) says how many frames SQLite found good, in the machine's own byte order."""


def check_log(path: Path) -> None:
    """Check that no finished commit was lost from the log. It changes nothing, and others may write meanwhile.

    Errors: JournalDamagedError; as `connect`.
    """
    log, index = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    if not log.exists():
        return
    # Reading only: the last connection to leave that may write would clear the log away.
    with closing(connect(path, read_only=True)) as db, unreadable(damaged_record, path, 1):
        (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
        header, commits = _commits(log, page_bytes)
        (records,) = db.execute("SELECT records FROM journal").fetchone()
        frames_valid = _frames_valid(index)
        lost = [frame for frame in commits if frame > frames_valid]
        # Another header means that the log was good to its end and begun anew meanwhile.
        if len(lost) > 1 and header == _header(log):
            raise damaged_record(
                path,
                records + 1,
                found=f"{len(lost)} commits in {log.name} behind a frame that is not as it was written",
                expected="at most one, cut short as it was written",
            )


def _commits(log: Path, page_bytes: int) -> tuple[bytes, list[int]]:
    """Read the log's header, and at which of its frames (from 1) commits end, whether the frames are good or not."""
    commits: list[int] = []
    with log.open("rb") as file:
        header = file.read(HEADER.size)
        if len(header) < HEADER.size:
            return header, commits
        _, _, _, _, *salts, _, _ = HEADER.unpack(header)
        number = 0
        while len(frame := file.read(FRAME.size)) == FRAME.size:
            number += 1
            _, pages, salt, other_salt, _, _ = FRAME.unpack(frame)
            # Frames with neither salt are left from before the log was begun anew; one salt may be what was damaged.
            if pages and (salt == salts[0] or other_salt == salts[1]):
                commits.append(number)
            file.seek(page_bytes, os.SEEK_CUR)
    return header, commits


def _header(log: Path) -> bytes:
    with log.open("rb") as file:
        return file.read(HEADER.size)


def _frames_valid(index: Path) -> int:
    with index.open("rb") as file:
        file.seek(FRAMES_VALID_AT)
        (frames,) = FRAMES_VALID.unpack(file.read(FRAMES_VALID.size))
    return int(frames)
