"""What the server knows of the request it is answering."""

from dataclasses import dataclass, field

ANONYMOUS = "anonymous"


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

    @property
    def anonymous(self) -> bool:
        """True without a token: threads are reachable by their unguessable id alone."""
        return self.owner == ANONYMOUS
