"""Tokens: whose they are, for how long, and which ones are nobody's."""

import base64
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from pydantic import SecretStr

from app.guard.identity import Identity, InvalidToken, SessionKeyError, load_or_create_key

KEY = "k" * 32
DAY = 86_400


@pytest.fixture
def identity() -> Identity:
    return Identity(SecretStr(KEY), lifetime=DAY)


def signed(key: str = KEY, algorithm: str = "HS256", **changes: object) -> str:
    """A token with good claims, but for `changes`; None takes a claim away."""
    now = datetime.now(UTC)
    claims: dict[str, object] = {
        "sub": f"guest_{'0' * 32}",
        "iat": now,
        "exp": now + timedelta(hours=1),
        "iss": "askdocs",
        "aud": "askdocs",
    }
    claims |= changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm)


def test_every_guest_is_another_one(identity: Identity):
    owners = {identity.owner(identity.issue().token) for _ in range(50)}
    assert len(owners) == 50
    assert all(len(owner) == len("guest_") + 32 for owner in owners)


def test_a_token_says_when_it_expires(identity: Identity):
    issued = identity.issue()
    assert abs(issued.expires_at - datetime.now(UTC) - timedelta(days=1)) < timedelta(seconds=5)
    claims = jwt.decode(issued.token, options={"verify_signature": False})
    assert claims["exp"] == issued.expires_at.timestamp()


def test_a_renewed_token_is_the_same_readers(identity: Identity):
    owner = identity.owner(identity.issue().token)
    assert identity.owner(identity.issue(owner).token) == owner


def test_a_good_token_is_taken_however_it_was_made(identity: Identity):
    assert identity.owner(signed()) == f"guest_{'0' * 32}"


def unsigned() -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    payload = jwt.decode(signed(), options={"verify_signature": False})
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(payload)}."


@pytest.mark.parametrize(
    "token",
    [
        signed(key="x" * 32),
        signed(key="k" * 64, algorithm="HS512"),
        signed()[:-2] + "AA",
        unsigned(),
        signed(aud="another"),
        signed(iss="another"),
        signed(aud=None),
        signed(iss=None),
        signed(exp=None),
        signed(sub=None),
        signed(iat=datetime.now(UTC) + timedelta(hours=1)),
        "",
        "a.b.c",
        "é" * 40,
        "." * 5000,
    ],
)
def test_a_forged_token_is_nobodys(identity: Identity, token: str):
    with pytest.raises(InvalidToken, match="not made by this server: get one at POST /session"):
        identity.owner(token)


@pytest.mark.parametrize("owner", ["anonymous", "", "guest_", "guest_" + "0" * 31, "thr_1"])
def test_a_token_for_no_guest_is_nobodys(identity: Identity, owner: str):
    with pytest.raises(InvalidToken, match="names no reader"):
        identity.owner(signed(sub=owner))


def test_an_expired_token_says_so():
    expired = Identity(SecretStr(KEY), lifetime=-1).issue().token
    with pytest.raises(InvalidToken, match="expired: get a new one at POST /session"):
        Identity(SecretStr(KEY), lifetime=DAY).owner(expired)


def test_a_token_that_was_good_expires():
    now = [datetime.now(UTC).timestamp()]
    identity = Identity(SecretStr(KEY), lifetime=DAY, clock=lambda: now[0])
    token = identity.issue().token
    assert identity.owner(token) == identity.owner(token)
    now[0] += DAY
    with pytest.raises(InvalidToken, match="expired: get a new one at POST /session"):
        identity.owner(token)


def test_a_short_key_is_refused_and_not_shown():
    with pytest.raises(
        SessionKeyError, match="ASKDOCS_SESSION_KEY has 7 bytes; it needs 32"
    ) as caught:
        Identity(SecretStr("hunter2"), lifetime=DAY)
    assert "hunter2" not in str(caught.value)


# The key that is kept


def test_the_key_is_made_once_and_for_this_user_alone(tmp_path: Path):
    path = tmp_path / "new" / "session.key"
    key = load_or_create_key(path)
    assert len(key.get_secret_value()) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_key(path) == key
    assert os.listdir(path.parent) == ["session.key"]  # noqa: PTH208
    assert key.get_secret_value() not in repr(key)


def test_a_key_file_that_holds_something_else_is_left_alone(tmp_path: Path):
    path = tmp_path / "session.key"
    path.write_text("short\n")
    with pytest.raises(SessionKeyError, match=r"session\.key' holds no session key: delete it"):
        load_or_create_key(path)
    assert path.read_text() == "short\n"


def test_a_folder_that_cannot_keep_the_key_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(SessionKeyError, match=r"file/session\.key': .*Set ASKDOCS_SESSION_KEY"):
        load_or_create_key(tmp_path / "file" / "session.key")


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path):
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from app.guard.identity import load_or_create_key\n"
        "print('ready', flush=True)\nsys.stdin.readline()\n"
        "print(load_or_create_key(Path(sys.argv[1])).get_secret_value())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "session.key")]
    pipe = subprocess.PIPE
    starting = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for process in starting:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in starting:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in starting}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
