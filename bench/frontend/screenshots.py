"""Pictures of the chat on the test site, light, dark, on a phone and from right to left.

python -m bench.frontend.screenshots docs/static/img
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from starlette.staticfiles import StaticFiles

from tests.fakes.provider import answer
from tests.fakes.servers import running
from tests.frontend.conftest import DOCS, SITE, World, browsing, build, on_site
from tests.web.conftest import served

QUESTION = "How do I install the gadget, and make it blue?"
ANSWER = """On Linux, one command installs it [1]:

```sh
apt install gadget
gadget --version
```

Then say the color in `gadget.yml` [2]:

```yaml
color: blue
zone: Europe/Berlin
```

Without `zone` it shows **UTC**. On Windows the installer asks for a license key first.
"""
URDU = """لینکس پر ایک حکم کافی ہے [1]:

```sh
apt install gadget
```

رنگ `gadget.yml` میں لکھیں [2]۔
"""
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
PHONE: dict[str, Any] = {
    **WIDE,
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
}
VIEWS: dict[str, dict[str, Any]] = {
    "light": WIDE,
    "dark": {**WIDE, "color_scheme": "dark"},
    "phone": PHONE,
    "rtl": WIDE,
}


async def picture(world: World, name: str, target: Path) -> None:
    async with on_site(world, **VIEWS[name]) as chat:
        urdu = name == "rtl"
        await chat.visit("/ur/install" if urdu else "/install")
        await chat.page.locator("[aria-haspopup=dialog]").last.click()
        field = chat.page.get_by_role("dialog").locator("textarea")
        chat.desk.scripts = [answer(URDU if urdu else ANSWER)]
        chat.desk.title = "گیجٹ لگانا" if urdu else "Installing the gadget"
        await field.fill("گیجٹ کیسے لگائیں اور نیلا کریں؟" if urdu else QUESTION)
        await field.press("Enter")
        await chat.page.locator(".sources").wait_for()
        await chat.page.wait_for_timeout(600)  # colours come with the first block
        await chat.page.screenshot(path=target / f"site-{name}.png")


async def main(target: Path) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is missing"
    with tempfile.TemporaryDirectory() as folder:
        site = build(Path(folder) / "site", face="ours", locales=("en", "ur"))
        async with (
            served(Path(folder) / "data", SITE, DOCS, origins=DOCS) as askdocs,
            running(StaticFiles(directory=site, html=True), lifespan="off") as url,
            browsing(chromium, docs_test=url, ask_test=askdocs.url) as browser,
        ):
            for name in VIEWS:
                await picture(World(askdocs, browser), name, target)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
