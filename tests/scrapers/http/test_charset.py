"""Charset detection decodes Korean bytes under right, wrong and missing labels."""

from __future__ import annotations

import codecs

import pytest

from scrapers.errors import NotUnderstood
from scrapers.http.charset import codec_of, decode

TEXT = "한국과 미국은 인공지능과 양자 기술, 우주와 바이오에서 함께 일한다. " * 5
CP949_TEXT = TEXT + "똠방각하 펲시콜라 햏"
"""Text with syllables that CP949 has and EUC-KR lacks."""
LABELS = {
    "utf-8": {"right": "utf-8", "wrong": "euc-kr"},
    "euc-kr": {"right": "euc-kr", "wrong": "utf-8"},
    "cp949": {"right": "euc-kr", "wrong": "iso-8859-1"},
}


@pytest.mark.parametrize("declared_in", ["header", "meta", "xml"])
@pytest.mark.parametrize("label", ["right", "wrong", "missing"])
@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "cp949"])
def test_every_encoding_is_decoded_under_every_label(encoding: str, label: str, declared_in: str) -> None:
    name = LABELS[encoding].get(label)
    body = TEXT if encoding == "euc-kr" else CP949_TEXT
    head, header = "", None
    if name and declared_in == "header":
        header = f'text/html; charset="{name}"'
    elif name and declared_in == "meta":
        head = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={name}"></head>'
    elif name:
        head = f'<?xml version="1.0" encoding="{name}"?>'
    assert decode((head + body).encode(encoding), "u", header) == head + body


@pytest.mark.parametrize(
    "label",
    [
        "windows-1252",
        "us-ascii",
        "utf-8",
        "ks_c_5601-1987",
        "shift_jis",
        "nonsense",
        "utf-16",
    ],
)
def test_cp949_under_any_label(label: str) -> None:
    assert decode(CP949_TEXT.encode("cp949"), "u", f"text/html; charset={label}") == CP949_TEXT


@pytest.mark.parametrize(
    "label", ["euc-kr", "EUC-KR", "ks_c_5601-1987", "ksc5601", "korean", "windows-949", "iso-ir-149", "cp949", "uhc"]
)
def test_every_korean_label_is_cp949(label: str) -> None:
    assert codec_of(label) == "cp949"


@pytest.mark.parametrize(
    "label",
    [
        "rot13",
        "zlib",
        "utf-7",
        "unicode_escape",
        "idna",
        "punycode",
        "iso-8859-99",
        "../x",
    ],
)
def test_an_unknown_label_has_no_codec(label: str) -> None:
    assert codec_of(label) is None


@pytest.mark.parametrize(
    "bom, codec", [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_a_bom_wins_over_the_label(bom: bytes, codec: str) -> None:
    assert decode(bom + TEXT.encode(codec), "u", "text/html; charset=euc-kr") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "L'été à Genève, où l'accord sur la prospérité fut signé, s'achève déjà.",
        "Ägypten, Ärger und Äpfel: Åland",  # in CP949 each accented letter and the one after it are a rare syllable
    ],
)
def test_western_text_stays_western(text: str) -> None:
    assert decode(text.encode("latin-1"), "u", "text/html; charset=iso-8859-1") == text


@pytest.mark.parametrize("label", [None, "utf-8", "nonsense"])
@pytest.mark.parametrize(
    "text",
    [
        "L'été à Genève, où l'accord fut signé",
        "Korea’s tech deal",  # in CP949 the apostrophe and the letter after it are a rare syllable
        "Ägypten, Ärger und Äpfel: Åland",
        "“AI” – and quantum",
    ],
)
def test_undeclared_western_text_is_western(text: str, label: str | None) -> None:
    assert decode(text.encode("cp1252"), "u", f"text/xml; charset={label}" if label else None) == text


def test_undeclared_text_is_western_when_most_letters_beyond_ascii_stand_alone() -> None:
    half = "é a 가 b".encode("cp949", "ignore") + b" \xe9 "
    assert "가" in decode(half, "u")
    assert decode(half + b" \xe9 ", "u").count("é") == 2


def test_french_in_utf_8_with_a_damaged_letter_stays_utf_8() -> None:
    text = "L'été à Genève, où l'accord fut signé"
    assert decode(text.encode() + b" \xe9.", "u") == text + " \ufffd."


def test_japanese_is_decoded_by_its_label() -> None:
    japanese = "技術繁栄協定にクラツィオスが署名した"
    assert decode(japanese.encode("cp932"), "u", "text/html; charset=Shift_JIS") == japanese


def test_a_tenth_of_the_text_may_be_damaged() -> None:
    assert decode(b"a" * 18 + b"\xff" * 2, "u").count("\ufffd") == 2
    with pytest.raises(NotUnderstood, match="2 unreadable"):
        decode(b"a" * 17 + b"\xff" * 2, "u")


@pytest.mark.parametrize("label", ["euc-kr", "iso-8859-1", "shift_jis", "utf-8", "nonsense"])
def test_a_rare_damaged_byte_leaves_utf_8_under_every_label(label: str) -> None:
    damaged, more_damaged = (("한" * 20 * letters).encode() + b"\xff" * 2 for letters in (2, 1))
    assert decode(damaged, "u", f"text/html; charset={label}") == "한" * 40 + "\ufffd" * 2
    if label == "iso-8859-1":
        assert "한" not in decode(more_damaged, "u", f"text/html; charset={label}")


def test_a_text_in_no_charset_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="unknown charset"):
        decode(b"\xfd\xff\x81\xff" * 40 + b"<p>", "u", "text/html; charset=utf-8")


def test_mojibake_is_refused() -> None:
    garbled = (TEXT.encode("cp949").decode("latin-1")).encode("utf-8")
    with pytest.raises(NotUnderstood, match="garbled"):
        decode(garbled, "u")


def _mojibake(syllables: int) -> str:
    """Hangul in EUC-KR, read as Latin-1: two letters for each syllable."""
    return ("한" * syllables).encode("euc_kr").decode("latin-1")


def test_mojibake_has_forty_letters_or_more() -> None:
    latin = _mojibake(17) + " ééééé"  # 39 letters
    assert decode(latin.encode(), "u") == latin
    with pytest.raises(NotUnderstood, match="garbled"):
        decode(_mojibake(20).encode(), "u")


def test_mojibake_has_twice_as_many_letters_as_the_text_has_hangul() -> None:
    with pytest.raises(NotUnderstood, match="garbled"):
        decode(("글" * 20 + _mojibake(20)).encode(), "u")
    korean = "글" * 21 + _mojibake(20)
    assert decode(korean.encode(), "u") == korean


def test_more_than_half_of_mojibake_is_readable() -> None:
    with pytest.raises(NotUnderstood, match="garbled"):
        decode((_mojibake(20) + " " + "é" * 39).encode(), "u")  # an odd run of é is no CP949
    latin = _mojibake(20) + " " + "é" * 41
    assert decode(latin.encode(), "u") == latin


@pytest.mark.parametrize(
    "label, codec", [("windows-1252", "cp1252"), ("cp1250", "cp1250"), ("iso-8859-2", "iso8859_2")]
)
def test_a_western_label_has_its_codec(label: str, codec: str) -> None:
    assert codec_of(label) == codec


def test_a_charset_is_declared_in_the_first_four_kibibytes() -> None:
    japanese = "技術繁栄協定にクラツィオスが署名した"
    meta = '<meta charset="shift_jis'
    inside, outside = ((" " * (end - len(meta)) + meta + '">' + japanese).encode("cp932") for end in (4096, 4097))
    assert japanese in decode(inside, "u")
    assert japanese not in decode(outside, "u")


def test_a_western_label_is_wrong_when_nine_tenths_are_everyday_hangul() -> None:
    korean, other = (("한" * (20 - rare) + "햏" * rare).encode("cp949") for rare in (2, 3))
    assert decode(korean, "u", "text/html; charset=windows-1252") == "한" * 18 + "햏" * 2
    assert decode(other, "u", "text/html; charset=windows-1252") == other.decode("cp1252")
