"""Figures as a Markdown table."""

Row = dict[str, float]


def table(rows: dict[str, Row], form: str = ".3f") -> str:
    """A row under its name each; all have the columns of the first."""
    names = list(next(iter(rows.values())))
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += [
        f"| {name} | " + " | ".join(f"{row[column]:{form}}" for column in names) + " |"
        for name, row in rows.items()
    ]
    return "\n".join(lines)
