"""What the page does for the model and for the reader who chooses: from the provider to the page
and back, with either face."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from app.retrieval.passages import NumberedPassage, parsed
from tests.fakes.provider import Script, answer, call, end
from tests.frontend.conftest import DOCS, SiteChat

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, three times
]

STOCK = "There are 42 gadgets in stock."
RENDERED = f"""() => {{
    const line = document.createElement('p');
    line.textContent = '{STOCK}';
    document.querySelector('article .markdown').append(line);
}}"""


def told(body: dict[str, Any]) -> list[NumberedPassage]:
    """The passages that the model got last."""
    return parsed(body["messages"][-1]["content"])


def reads_the_page(_: dict[str, Any]) -> Script:
    return [*call("read_current_page", "{}"), *end("tool_calls")]


def quotes_the_page(body: dict[str, Any]) -> Script:
    (page,) = told(body)
    assert STOCK in page.text
    return answer(f"It says: {STOCK} [{page.number}]")


async def test_the_model_reads_the_page_that_the_reader_sees(chat: SiteChat) -> None:
    await chat.page.evaluate(RENDERED)
    await chat.open()
    chat.desk.scripts = [reads_the_page, quotes_the_page]
    await chat.asked("How many does this page say are in stock?")
    await expect(chat.answers).to_contain_text(STOCK)
    await expect(chat.page.locator(".citation a")).to_have_attribute("href", f"{DOCS}/install/")
    (output,) = chat.sent("threads.add_client_tool_output")
    read = output["result"]
    assert (read["title"], read["url"]) == ("Installing", f"{DOCS}/install/")
    assert "The Windows installer asks for a license key." in read["text"]
    assert "Ask the docs" not in read["text"]
    await chat.page.reload()
    await chat.open()
    await expect(chat.answers).to_contain_text(STOCK)  # and nothing is asked of the page again
    assert len(chat.sent("threads.add_client_tool_output")) == 1


async def test_the_reader_chooses_this_page(chat: SiteChat) -> None:
    await chat.page.evaluate(RENDERED)
    await chat.open()
    this_page = chat.button("This page")
    await this_page.click()
    await expect(this_page).to_have_attribute("aria-pressed", "true")
    await expect(chat.input).to_have_attribute("placeholder", "Ask about this page")
    before = len(chat.provider.requests)
    chat.desk.scripts = [quotes_the_page]
    await chat.asked("How many are in stock?")
    asked = [r.body for r in chat.provider.requests[before:] if r.body.get("tools")]
    assert len(asked) == 1  # the page was read without a call of the model
    await expect(chat.answers).to_contain_text(STOCK)
    await expect(this_page).to_have_attribute("aria-pressed", "false")
    chat.desk.scripts = [answer("Once more, 42.")]
    await chat.button("Answer again").click()
    await expect(chat.answers).to_contain_text("Once more")
    await expect(chat.answers).to_have_count(1)
    assert len(chat.sent("threads.add_client_tool_output")) == 2


async def test_the_reader_is_taken_to_a_section(chat: SiteChat) -> None:
    def opens(body: dict[str, Any]) -> Script:
        (zone,) = (p for p in told(body) if p.url.endswith("#time-zones"))
        return [*call("open_page", json.dumps({"number": zone.number})), *end("tool_calls")]

    await chat.open()
    await chat.page.evaluate("window.sameDocument = true")
    chat.desk.scripts = [opens, answer("There you are.")]
    await chat.asked("Take me to the part on time zones")
    await chat.page.wait_for_url(f"{DOCS}/configure#time-zones")
    await expect(chat.page.get_by_role("heading", name="Time zones")).to_be_in_viewport()
    await expect(chat.panel).to_be_visible()
    assert await chat.page.evaluate("window.sameDocument")


async def test_the_model_is_chosen_from_the_servers_list(chat: SiteChat) -> None:
    await chat.open()
    model = chat.page.get_by_label("Model")
    await expect(model.locator("option")).to_have_text(["Quick", "Thorough"])
    await expect(model).to_have_value("Quick")
    for name, known_as in (("Quick", "fake"), ("Thorough", "thorough")):
        await model.select_option(name)
        before = len(chat.provider.requests)
        await chat.asked(f"How do I install it? ({name})")
        asked = [r.body for r in chat.provider.requests[before:] if r.body.get("tools")]
        assert {body["model"] for body in asked} == {known_as}
    assert "PROVIDER" not in str(chat.sent("threads.create"))
