"""Markdown that a model or a page wrote: the same however it arrives, and harmless."""

import json
import random

import pytest
from playwright.async_api import Page

from tests.fakes.provider import answer
from tests.web.conftest import Chat
from tests.web.test_looks import RICH

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WRITE = """async ({splits, hosts}) => {
    const {MarkdownWriter} = await import('/web/chatkit/markdown.js');
    return splits.map((pieces) => {
        const root = document.createElement('div');
        document.body.append(root);
        let n = 0;
        const cite = () => {
            const mark = document.createElement('sup');
            mark.append(String(++n));
            return mark;
        };
        const writer = new MarkdownWriter(root, {linked: (url) => hosts.includes(url.host), cite});
        for (const piece of pieces) writer.write(piece);
        writer.end();
        root.normalize();
        const attributes = [...root.querySelectorAll('*')].flatMap((e) =>
            [...e.attributes].map((a) => `${e.localName} ${a.name}=${a.value}`));
        const tags = [...root.querySelectorAll('*')].map((e) => e.localName);
        root.remove();
        return {html: root.innerHTML, text: root.textContent, attributes, tags};
    });
}"""

CITE = "\ufdd0"
TEXTS = [
    RICH,
    f"A claim.{CITE} More{CITE}{CITE}, `x[1]`, **bold{CITE}** _and{CITE}_ {CITE}\n\n- a{CITE}\n- b",
    "See [the page](https://docs.example/a_(b)), https://docs.example/x, [1], [2][3], [ ], a[0].",
    f"[label{CITE}](https://docs.example/) and https://docs.example/y{CITE} end",
    "```js\nconst a = b[1];\n```\n\n~~~\n<b>\n~~~\n\n    indented\n\n***\n\n$5 and $6, `a``b`, a*b",
    "1. one\n   - `code`\n2. two\n\n| a | b |\n|---|---|\n| 1 | [x](https://evil.test) |\n\n# end",
    "😀 emoji **🚀** \u202eright to left\u202c [é](https://docs.example/é) 日本語",
]

ATTACKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox)",
    "[x](//evil.test/)",
    "[x](https://evil.test/)",
    "[x](https://docs.example@evil.test/)",
    "[x](https://docs.example:pw@docs.example/)",
    "[x](https://docs.example.evil.test/)",
    "[x](https://docs.example:8443/)",
    "[x](/chatkit)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://docs.example/1)",
    "https://evil.test/?q=secret",
    "<https://evil.test/>",
    "javascript:alert(1)",
    "![x](https://evil.test/leak.png)",
    "![x](/web/icon.svg)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[![x](https://evil.test/leak.png)](https://evil.test/)",
    "<img src=https://evil.test/x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<iframe src=https://evil.test></iframe>",
    "<style>@import url(https://evil.test)</style>",
    "<link rel=stylesheet href=https://evil.test>",
    "<form action=https://evil.test><input name=q></form>",
    '[x](https://docs.example/ "onmouseover=alert(1)")',
    '[x](https://docs.example/"onmouseover="alert(1))',
    '```"><img src=x onerror=alert(1)>\ncode\n```',
    "```js onclick=alert(1)\ncode\n```",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[1]: https://evil.test/",
    "$$\\href{javascript:alert(1)}{x}$$",
    "- [x](javascript:alert(1))\n- [x] done",
    "| ![x](https://evil.test/a.png) |\n|---|\n| <img src=x> |",
    "# [x](javascript:alert(1)) ![y](https://evil.test/y.png)",
]

HARMLESS = {"pre tabindex=0", "div tabindex=0", "div class=table", "a target=_blank"}


async def written(page: Page, splits: list[list[str]]) -> list[dict]:
    return await page.evaluate(WRITE, {"splits": splits, "hosts": ["docs.example"]})


def split(text: str, chance: random.Random) -> list[str]:
    """As JavaScript may get it: never between the halves of one character."""
    pieces, at = [], 0
    while at < len(text):
        length = chance.choice((1, 1, 2, 3, 5, 8, 20))
        pieces.append(text[at : at + length])
        at += length
    return pieces


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_any_split_gives_the_dom_of_one_write(chat: Chat, text: str) -> None:
    chance = random.Random(text)  # noqa: S311 - the same in every run
    splits = [[text], list(text), *(split(text, chance) for _ in range(150))]
    whole, *parts = await written(chat.page, splits)
    for pieces, part in zip(splits[1:], parts, strict=True):
        assert part["html"] == whole["html"], json.dumps(pieces)


async def test_attacks_add_nothing_and_fetch_nothing(chat: Chat) -> None:
    before = len(chat.requests)
    results = await written(chat.page, [[attack] for attack in ATTACKS])
    await chat.page.wait_for_timeout(300)
    asked = [r.url for r in chat.requests[before:] if "/web/chatkit/markdown.js" not in r.url]
    assert asked == []
    for attack, result in zip(ATTACKS, results, strict=True):
        for attribute in result["attributes"]:
            fine = attribute in HARMLESS or attribute.startswith(
                ("a href=https://docs.example/", "a rel=noopener", "pre data-language=")
            )
            assert fine, f"{attack}: {attribute}"
        assert not {"img", "script", "svg", "iframe", "style", "link", "form", "input"} & set(
            result["tags"]
        ), attack


NEW_TAB = 'target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "[a](https://docs.example/b#c)",
            f'<p><a href="https://docs.example/b#c" {NEW_TAB}>a</a></p>',
        ),
        ("[a](https://evil.test/)", "<p>a</p>"),
        ("as [1] says", "<p>as [1] says</p>"),
        ("![alt text](https://evil.test/x.png)", "<p>alt text</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("an [open", "<p>an [open</p>"),
        ("closed [1]", "<p>closed [1]</p>"),
        (f"a{CITE} b", "<p>a<sup>1</sup> b</p>"),
        (
            f"[a{CITE}](https://docs.example/)",
            f'<p><a href="https://docs.example/" {NEW_TAB}>a</a><sup>1</sup></p>',
        ),
        ("- [x] a\n- [ ] b", "<ul><li><span>☑</span> a</li><li><span>☐</span> b</li></ul>"),
        ("costs $5 and $6", "<p>costs $5 and $6</p>"),
    ],
)
async def test_what_becomes_of_it(chat: Chat, text: str, html: str) -> None:
    [result] = await written(chat.page, [[text]])
    assert result["html"] == html


async def test_a_page_that_talks_through_the_model_changes_nothing(chat: Chat) -> None:
    """The whole way: provider, server, browser. No request leaves, no attribute comes."""
    text = "\n\n".join(ATTACKS)
    chat.desk.scripts = [answer(*split(text, random.Random(7)))]  # noqa: S311
    await chat.asked("How do I install the gadget?")
    links = await chat.page.locator(".markdown a").evaluate_all("all => all.map(a => a.href)")
    assert all(link.startswith("https://docs.example/") for link in links)
    assert await chat.page.locator(".markdown").locator("img, script, iframe, p svg").count() == 0
