"""What a reader does on the chat page, and sees."""

import asyncio
import json
import re
from itertools import pairwise
from statistics import median

import pytest
from playwright.async_api import expect

from tests.fakes.provider import Cut, Status, answer, end, text
from tests.web.conftest import SITE, Chat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WATCH = """() => {
    window.seen = [];
    const list = document.querySelector('openai-chatkit').shadowRoot.querySelector('.items');
    new MutationObserver(() => {
        const last = [...list.querySelectorAll('.answer-body')].at(-1);
        if (last) window.seen.push([performance.now(), last.textContent.length]);
    }).observe(list, {subtree: true, childList: true, characterData: true});
}"""


async def test_an_answer_grows_as_its_tokens_arrive(chat: Chat) -> None:
    words = [f"word{n} " for n in range(12)]
    chat.desk.scripts = [[step for w in words for step in (*text(w), 0.06)] + end()]
    await chat.page.evaluate(WATCH)
    await chat.asked("How do I install the gadget?")
    seen = await chat.page.evaluate("window.seen")
    growing = {length: at for at, length in reversed(seen)}  # when each length was first seen
    lengths = sorted(growing)
    assert len(lengths) >= 10
    times = [growing[length] for length in lengths]
    assert times == sorted(times)
    assert times[-1] - times[0] > 400
    assert median(b - a for a, b in pairwise(times)) > 30
    await expect(chat.answers).to_contain_text("".join(words).strip())


async def test_sources_lead_to_their_headings(chat: Chat) -> None:
    chat.desk.scripts = [answer("Run `apt ", "install gadget` 🚀 ", "[1", "].", " Not `a[1]`.")]
    await chat.asked("How do I install the gadget on Linux?")
    cited = chat.page.locator(".citation a")
    await expect(cited).to_have_count(1)
    await expect(cited).to_have_attribute("href", f"{SITE}/install#on-linux")
    await expect(cited).to_have_attribute("target", "_blank")
    await expect(chat.page.locator(".markdown p")).to_have_text(
        "Run apt install gadget 🚀1. Not a[1]."
    )
    listed = chat.page.get_by_role("region", name="Sources").get_by_role("link")
    await expect(listed).to_have_attribute("href", f"{SITE}/install#on-linux")
    await expect(listed).to_contain_text("On Linux")


async def test_a_citation_stays_at_its_place_after_a_reload(chat: Chat) -> None:
    chat.desk.scripts = [answer("😀 **Bold** [1] and _more_ [2], then\n\n- a list [1]\n- of two")]
    await chat.asked("How do I install the gadget on Linux?")
    streamed = await chat.page.locator(".markdown").inner_html()
    await chat.page.reload()
    await expect(chat.page.locator(".answer .actions")).to_be_visible()
    assert await chat.page.locator(".markdown").inner_html() == streamed
    assert await chat.page.locator(".citation").all_inner_texts() == ["1", "2", "1"]


async def test_a_search_shows_its_query_and_what_it_found(chat: Chat) -> None:
    gate = asyncio.Event()
    chat.desk.scripts = [[gate, *answer("It is blue [1].")]]
    await chat.ask("How do I make it blue?")
    summary = chat.page.locator(".workflow summary")
    await expect(summary).to_contain_text(re.compile(r"Searched the docs · \d+ sections? read"))
    await expect(chat.answers).to_have_count(0)
    await summary.click()
    await expect(chat.page.locator(".workflow .query")).to_have_text("How do I make it blue?")
    gate.set()
    await expect(chat.answers).to_contain_text("It is blue")
    found = chat.page.locator(".workflow .found a")
    await expect(found.first).to_be_visible()
    hrefs = await found.evaluate_all("links => links.map(link => link.href)")
    assert f"{SITE}/configure#the-color-of-the-gadget" in hrefs


async def test_stopped_in_mid_answer_the_part_stays(chat: Chat) -> None:
    chat.desk.scripts = [
        [*text("Only ", "the first ", "half"), asyncio.Event(), *text(" more"), *end()]
    ]
    chat.expect_wrong("net::ERR_ABORTED")
    await chat.ask("How do I install the gadget?")
    await expect(chat.answers).to_contain_text("Only the first")
    await chat.button("Stop answering").click()
    await expect(chat.button("Send")).to_be_visible()
    await expect(chat.answers.locator(".actions")).to_be_visible()
    await expect(chat.answers).to_contain_text("Only the first half")
    await asyncio.wait_for(chat.provider.left.wait(), 5)
    await chat.page.reload()
    await expect(chat.answers).to_contain_text("Only the first half")
    await expect(chat.page.locator(".error")).to_have_count(0)


async def test_a_reload_keeps_the_conversation_and_it_goes_on(chat: Chat) -> None:
    await chat.asked("How do I install the gadget on Linux?")
    await chat.page.reload()
    await expect(chat.questions).to_have_text(["How do I install the gadget on Linux?"])
    await expect(chat.page.locator(".title")).to_have_text("A short title")
    await chat.asked("And on Windows?")
    assert len(chat.sent("threads.create")) == len(chat.sent("threads.add_user_message")) == 1


async def test_conversations_are_listed_renamed_and_deleted(chat: Chat) -> None:
    chat.desk.title = "The first"
    await chat.asked("How do I install the gadget?")
    await chat.button("New conversation").click()
    await expect(chat.page.locator(".greeting")).to_have_text("Ask Gadget")
    chat.desk.title = "The second"
    await chat.asked("Which color does it have?")

    await chat.button("Conversations").click()
    titles = chat.page.locator(".history .thread-title")
    await expect(titles).to_have_text(["The second", "The first"])
    await chat.button("Rename “The first”").click()
    await chat.page.get_by_label("New title").fill("Installation")
    await chat.page.keyboard.press("Enter")
    await expect(titles).to_have_text(["The second", "Installation"])
    await chat.page.get_by_role("button", name=re.compile("^Installation")).click()
    await expect(chat.questions).to_have_text("How do I install the gadget?")
    await expect(chat.page.locator(".title")).to_have_text("Installation")

    await chat.button("Conversations").click()
    await chat.button("Delete “The second”").click()
    await chat.button("Delete").click()
    await expect(titles).to_have_text(["Installation"])
    await chat.button("Delete “Installation”").click()
    await chat.button("Delete").click()
    await expect(chat.page.locator(".threads-foot")).to_have_text("No conversations yet.")
    await chat.button("Close").click()
    await expect(chat.page.locator(".greeting")).to_be_visible()
    await chat.page.reload()
    await expect(chat.page.locator(".greeting")).to_be_visible()
    await expect(chat.questions).to_have_count(0)


async def test_a_failed_answer_is_asked_for_again(chat: Chat) -> None:
    refused = [Status(503)] * 8  # the server tries again by itself, a few times
    chat.desk.scripts = [[status] for status in refused]
    await chat.ask("How do I install the gadget?")
    error = chat.page.get_by_role("alert")
    await expect(error).to_contain_text("Please try again", timeout=20_000)
    chat.desk.scripts = [answer("There it is [1].")]
    await chat.button("Try again").click()
    await expect(chat.answers).to_contain_text("There it is")
    await expect(error).to_have_count(0)
    await expect(chat.questions).to_have_count(1)
    assert len(chat.sent("threads.retry_after_item")) == 1


async def test_an_answer_that_broke_off_says_so(chat: Chat) -> None:
    chat.desk.scripts = [[*text("It begins"), Cut()]]
    await chat.ask("How do I install the gadget?")
    await expect(chat.page.get_by_role("alert")).to_contain_text("broke")
    await expect(chat.answers).to_contain_text("It begins")
    await expect(chat.button("Try again")).to_be_visible()


async def test_another_answer_replaces_the_first(chat: Chat) -> None:
    chat.desk.scripts = [answer("The first."), answer("The second.")]
    await chat.asked("How do I install the gadget?")
    await chat.button("Answer again").click()
    await expect(chat.answers).to_contain_text("The second.")
    await expect(chat.answers).to_have_count(1)
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.answers).to_contain_text("The second.")


async def test_another_answer_that_fails_leaves_the_first(chat: Chat) -> None:
    chat.desk.scripts = [answer("The first."), [Status(400)]]
    await chat.asked("How do I install the gadget?")
    await chat.button("Answer again").click()
    await expect(chat.page.get_by_role("alert")).to_be_visible()
    await expect(chat.answers).to_contain_text("The first.")


async def test_a_server_that_is_gone_and_comes_back(chat: Chat) -> None:
    chat.expect_wrong("ERR_INTERNET_DISCONNECTED")
    await chat.page.context.set_offline(True)
    await chat.ask("How do I install the gadget?")
    await expect(chat.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await chat.page.context.set_offline(False)
    await chat.button("Try again").click()
    await expect(chat.answers.locator(".actions")).to_be_visible()
    await expect(chat.questions).to_have_count(1)


async def test_the_servers_words_for_a_refusal_are_shown(chat: Chat) -> None:
    chat.expect_wrong("status of 400")
    await chat.ask("x" * 20_001)
    await expect(chat.page.get_by_role("alert")).to_contain_text("20,001 characters")
    await expect(chat.button("Try again")).to_have_count(0)
    await chat.asked("How do I install the gadget?")
    await expect(chat.questions).to_have_text(["How do I install the gadget?"])


async def test_feedback_is_sent_and_seen(chat: Chat) -> None:
    await chat.asked("How do I install the gadget?")
    await chat.button("Good answer").click()
    await expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "true")
    await chat.button("Bad answer").click()
    await expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "false")
    assert [sent["kind"] for sent in chat.sent("items.feedback")] == ["positive", "negative"]


async def test_a_thumb_may_have_a_reason(chat: Chat) -> None:
    await chat.asked("How do I install the gadget?")
    await chat.button("Bad answer").click()
    why = chat.page.get_by_label("Why? (optional)")
    await why.fill("It is about version 1.")
    await why.press("Enter")
    await expect(chat.page.get_by_text("Thank you.")).to_be_focused()
    await expect(why).to_have_count(0)
    bodies = [json.loads(r.post_data or "{}") for r in chat.requests if r.url.endswith("/chatkit")]
    said = [b.get("metadata") for b in bodies if b["type"] == "items.feedback"]
    assert said == [None, {"reason": "It is about version 1."}]
    await chat.button("Good answer").click()  # another thumb, another reason
    await expect(why).to_have_value("")


async def test_all_conversations_are_deleted_at_once_and_only_when_that_is_meant(
    chat: Chat,
) -> None:
    for question in ("How do I install the gadget?", "Which color does it have?"):
        await chat.button("New conversation").click()
        await chat.asked(question)
    await chat.button("Conversations").click()
    rows = chat.page.locator(".history .thread")
    await expect(rows).to_have_count(2)
    everything = chat.button("Delete all conversations")
    await everything.click()
    await expect(chat.button("Delete all")).to_be_focused()
    await chat.button("Keep").click()
    await expect(everything).to_be_focused()
    await everything.click()
    await chat.page.keyboard.press("Escape")  # leaves the question, not the list
    await expect(rows).to_have_count(2)
    await everything.click()
    await chat.button("Delete all").click()
    await expect(rows).to_have_count(0)
    await expect(everything).to_be_hidden()
    await expect(chat.page.locator(".threads-foot")).to_have_text("No conversations yet.")
    await chat.button("Close").click()
    await expect(chat.page.locator(".greeting")).to_be_visible()
    await chat.page.reload()
    await chat.button("Conversations").click()
    await expect(chat.page.locator(".threads-foot")).to_have_text("No conversations yet.")


async def test_a_deletion_that_fails_keeps_the_list(chat: Chat) -> None:
    chat.expect_wrong("status of 500")
    await chat.asked("How do I install the gadget?")
    await chat.page.route("**/threads", lambda route: route.fulfill(status=500))
    await chat.button("Conversations").click()
    await chat.button("Delete all conversations").click()
    await chat.button("Delete all").click()
    await expect(chat.page.locator(".threads-foot")).to_have_text("DELETE /threads answered 500.")
    await expect(chat.page.locator(".history .thread")).to_have_count(1)
    await expect(chat.button("Delete all conversations")).to_be_focused()


async def test_a_token_that_is_no_good_is_replaced(chat: Chat) -> None:
    chat.expect_wrong("status of 401")
    await chat.asked("How do I install the gadget?")
    await chat.page.evaluate("""() => localStorage.setItem('askdocs.session', JSON.stringify(
        {token: 'forged', expires_at: new Date(Date.now() + 9e9).toISOString()}))""")
    chat.expect_wrong("status of 404")  # the thread is another reader's now
    await chat.page.reload()
    await expect(chat.page.get_by_role("alert")).to_be_visible()
    await chat.asked("How do I install the gadget?")
    await expect(chat.answers).to_have_count(1)


async def test_a_token_is_renewed_before_it_ends(chat: Chat) -> None:
    await chat.asked("How do I install the gadget?")
    await chat.page.evaluate("""() => {
        const session = JSON.parse(localStorage.getItem('askdocs.session'));
        session.expires_at = new Date(Date.now() + 3_600_000).toISOString();
        localStorage.setItem('askdocs.session', JSON.stringify(session));
    }""")
    await chat.page.reload()
    await expect(chat.questions).to_have_count(1)  # still the same reader
    expires = await chat.page.evaluate(
        "JSON.parse(localStorage.getItem('askdocs.session')).expires_at"
    )
    left = await chat.page.evaluate("until => Date.parse(until) - Date.now()", expires)
    assert left > 24 * 3_600_000


async def test_the_start_screen_offers_questions(chat: Chat) -> None:
    await expect(chat.page.locator(".prompt")).to_have_text(
        ["How do I install it?", "Which color?"]
    )
    await chat.page.locator(".prompt").first.click()
    await expect(chat.answers.locator(".actions")).to_be_visible()
    await expect(chat.questions).to_have_text("How do I install it?")
    await expect(chat.page.locator(".greeting")).to_be_hidden()


async def test_an_earlier_answer_is_not_drawn_again(chat: Chat) -> None:
    await chat.asked("How do I install the gadget?")
    first = await chat.page.locator(".answer p").first.element_handle()
    await chat.asked("Which color does it have?")
    assert await first.evaluate("node => node.isConnected")
