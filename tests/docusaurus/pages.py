"""Markdown and MDX made up by chance, of what is hard in it."""

from random import Random

WORDS = """\
word|Foo|the end|`code`|`a b`|`<T>`|`{x}`|``a`b``|**bold**|*em*|_under_|snake_case_name
__dunder__|~~gone~~|[link](./a.md)|[ref][r]|[`c`](/x)|![img](./i.png)|:smile:|:tada:|😀|é|ß
ÄÖ|日本語|привет|&amp;|&lt;|&nbsp;|&copy;|&#39;|\\*|\\_|\\{|\\<|\\#|<br/>|<b>x</b>
<Tag a="b">in</Tag>|<Tag a={1}>i</Tag>|{/* c */}|{'str'}|{1 + 1}|{x}|{"q"}|<!-- c -->|$x^2$
C++|C#|.NET|foo.bar()|--flag|@scope/pkg|a/b|a:b|:name|ns::m|v1.2.3|100%|what?|don't|“quoted”
"q"|—|…|a - b|(x)|[x]|^|~|#tag|{#custom}|https://e.com/a|www.e.com|me@e.com|[^1]|H~2~O
\u200b|İ|ǅ|ﬁ|①|½|𝒳|a**b**|<></>|<a.b/>|-|+|`|&|<|{""".replace("\n", "|").split("|")
IDS = """\
{#id-1}|{#id 2}|{/* #id3 */}|{/*#id4*/}|{/* #id5 */} x|{#a}{#b}|\\{#x}|{#}|{#é}|{/* # */}
{/* #a b */}|<!-- #cm -->""".replace("\n", "|").split("|")
CONTAINERS = ["note", "tip Title here", "warning[T *x*]", "info{.a}", "custom", "note [x", "Note"]
TAGS = ['TabItem value="a" label="L"', "Tabs", "details", "div", "summary", "section className={x}"]
BLOCKS = [
    "import A from './a'",
    "export const x = 1",
    "export const y = {\n  a: 1,\n\n  b: 2,\n}",
    "---",
    "***",
    "| a | b |\n|---|---|\n| ## c | d |",
    "a | b\n- | -\n1 | 2\n## after",
    "| a\n---",
    "{/* comment\n\n## no\n*/}",
    "<!-- c\n## no\n-->",
    "<!-- one -->",
    "{x}",
    "[^1]: foot\n\n    ## in foot",
    "```js\n## no\n```",
    "~~~\n# x\n## y\n~~~",
    "````mdx-code-block\n## yes\n````",
    "```mdx-code-block\n## no",
    "<F a={<>It's {b('x')} {'}'} :(</>} b='y' />",
    "{a < b && <p>don't</p>}",
    "{a.map(x => <li key={x}>it's {x} in <b>x</b></li>)}",
    "export const z = () => (<p>\n\n## it's no\n\n</p>)",
    "export const w = <i>it's {c('x')}</i>",
]
FRONT_MATTER = ["title: T", "id: x", "description: D\ntitle: 'a: b'", "# c\ntitle: x"]


def page(chance: Random) -> str:
    matter = f"---\n{chance.choice(FRONT_MATTER)}\n---\n" if chance.random() < 0.1 else ""
    return matter + _blocks(chance, chance.randint(1, 5), 0) + "\n\n[r]: /url 'T'\n"


def _blocks(chance: Random, count: int, depth: int) -> str:
    return chance.choice(["\n\n", "\n\n", "\n"]).join(_block(chance, depth) for _ in range(count))


def _block(chance: Random, depth: int) -> str:
    kind = chance.random() * (1 if depth < 3 else 0.6)
    if kind < 0.45:
        return _heading(chance)
    if kind < 0.52:
        return _inline(chance)
    if kind < 0.6:
        return chance.choice(BLOCKS)
    inside = _blocks(chance, chance.randint(1, 3), depth + 1)
    if kind < 0.7:
        return _indented(inside, "> ", "> ")
    if kind < 0.8:
        return _indented(inside, "   ", chance.choice(["-  ", "*  ", "1. "]))
    gap = chance.choice(["\n\n", "\n"])
    if kind < 0.9:
        colons = chance.choice([":::", "::::"])
        return f"{colons}{chance.choice(CONTAINERS)}{gap}{inside}{gap}{colons}"
    tag = chance.choice(TAGS)
    return f"<{tag}>{gap}{_indented(inside, '  ', '  ')}{gap}</{tag.split()[0]}>"


def _heading(chance: Random) -> str:
    text, depth = _inline(chance), "#" * chance.choice([1, 2, 2, 2, 3, 3, 4, 5, 6, 7])
    match chance.randrange(8):
        case 0:
            return f"{text}\n{chance.choice(['---', '===', '-', '=', '--- '])}"
        case 1:
            return f"{depth} {text} {'#' * chance.randint(1, 3)}"
        case 2 | 3:
            return f"{depth} {text} {chance.choice(IDS)}"
        case 4:
            return chance.choice([" ", "   "]) + f"{depth}\t{text}"
        case _:
            return f"{depth} {text}"


def _inline(chance: Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.choice([1, 1, 2, 3, 5])))


def _indented(text: str, rest: str, first: str) -> str:
    lines = [line and rest + line for line in text.split("\n")]
    return first + lines[0].removeprefix(rest) + "".join("\n" + line for line in lines[1:])
