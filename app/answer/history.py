"""Thread items → what the model remembers."""

from collections.abc import Iterable

from chatkit.types import (
    AssistantMessageItem,
    SDKHiddenContextItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
)

from app.answer.prompt import STOPPED, framed
from app.answer.question import Mention, Question
from app.answer.tokens import TokenCounter
from app.context import Page

Message = dict[str, str]
"""`role` and `content`. Assistant messages are plain strings: the Agents SDK refuses
`output_text` parts for Chat Completions models."""


def asked(
    item: UserMessageItem, page: Page | None = None, tools: frozenset[str] = frozenset()
) -> Question:
    """A stored message as a question. Tags appear in the text as the reader saw them.

    A tool that the page does not offer, or no longer, is not used.
    """
    tags = [part for part in item.content if isinstance(part, UserMessageTagContent)]
    text = "".join(
        f"@{part.text}" if isinstance(part, UserMessageTagContent) else part.text
        for part in item.content
    )
    mentions = {tag.text: Mention(tag.text, _path(tag)) for tag in tags}
    chosen = item.inference_options
    tool = chosen.tool_choice.id if chosen.tool_choice else ""
    return Question(
        text.strip(),
        item.quoted_text or "",
        tuple(mentions.values()),
        page or Page(),
        model=chosen.model or "",
        tool=tool if tool in tools else "",
        tools=tools,
    )


def _path(tag: UserMessageTagContent) -> str:
    path = tag.data.get("path")
    return path if isinstance(path, str) else ""


def remembered(
    newest_first: Iterable[ThreadItem], *, budget: int, count: TokenCounter
) -> list[Message]:
    """The newest messages that fit `budget` tokens, oldest first; never half a message."""
    messages: list[Message] = []
    stopped = False
    for item in newest_first:
        match item:
            case UserMessageItem():
                message = {"role": "user", "content": framed(asked(item))}
            case AssistantMessageItem():
                text = "\n".join(part.text for part in item.content)
                message = {"role": "assistant", "content": text + STOPPED * stopped}
            case _:
                stopped = isinstance(item, SDKHiddenContextItem)
                continue
        stopped = False
        budget -= count(message["content"])
        if budget < 0:
            break
        messages.append(message)
    return messages[::-1]
