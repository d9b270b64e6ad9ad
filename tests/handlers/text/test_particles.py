"""A particle fits the sound before it, also after Latin, digits, single jamo and signs."""

from __future__ import annotations

import pytest

from handlers.text.particles import with_particle
from handlers.text.words import fill_placeholders


@pytest.mark.parametrize(
    ("text", "pair", "written"),
    [
        ("협약", "으로/로", "협약으로"),
        ("협약 ", "으로/로", "협약으로"),
        ("서울", "으로/로", "서울로"),
        ("협정(TPD)", "을/를", "협정(TPD)를"),
        ("S1", "으로/로", "S1로"),
        ("ST10", "을/를", "ST10을"),
        ("30%", "을/를", "30%를"),
        ("ㅗ디ㅔ", "을/를", "ㅗ디ㅔ를"),
        ("ㄱ", "을/를", "ㄱ을"),
        ("ㄹ", "으로/로", "ㄹ로"),
        ("kratsios", "을/를", "kratsios를"),
        ("quantum", "을/를", "quantum을"),
        ("Slack", "을/를", "Slack을"),
        ("Bloomberg", "이/가", "Bloomberg가"),
        ("Google", "으로/로", "Google로"),
        ("iPhone", "을/를", "iPhone을"),
        ("space", "을/를", "space를"),
        ("Atomic", "을/를", "Atomic을"),
        ("Public”", "은/는", "Public”은"),
        ("pact", "을/를", "pact를"),
        ("export", "을/를", "export를"),
        ("week", "을/를", "week를"),
        ("AI", "은/는", "AI는"),
        ("ASML", "으로/로", "ASML로"),
        ("漢字", "을/를", "漢字을(를)"),
        ("…", "을/를", "…을(를)"),
    ],
)
def test_a_particle_fits_the_last_sound(text: str, pair: str, written: str) -> None:
    assert with_particle(text.rstrip(), pair) == written
    assert fill_placeholders("{x:" + pair + "}", {"x": text}) == written
