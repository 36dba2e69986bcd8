"""What a reader may choose, and that nothing else gets through."""

import pytest

from tests.fakes.model import FakeModel
from tests.server.conftest import Options, Site, message

SMALL, BIG = FakeModel(), FakeModel()


@pytest.fixture
def options() -> Options:
    SMALL.scripts, BIG.scripts = [], []
    settings = {"model": "openai:small", "models": "Small=openai:small, Big=openai:big"}
    return Options(settings=settings, choices={"Small": SMALL, "Big": BIG})


async def test_the_page_is_told_the_names_alone(site: Site) -> None:
    config = (await site.client.get("/web/config")).json()
    assert config["models"] == [
        {"id": "Small", "label": "Small", "default": True},
        {"id": "Big", "label": "Big", "default": False},
    ]
    assert "openai:" not in str(config)


async def test_the_chosen_model_answers_and_is_on_record(site: Site) -> None:
    BIG.scripts = [["From the big one."]]
    seen = await site.ask("hi", inference_options={"model": "Big"})
    assert seen[-1]["item"]["content"][0]["text"] == "From the big one."
    rate = {"thread_id": site.thread, "item_ids": [seen[-1]["item"]["id"]], "kind": "positive"}
    await site.send({"type": "items.feedback", "params": rate})
    from app.context import RequestContext  # noqa: PLC0415

    owner = RequestContext(owner=site.identity.owner(site.token))
    (kept,) = await site.store.load_feedback(site.thread, owner)
    assert kept.trace
    assert kept.trace.model == "fake:Big"


async def test_without_a_choice_the_default_answers(site: Site) -> None:
    site.script("From the default.")
    seen = await site.ask("hi")
    assert seen[-1]["item"]["content"][0]["text"] == "From the default."


async def test_another_answer_is_of_the_same_model(site: Site) -> None:
    BIG.scripts = [["One."], ["Two."]]
    first = await site.ask("hi", inference_options={"model": "Big"})
    params = {"thread_id": site.thread, "item_id": first[1]["item"]["id"]}
    seen = await site.stream({"type": "threads.retry_after_item", "params": params})
    assert seen[-1]["item"]["content"][0]["text"] == "Two."


@pytest.mark.parametrize("model", ["openai:big", "gpt-5-pro", "big", ""])
async def test_a_model_that_is_not_offered_is_refused_before_anything_is_done(
    site: Site, model: str
) -> None:
    answer = await site.send(message("threads.create", "hi", inference_options={"model": model}))
    assert answer.status_code == 400
    assert answer.json()["message"] == (f"There is no model {model!r}: choose one of Small, Big.")
    assert site.retriever.asked == []
    assert (await site.send({"type": "threads.list", "params": {}})).json()["data"] == []


async def test_a_tool_is_refused_unless_the_page_offers_it(site: Site) -> None:
    for tool in ("search_docs", "read_current_page", "web_search"):
        chosen = {"tool_choice": {"id": tool}}
        answer = await site.send(message("threads.create", "hi", inference_options=chosen))
        assert answer.status_code == 400
        assert answer.json()["message"] == f"There is no tool {tool!r} on this page."
