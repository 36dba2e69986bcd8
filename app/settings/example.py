"""Settings as `.env.example` shows them."""

import textwrap

from app.settings import SECTIONS, Section

PREFIX = "ASKDOCS_"


def variable(field: str) -> str:
    """The environment variable of a field: well-known names keep theirs, ours have a prefix."""
    for section in SECTIONS:
        if field in section.model_fields:
            alias = section.model_fields[field].validation_alias
            return alias if isinstance(alias, str) else PREFIX + field.upper()
    raise KeyError(field)


def example() -> str:
    """Every setting, commented out, with its default: the text of `.env.example`."""
    head = "# Copy this file to .env and uncomment what you want to change.\n"
    return head + "".join(_rendered(section) for section in SECTIONS)


def _rendered(section: type[Section]) -> str:
    lines = ["", "", f"# --- {section.heading} ---"]
    for name, field in section.model_fields.items():
        text = " ".join((field.description or "").split())
        default = "" if field.default is None else field.default
        lines += ["", *textwrap.wrap(text, 90, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"# {variable(name)}={default}")
    return "\n".join(lines) + "\n"
