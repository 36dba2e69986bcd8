"""Who a reader is: a signed token, and nothing kept on the server."""

import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from pydantic import SecretStr

SHORTEST_KEY = 32  # bytes: what HMAC with SHA-256 asks for (RFC 7518, section 3.2)
NAME = "askdocs"
GUEST = re.compile(r"guest_[0-9a-f]{32}")

_KNOWN = 10_000  # tokens that need not be verified again: some megabytes
_EXPIRED = "This session has expired: get a new one at POST /session."


class InvalidToken(Exception):  # noqa: N818 - it is the token that is wrong
    """The message is for the reader's page: what is wrong with the token, and what to do."""


class SessionKeyError(ValueError):
    """There is no key to sign with. The message says why, and what to do; it never holds a key."""


@dataclass(frozen=True, slots=True)
class Token:
    token: str
    expires_at: datetime


class Identity:
    """Bearer tokens, signed with `key`, that name an owner for `lifetime` seconds.

    `signed_in` says whose a token is that the site made itself; without it guests are all there is.
    Raises SessionKeyError for a key that is too short to sign with.
    """

    def __init__(
        self,
        key: SecretStr,
        lifetime: int,
        signed_in: Callable[[str], str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._signed_in = signed_in
        self._clock = clock
        self._key = key.get_secret_value().encode()
        if len(self._key) < SHORTEST_KEY:
            raise SessionKeyError(
                f"ASKDOCS_SESSION_KEY has {len(self._key)} bytes; it needs {SHORTEST_KEY} or more. "
                "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        self._lifetime = timedelta(seconds=lifetime)
        self._known = lru_cache(_KNOWN)(self._verified)

    def issue(self, owner: str | None = None) -> Token:
        """For a new guest, or a later token for the same owner."""
        now = datetime.now(UTC).replace(microsecond=0)
        expires_at = now + self._lifetime
        claims = {
            "sub": owner or f"guest_{secrets.token_hex(16)}",
            "iat": now,
            "exp": expires_at,
            "iss": NAME,
            "aud": NAME,
        }
        return Token(jwt.encode(claims, self._key, algorithm="HS256"), expires_at)

    def owner(self, token: str) -> str:
        """Raises InvalidToken for one that is forged, garbled or expired."""
        if self._signed_in and not _says_ours(token):
            return self._signed_in(token)
        subject, expires_at = self._known(token)
        if self._clock() >= expires_at:
            raise InvalidToken(_EXPIRED)
        return subject

    def _verified(self, token: str) -> tuple[str, float]:
        """The owner, and until when; what every request of a reader says is verified once."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                audience=NAME,
                issuer=NAME,
                options={"require": ["sub", "iat", "exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError:
            raise InvalidToken(_EXPIRED) from None
        except jwt.InvalidTokenError:
            raise InvalidToken(
                "This token was not made by this server: get one at POST /session."
            ) from None
        if not GUEST.fullmatch(claims["sub"]):
            raise InvalidToken("This token names no reader: get one at POST /session.")
        return claims["sub"], claims["exp"]


def _says_ours(token: str) -> bool:
    """What a token claims, unverified: which key it is to be verified with."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss") == NAME
    except jwt.InvalidTokenError:
        return False


def load_or_create_key(path: Path) -> SecretStr:
    """The key kept at `path`, made on the first start, for the eyes of this user alone.

    Processes that start at once agree on one. Raises SessionKeyError where it cannot be kept or
    read, and for a file that holds something else: a key in its place would end every session.
    """
    try:
        if not path.exists():
            create_key(path)
        key = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise SessionKeyError(
            f"The session key cannot be kept at {str(path)!r}: {error.strerror}. "
            "Set ASKDOCS_SESSION_KEY, or ASKDOCS_DATA to a folder that can be written to."
        ) from error
    if len(key) < SHORTEST_KEY:
        raise SessionKeyError(f"{str(path)!r} holds no session key: delete it, and one is made.")
    return SecretStr(key)


def create_key(path: Path) -> None:
    """Written aside and linked into place: whoever reads `path` reads a whole key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(aside, path)
    finally:
        Path(aside).unlink()
