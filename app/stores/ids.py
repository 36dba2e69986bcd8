"""Ids of threads, items and attachments.

ChatKit's own have 32 random bits: guessable, and they collide. These have 128: 48 of time, then
80 of chance, as in a ULID. They sort by the millisecond they were made in; neighbours stay
unguessable, because a thread without an owner is protected by its id alone.
"""

import secrets
import time
from base64 import b32hexencode

from chatkit.store import StoreItemType

PREFIXES: dict[StoreItemType, str] = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
}


def new_id(kind: StoreItemType) -> str:
    """A prefix as ChatKit's, an underscore, 26 digits of base32hex (RFC 4648, section 7), which
    sort as the number does. An id is in every frame of its message: each digit costs a byte."""
    made = (time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)).to_bytes(16, "big")
    return f"{PREFIXES[kind]}_{b32hexencode(made)[:26].decode().lower()}"
