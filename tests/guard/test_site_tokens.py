"""Tokens of readers who are signed in to the site: which ones count, and for whom."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from app.guard.identity import Identity, InvalidToken
from app.guard.site_tokens import SiteKeyError, SiteTokens

SECRET = "s" * 32
OURS = SecretStr("k" * 32)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def private(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def signed(key: object = SECRET, algorithm: str = "HS256", **changes: object) -> str:
    claims: dict[str, object] = {
        "sub": "ana",
        "iss": "https://docs.example",
        "aud": "chat",
        "exp": datetime.now(UTC) + timedelta(hours=1),
    }
    claims |= changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm)  # pyright: ignore


def site(key: str = SECRET, **options: str) -> SiteTokens:
    return SiteTokens(SecretStr(key), **options)


def test_the_same_reader_has_the_same_threads_on_every_device() -> None:
    ana = site().owner(signed())
    assert ana == site().owner(signed(exp=datetime.now(UTC) + timedelta(days=2)))
    assert ana.startswith("user_")
    assert "ana" not in ana
    assert ana != site().owner(signed(sub="ben"))
    assert ana != site().owner(signed(iss="https://another.example"))


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
def test_a_public_key_verifies_its_pair(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, algorithm: str
) -> None:
    pem = public(key)
    assert site(pem).owner(signed(key, algorithm)).startswith("user_")
    one_line = pem.replace("\n", "\\n")
    assert site(one_line).owner(signed(key, algorithm)).startswith("user_")


def test_a_public_key_is_no_secret() -> None:
    """The old trick: sign with the public key's text, and say HS256."""
    pem = public(RSA)

    head, body, _ = signed().split(".")
    signature = hmac.new(pem.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    forged = f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(InvalidToken, match="could not be verified"):
        site(pem).owner(forged)


@pytest.mark.parametrize(
    "changes",
    [{"sub": None}, {"exp": None}, {"iss": "https://evil.example"}, {"aud": "shop"}, {"aud": None}],
)
def test_what_is_meant_for_others_is_refused(changes: dict[str, object]) -> None:
    strict = site(issuer="https://docs.example", audience="chat")
    assert strict.owner(signed())
    with pytest.raises(InvalidToken, match="could not be verified"):
        strict.owner(signed(**changes))


def test_an_expired_sign_in_says_so_and_a_clock_may_be_off_by_seconds() -> None:
    now = datetime.now(UTC)
    assert site().owner(signed(exp=now - timedelta(seconds=10)))
    with pytest.raises(InvalidToken, match="expired: sign in"):
        site().owner(signed(exp=now - timedelta(minutes=2)))
    with pytest.raises(InvalidToken, match="names nobody"):
        site().owner(signed(sub=""))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("hunter2", "ASKDOCS_JWT_KEY has 7 bytes; a secret needs 32 or more"),
        (private(RSA), "is a private key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "is no public key in PEM"),
    ],
)
def test_a_key_that_verifies_nothing_is_refused_and_not_shown(key: str, sentence: str) -> None:
    with pytest.raises(SiteKeyError) as caught:
        site(key)
    assert sentence in str(caught.value)
    assert key not in str(caught.value)


def test_guests_and_readers_who_are_signed_in_are_told_apart() -> None:
    identity = Identity(OURS, 3600, signed_in=site().owner)
    assert identity.owner(identity.issue().token).startswith("guest_")
    assert identity.owner(signed()).startswith("user_")
    guest = f"guest_{'0' * 32}"
    assert identity.owner(signed(sub=guest)) != guest
    with pytest.raises(InvalidToken):  # signed by the site, in our name
        identity.owner(signed(iss="askdocs", aud="askdocs", sub=guest))
    with pytest.raises(InvalidToken):  # nobody said that the site signs
        Identity(OURS, 3600).owner(signed())
