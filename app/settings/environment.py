"""Settings from where the owner puts them: flags, the environment, `.env`."""

import os
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings import Settings, SettingsError
from app.settings.checks import check
from app.settings.example import PREFIX, variable

FIELDS = Settings.model_fields
NOT_SETTINGS = {"ASKDOCS_REQUIRE_ALL"}
"""Ours, but no setting: it tells the test suite to skip nothing."""


class _Surroundings(Settings, BaseSettings):
    """The environment first, then `.env`; a variable that is empty is not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore"
    )


def load_settings(check: Callable[[Settings], list[str]] = check, /, **flags: Any) -> Settings:
    """Flags that are not None win over the environment, the environment over `.env`.

    Raises `SettingsError` with every mistake. A command that needs only some of the settings
    passes the `check` of those.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    mistakes = [*_unknown(os.environ), *(f"{m} (in .env)" for m in _unknown(dotenv_values(".env")))]
    try:
        settings = _Surroundings(**given)
    except ValidationError as error:
        wrong = {_field(details): details for details in error.errors()}
        mistakes += [_line(field, details) for field, details in wrong.items()]
        # with defaults in their place, the rest can be checked as well
        settings = _Surroundings(**given | {field: FIELDS[field].default for field in wrong})
    if mistakes := [*mistakes, *check(settings)]:
        raise SettingsError(mistakes)
    return settings


def _unknown(environment: Mapping[str, object]) -> Iterator[str]:
    """Names that begin like ours and mean nothing: mostly slips of the finger."""
    known = {variable(field).removeprefix(PREFIX): variable(field) for field in FIELDS}
    for name in sorted(environment):
        ours = name.upper().startswith(PREFIX) and name.upper() not in NOT_SETTINGS
        if ours and name.upper() not in known.values():
            close = get_close_matches(name.upper().removeprefix(PREFIX), known, n=1, cutoff=0.5)
            hint = f"; did you mean {known[close[0]]}?" if close else ""
            yield f"{name} is not a setting{hint}"


def _field(error: ErrorDetails) -> str:
    """pydantic names a field by its alias when it has one."""
    return next(field for field in FIELDS if error["loc"][0] in {field, variable(field)})


def _line(field: str, error: ErrorDetails) -> str:
    """A mistake that pydantic found, in the words of the owner's file."""
    declared = FIELDS[field]
    value = "" if declared.annotation == SecretStr | None else f" is {error['input']!r}"
    complaint = error["msg"][:1].lower() + error["msg"][1:]
    return f"{variable(field)}{value}: {complaint} (by default {declared.default})"
