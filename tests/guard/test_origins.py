"""Which pages get in; a page of another site changes nothing, with or without a preflight."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.guard.origins import OriginGuard, allowed_origins

DOCS = "https://docs.example.com"


@pytest.mark.parametrize(
    ("setting", "origins"),
    [
        ("", ["http://localhost:3000", "http://127.0.0.1:3000"]),
        (" , ", ["http://localhost:3000", "http://127.0.0.1:3000"]),
        (DOCS, [DOCS]),
        ("https://a.test, https://b.test:8443,", ["https://a.test", "https://b.test:8443"]),
        ("HTTPS://Docs.Example.com/", [DOCS]),
        ("https://docs.example.com:443,http://a.test:80", [DOCS, "http://a.test"]),
        (f"{DOCS},{DOCS}", [DOCS]),
        ("http://[::1]:3000", ["http://[::1]:3000"]),
        ("https://bücher.example", ["https://xn--bcher-kva.example"]),
    ],
)
def test_origins_are_read_as_browsers_write_them(setting: str, origins: list[str]):
    assert allowed_origins(setting) == origins


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("*", "'*' would let in sites that are not yours"),
        ("https://*.example.com", "without *"),
        ("docs.example.com", "is no origin: write it as https://docs.example.com"),
        ("null", "is no origin"),
        ("ftp://docs.example.com", "is no origin"),
        ("https://", "is no origin"),
        ("https://a.test:port", "is no origin"),
        ("https://a..test", "is no origin"),
        ("https://a.test/docs", "has more than an origin: write https://a.test"),
        ("https://ana@a.test", "has more than an origin"),
        ("https://[::1", "ASKDOCS_ORIGINS: 'https://[::1'"),
    ],
)
def test_a_mistake_is_named(setting: str, says: str):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its words are what is tested
        allowed_origins(setting)
    assert says in str(caught.value)


def test_every_mistake_has_its_line():
    with pytest.raises(ValueError, match=r"(?s)'a\.test'.*\n.*'b.test'"):
        allowed_origins(f"a.test,{DOCS},b.test")


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def browser(ran: list[str]) -> httpx.AsyncClient:
    """What a browser sends to a server at http://ask.test that knows DOCS."""

    async def run(request: Request) -> JSONResponse:
        ran.append(request.method)
        return JSONResponse({})

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app = OriginGuard(Starlette(routes=[Route("/", run, methods=methods)]), [DOCS])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ask.test")


@pytest.mark.parametrize("origin", [DOCS, "http://ask.test", "https://ask.test", None])
async def test_pages_that_are_known_get_in(
    browser: httpx.AsyncClient, ran: list[str], origin: str | None
):
    response = await browser.post("/", headers={"Origin": origin} if origin else {})
    assert response.status_code == 200
    assert ran == ["POST"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.test",
        "http://docs.example.com",
        "https://docs.example.com:8443",
        "https://docs.example.com.evil.test",
        "http://ask.test:8000",
        "ftp://ask.test",
        "//ask.test",
        "null",
        "",
        "é",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_page_of_another_site_changes_nothing(
    browser: httpx.AsyncClient, ran: list[str], origin: str, method: str
):
    headers = {"Origin": origin.encode("latin-1"), "Content-Type": b"text/plain"}
    response = await browser.request(method, "/", headers=headers, content="{}")
    assert response.status_code == 403
    assert "add it to ASKDOCS_ORIGINS" in response.json()["message"]
    assert ran == []


async def test_a_second_origin_does_not_help(browser: httpx.AsyncClient, ran: list[str]):
    headers = [("Origin", DOCS), ("Origin", "https://evil.test")]
    assert (await browser.post("/", headers=headers)).status_code == 403
    assert ran == []


async def test_a_script_may_be_loaded_by_any_page(browser: httpx.AsyncClient, ran: list[str]):
    response = await browser.get("/", headers={"Origin": "https://elsewhere.test"})
    assert response.status_code == 200
    assert ran == ["GET"]


async def test_the_message_does_not_repeat_an_endless_origin(browser: httpx.AsyncClient):
    response = await browser.post("/", headers={"Origin": "https://" + "x" * 5000})
    assert len(response.json()["message"]) < 300
