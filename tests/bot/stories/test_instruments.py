"""The kind of a signed document is said only where the head names one kind, beside the signature."""

from __future__ import annotations

import pytest

from bot.stories.facts.instruments import instrument_of
from bot.stories.features.article_features import plain


@pytest.mark.parametrize(
    ("instrument", "sentence"),
    [
        ("mou", "한미, 기술번영 양해각서 체결"),
        ("mou", "한미, 기술번영 업무협약(MOU)에 서명했다"),
        ("mou", "한미, 기술번영 MOU 체결"),
        ("mou", "양국이 맺기로 한 MOU를 오늘 체결했다"),
        ("agreement", "한국과 미국이 기술번영 협정에 서명했다"),
        ("agreement", "양국은 기술번영협정을 체결했다"),
        ("treaty", "두 나라는 조약에 서명했다"),
        ("declaration", "두 정상은 공동성명에 서명했다"),
        ("contract", "한화오션, 2조원 계약 체결"),
        ("intent", "두 회사가 의향서(LOI)를 체결"),
        ("mou", "Korea and US sign memorandum of understanding on technology"),
        ("mou", "The MOU was signed on Wednesday"),
        ("agreement", "Korea, US sign technology agreement"),
        ("treaty", "Seoul, Washington ink tech treaty"),
        ("declaration", "The ministers signed a joint statement"),
        ("intent", "A letter of intent was signed by both firms"),
        ("contract", "Hanwha signs contract for two ships"),
        (None, "양국은 협약을 체결했다"),
        (None, "무역협정 위반 논란"),
        (None, "양국 정상은 공동성명을 채택했다"),
        (None, "협정과 조약에 서명했다"),
        (None, "The agreement covers AI"),
        (None, "The two signed an agreement, a memorandum of understanding that covers AI"),
        (None, "The two sides reached an agreement to sign the deal"),
        (None, "The parliament ratified the treaty"),
        (None, "The company signed a player; his contract is secret"),
    ],
)
def test_the_signed_document_is_the_only_one_named(instrument: str | None, sentence: str) -> None:
    assert instrument_of(plain(sentence)) == instrument


def test_a_signature_reaches_sixty_characters() -> None:
    for between, instrument in ((60, "treaty"), (61, None)):
        assert instrument_of(f"concluded {'x' * (between - 2)} treaty") == instrument
