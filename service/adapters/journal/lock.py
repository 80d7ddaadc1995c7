"""One writer: the lock that the process holds which writes a journal."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from service.errors import JournalBusyError, JournalWriteError

PID_BYTES_MAX: Final = 20
"""Longer than any process number."""


@contextmanager
def only_writer(journal: Path) -> Iterator[None]:
    """Be the only writer of a journal for as long as the context lasts.

    The lock is the kernel's, so it goes with the process however that ends; the file `<journal>.lock` stays, for a name
    that was removed could be locked twice.

    Errors: JournalBusyError with the writer's process number, JournalWriteError.
    """
    path = journal.with_name(journal.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise JournalWriteError(
            where=str(path),
            found=str(error),
            expected="a folder in which we may write",
            way_out="Name a journal in such a folder, or give us the permission.",
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            writer = os.pread(lock, PID_BYTES_MAX, 0).decode(errors="replace").strip()
            raise JournalBusyError(
                where=str(journal),
                found=f"that process {writer} writes it",
                expected="a journal that nobody writes",
                way_out="Stop that process first, or name another journal.",
            ) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)
