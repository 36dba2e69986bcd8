"""Code in an answer, and what a citation shows of its source."""

import pytest
from playwright.async_api import expect

from tests.fakes.provider import answer
from tests.web.conftest import Chat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CODE = 'def f(x):\n    return "<b>" + x  # bold\n'


async def test_code_is_colored_with_the_first_block_and_stays_itself(chat: Chat) -> None:
    chat.desk.scripts = [answer("No code."), answer(f"```py\n{CODE}```\n\nand\n\n```\nplain\n```")]
    await chat.asked("How do I install the gadget?")
    assert not [r for r in chat.requests if "/vendor/highlight/" in r.url]
    await chat.asked("And in Python?")
    block = chat.page.locator(".code-block").first
    await expect(block.locator(".hl-keyword").first).to_have_text("def")
    await expect(block.locator(".hl-string")).to_have_text('"<b>"')
    assert await block.locator("code").text_content() == CODE.rstrip("\n")
    asked = [r.url.rpartition("/")[2] for r in chat.requests if "/vendor/highlight/" in r.url]
    assert asked == ["core.min.js", "python.min.js"]
    await expect(chat.page.locator(".code-block").nth(1).locator("span[class]")).to_have_count(0)


async def test_code_is_copied(chat: Chat) -> None:
    await chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.desk.scripts = [answer(f"```py\n{CODE}```")]
    await chat.asked("How do I install the gadget?")
    await chat.button("Copy the code").click()
    await expect(chat.button("Copied")).to_be_visible()
    assert await chat.page.evaluate("navigator.clipboard.readText()") == CODE.rstrip("\n")


async def test_a_citation_shows_its_source_to_pointer_and_keyboard(chat: Chat) -> None:
    chat.desk.scripts = [answer("Run it [1].")]
    await chat.asked("How do I install the gadget on Linux?")
    preview = chat.page.get_by_role("tooltip")
    await expect(preview).to_be_hidden()
    mark = chat.page.locator(".citation a")
    await mark.hover()
    await expect(preview).to_contain_text("On Linux")
    await chat.page.mouse.move(0, 0)
    await expect(preview).to_be_hidden()
    await mark.focus()
    await expect(preview).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(preview).to_be_hidden()


async def test_the_list_of_conversations_is_in_the_language_that_is_asked_for(chat: Chat) -> None:
    await chat.page.evaluate("""() => {
        const chat = document.querySelector('openai-chatkit');
        chat.setOptions({api: {url: '/chatkit', domainKey: 'x'}, locale: 'ur'});
    }""")
    await chat.button("گفتگوئیں").click()
    await expect(chat.page.get_by_role("dialog", name="گفتگوئیں")).to_be_visible()
    direction = f"getComputedStyle({chat.inside('.history')}).direction"
    assert await chat.page.evaluate(direction) == "rtl"


async def test_models_and_tools_go_with_the_question(chat: Chat) -> None:
    """As any page may offer them; this server has no such choice, and says so."""
    await chat.page.evaluate("""() => {
        const models = [{id: 'small', label: 'Small', default: true}, {id: 'big', label: 'Big'}];
        const tools = [{id: 'search', label: 'Search', icon: 'search'}];
        document.querySelector('openai-chatkit').setOptions(
            {api: {url: '/chatkit', domainKey: 'x'}, composer: {models, tools}});
    }""")
    chat.expect_wrong("status of 400")
    await chat.page.get_by_label("Model").select_option("big")
    await chat.button("Search").click()
    await chat.ask("How do I install the gadget?")
    await expect(chat.page.get_by_role("alert")).to_have_text(
        "There is no model 'big': there is no choice."
    )
    (sent,) = chat.sent("threads.create")
    assert sent["input"]["inference_options"] == {"model": "big", "tool_choice": {"id": "search"}}
    await expect(chat.button("Search")).to_have_attribute("aria-pressed", "false")
