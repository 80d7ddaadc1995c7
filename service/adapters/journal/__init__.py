"""The journal: every message of a night on disk before it is acknowledged, and everything we said.

What holds at every moment, power cuts included:

1. A file under the journal's name is complete: its tables and record 1 were made under another name, then renamed.
2. `append` returns after its records are on the disk (WAL, `synchronous=FULL`: one commit, one fsync for the batch);
   what was not committed whole is not there at all.
3. Records are numbered 1, 2, 3 ... without a gap, and each follows from the one before it (`service.records.chain`).
   The same holds for publications and their `link`.
4. One process writes: it holds an advisory lock (`flock`) on `<journal>.lock`, which carries its process number.
5. Nothing is ever changed or deleted, but for the one row of `journal`.

The writer checks the records and the publications' chain before it goes on, readers check what they read, and
`verify` checks everything. What is not as it was written is told by the number of the first such record. Only damage
to the last commit of a log that a crash left behind cannot be told from a power cut: see `log`.

The file is an SQLite 3 database, application id 0x454E4A31 ("ENJ1"), user version 1. While it is open, `-wal` and
`-shm` lie beside it and belong to it. Its tables, integers as SQLite's 64-bit integers, digests as 32 bytes:

`journal`, one row: what the file as a whole holds, written in the same commit as what it counts
    `client_id`     who we are to the broker: random, made with the file, a secret
    `records`       how many records there are
    `digest`        the chain after the last of them: so a last row that went missing shows
    `publications`  how many publications there are
    `link`          their chain after the last of them

`records`, one row for each message that came
    `sequence`      1, 2, 3 ...
    `at_us`         when it came, microseconds since 1970 UTC
    `topic`         in UTF-8
    `digest`        the chain here
    `payload`       its bytes, untouched

`publications`, one row for each message of ours
    `number`        1, 2, 3 ...
    `at_us`         when we said it, microseconds since 1970 UTC
    `sequence`      the last record it took into account
    `topic`         in UTF-8
    `digest`        SHA-256 of the bytes that went out
    `link`          `link(n) = SHA-256(link(n-1) || at_us || sequence || len(topic) || topic || digest)`, integers as 8
                    bytes, big-endian and signed; `link(0) = SHA-256(client_id)`
    `payload`       the bytes that went out, compressed with zlib
"""

from service.adapters.journal.looking_back import END_US, LookingBack
from service.adapters.journal.reading import JournalReader, Verification, open_reader, verify
from service.adapters.journal.writing import Journal

__all__ = ["END_US", "Journal", "JournalReader", "LookingBack", "Verification", "open_reader", "verify"]
