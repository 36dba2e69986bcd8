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
        # names of models have hyphens: a line that ends in the middle of one cannot be copied
        wrapped = textwrap.wrap(text, 88, break_on_hyphens=False)
        lines += ["", *(f"# {line}" for line in wrapped)]
        lines.append(f"# {variable(name)}={default}")
    return "\n".join(lines) + "\n"
