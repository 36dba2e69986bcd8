"""Who the reader is to the chat: a guest of one browser, or whoever the site says."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from playwright.async_api import expect

from tests.frontend.conftest import ASK, DOCS, SITE_SECRET, World, on_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, three times
]

SIGN_IN = "token => localStorage.setItem('site.token', token)"


def token(who: str, *, secret: str = SITE_SECRET, minutes: int = 5) -> str:
    """As the site's backend makes it."""
    expires = datetime.now(UTC) + timedelta(minutes=minutes)
    return jwt.encode({"sub": who, "iss": DOCS, "exp": expires}, secret, algorithm="HS256")


async def test_a_reader_who_is_signed_in_has_their_conversations_everywhere(
    world: dict[str, World],
) -> None:
    async with on_site(world["ours"]) as desk:
        await desk.visit()
        await desk.page.evaluate(SIGN_IN, token("ana"))
        await desk.open()
        await desk.asked("How do I install the gadget on Linux?")
        mine = await desk.page.evaluate("localStorage.getItem('site.token')")
        assert desk.headers("threads.create")[0]["authorization"] == f"Bearer {mine}"
        assert not [r for r in desk.requests if r.url == f"{ASK}/session"]
    for who, titles in (("ana", ["A short title"]), ("ben", [])):
        async with on_site(world["ours"]) as phone:
            await phone.visit()
            await phone.page.evaluate(SIGN_IN, token(who))
            await phone.open()
            await phone.button("Conversations").click()
            await expect(phone.page.locator(".threads-foot")).not_to_have_text("Loading…")
            await expect(phone.page.locator(".history .thread-open .thread-title")).to_have_text(
                titles
            )


async def test_the_site_is_asked_again_when_its_token_has_expired(
    world: dict[str, World],
) -> None:
    async with on_site(world["ours"]) as chat:
        chat.expect_wrong("status of 401")
        await chat.visit()
        await chat.page.evaluate(SIGN_IN, token("ana", minutes=-5))
        await chat.open()
        await chat.ask("How do I install it?")
        alert = chat.page.get_by_role("alert")
        await expect(alert).to_have_text("Your sign-in has expired: sign in to the site again.")
        await chat.page.evaluate(SIGN_IN, token("ana"))
        await chat.asked("How do I install it?")


async def test_a_forged_token_is_nobodys(world: dict[str, World]) -> None:
    async with on_site(world["ours"]) as chat:
        chat.expect_wrong("status of 401")
        await chat.visit()
        await chat.page.evaluate(SIGN_IN, token("ana", secret="x" * 40))
        await chat.open()
        await chat.ask("How do I install it?")
        await expect(chat.page.get_by_role("alert")).to_have_text(
            "Your sign-in could not be verified by the chat's server."
        )


async def test_who_is_not_signed_in_is_a_guest(world: dict[str, World]) -> None:
    async with on_site(world["ours"]) as chat:
        await chat.visit()
        await chat.open()
        await chat.asked("How do I install it?")
        sent = chat.headers("threads.create")[0]["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(sent, options={"verify_signature": False})
        assert claims["sub"].startswith("guest_")


async def test_all_conversations_are_deleted_from_the_site(world: dict[str, World]) -> None:
    async with on_site(world["ours"]) as chat:
        await chat.visit()
        await chat.open()
        await chat.asked("How do I install it?")
        await chat.button("Conversations").click()
        await chat.button("Delete all conversations").click()
        await chat.button("Delete all").click()
        await expect(chat.page.locator(".threads-foot")).to_have_text("No conversations yet.")
        assert await chat.page.evaluate("localStorage.getItem('askdocs.thread')") is None
