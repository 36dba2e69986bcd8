"""What the model remembers of a thread."""

from datetime import UTC, datetime
from typing import Any

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    EndOfTurnItem,
    InferenceOptions,
    SDKHiddenContextItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
)
from hypothesis import given
from hypothesis import strategies as st

from app.answer.history import asked, remembered
from app.answer.prompt import STOPPED

BASE: dict[str, Any] = {"thread_id": "thr", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


def user(text: str, **more: Any) -> UserMessageItem:
    content = more.pop("content", [UserMessageTextContent(text=text)])
    return UserMessageItem(
        id="u", content=content, inference_options=InferenceOptions(), **BASE, **more
    )


def assistant(text: str) -> AssistantMessageItem:
    return AssistantMessageItem(id="a", content=[AssistantMessageContent(text=text)], **BASE)


def test_the_newest_messages_come_last_and_answers_are_plain_strings() -> None:
    items: list[ThreadItem] = [assistant("Two."), EndOfTurnItem(id="e", **BASE), user("One?")]
    assert remembered(items, budget=100, count=len) == [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "Two."},
    ]


def test_a_quotation_is_remembered_on_follow_ups() -> None:
    (message,) = remembered([user("And this?", quoted_text="fetch()")], budget=999, count=len)
    assert "fetch()" in message["content"]
    assert message["content"].endswith("And this?")


def test_a_mention_is_read_with_its_path() -> None:
    tag = UserMessageTagContent(id="1", text="Hooks", data={"path": "/docs/hooks"})
    item = user("", content=[UserMessageTextContent(text="What is "), tag])
    question = asked(item)
    assert question.text == "What is @Hooks"
    assert question.mentions[0].path == "/docs/hooks"
    (message,) = remembered([item], budget=999, count=len)
    assert "/docs/hooks" in message["content"]


def test_a_stopped_answer_is_marked_as_such_and_no_other() -> None:
    hidden = SDKHiddenContextItem(id="h", content="cancelled", **BASE)
    messages = remembered([assistant("B"), hidden, assistant("A")], budget=999, count=len)
    assert [m["content"] for m in messages] == ["A" + STOPPED, "B"]


@given(st.lists(st.text(min_size=1, max_size=30), max_size=12), st.integers(0, 200))
def test_the_budget_holds_and_the_newest_win(texts: list[str], budget: int) -> None:
    messages = remembered([user(t) for t in texts], budget=budget, count=len)
    kept = [m["content"] for m in messages]
    assert sum(map(len, kept)) <= budget
    assert kept == [asked(user(t)).text for t in texts][: len(kept)][::-1]
