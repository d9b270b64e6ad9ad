"""Korean bytes under right, wrong and missing labels."""

from __future__ import annotations

import codecs

import pytest

from scrapers.errors import NotUnderstood
from scrapers.http.charset import codec_of, decode

TEXT = "한국과 미국은 인공지능과 양자 기술, 우주와 바이오에서 함께 일한다. " * 5
WIDE = TEXT + "똠방각하 펲시콜라 햏"  # syllables that only CP949 has
LABELS = {
    "utf-8": {"right": "utf-8", "wrong": "euc-kr"},
    "euc-kr": {"right": "euc-kr", "wrong": "utf-8"},
    "cp949": {"right": "euc-kr", "wrong": "iso-8859-1"},
}


@pytest.mark.parametrize("place", ["header", "meta", "xml"])
@pytest.mark.parametrize("label", ["right", "wrong", "missing"])
@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "cp949"])
def test_matrix(encoding: str, label: str, place: str) -> None:
    name = LABELS[encoding].get(label)
    body = TEXT if encoding == "euc-kr" else WIDE
    head, header = "", None
    if name and place == "header":
        header = f'text/html; charset="{name}"'
    elif name and place == "meta":
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
    assert decode(WIDE.encode("cp949"), "u", f"text/html; charset={label}") == WIDE


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
def test_labels_that_no_browser_knows(label: str) -> None:
    assert codec_of(label) is None


@pytest.mark.parametrize(
    "bom, codec", [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_a_bom_beats_every_label(bom: bytes, codec: str) -> None:
    assert decode(bom + TEXT.encode(codec), "u", "text/html; charset=euc-kr") == TEXT


def test_western_text_stays_western() -> None:
    french = "L'été à Genève, où l'accord sur la prospérité fut signé, s'achève déjà."
    assert decode(french.encode("latin-1"), "u", "text/html; charset=iso-8859-1") == french


def test_japanese_under_its_label() -> None:
    japanese = "技術繁栄協定にクラツィオスが署名した"
    assert decode(japanese.encode("cp932"), "u", "text/html; charset=Shift_JIS") == japanese


def test_one_broken_byte_in_a_long_text_is_forgiven() -> None:
    data = (TEXT * 30).encode() + b"\xff" + TEXT.encode()
    assert decode(data, "u").count("\ufffd") == 1


def test_a_broken_text_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="no encoding"):
        decode(b"\xff\xfe\xfd\xfc\x81\xff" * 40 + b"<p>", "u", "text/html; charset=utf-8")


def test_a_text_garbled_by_its_publisher_is_refused() -> None:
    garbled = (TEXT.encode("cp949").decode("latin-1")).encode("utf-8")
    with pytest.raises(NotUnderstood, match="garbled"):
        decode(garbled, "u")
