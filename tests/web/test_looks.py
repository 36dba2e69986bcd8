"""Everyone can use it: without a mouse, without sight of it, on a phone, in the dark."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.fakes.provider import Status, answer
from tests.web.conftest import Chat, Served, tab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RICH = """Install it [1]:

# A heading

1. Run `apt install gadget`
2. Edit the file [2]

```yaml
color: blue
```

| key | value |
|---|---|
| color | blue |

- [x] done
- [ ] not done

> quoted, ~~struck~~ and **bold**
"""
DARK: dict[str, Any] = {"color_scheme": "dark"}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_barrier_that_axe_knows(browser: Browser, askdocs: Served, scheme: Any) -> None:
    still: Any = {"color_scheme": scheme, "reduced_motion": "reduce"}
    async with tab(browser, askdocs, **still) as chat:
        chat.expect_wrong("Applying inline style")  # axe's own
        await chat.open()
        assert await chat.violations() == []
        chat.desk.scripts = [answer(RICH), [Status(400)]]
        await chat.asked("How do I install the gadget?")
        await chat.page.locator(".workflow summary").click()
        assert await chat.violations() == []
        await chat.ask("Which color does it have?")
        await expect(chat.page.get_by_role("alert")).to_be_visible()
        assert await chat.violations() == []
        await chat.button("Conversations").click()
        await expect(chat.page.locator(".thread")).to_have_count(1)
        assert await chat.violations() == []


async def test_dark_as_the_system_is_until_the_reader_chooses(
    browser: Browser, askdocs: Served
) -> None:
    async with tab(browser, askdocs, **DARK) as chat:
        await chat.open()
        background = f"getComputedStyle({chat.inside('.chat')}).backgroundColor"
        assert await chat.page.evaluate(background) == "rgb(22, 23, 27)"
        await chat.button("Light mode").click()
        assert await chat.page.evaluate(background) == "rgb(255, 255, 255)"
        await expect(chat.button("Dark mode")).to_be_focused()
        await chat.page.reload()
        await expect(chat.button("Dark mode")).to_be_visible()
        assert await chat.page.evaluate(background) == "rgb(255, 255, 255)"


async def test_on_a_phone_all_fits(browser: Browser, askdocs: Served) -> None:
    async with tab(browser, askdocs, **PHONE) as chat:
        await chat.open()
        wide = "`" + "wide_" * 40 + "`"
        chat.desk.scripts = [answer(f"{wide} [1]\n\n```\n{'long ' * 60}\n```\n\n{RICH}")]
        await chat.asked("How do I install the gadget? " + "x" * 200)
        sideways = chat.inside(".messages")
        assert await chat.page.evaluate(f"{sideways}.scrollWidth - {sideways}.clientWidth") <= 0
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == 360
        await expect(chat.input).to_be_in_viewport(ratio=1)
        await chat.button("Conversations").click()
        panel = await chat.page.locator(".history").bounding_box()
        assert panel
        assert round(panel["width"]) == 360


async def test_without_a_mouse(chat: Chat) -> None:
    keyboard = chat.page.keyboard
    await expect(chat.input).to_be_focused()
    await keyboard.type("How do I install")
    await keyboard.press("Shift+Enter")
    await keyboard.type("the gadget?")
    await keyboard.press("Enter")
    await expect(chat.questions).to_have_text("How do I install\nthe gadget?")
    await expect(chat.answers.locator(".actions")).to_be_visible()
    await expect(chat.input).to_be_focused()

    for _ in range(30):
        await keyboard.press("Shift+Tab")
        if await chat.button("Conversations").evaluate("b => b.getRootNode().activeElement === b"):
            break
    await expect(chat.button("Conversations")).to_be_focused()
    outline = "b => getComputedStyle(b).outlineStyle"
    assert await chat.button("Conversations").evaluate(outline) == "solid"
    await keyboard.press("Enter")
    await expect(chat.page.locator(".history .thread")).to_have_count(1)
    await chat.button("Rename “A short title”").focus()
    await keyboard.press("Enter")
    await expect(chat.page.get_by_label("New title")).to_be_focused()
    await keyboard.press("Escape")  # leaves the field, not the panel
    await expect(chat.page.get_by_label("New title")).to_have_count(0)
    await expect(chat.page.locator(".history")).to_be_visible()
    await keyboard.press("Escape")
    await expect(chat.page.locator(".history")).to_be_hidden()
    await expect(chat.button("Conversations")).to_be_focused()


async def test_escape_stops_an_answer(chat: Chat) -> None:
    chat.expect_wrong("net::ERR_ABORTED")
    chat.desk.scripts = [[*answer("Some words")[:2], 30.0]]
    await chat.ask("How do I install the gadget?")
    await expect(chat.answers).to_contain_text("Some word")
    await chat.page.keyboard.press("Escape")
    await expect(chat.button("Send")).to_be_visible()
    await expect(chat.input).to_be_focused()


async def test_enter_that_ends_a_composition_does_not_send(chat: Chat) -> None:
    """With an input method Enter chooses among characters."""
    await chat.input.fill("日本")
    enter = "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}"
    event = f"new KeyboardEvent('keydown', {enter})"
    assert await chat.input.evaluate(f"input => input.dispatchEvent({event})")
    await expect(chat.questions).to_have_count(0)


async def test_a_screen_reader_hears_whole_answers(chat: Chat) -> None:
    status = await chat.page.query_selector(".messages > [role=status]")
    assert status
    await status.evaluate("""status => {
        window.heard = [];
        new MutationObserver(() => window.heard.push(status.textContent))
            .observe(status, {subtree: true, childList: true, characterData: true});
    }""")
    gate = asyncio.Event()
    chat.desk.scripts = [[gate, *answer("One ", "**two**", "\n\n- thr", "ee\n- four.")]]
    await chat.ask("How do I install the gadget?")
    spoken = chat.page.locator(".messages > [role=status]")
    await expect(spoken).to_contain_text("Searching the docs")
    gate.set()
    await expect(spoken).to_contain_text("four.")
    heard = await chat.page.evaluate("window.heard")
    assert heard[0].startswith("Searching the docs")
    assert heard[1:] == ["One two\nthree\nfour."]
    assert await chat.page.get_by_role("log").get_attribute("aria-live") == "off"


async def test_reduced_motion_is_respected(browser: Browser, askdocs: Served) -> None:
    async with tab(browser, askdocs, reduced_motion="reduce") as chat:
        await chat.open()
        await chat.button("Conversations").click()
        name = "node => getComputedStyle(node).animationName"
        assert await chat.page.locator(".history").evaluate(name) == "none"
