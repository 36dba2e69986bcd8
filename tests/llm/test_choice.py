"""Names for models."""

import pytest

from app.llm import ModelURLError
from app.llm.choice import called, offered


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("openai:gpt-5-mini", "gpt-5-mini"),
        ("openrouter:openai/gpt-5-mini", "gpt-5-mini"),
        ("openrouter:x/y:free", "y:free"),
        ("http://localhost:11434/v1#llama3.2:3b", "llama3.2:3b"),
        ("http://host/v1#org/model", "model"),
        ("extractive:", "Quotations"),
    ],
)
def test_a_model_has_a_name_of_its_own(url: str, name: str) -> None:
    assert called(url) == name


def test_the_default_comes_first_and_others_stay_in_order() -> None:
    models = "B=openai:b, A=openrouter:x/a,Local=http://host/v1#m=1"
    assert list(offered("openrouter:x/a", models).items()) == [
        ("A", "openrouter:x/a"),
        ("B", "openai:b"),
        ("Local", "http://host/v1#m=1"),
    ]
    assert list(offered("extractive:", models)) == ["Quotations", "B", "A", "Local"]
    assert offered("openai:b", "") == {"b": "openai:b"}


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        ("openai:b", "ASKDOCS_MODELS has 'openai:b': write each as NAME=MODEL."),
        ("=openai:b", "ASKDOCS_MODELS has '=openai:b': write each as NAME=MODEL."),
        ("B=gpt", "ASKDOCS_MODELS is 'gpt': use one of"),
        ("B=openai:b,B=openai:c", "two models have the same name"),
        ("a=openai:b", "two models have the same name"),
    ],
)
def test_a_mistake_is_named(models: str, sentence: str) -> None:
    with pytest.raises(ModelURLError) as caught:
        offered("openai:a", models)
    assert sentence in str(caught.value)
