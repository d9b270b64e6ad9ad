"""Writes articles as rows of a table: CSV for spreadsheets, JSON lines for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, get_args

from bot.model import StoredArticle

Format = Literal["csv", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
Row = dict[str, object]
COLUMNS = (
    *("story", "article", "published_at", "first_seen_at", "outlet", "language", "kind", "headline", "url"),
    *("pact", "sister_pact", "officials", "sectors", "severity", "corrected", "removed"),
)
BOM = "\ufeff"
"""A spreadsheet reads Korean as UTF-8 only behind this mark."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def row_of(article: StoredArticle, outlet_names: Mapping[str, str]) -> Row:
    """Returns an article's row; instants are ISO 8601 in UTC, and an unknown one is None."""
    topics = article.topics
    return {
        "story": f"ST{article.story}" if article.story is not None else None,
        "article": article.id,
        "published_at": _instant(article.published_at),
        "first_seen_at": _instant(article.first_seen_at),
        "outlet": outlet_names.get(article.outlet, article.outlet),
        "language": article.language,
        "kind": article.kind,
        "headline": article.headline,
        "url": article.url,
        "pact": topics.pact,
        "sister_pact": list(topics.sister_pact),
        "officials": list(topics.officials),
        "sectors": list(topics.sectors),
        "severity": topics.severity,
        "corrected": article.corrected,
        "removed": article.state == "gone",
    }


def lines_of(rows: Iterable[Row], written_as: Format, *, header: bool = True) -> str:
    """Returns rows as text; the header is of CSV alone."""
    if written_as == "jsonl":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    text = io.StringIO()
    writer = csv.writer(text)
    if header:
        writer.writerow(COLUMNS)
    writer.writerows([cell_of(row[column]) for column in COLUMNS] for row in rows)
    return text.getvalue()


def file_of(rows: Iterable[Row], written_as: Format) -> bytes:
    """Returns the bytes of a whole file."""
    mark = BOM if written_as == "csv" else ""
    return f"{mark}{lines_of(rows, written_as)}".encode("utf-8", "replace")


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


def cell_of(value: object) -> str:
    """Returns a cell. A text that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
