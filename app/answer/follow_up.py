"""A question that leans on the one before it → what to search for. Pure.

"And on Android?" finds nothing by itself. The model could rewrite it, at the price of a round
trip before the first word; the question before, put after it, finds the same.
"""

import re
from collections.abc import Mapping, Sequence

from app.answer.question import Question
from app.retrieval.sparse import tokens

_FEW = 3  # words that count, at most, in a question that cannot stand alone
_FURTHEST = 3  # questions back
_LONGEST = 300  # characters of an earlier question
_LEANING = re.compile(
    r"^\W*(and|but|so|then|also|or|what about|how about|why not|what if|und|et|y|и)\b"
    r"|\b(it|its|that|this|these|those|them|they|there|one|ones|same|instead|above|other)\b",
    re.IGNORECASE,
)
_DELIMITED = re.compile(r"^<(\w+)>\n.*?\n</\1>\n*", re.DOTALL | re.MULTILINE)


def searched(question: Question, history: Sequence[Mapping[str, str]]) -> str:
    """The question with those it refers to, nearest first; alone where it stands alone.

    What the reader quotes or mentions says what is meant: nothing is added then.
    """
    if question.quoted or question.mentions:
        return question.query
    asked = [question.query]
    before = [_words(m["content"]) for m in reversed(history) if m["role"] == "user"]
    for earlier in before[:_FURTHEST]:
        if not _leans(asked[-1]):
            break
        asked.append(earlier[:_LONGEST])
    return "\n".join(asked)


def _leans(text: str) -> bool:
    words = list(tokens(text))
    return len(words) <= _FEW or (len(words) <= 3 * _FEW and bool(_LEANING.search(text)))


def _words(content: str) -> str:
    """A remembered question without what was framed around it."""
    return _DELIMITED.sub("", content).strip()
