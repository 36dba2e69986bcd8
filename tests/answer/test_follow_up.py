"""What is searched for a question that leans on the one before."""

import pytest

from app.answer.follow_up import searched
from app.answer.prompt import framed
from app.answer.question import Mention, Question
from app.context import Page

CAMERA = "How do I ask for permission to use the camera on iOS?"


def history(*questions: str) -> list[dict[str, str]]:
    page = Page(path="/docs/camera", title="Camera")
    turns = [
        [
            {"role": "user", "content": framed(Question(text, page=page))},
            {"role": "assistant", "content": "Like this. [1]"},
        ]
        for text in questions
    ]
    return [message for turn in turns for message in turn]


@pytest.mark.parametrize(
    "text",
    [
        "And on Android?",
        "what about Android",
        "Does that work on Android, too?",
        "Why?",
        "How do I revoke it later?",
    ],
)
def test_what_cannot_stand_alone_is_searched_with_what_it_refers_to(text: str) -> None:
    assert searched(Question(text), history(CAMERA)) == f"{text}\n{CAMERA}"


@pytest.mark.parametrize(
    "text",
    [
        "How do I publish the finished app to the Play Store?",
        "Configure webpack aliases for shared TypeScript packages",
    ],
)
def test_what_stands_alone_is_searched_alone(text: str) -> None:
    assert searched(Question(text), history(CAMERA)) == text


def test_it_goes_back_to_the_question_that_stands_alone() -> None:
    asked = searched(Question("and why?"), history("Old news", CAMERA, "And on Android?"))
    assert asked == f"and why?\nAnd on Android?\n{CAMERA}"


def test_a_first_question_has_nothing_to_lean_on() -> None:
    assert searched(Question("And on Android?"), []) == "And on Android?"


def test_what_a_reader_points_at_says_what_is_meant() -> None:
    quoted = Question("What does this do?", quoted="await dispatch(fetchUser())")
    assert searched(quoted, history(CAMERA)) == quoted.query
    named = Question("And in @Camera?", mentions=(Mention("Camera"),))
    assert CAMERA not in searched(named, history(CAMERA))
