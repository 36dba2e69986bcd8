"""What the chat knows of the page around it, and does to it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from chatkit.types import (
    ClientEffectEvent,
    Thread,
    ThreadCreatedEvent,
    ThreadStreamEvent,
)
from chatkit.types import Page as Items
from playwright.async_api import Route, expect
from pydantic import TypeAdapter

from tests.fakes.provider import answer
from tests.frontend.conftest import ASK, DOCS, SiteChat, World, on_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, twice
]

NOW = datetime.now(UTC)
EVENT: TypeAdapter[ThreadStreamEvent] = TypeAdapter(ThreadStreamEvent)
THREAD = Thread(id="thr_1", created_at=NOW, items=Items(data=[], has_more=False))


async def plays(chat: SiteChat, turns: list[list[Any]]) -> list[dict[str, Any]]:
    """A server that answers each request with the next events; returns what it was asked."""
    asked: list[dict[str, Any]] = []

    async def reply(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "{}"))
        events = [EVENT.dump_json(event, exclude_none=True).decode() for event in turns.pop(0)]
        await route.fulfill(
            body="".join(f"data: {event}\n\n" for event in events),
            content_type="text/event-stream",
            headers={"Access-Control-Allow-Origin": DOCS},
        )

    await chat.page.route(f"{ASK}/chatkit", reply)
    return asked


async def test_an_effect_leads_to_a_page_of_the_site_and_nowhere_else(chat: SiteChat) -> None:
    away = [ClientEffectEvent(name="navigate", data={"path": "//evil.test/"})]
    away += [ClientEffectEvent(name="navigate", data={"path": "/x", "url": "https://evil.test/x"})]
    there = [ClientEffectEvent(name="navigate", data={"path": "/configure#time-zones"})]
    await plays(chat, [[ThreadCreatedEvent(thread=THREAD), *away, *there]])
    await chat.open()
    await chat.ask("Take me to the time zones")
    await chat.page.wait_for_url(f"{DOCS}/configure#time-zones")
    await expect(chat.page.get_by_role("heading", name="Time zones")).to_be_in_viewport()
    await expect(chat.panel).to_be_visible()


async def test_a_page_is_mentioned_without_asking_the_server(chat: SiteChat) -> None:
    await chat.open()
    before = len([r for r in chat.requests if r.url.startswith(ASK)])
    await chat.input.press_sequentially("What is in @conf")
    option = chat.page.locator(".mentions").get_by_role("option")
    await expect(option).to_have_text("Configuring/configure")
    assert len([r for r in chat.requests if r.url.startswith(ASK)]) == before
    await chat.page.keyboard.press("Enter")
    await expect(chat.input).to_have_value("What is in @Configuring ")
    await chat.input.press_sequentially("?")
    await chat.asked("What is in @Configuring ?")
    (sent,) = chat.sent("threads.create")
    assert [part["type"] for part in sent["input"]["content"]] == [
        "input_text",
        "input_tag",
        "input_text",
    ]
    tag = sent["input"]["content"][1]
    assert (tag["text"], tag["data"]) == ("Configuring", {"path": "/configure"})
    await expect(chat.questions.locator(".tag")).to_have_text("@Configuring")


async def test_the_chat_wears_the_colors_of_the_site(chat: SiteChat) -> None:
    await chat.open()
    background = f"getComputedStyle({chat.inside('.chat')}).backgroundColor"
    assert await chat.page.evaluate(background) == "rgb(255, 255, 255)"
    await chat.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    await chat.page.wait_for_function(f"{background} === 'rgb(36, 37, 38)'")
    accent = await chat.page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--ifm-color-primary')"
    )
    send = f"getComputedStyle({chat.inside(':host')} ?? document.querySelector('openai-chatkit'))"
    assert await chat.page.evaluate(f"{send}.getPropertyValue('--accent')") == accent


async def test_on_a_phone_it_fills_the_screen(world: dict[str, World]) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    async with on_site(world["ours"], **phone) as chat:
        await chat.visit()
        await chat.launcher.tap()
        await expect(chat.input).to_be_visible()
        box = await chat.panel.bounding_box()
        assert box
        assert (round(box["width"]), round(box["height"])) == (360, 740)
        chat.desk.scripts = [answer("Run `apt install gadget` [1].")]
        await chat.asked("How do I install the gadget on Linux?")
        await expect(chat.input).to_be_in_viewport(ratio=1)
        await chat.button("Close").tap()
        await expect(chat.panel).to_be_hidden()


async def test_in_urdu_everything_runs_from_right_to_left(world: dict[str, World]) -> None:
    async with on_site(world["ours"]) as chat:
        await chat.visit("/ur/install")
        await chat.button("دستاویزات سے پوچھیں").click()
        dialog = chat.page.get_by_role("dialog", name="دستاویزات کے ساتھ گفتگو")
        field = dialog.get_by_label("آپ کا سوال")
        await expect(field).to_be_focused()
        box = await dialog.bounding_box()
        assert box
        assert box["x"] < 100  # at the side where lines end
        await field.fill("گیجٹ کیسے لگائیں؟")
        chat.desk.scripts = [answer("`apt install gadget` چلائیں [1]۔")]
        await field.press("Enter")
        await expect(dialog.get_by_role("region", name="ماخذ")).to_be_visible()
        direction = f"getComputedStyle({chat.inside('.answer-below')}).direction"
        assert await chat.page.evaluate(direction) == "rtl"
        (headers,) = chat.headers("threads.create")
        assert headers["x-askdocs-locale"] == "ur"


async def test_an_anonymous_token_is_kept_and_renewed(chat: SiteChat) -> None:
    await chat.open()
    await chat.asked("How do I install the gadget?")
    first = chat.headers("threads.create")[0]["authorization"]
    assert len([r for r in chat.requests if r.url == f"{ASK}/session"]) == 1
    await chat.page.evaluate("""() => {
        const held = JSON.parse(localStorage.getItem('askdocs.session'));
        held.expires_at = new Date(Date.now() + 3_600_000).toISOString();
        localStorage.setItem('askdocs.session', JSON.stringify(held));
    }""")
    await chat.visit()
    await chat.open()
    await expect(chat.questions).to_have_count(1)  # the same reader, with a later token
    assert len([r for r in chat.requests if r.url == f"{ASK}/session"]) == 2
    assert chat.headers("threads.get_by_id")[0]["authorization"] != first
