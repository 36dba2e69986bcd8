"""Every setting, in sections: what it means is documented here, where it is declared."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class SettingsError(Exception):
    """Settings that cannot work: one line a mistake, none of them with a secret in it."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("\n".join(self.mistakes))


class Section(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, populate_by_name=True, extra="forbid")
    heading: ClassVar[str]


class Storage(Section):
    heading = "Where things are kept"

    data: Path = Path("data")
    """The folder of everything that is kept, unless a URL below says otherwise."""
    database_url: str = Field("", validation_alias="DATABASE_URL")
    """Threads: sqlite:///path/askdocs.db, postgresql://user:password@host/name, or memory://
    (forgotten at exit). By default a SQLite file in the data folder."""
    retention: int = Field(0, ge=0, le=36_500)
    """How many days a thread is kept after its last message; 0 keeps it until its reader
    deletes it."""


class Index(Section):
    heading = "What is searched"

    qdrant_url: str = Field("", validation_alias="QDRANT_URL")
    """Passages: file:path (embedded, for one process at a time), https://host:6333 (a Qdrant
    server), or memory://. By default embedded, in the data folder."""
    qdrant_api_key: SecretStr | None = Field(None, validation_alias="QDRANT_API_KEY")
    """The Qdrant server's key."""
    qdrant_shards: int = Field(1, ge=1)
    """Into how many parts a cluster of Qdrant servers divides the passages. Another number takes
    effect with the next ingest."""
    qdrant_replicas: int | None = Field(None, ge=1)
    """On how many servers of the cluster each part is kept; by default as the cluster is set.
    Likewise."""
    collection: str = "docusaurus_docs"
    """The collection's name in Qdrant."""
    embedder: str = "wordllama:"
    """What turns text into vectors: wordllama: (packaged; needs no key and no network),
    openai:text-embedding-3-small, openrouter:openai/text-embedding-3-small,
    http://localhost:11434/v1#nomic-embed-text, or fastembed:BAAI/bge-small-en-v1.5 (an extra;
    downloads the model once)."""
    reranker: str = ""
    """What looks again at the best passages of a search: cohere:rerank-v3.5,
    jina:jina-reranker-v2-base-multilingual, http://localhost:8080/rerank (TEI),
    http://localhost:8000/v1/rerank#bge-reranker (any server in Cohere's or Jina's shape), or
    fastembed:Xenova/ms-marco-MiniLM-L-6-v2 (an extra; downloads the model once). By default
    nothing does."""
    cohere_api_key: SecretStr | None = Field(None, validation_alias="COHERE_API_KEY")
    """The key of a reranker that starts with cohere:."""
    jina_api_key: SecretStr | None = Field(None, validation_alias="JINA_API_KEY")
    """The key of a reranker that starts with jina:."""


class Answers(Section):
    heading = "Who answers"

    model: str = ""
    """The model: openrouter:openai/gpt-5-mini, openai:gpt-5-mini,
    http://localhost:11434/v1#llama3.2 (any OpenAI-compatible server), or extractive: (no
    model: the best sentences of the docs, quoted). By default openrouter:openai/gpt-5-mini or
    openai:gpt-5-mini, whichever has a key below, else extractive:."""
    models: str = ""
    """Models that readers may choose from besides it, comma-separated, each as NAME=MODEL:
    Thorough=openrouter:openai/gpt-5. Giving ASKDOCS_MODEL itself a NAME says what it is called."""
    openrouter_api_key: SecretStr | None = Field(None, validation_alias="OPENROUTER_API_KEY")
    """The key of whatever starts with openrouter:."""
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    """The key of whatever starts with openai:."""
    api_key: SecretStr | None = None
    """The key of a model, an embedder or a reranker that is given as a URL, if it wants one."""
    context_tokens: int = Field(12_000, ge=2_000)
    """What one call of the model may hold, in tokens: instructions, passages and history."""
    site_title: str = "the docs"
    """What the assistant calls your documentation."""
    prompts: str = ""
    """Questions offered on an empty chat, separated by |."""
    link_hosts: str = ""
    """Hosts besides the site's own that an answer may link to, comma-separated."""


class Serving(Section):
    heading = "How it is served"

    host: str = "127.0.0.1"
    """The address to listen on; 0.0.0.0 for every network interface."""
    port: int = Field(8000, ge=0, le=65_535, validation_alias="PORT")
    """The port to listen on; 0 takes a free one."""
    origins: str = ""
    """Sites whose pages may use the chat, comma-separated, as https://docs.example.com. By
    default those of a Docusaurus in development, on port 3000 of localhost and 127.0.0.1."""
    session_key: SecretStr | None = None
    """Signs the tokens of anonymous readers: at least 32 characters. By default one is made
    and kept in the data folder. Several servers need the same one."""
    session_days: int = Field(30, ge=1, le=3_650)
    """How long such a token is good for, in days."""
    jwt_key: SecretStr | None = None
    """Verifies the tokens of readers who are signed in to your site, whose sub says who they are:
    a secret of at least 32 characters (HS256), or a public key in PEM (RS256, ES256)."""
    jwt_issuer: str = ""
    """The iss that such a token must have; empty takes any."""
    jwt_audience: str = ""
    """The aud that such a token must have; empty takes any."""
    max_body_bytes: int = Field(1_000_000, ge=1_000)
    """The largest request that is read, in bytes."""
    ping_seconds: float = Field(15, gt=0)
    """How long a stream may be silent before a comment keeps proxies from cutting it."""
    send_timeout_seconds: float = Field(30, gt=0)
    """How long a reader's connection may take nothing before it is dropped."""
    shutdown_grace_seconds: int = Field(10, ge=0)
    """How long running answers may go on once the server is told to stop."""


SECTIONS: tuple[type[Section], ...] = (Storage, Index, Answers, Serving)


class Settings(Serving, Answers, Index, Storage):
    """Plain values: making one reads neither the environment nor a file.

    Defaults that follow from other settings are filled in: no field that names a place or a
    model stays empty.
    """

    heading = "All settings"

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        self.database_url = self.database_url or f"sqlite:///{self.data / 'askdocs.db'}"
        self.qdrant_url = self.qdrant_url or f"file:{self.data / 'qdrant'}"
        self.model = self.model or self._best_model()
        return self

    def key_for(self, url: str) -> SecretStr | None:
        """The key that goes with the URL of a model, an embedder or a reranker."""
        match url.partition(":")[0]:
            case "openrouter":
                return self.openrouter_api_key
            case "openai":
                return self.openai_api_key
            case "cohere":
                return self.cohere_api_key
            case "jina":
                return self.jina_api_key
            case _:
                return self.api_key

    def _best_model(self) -> str:
        if self.openrouter_api_key:
            return "openrouter:openai/gpt-5-mini"
        return "openai:gpt-5-mini" if self.openai_api_key else "extractive:"
