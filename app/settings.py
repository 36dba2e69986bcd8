"""Every setting, in sections. The only reader of the environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    data: Path = Field(Path("data"), validation_alias="ASKDOCS_DATA")
    database_url: str = Field("", validation_alias="DATABASE_URL")
    qdrant_url: str = Field("", validation_alias="QDRANT_URL")
    qdrant_api_key: SecretStr | None = Field(None, validation_alias="QDRANT_API_KEY")
    collection: str = Field("docusaurus_docs", validation_alias="ASKDOCS_COLLECTION")
    model: str = Field("", validation_alias="ASKDOCS_MODEL")
    embedder: str = Field("wordllama:", validation_alias="ASKDOCS_EMBEDDER")
    openrouter_api_key: SecretStr | None = Field(None, validation_alias="OPENROUTER_API_KEY")
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    api_key: SecretStr | None = Field(None, validation_alias="ASKDOCS_API_KEY")
    origins: str = Field("", validation_alias="ASKDOCS_ORIGINS")
    session_key: SecretStr | None = Field(None, validation_alias="ASKDOCS_SESSION_KEY")
    session_days: int = Field(30, validation_alias="ASKDOCS_SESSION_DAYS")
    site_title: str = Field("the docs", validation_alias="ASKDOCS_SITE_TITLE")
    context_tokens: int = Field(12_000, validation_alias="ASKDOCS_CONTEXT_TOKENS")
    host: str = Field("127.0.0.1", validation_alias="ASKDOCS_HOST")
    port: int = Field(8000, validation_alias="PORT")
