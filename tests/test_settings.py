import os
import re
from pathlib import Path

import pytest

from app.settings import SECTIONS, Settings, SettingsError
from app.settings.checks import check, check_index, check_search
from app.settings.environment import load_settings
from app.settings.example import example, variable

ROOT = Path(__file__).parents[1]
VARIABLES = {variable(field) for field in Settings.model_fields}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and an environment that says nothing of ours."""
    for name in os.environ:
        if name.startswith("ASKDOCS_") or name in VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def mistakes(**flags: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(**flags)
    assert str(caught.value).splitlines() == caught.value.mistakes
    return caught.value.mistakes


def test_every_default_is_embedded_and_correct() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///data/askdocs.db"
    assert settings.qdrant_url == "file:data/qdrant"
    assert settings.embedder == "wordllama:"
    assert settings.model == "extractive:"


def test_the_data_folder_carries_the_other_defaults(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "kept")
    assert settings.database_url == f"sqlite:///{tmp_path}/kept/askdocs.db"
    assert settings.qdrant_url == f"file:{tmp_path}/kept/qdrant"


@pytest.mark.parametrize(
    ("keys", "model"),
    [
        ({"OPENROUTER_API_KEY": "k"}, "openrouter:openai/gpt-5-mini"),
        ({"OPENAI_API_KEY": "k"}, "openai:gpt-5-mini"),
        ({"OPENROUTER_API_KEY": "k", "OPENAI_API_KEY": "k"}, "openrouter:openai/gpt-5-mini"),
        ({"OPENROUTER_API_KEY": "k", "ASKDOCS_MODEL": "extractive:"}, "extractive:"),
        ({"OPENROUTER_API_KEY": ""}, "extractive:"),
    ],
)
def test_the_model_follows_the_keys(
    keys: dict[str, str], model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    assert load_settings().model == model


@pytest.mark.parametrize(
    ("field", "name"), [("port", "PORT"), ("session_days", "ASKDOCS_SESSION_DAYS")]
)
def test_flags_win_over_the_environment_and_the_environment_over_the_file(
    field: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text(f"{name}=1111\n")
    assert getattr(load_settings(), field) == 1111
    monkeypatch.setenv(name, "2222")
    assert getattr(load_settings(), field) == 2222
    assert getattr(load_settings(**{field: 3333}), field) == 3333
    assert getattr(load_settings(**{field: None}), field) == 2222


def test_settings_made_by_hand_do_not_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9999")
    Path(".env").write_text("ASKDOCS_COLLECTION=other\n")
    assert (Settings().port, Settings().collection) == (8000, "docusaurus_docs")


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert load_settings().port == 8000


def test_all_mistakes_are_reported_at_once_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "99999")
    monkeypatch.setenv("ASKDOCS_SESSION_DAYS", "many")
    monkeypatch.setenv("QDRANT_URL", "localhost:6333")
    monkeypatch.setenv("ASKDOCS_MODLE", "extractive:")
    assert mistakes() == [
        "ASKDOCS_MODLE is not a setting; did you mean ASKDOCS_MODEL?",
        "PORT is '99999': input should be less than or equal to 65535 (by default 8000)",
        "ASKDOCS_SESSION_DAYS is 'many': input should be a valid integer, "
        "unable to parse string as an integer (by default 30)",
        "QDRANT_URL is 'localhost:6333': it starts with file:, http://, https:// or memory://",
    ]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("ASKDOCS_ORIGIN", "ASKDOCS_ORIGINS"), ("ASKDOCS_PORT", "PORT"), ("askdocs_dta", "_DATA")],
)
def test_a_misspelt_name_is_reported_with_the_closest(
    wrong: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(wrong, "x")
    assert mistakes()[0].startswith(f"{wrong} is not a setting; did you mean ")
    assert mistakes()[0].endswith(f"{meant}?")


def test_a_misspelt_name_in_the_file_is_reported_with_its_place() -> None:
    Path(".env").write_text("ASKDOCS_QQQQQQQQ=1\n")
    assert mistakes() == ["ASKDOCS_QQQQQQQQ is not a setting (in .env)"]


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        ({"database_url": "mysql://u:hidden@h/db"}, "DATABASE_URL starts with mysql://: "),
        ({"database_url": "u:hidden@h/db"}, "DATABASE_URL is not a URL: "),
        ({"qdrant_url": "ftp://u:hidden@host"}, "QDRANT_URL is 'ftp://…@host': "),
        (
            {"qdrant_shards": 3},
            "ASKDOCS_QDRANT_SHARDS is 3, and QDRANT_URL is 'file:data/qdrant', ",
        ),
        (
            {"qdrant_replicas": 2, "qdrant_url": "memory://"},
            "ASKDOCS_QDRANT_REPLICAS is 2, and QDRANT_URL is 'memory://', which is no cluster: ",
        ),
        ({"qdrant_replicas": 0}, "ASKDOCS_QDRANT_REPLICAS is 0: input should be greater"),
        ({"collection": "my docs"}, "ASKDOCS_COLLECTION is 'my docs': "),
        ({"embedder": "word2vec:"}, "ASKDOCS_EMBEDDER is 'word2vec:': it starts with one of "),
        ({"embedder": "http://host/v1"}, "ASKDOCS_EMBEDDER is 'http://host/v1': name the model "),
        ({"embedder": "openai:small"}, "ASKDOCS_EMBEDDER is 'openai:small': it needs a key, set "),
        ({"reranker": "bge"}, "ASKDOCS_RERANKER is 'bge': use one of cohere:MODEL, jina:MODEL, "),
        ({"reranker": "ftp://u:hidden@h/rerank"}, "ASKDOCS_RERANKER is 'ftp://…@h/rerank': use "),
        ({"reranker": "cohere:v3"}, "ASKDOCS_RERANKER is 'cohere:v3': it needs a key, set COHERE_"),
        ({"reranker": "jina:m0"}, "ASKDOCS_RERANKER is 'jina:m0': it needs a key, set JINA_API_K"),
        ({"model": "openrouter:x"}, "ASKDOCS_MODEL is 'openrouter:x': it needs a key, set "),
        ({"model": "gpt-5"}, "ASKDOCS_MODEL is 'gpt-5': use one of extractive:"),
        ({"model": "http://u:hidden@h/v1"}, "ASKDOCS_MODEL is 'http://…@h/v1': name the model"),
        ({"origins": "docs.example.com"}, "ASKDOCS_ORIGINS: 'docs.example.com' is no origin: "),
        ({"session_key": "hidden"}, "ASKDOCS_SESSION_KEY is shorter than 32 characters: "),
    ],
)
def test_a_mistake_names_the_setting_and_the_remedy_and_no_secret(
    flags: dict[str, object], line: str
) -> None:
    (mistake,) = mistakes(**flags)
    assert mistake.startswith(line)
    assert "hidden" not in mistake


def test_a_data_folder_that_is_a_file() -> None:
    Path("kept").touch()
    (mistake,) = mistakes(data="kept/below")
    assert mistake.startswith("ASKDOCS_DATA is 'kept/below': ")
    assert mistake.endswith("is a file, not a folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written() -> None:
    Path("locked").mkdir(mode=0o500)
    (mistake,) = mistakes(data="locked/below")
    assert "cannot be written to" in mistake


def test_ingest_needs_neither_model_nor_reranker() -> None:
    settings = Settings(model="openai:gpt-5-mini", database_url="nonsense", reranker="jina:m0")
    assert len(check(settings)) == 3
    assert len(check_search(settings)) == 1
    assert not check_index(settings)


def test_each_reranker_has_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COHERE_API_KEY", "JINA_API_KEY", "ASKDOCS_API_KEY"):
        monkeypatch.setenv(name, name)
    for url in ("cohere:v3", "jina:m0", "http://tei/rerank", "http://vllm/v1/rerank#m"):
        key = load_settings(reranker=url).key_for(url)
        assert key
        assert key.get_secret_value().lower().startswith((url.partition(":")[0], "askdocs_"))


def test_every_setting_is_documented_in_one_section() -> None:
    assert sorted(Settings.model_fields) == sorted(f for s in SECTIONS for f in s.model_fields)
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_the_example_changes_nothing_until_uncommented() -> None:
    Path(".env").write_text(example())
    assert load_settings().model_dump() == Settings().model_dump()


def test_the_example_uncommented_is_the_defaults() -> None:
    Path(".env").write_text(re.sub(r"^# ([A-Z_]+=)", r"\1", example(), flags=re.MULTILINE))
    assert load_settings().model_dump() == Settings().model_dump()


def test_the_example_in_the_repository_is_current() -> None:
    assert (ROOT / ".env.example").read_text() == example(), "askdocs settings > .env.example"
