"""Which pages may use this server from a browser."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

DEVELOPMENT = ["http://localhost:3000", "http://127.0.0.1:3000"]  # `docusaurus start`
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
DEFAULT_PORTS = {"http": 80, "https": 443}


def allowed_origins(setting: str) -> list[str]:
    """The origins of a comma-separated setting, as browsers write them; Docusaurus's own in
    development when it is empty. Raises ValueError, with one line for each mistake."""
    found: dict[str, None] = {}
    mistakes: list[str] = []
    for part in filter(None, (part.strip() for part in setting.split(","))):
        try:
            found[origin(part)] = None
        except ValueError as error:
            mistakes.append(f"ASKDOCS_ORIGINS: {part!r} {error}")
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return list(found) or list(DEVELOPMENT)


def origin(text: str) -> str:
    """Scheme, host and port, in the form of the `Origin` header (RFC 6454, section 6)."""
    if "*" in text:
        raise ValueError("would let in sites that are not yours: list each origin, without *")
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError("is no origin: write it as https://docs.example.com")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"has more than an origin: write {parts.scheme}://{parts.hostname}")
    try:
        host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode()
        port = parts.port
    except (UnicodeError, ValueError):
        raise ValueError("is no origin: write it as https://docs.example.com") from None
    host = f"[{host}]" if ":" in host else host
    usual = port is None or port == DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


class OriginGuard:
    """Refuses what a page of another origin asks for, before anything runs.

    CORS alone does not: a POST of `text/plain` needs no preflight, and the browser only hides
    the answer. A request without `Origin` comes from no page of another site. Reading is safe:
    without CORS headers the page cannot see the answer, and scripts and styles are loaded so.
    """

    def __init__(self, app: ASGIApp, origins: list[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope.get("method") in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        for given in headers.getlist("origin"):
            if given not in self._origins and not own(given, headers.get("host", "")):
                await refused(given)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def own(given: str, host: str) -> bool:
    """The page was served by this server. The scheme is left out: a proxy may end TLS."""
    scheme, _, netloc = given.partition("://")
    return scheme in DEFAULT_PORTS and bool(netloc) and netloc == host.lower()


def refused(given: str) -> JSONResponse:
    message = f"The origin {given[:200]!r} may not use this server: add it to ASKDOCS_ORIGINS."
    return JSONResponse({"message": message}, 403)
