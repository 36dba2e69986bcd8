"""The chat on a Docusaurus site, with either face: what a reader does, and sees."""

import asyncio
from urllib.parse import unquote

import pytest
from playwright.async_api import expect

from tests.fakes.provider import answer
from tests.frontend.conftest import ASK, CDN, DOCS, SiteChat

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, twice
]


async def test_nothing_is_asked_of_anyone_before_the_chat_is_opened(
    chat: SiteChat, face: str
) -> None:
    assert {r.url for r in chat.requests if not r.url.startswith(DOCS)} == set()
    await chat.open()
    asked = {r.url for r in chat.requests if not r.url.startswith(DOCS)}
    scripts = {r.url for r in chat.requests if r.url.endswith(("/element.js", "/chatkit.js"))}
    assert f"{ASK}/web/config" in asked
    assert (f"{CDN}/deployments/chatkit/chatkit.js" in scripts) == (face == "openai")
    assert (f"{ASK}/web/chatkit/element.js" in scripts) == (face == "ours")


async def test_every_request_says_where_the_reader_is(chat: SiteChat) -> None:
    await chat.open()
    await chat.asked("How do I install the gadget on Linux?")
    (headers,) = chat.headers("threads.create")
    said = {n.removeprefix("x-askdocs-"): unquote(v) for n, v in headers.items() if "askdocs" in n}
    assert said == {
        "page": "/install/",
        "title": "Installing",
        "version": "2.0",
        "locale": "en",
        "tools": "read_current_page,navigate",
    }
    assert headers["authorization"].startswith("Bearer ")


async def test_a_source_opens_inside_the_site_and_the_chat_stays(chat: SiteChat) -> None:
    await chat.open()
    chat.desk.scripts = [answer("Set `color: blue` [1].")]
    await chat.asked("Which color does the gadget have?")
    await chat.page.evaluate("window.sameDocument = true")
    await chat.page.get_by_role("region", name="Sources").locator("a, button").first.click()
    await chat.page.wait_for_url(f"{DOCS}/configure#the-color-of-the-gadget")
    heading = chat.page.get_by_role("heading", name="The color of the gadget")
    await expect(heading).to_be_in_viewport()
    assert await chat.page.evaluate("window.sameDocument")
    await expect(chat.answers).to_contain_text("color: blue")
    await chat.asked("And the time zone?")
    assert chat.headers("threads.add_user_message")[0]["x-askdocs-page"] == "/configure"


async def test_a_stored_answer_leads_into_the_site_too(chat: SiteChat) -> None:
    await chat.open()
    chat.desk.scripts = [answer("Set `color: blue` [1].")]
    await chat.asked("Which color does the gadget have?")
    await chat.visit()
    await chat.open()
    await chat.page.locator(".citation").locator("a, button").first.click()
    await chat.page.wait_for_url(f"{DOCS}/configure#the-color-of-the-gadget")
    await expect(chat.panel).to_be_visible()


async def test_a_thread_that_is_gone_starts_afresh(chat: SiteChat) -> None:
    chat.expect_wrong("status of 404")
    await chat.page.evaluate("localStorage.setItem('askdocs.thread', 'thr_gone')")
    await chat.open()
    await expect(chat.page.locator(".greeting")).to_be_visible()
    assert await chat.page.evaluate("localStorage.getItem('askdocs.thread')") is None
    await chat.asked("How do I install the gadget on Linux?")


async def test_prompts_fit_the_page(chat: SiteChat) -> None:
    await chat.open()
    await expect(chat.page.locator(".prompt")).to_have_text(
        ["Summarise this page", "Show an example for this page", "How do I install it?"]
    )
    await chat.button("Summarise this page").click()
    await expect(chat.questions).to_have_text("Summarise the page “Installing”.")
    await expect(chat.answers.locator(".actions")).to_be_visible()


async def test_ask_about_selected_text(chat: SiteChat) -> None:
    await chat.page.get_by_text("The Windows installer").select_text()
    await chat.button("Ask about this").click()
    await expect(chat.input).to_be_focused()
    await expect(chat.page.locator(".quoted")).to_contain_text("asks for a license key")
    await chat.asked("Which one?")
    (sent,) = chat.sent("threads.create")
    assert sent["input"]["quoted_text"] == "The Windows installer asks for a license key."


async def test_ask_about_a_code_block(chat: SiteChat) -> None:
    await chat.page.locator("article pre").first.hover()
    await chat.button("Ask about this").click()
    await expect(chat.page.locator(".quoted")).to_contain_text("gadget --version")


async def test_the_shortcut_opens_quotes_and_closes(chat: SiteChat, face: str) -> None:
    await chat.page.locator("article pre").first.focus()
    other, chosen = ("Control+Shift+k", "Control+i")[:: 1 if face == "ours" else -1]
    await chat.page.keyboard.press(other)
    await expect(chat.panel).to_have_count(0)
    await chat.page.keyboard.press(chosen)
    await expect(chat.input).to_be_focused()
    await expect(chat.page.locator(".quoted")).to_contain_text("apt install gadget")
    await chat.page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.page.locator("article pre").first).to_be_focused()


async def test_the_focus_stays_in_the_open_chat(chat: SiteChat) -> None:
    await chat.open()
    inside = "document.activeElement?.closest('[role=dialog]') !== null"
    for key in ("Tab", "Shift+Tab"):
        for _ in range(12):
            await chat.page.keyboard.press(key)
            assert await chat.page.evaluate(inside)


async def test_a_script_that_is_blocked_is_said(chat: SiteChat, face: str) -> None:
    chat.expect_wrong("ERR_BLOCKED_BY_CLIENT", "ERR_FAILED")
    origin, script = (CDN, "chatkit.js") if face == "openai" else (ASK, "element.js")
    await chat.page.route(f"**/chatkit/{script}", lambda route: route.abort("blockedbyclient"))
    await chat.launcher.click()
    await expect(chat.panel).to_contain_text(f"The chat could not be loaded from {origin}.")
    await chat.button("Close").click()
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_an_answer_goes_on_while_the_chat_is_closed(chat: SiteChat) -> None:
    gate = asyncio.Event()
    await chat.open()
    chat.desk.scripts = [[gate, *answer("Still here [1].")]]
    await chat.ask("How do I install the gadget?")
    await chat.button("Close").click()
    await expect(chat.panel).to_be_hidden()
    gate.set()
    await chat.open()
    await expect(chat.answers).to_contain_text("Still here")


async def test_a_question_is_answered_from_the_version_that_the_reader_is_on(
    chat: SiteChat,
) -> None:
    for path, version in (("/1.0/upgrade", "1.0"), ("/install", "2.0")):
        await chat.visit(path)
        await chat.open()
        await chat.button("New conversation").click()
        await chat.asked(f"How do I upgrade, or install, gadget {version}?")
        assert chat.headers("threads.create")[-1]["x-askdocs-version"] == version
        sources = chat.page.get_by_role("region", name="Sources").get_by_role("link")
        hrefs = await sources.evaluate_all("links => links.map(link => link.href)")
        assert hrefs
        assert all(("/1.0/" in href) == (version == "1.0") for href in hrefs), hrefs
