"""What the server knows of the request it is answering."""

from dataclasses import dataclass, field

ANONYMOUS = "anonymous"
READ_CURRENT_PAGE = "read_current_page"
NAVIGATE = "navigate"
PAGE_TOOLS = frozenset({READ_CURRENT_PAGE, NAVIGATE})
"""What a page around the chat may offer to do for the model."""


@dataclass(frozen=True, slots=True)
class Page:
    """The docs page that the reader is on. Everything here is what the browser said: untrusted."""

    path: str = ""
    title: str = ""
    version: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One per request. Threads belong to `owner`."""

    owner: str = ANONYMOUS
    page: Page = field(default_factory=Page)
    tools: frozenset[str] = frozenset()
    """Those of `PAGE_TOOLS` that the page offers."""

    @property
    def anonymous(self) -> bool:
        """True without a token: threads are reachable by their unguessable id alone."""
        return self.owner == ANONYMOUS
