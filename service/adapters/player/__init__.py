"""A recorded night: read from a file, written to one, and played again at a chosen speed.

A night is JSON lines in UTF-8, one message each, as `.jsonl`, `.jsonl.gz` or `.jsonl.zst`:

    {"at": "2004-06-11T14:05:00+01:00", "topic": "elections/...", "payload": {...}}

`at` is RFC 3339 with an offset and at most six decimals. `payload` stands for the bytes of
`json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()`, names in the order of the line. Bytes that
this does not give back exactly (spaces, a name twice, another spelling of a number or letter, no JSON at all) stand as
`payload_base64` instead. So a night that is read and written again, or kept in a journal meanwhile, has the same bytes.
Empty lines mean nothing.
"""

from service.adapters.player.nights import read_night, write_night
from service.adapters.player.playing import Played, play

__all__ = ["Played", "play", "read_night", "write_night"]
