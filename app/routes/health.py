"""GET /healthz and /readyz: alive, and able to answer."""

import logging
from collections.abc import Awaitable

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.retrieval import RetrievalError
from app.retrieval.retriever import check
from app.routes.requests import AppServices
from app.services import Services
from app.settings.checks import check as mistakes

logger = logging.getLogger(__name__)

router = APIRouter()

UNRANKED = (
    "The reranker does not answer, so passages keep our own order: see the server's log, then "
    "ASKDOCS_RERANKER and its key."
)


class Health(BaseModel):
    status: str = "ok"


class Readiness(BaseModel):
    ready: bool
    parts: dict[str, str]
    """`ok`, or what is wrong and what to do."""


@router.get("/healthz")
async def healthz() -> Health:
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(services: AppServices, response: Response) -> Readiness:
    """503 while a part cannot serve; the parts say which and why."""
    wrong = mistakes(services.settings)
    parts = {
        "settings": "; ".join(wrong) or "ok",
        "store": await _said(_ping(services), "The store does not answer: see the server's log."),
        "collection": await _said(
            check(services.collection, services.embedder),
            "Qdrant does not answer: see the server's log, then QDRANT_URL and QDRANT_API_KEY.",
        ),
    }
    ready = all(part == "ok" for part in parts.values())
    if services.reranking:  # without it there are answers all the same
        parts["reranker"] = UNRANKED if services.reranking.failure else "ok"
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, parts=parts)


async def _ping(services: Services) -> str | None:
    await services.store.ping()
    return None


async def _said(checked: Awaitable[str | None], failed: str) -> str:
    """Addresses and drivers' messages stay in the log: this page is public."""
    try:
        return await checked or "ok"
    except RetrievalError as error:
        logger.warning("not ready: %s", error)
        return failed
    except Exception:
        logger.exception("not ready")
        return failed
