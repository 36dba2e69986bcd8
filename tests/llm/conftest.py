"""A scripted provider over real HTTP, and the model that talks to it."""

from collections.abc import AsyncIterator

import pytest
from agents import Model
from pydantic import SecretStr

from app.llm import open_model
from tests.fakes.provider import FakeProvider
from tests.fakes.servers import running

KEY = "sk-very-secret"


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
async def url(provider: FakeProvider) -> AsyncIterator[str]:
    async with running(provider) as url:
        yield f"{url}/v1"


@pytest.fixture
async def model(url: str) -> AsyncIterator[Model]:
    async with open_model(f"{url}#fake", api_key=SecretStr(KEY)) as model:
        yield model
