"""HTTP to a provider: what the model's own tests do not reach."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.llm.transport import StreamTransport

Said = list[bytes | float]


@asynccontextmanager
async def saying(*answers: Said, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that says these bytes, one list for each request; the last one again and again."""
    said = list(answers)

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                for part in said.pop(0) if len(said) > 1 else said[0]:
                    if isinstance(part, float):
                        await asyncio.sleep(part)
                    elif part:
                        writer.write(part)
                        await writer.drain()
                    else:
                        writer.close()
                        return
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/v1"


@pytest.fixture
async def transport() -> AsyncIterator[StreamTransport]:
    async with StreamTransport(connect=2, read=0.3) as transport:
        yield transport


async def answer(transport: StreamTransport, url: str) -> tuple[int, bytes]:
    response = await transport.handle_async_request(httpx2.Request("GET", url))
    return response.status_code, await response.aread()


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ([HEAD + b"content-length: 5\r\n\r\nHello"], b"Hello"),
        ([HEAD + b"content-length: 5\r\n\r\nHe", 0.01, b"llo"], b"Hello"),
        ([CHUNKED, b"2\r\nHe\r\n", 0.01, b"3\r\nl", 0.01, b"lo\r\n0\r\n\r\n"], b"Hello"),
        ([HEAD + b"\r\nHello", b""], b"Hello"),
        ([b"HTTP/1.0 200 OK\r\n\r\nHello", b""], b"Hello"),
        ([HEAD + b"content-length: 0\r\n\r\n"], b""),
        ([b"HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + b"content-length: 2\r\n\r\nHi"], b"Hi"),
    ],
    ids=["length", "pieces", "chunks", "to the end", "1.0", "empty", "early hints"],
)
async def test_an_answer_in_every_frame(
    transport: StreamTransport, said: Said, body: bytes
) -> None:
    async with saying(said) as url:
        for _ in range(2):
            assert await answer(transport, url) == (200, body)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ([b""], httpx2.ReadError),
        ([HEAD + b"content-length: 5\r\n\r\nHe", b""], httpx2.ReadError),
        ([CHUNKED + b"5\r\nHe", b""], httpx2.ReadError),
        ([b"SSH-2.0-OpenSSH_9.2\r\n", b""], httpx2.RemoteProtocolError),
        ([CHUNKED + b"zz\r\n", b""], httpx2.RemoteProtocolError),
        ([5.0], httpx2.ReadTimeout),
        ([CHUNKED + b"2\r\nHe\r\n", 5.0], httpx2.ReadTimeout),
    ],
    ids=["closed", "short", "short chunk", "no HTTP", "no chunk", "silent", "silent later"],
)
async def test_what_goes_wrong_is_an_error_of_httpx2s(
    transport: StreamTransport, said: Said, error: type[Exception]
) -> None:
    async with saying(said) as url:
        with pytest.raises(error):
            await answer(transport, url)


async def test_slow_is_not_silent(transport: StreamTransport) -> None:
    said: Said = [CHUNKED, *[part for _ in range(5) for part in (0.1, b"1\r\n.\r\n")]]
    async with saying([*said, b"0\r\n\r\n"]) as url:
        assert await answer(transport, url) == (200, b".....")


async def test_a_connection_that_was_closed_while_it_lay_idle_is_not_noticed(
    transport: StreamTransport,
) -> None:
    whole: Said = [HEAD + b"content-length: 2\r\n\r\nHi", 0.01, b""]
    async with saying(whole) as url:
        for pause in (0.0, 0.05, 0.0):
            assert await answer(transport, url) == (200, b"Hi")
            await asyncio.sleep(pause)


async def test_an_answer_that_was_held_back_is_whole_and_its_connection_serves_the_next(
    transport: StreamTransport,
) -> None:
    pieces: Said = [b"x" * 100_000] * 300
    said: Said = [HEAD + b"content-length: 30000000\r\n\r\n", *pieces]
    async with saying(said) as url:
        response = await transport.handle_async_request(httpx2.Request("GET", url))
        await asyncio.sleep(0.1)
        assert len(await response.aread()) == 30_000_000
        assert len((await answer(transport, url))[1]) == 30_000_000


async def test_nobody_there(transport: StreamTransport) -> None:
    with pytest.raises(httpx2.ConnectError):
        await answer(transport, "http://127.0.0.1:1/")


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the certificate to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    return context, pem


async def test_a_certificate_that_nobody_signed_is_refused(
    transport: StreamTransport, tls: tuple[ssl.SSLContext, Path]
) -> None:
    async with saying([HEAD + b"content-length: 2\r\n\r\nHi"], tls=tls[0]) as url:
        with pytest.raises(httpx2.ConnectError, match="CERTIFICATE"):
            await answer(transport, url)


async def test_tls(
    transport: StreamTransport,
    tls: tuple[ssl.SSLContext, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))
    async with saying([HEAD + b"content-length: 2\r\n\r\nHi"], tls=tls[0]) as url:
        for _ in range(2):
            assert await answer(transport, url) == (200, b"Hi")
