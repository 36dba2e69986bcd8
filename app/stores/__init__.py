"""Where threads and their items live. One URL chooses the store."""

from contextlib import AbstractAsyncContextManager

from app.stores.base import Feedback, StoreError, ThreadStore

__all__ = ["Feedback", "StoreError", "ThreadStore", "open_store"]

ACCEPTED = "memory://, sqlite:///path/to/file.db, or postgresql://user:password@host/database"


def open_store(url: str) -> AbstractAsyncContextManager[ThreadStore]:
    """The store that `url` names, open (and its schema up to date) inside `async with`.

    `sqlite:///data/x.db` is relative to the working directory, `sqlite:////srv/x.db` absolute;
    the file and its folder are made when missing. `postgres://`, as hosting providers write it,
    means `postgresql://`.

    Raises StoreError, here for a URL that cannot work and on entering for a database that cannot
    be used. Its message never holds the URL's password.
    """
    scheme, separator, _ = url.partition("://")
    kind = scheme.split("+")[0].lower() if separator else ""
    if kind == "memory":
        from app.stores.memory import open_memory_store  # noqa: PLC0415 - the chosen one alone

        return open_memory_store()
    if kind in {"sqlite", "postgresql", "postgres"}:
        from app.stores.sql import open_sql_store  # noqa: PLC0415 - SQLAlchemy costs 0.3 s

        return open_sql_store(url)
    named = f"{scheme}://…" if separator else "a value without a scheme"
    raise StoreError(f"DATABASE_URL is {named}, which is no store: use {ACCEPTED}.")
