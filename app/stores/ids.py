"""Ids of threads, items and attachments.

ChatKit's own have 32 random bits: guessable, and they collide. These have 128: 48 of time, then
80 of chance, as in a ULID. They sort by the millisecond they were made in; neighbours stay
unguessable, because a thread without an owner is protected by its id alone.
"""

import secrets
import time

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
    """A prefix as ChatKit's, an underscore, 32 hexadecimal digits."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{PREFIXES[kind]}_{milliseconds << 80 | secrets.randbits(80):032x}"
