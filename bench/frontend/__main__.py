"""The chat in a browser: how soon a token is seen, how smooth long answers are, what a page pays.

    python -m bench.frontend > bench/frontend/result.json        about five minutes

Everything runs on one machine: the provider, askdocs, the browser, and this.
"""

import asyncio
import gzip
import json
import shutil
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, expect
from starlette.staticfiles import StaticFiles

from tests.fakes.provider import answer, answer_from_passages, end, text
from tests.fakes.servers import running
from tests.frontend.conftest import DOCS, SITE, SiteChat, World, browsing, build, on_site
from tests.web.conftest import Served, served

TOKENS = 5000
PACE = 200  # tokens a second
WORDS = 80
TURNS = 500
PIECE = "words of **an** answer [1].\n\n- an item\n- `two`\n\n```js\nconst a = 1;\n```\n\n"
SCROLLED = """() => new Promise((resolve) => {
    const messages = MESSAGES;
    const step = () => {
        messages.scrollTop -= 400;
        if (messages.scrollTop > 0) requestAnimationFrame(step);
        else resolve();
    };
    step();
})"""
FRAMES = """() => {
    window.frames_ = [];
    const frame = (now) => { window.frames_.push(now); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""
PAINTED = """() => {
    window.painted = {};
    const list = document.querySelector('openai-chatkit').shadowRoot.querySelector('.items');
    new MutationObserver(() => {
        const said = list.querySelector('.answer-body')?.textContent.match(/\\d+(?=w)/g) ?? [];
        const last = Number(said.at(-1));
        requestAnimationFrame(() => setTimeout(() => {
            const now = Date.now();
            for (let n = last; n >= 0 && !(n in window.painted); n--) window.painted[n] = now;
        }));
    }).observe(list, {subtree: true, childList: true, characterData: true});
}"""
BLOCKED = """() => new Promise((resolve) => setTimeout(() => {
    const tasks = new PerformanceObserver(() => {});
    tasks.observe({type: 'longtask', buffered: true});
    resolve(tasks.takeRecords().reduce((sum, task) => sum + task.duration - 50, 0));
}, 2500))"""


async def seen(chat: SiteChat) -> dict[str, float]:
    """Milliseconds from a delta that leaves the provider to its text after the next frame."""
    gates = [asyncio.Event() for _ in range(WORDS)]
    said = [step for n, gate in enumerate(gates) for step in (gate, *text(f"{n}words "))]
    chat.desk.scripts = [[*said, *end()]]
    await chat.page.evaluate(PAINTED)
    await chat.ask("How do I install the gadget?")
    await chat.page.locator(".workflow").wait_for()
    await asyncio.sleep(1)
    left: list[float] = []
    for gate in gates:
        left.append(time.time() * 1000)
        gate.set()
        await asyncio.sleep(0.12)
    await chat.page.locator(".answer .actions").wait_for()
    painted = await chat.page.evaluate("window.painted")
    late = sorted(painted[str(n)] - left[n] for n in range(WORDS))
    return {"median": statistics.median(late), "p95": late[int(WORDS * 0.95)], "worst": late[-1]}


async def smooth(browser: Browser, chat: SiteChat, trace: Path) -> dict[str, float]:
    """A long answer with lists, code and citations; frames and tasks as the browser traced them."""
    tokens = (PIECE * (TOKENS // 10)).split(" ")[:TOKENS]
    said = [step for token in tokens for step in (1 / PACE, *text(f"{token} "))]
    chat.desk.scripts = [[*said, *end()]]
    await browser.start_tracing(page=chat.page, path=trace, categories=["toplevel", "cc", "blink"])
    await chat.page.evaluate(FRAMES)
    start = time.monotonic()
    await chat.ask("How do I install the gadget?")
    await chat.page.locator(".answer .actions").last.wait_for(timeout=120_000)
    took = time.monotonic() - start
    frames = await chat.page.evaluate("window.frames_")
    await browser.stop_tracing()
    gaps = [after - before for before, after in pairwise(frames)]
    tasks = main_tasks(trace)
    return {
        "seconds": round(took, 1),
        "frames": len(frames),
        "median_frame_ms": round(statistics.median(gaps), 1),
        "longest_frame_ms": round(max(gaps), 1),
        "frames_over_100_ms": sum(gap > 100 for gap in gaps),
        "longest_task_ms": round(max(tasks), 1),
        "characters": await chat.page.evaluate(f"{chat.inside('.answer-body')}.textContent.length"),
    }


async def long_thread(browser: Browser, askdocs: Served) -> dict[str, float]:
    """A thread of a thousand messages: opened, scrolled from its end to its beginning, and gone on
    with."""
    async with on_site(World(askdocs, browser)) as chat:
        await chat.visit()
        await chat.open()
        chat.desk.scripts = [answer("The first.")]
        await chat.asked("How do I install the gadget?")
        await filled(chat, askdocs)
        await chat.visit()
        start = time.monotonic()
        await chat.open()
        await expect(chat.answers).to_have_count(TURNS)
        opened = time.monotonic() - start
        await chat.page.evaluate(FRAMES)
        await chat.page.evaluate(SCROLLED.replace("MESSAGES", chat.inside(".messages")))
        scrolled = await gaps_of(chat)
        await chat.page.evaluate("window.frames_.length = 0")
        words = [step for n in range(400) for step in (1 / PACE, *text(f"word{n} "))]
        chat.desk.scripts = [[*words, *end()]]
        await chat.asked("And now?")
        streamed = await gaps_of(chat)
        return {
            "messages": 2 * TURNS,
            "opened_seconds": round(opened, 2),
            "scrolled_median_frame_ms": round(statistics.median(scrolled), 1),
            "scrolled_longest_frame_ms": round(max(scrolled), 1),
            "streamed_longest_frame_ms": round(max(streamed), 1),
            "streamed_frames_over_100_ms": sum(gap > 100 for gap in streamed),
        }


async def filled(chat: SiteChat, askdocs: Served) -> None:
    """The reader's thread, up to `TURNS` questions and answers."""
    thread = await chat.page.evaluate("localStorage.getItem('askdocs.thread')")
    authorization = chat.headers("threads.create")[0]["authorization"]
    async with httpx.AsyncClient(timeout=30) as client:
        for n in range(1, TURNS):
            chat.desk.scripts = [answer(PIECE)]
            said = [{"type": "input_text", "text": f"Question {n}?"}]
            sent = {"content": said, "attachments": [], "inference_options": {}}
            params = {"thread_id": thread, "input": sent}
            request = {"type": "threads.add_user_message", "params": params}
            headers = {"Authorization": authorization}
            response = await client.post(f"{askdocs.url}/chatkit", json=request, headers=headers)
            assert "thread.item.done" in response.text


async def gaps_of(chat: SiteChat) -> list[float]:
    frames = await chat.page.evaluate("window.frames_")
    return [after - before for before, after in pairwise(frames)]


def main_tasks(trace: Path) -> list[float]:
    """Milliseconds of each task of the busiest renderer's main thread."""
    events: list[dict[str, Any]] = json.loads(trace.read_text())["traceEvents"]
    names = [e for e in events if e["name"] == "thread_name"]
    main = {(e["pid"], e["tid"]) for e in names if e["args"]["name"] == "CrRendererMain"}
    tasks: dict[tuple[int, int], list[float]] = {}
    for event in events:
        thread = (event["pid"], event["tid"])
        if event["name"].endswith("RunTask") and thread in main and "dur" in event:
            tasks.setdefault(thread, []).append(event["dur"] / 1000)
    return max(tasks.values(), key=sum)


async def blocked(browsers: dict[str, Browser], runs: int = 5) -> dict[str, float]:
    """Total blocking time of a page that is loaded on a four times slower processor, in ms."""
    times: dict[str, list[float]] = {name: [] for name in browsers}
    for name, browser in [*browsers.items()] * runs:  # in turns: the machine may be busy
        context = await browser.new_context()
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        await page.goto(f"{DOCS}/install/")
        times[name].append(await page.evaluate(BLOCKED))
        await context.close()
    return {name: round(statistics.median(values), 1) for name, values in times.items()}


def weight(site: Path) -> int:
    """Bytes of scripts and styles that a page asks for, compressed."""
    html = (site / "install" / "index.html").read_text()
    files = [p for p in site.rglob("assets/*/*") if p.suffix in (".js", ".css") and p.name in html]
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


async def measured(folder: Path, chromium: str) -> dict[str, Any]:
    bare = build(folder / "bare", face="none")
    site = build(folder / "ours", face="ours")
    result: dict[str, Any] = {"bytes_before_first_open": weight(site) - weight(bare)}
    async with (
        served(folder / "data", SITE, DOCS, origins=DOCS) as askdocs,
        running(StaticFiles(directory=site, html=True), lifespan="off") as with_chat,
        running(StaticFiles(directory=bare, html=True), lifespan="off") as without,
        browsing(chromium, docs_test=without, ask_test=askdocs.url) as first,
        browsing(chromium, docs_test=with_chat, ask_test=askdocs.url) as second,
    ):
        result["blocking_ms"] = await blocked({"without": first, "with": second})
        result |= await in_the_chat(second, askdocs, folder / "trace.json")
        result["long_thread"] = await long_thread(second, askdocs)
    return result


async def in_the_chat(browser: Browser, askdocs: Served, trace: Path) -> dict[str, Any]:
    async with on_site(World(askdocs, browser)) as chat:
        await chat.visit()
        await chat.open()
        chat.desk.scripts = [answer_from_passages]
        await chat.asked("Which color?")  # everything is warm
        await chat.button("New conversation").click()
        painted = await seen(chat)
        await chat.button("New conversation").click()
        return {"painted_ms": painted, "long_answer": await smooth(browser, chat, trace)}


def main() -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is missing"
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measured(Path(folder), chromium)), indent=2))


if __name__ == "__main__":
    main()
