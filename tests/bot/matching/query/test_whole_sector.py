"""A word that is a sector's name widens to the sector; every other word stays as it is."""

from __future__ import annotations

import pytest

from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from bot.matching.query.whole_sector import whole_sectors
from settings.lexicon import load

LEXICON = load(None)


@pytest.mark.parametrize(
    ("query", "widened"),
    [
        ("원자력", "sector:nuclear"),
        ("조선업", "sector:shipbuilding"),
        ("양자기술", "sector:quantum"),
        ("6G", "sector:telecom"),
        ("통신", "sector:telecom"),
        ("semiconductor", "sector:semiconductors"),
        ("biotechnology", "sector:bio"),
        ("원자력 -조선업", "sector:nuclear -조선업"),
        ("원자력 OR 조선업", "sector:nuclear OR sector:shipbuilding"),
        ("원자력 lang:ko", "sector:nuclear lang:ko"),
        ("양자컴퓨터", None),
        ("nuclear", None),
        ("sector:nuclear", None),
        ('"원자력"', None),
        ("-원자력", None),
        ("망고", None),
    ],
)
def test_a_sectors_name_widens_to_the_sector(query: str, widened: str | None) -> None:
    meant = whole_sectors(parse(query, LEXICON), LEXICON)
    assert (show(meant) if meant else None) == widened
