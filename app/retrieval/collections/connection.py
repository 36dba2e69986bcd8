"""A Qdrant server, or the client's local mode, as one collection of it reaches it."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable
from contextlib import suppress
from importlib.metadata import version
from typing import TypeVar

import httpx
from pydantic import SecretStr
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.common.version_check import is_compatible
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from app.retrieval.collections import CollectionError, CollectionMissingError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_TIMEOUT = 30  # seconds
_POLL = 0.2  # seconds


class Connection:
    """Whatever the client raises, `asked` raises as a `CollectionError` with its remedy."""

    def __init__(self, client: AsyncQdrantClient, url: str, name: str) -> None:
        self.client = client
        self.url = url
        self.name = name
        self.local = url == "memory://"
        self._compared = self.local

    def to(self, name: str) -> "Connection":
        """Another collection of the same server."""
        return Connection(self.client, self.url, name)

    async def asked(self, answer: Awaitable[T]) -> T:
        try:
            return await answer
        except UnexpectedResponse as error:
            raise self._refused(error) from error
        except (ResponseHandlingException, httpx.HTTPError) as error:
            raise CollectionError(
                f"Qdrant at {self.url} cannot be reached: {error}. Is it running, and is "
                "QDRANT_URL right?"
            ) from error
        except QdrantException as error:
            raise CollectionError(f"Qdrant at {self.url}: {error}") from error
        except ValueError as error:  # local mode's answers to what a server refuses
            if f"Collection {self.name} not found" in str(error):
                raise self._missing() from error
            raise CollectionError(f"Qdrant at {self.url}: {error}") from error

    async def settle(self) -> None:
        """Until the server, which indexes in the background, has done so."""
        while True:
            about = await self.asked(self.client.get_collection(self.name))
            match about.status:
                case models.CollectionStatus.GREEN:
                    return
                case models.CollectionStatus.RED:
                    raise CollectionError(
                        f"Qdrant at {self.url} cannot index {self.name!r}: "
                        f"{about.optimizer_status}. Its log says more."
                    )
                case models.CollectionStatus.GREY:  # since it was started it waits for a write
                    nothing = models.OptimizersConfigDiff()
                    await self.asked(
                        self.client.update_collection(self.name, optimizers_config=nothing)
                    )
                case models.CollectionStatus.YELLOW:
                    pass
            await asyncio.sleep(_POLL)

    async def compare_versions(self) -> None:
        """Once. The client's own check runs in a thread, and warns wherever it then is."""
        if self._compared:
            return
        self._compared = True
        with suppress(CollectionError):
            server = (await self.asked(self.client.info())).version
            ours = version("qdrant-client")
            if not is_compatible(ours, server):
                logger.warning(
                    "Qdrant at %s is version %s, and the client here %s: they should not be "
                    "more than one minor version apart.",
                    self.url,
                    server,
                    ours,
                )

    def _refused(self, error: UnexpectedResponse) -> CollectionError:
        match error.status_code:
            case 404:
                return self._missing()
            case 401 | 403:
                said = "refused the key: check QDRANT_API_KEY"
            case _:
                body = error.content.decode(errors="replace")[:300]
                said = f"answered {error.status_code} {error.reason_phrase}: {body}"
        return CollectionError(f"Qdrant at {self.url} {said}.")

    def _missing(self) -> CollectionMissingError:
        return CollectionMissingError(
            f"There is no collection {self.name!r} at {self.url}: run askdocs ingest first."
        )


def client(url: str, api_key: SecretStr | None) -> AsyncQdrantClient:
    if url == "memory://":
        return AsyncQdrantClient(location=":memory:")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = AsyncQdrantClient(
            url=url,
            api_key=api_key.get_secret_value() if api_key else None,
            timeout=_TIMEOUT,
            check_compatibility=False,  # done by the connection (trap 49)
        )
    for warning in told:  # such as a key that goes over http
        logger.warning("Qdrant at %s: %s", url, warning.message)
    return made
