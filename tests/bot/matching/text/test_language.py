"""Which language a text is in."""

import pytest

from bot.matching.text.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("한국과 미국이 협정을 맺었다", "ko"),
        ("韓美 정상회담 개최", "ko"),
        ("AI·6G 협력 MOU 체결 OSTP", "ko"),
        ("The two countries signed a deal", "en"),
        ("Ο Μάικλ Κράτσιος", "el"),
        ("技術繁栄協定が署名された", "ja"),
        ("Die USA und Südkorea wollen ein Abkommen mit der EU", "de"),
        ("Presiden Trump akan pergi ke Korea untuk dan dengan yang", "id"),
        ("", "und"),
        ("123 456", "und"),
    ],
)
def test_guess(text: str, language: str) -> None:
    assert guess(text) == language
