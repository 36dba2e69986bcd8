"""What axe finds on the site with the chat closed and open."""

import pytest

from tests.fakes.provider import answer
from tests.frontend.conftest import World, on_site
from tests.web.test_looks import RICH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, twice
    pytest.mark.usefixtures("axe"),
]


CHAT = "[role=dialog]"  # the rest of the page is the site's and its theme's


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_barrier_that_axe_knows(world: dict[str, World], scheme: str) -> None:
    still = {"color_scheme": scheme, "reduced_motion": "reduce"}
    async with on_site(world["ours"], **still) as chat:
        await chat.visit()
        await chat.page.evaluate(f"document.documentElement.dataset.theme = '{scheme}'")
        assert await chat.violations("[aria-haspopup=dialog]") == []
        await chat.open()
        assert await chat.violations(CHAT) == []
        chat.desk.scripts = [answer(RICH)]
        await chat.asked("How do I install the gadget on Linux?")
        await chat.page.locator(".citation a").first.hover()
        assert await chat.violations(CHAT) == []
        await chat.input.press_sequentially("@in")
        await chat.page.locator(".mentions").get_by_role("option").first.wait_for()
        assert await chat.violations(CHAT) == []
