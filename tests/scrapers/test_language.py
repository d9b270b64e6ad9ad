"""The language of a text, guessed for whole articles and for single headlines alike."""

import pytest

from scrapers.language import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("한국과 미국이 협정을 맺었다", "ko"),
        ("한미 기술번영 MOU 서명", "ko"),
        ("韓美 정상회담 개최", "ko"),
        ("AI·6G 협력 MOU 체결 OSTP", "ko"),
        ("U.S.-ROK Technology Prosperity Deal", "en"),
        ("The two countries signed a deal", "en"),
        ("Kratsios meets 배경훈 in New Delhi for talks on the deal", "en"),
        ("Ο Μάικλ Κράτσιος", "el"),
        ("技術繁栄協定が署名された", "ja"),
        ("米韓TPDに署名した", "ja"),
        ("韩美签署技术繁荣协议", "zh"),
        ("Le pacte technologique entre Séoul et Washington est dans les journaux", "fr"),
        ("Die USA und Südkorea wollen ein Abkommen mit der EU", "de"),
        ("Presiden Trump akan pergi ke Korea untuk dan dengan yang", "id"),
        ("", "und"),
        ("2025 10 29", "und"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    "headline",
    ["No deal as talks do not resume", "UN chief visits Los Angeles", "MIT, EST and ET", "La La Land wins"],
)
def test_an_english_headline_with_words_of_other_languages_is_english(headline: str) -> None:
    assert guess_language(headline) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("가 abcd", "ko"),
        ("가 abcde", "en"),
        ("漢漢가", "ko"),
        ("漢漢漢가", "zh"),
        ("漢漢あ", "ja"),
        ("あ ab", "ja"),
        ("あ abc", "en"),
        ("les", "en"),
        ("les des", "fr"),
        ("les des the", "fr"),
        ("les des the of", "en"),
        ("힣", "ko"),
    ],
)
def test_the_boundary_of_every_rule(text: str, language: str) -> None:
    """Four Latin letters for a syllable are Korean, five are not; likewise for the other rules."""
    assert guess_language(text) == language
