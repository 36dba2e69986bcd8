"""Readers who are signed in to the site: the JWT that the site itself made of who they are."""

import hashlib
import logging
from typing import Any

import jwt
from pydantic import SecretStr

from app.guard.identity import SHORTEST_KEY, InvalidToken

logger = logging.getLogger(__name__)

_SKEW = 30  # seconds by which the site's clock may differ from ours
_PUBLIC = ("RS256", "ES256")


class SiteKeyError(ValueError):
    """The key verifies nothing. The message says why, and what to do; it never holds the key."""


class SiteTokens:
    """Verifies a site's tokens with `key`: a secret (HS256), or a public key in PEM (RS256, ES256).

    The key's own form says which algorithms there are, never the token (RFC 8725, section 3.1).
    `issuer` and `audience` are required of a token where they are given. Raises SiteKeyError.
    """

    def __init__(self, key: SecretStr, *, issuer: str = "", audience: str = "") -> None:
        text = key.get_secret_value().replace("\\n", "\n").strip()  # one line, in an environment
        if text.startswith("-----BEGIN"):
            self._key, self._algorithms = _public(text)
        elif len(text.encode()) < SHORTEST_KEY:
            raise SiteKeyError(
                f"ASKDOCS_JWT_KEY has {len(text.encode())} bytes; a secret needs {SHORTEST_KEY} "
                "or more. A public key begins with -----BEGIN PUBLIC KEY-----."
            )
        else:
            self._key, self._algorithms = text, ["HS256"]
        self._issuer = issuer or None
        self._audience = audience or None

    def owner(self, token: str) -> str:
        """Of threads: a digest of issuer and subject, so that no name is stored.

        Raises InvalidToken for one that is forged, expired or meant for others.
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=self._algorithms,
                issuer=self._issuer,
                audience=self._audience,
                leeway=_SKEW,
                options={"require": ["sub", "exp"], "verify_aud": self._audience is not None},
            )
        except jwt.ExpiredSignatureError:
            raise InvalidToken("Your sign-in has expired: sign in to the site again.") from None
        except jwt.InvalidTokenError as error:
            logger.warning("a token of the site was refused: %s", error)  # never holds the token
            raise InvalidToken("Your sign-in could not be verified by the chat's server.") from None
        if not claims["sub"]:
            raise InvalidToken("Your sign-in names nobody: its sub is empty.")
        named = f"{claims.get('iss', '')}\n{claims['sub']}"
        return f"user_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def _public(pem: str) -> tuple[str, list[str]]:
    """A private key would verify too, and has no business here."""
    if "PRIVATE" in pem.partition("\n")[0]:
        raise SiteKeyError("ASKDOCS_JWT_KEY is a private key: give the public one of the pair.")
    fitting: list[str] = []
    for algorithm in _PUBLIC:
        try:
            jwt.get_algorithm_by_name(algorithm).prepare_key(pem)
        except (jwt.InvalidKeyError, TypeError, ValueError):
            continue
        fitting.append(algorithm)
    if not fitting:
        raise SiteKeyError("ASKDOCS_JWT_KEY is no public key in PEM, of RSA or P-256.")
    return pem, fitting
