"""Hostile documents: PDF and zipped XML that are made to be slow, large, deep, endless or unreadable."""

from __future__ import annotations

import io
import zipfile
import zlib

from scrapers.fake_outlets.documents import assembled, hwpx, pdf, zipped

SENTENCE = "한국과 미국은 기술번영 업무협약에 따라 양자 기술을 함께 연구한다."
_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
SECTION = "Contents/section0.xml"


def _stream(data: bytes, entries: str = "/Filter /FlateDecode") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries.encode(), len(data), data)


def pdf_of_a_stream(stream: bytes) -> bytes:
    """A PDF of one page whose content is this stream."""
    return assembled(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>", _PAGE, stream])


def pdf_bomb() -> bytes:
    """A PDF whose page unpacks to 40 MB."""
    packer = zlib.compressobj(9)
    zeros = bytes(4_000_000)
    packed = b"".join(packer.compress(zeros) for _ in range(10)) + packer.flush()
    return pdf_of_a_stream(_stream(packed))


def pdf_bomb_in_a_bomb() -> bytes:
    """A PDF whose page is packed four times, from 200 MB to some kilobytes."""
    data = bytes(10_000_000)
    for _ in range(4):
        data = zlib.compress(data * (20 if len(data) == 10_000_000 else 1), 9)
    return pdf_of_a_stream(_stream(data, f"/Filter [{' /FlateDecode' * 4}]"))


def pdf_of_pages(count: int) -> bytes:
    """A PDF of many pages, each with its number in a sentence."""
    return pdf([[f"{number}쪽. {SENTENCE}"] * 30 for number in range(1, count + 1)])


def pdf_deep_tree() -> bytes:
    """A PDF whose only page hangs under 5,000 nodes."""
    nodes: list[str | bytes] = ["<< /Type /Catalog /Pages 2 0 R >>"]
    nodes += [f"<< /Type /Pages /Count 1 /Kids [{number + 1} 0 R] >>" for number in range(2, 5_000)]
    return assembled([*nodes, "<< /Type /Page /MediaBox [0 0 9 9] >>"])


def pdf_tree_in_a_circle() -> bytes:
    """A PDF whose page tree holds itself."""
    return assembled(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"])


def pdf_xref_in_a_circle() -> bytes:
    """A PDF whose cross-reference table names itself as the one before."""
    data = pdf([[SENTENCE] * 9])
    start = data.index(b"xref\n")
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def pdf_operators() -> bytes:
    """A PDF whose page has a million operators."""
    return pdf_of_a_stream(_stream(zlib.compress(b"BT " + b"1 0 0 1 0 0 cm " * 1_000_000 + b"ET", 1)))


def pdf_forms_in_forms() -> bytes:
    """A PDF whose page shows a form that shows another ten times, eight levels deep: a hundred million forms."""
    objects: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
        _stream(b"/X Do", ""),
    ]
    for number in range(5, 13):
        resources = f"/Resources << /XObject << /X {number + 1} 0 R >> >>" if number < 12 else ""
        objects.append(_stream(b"/X Do " * 10, f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources}"))
    return assembled(objects)


def pdf_encrypted() -> bytes:
    """A PDF that needs a password, which is not the empty one."""
    data = pdf([[SENTENCE] * 9])
    key = "<" + "ab" * 32 + ">"
    locked = f"<< /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -44 >>".encode()
    names = b"/Root 1 0 R /ID [<00> <00>] /Encrypt " + locked
    return data.replace(b"/Root 1 0 R", names)


def pdf_encrypted_with_aes() -> bytes:
    """A PDF that is encrypted with AES, which pypdf reads only beside a library that we do not have."""
    data = pdf([[SENTENCE] * 9])
    key, long_key = "<" + "ab" * 32 + ">", "<" + "ab" * 48 + ">"
    filters = "/CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF"
    locked = f"<< /Filter /Standard /V 5 /R 6 /Length 256 /O {long_key} /U {long_key} /OE {key} /UE {key} /P -44"
    names = f"/Root 1 0 R /ID [<00> <00>] /Encrypt {locked} /Perms <{'00' * 16}> {filters} >>".encode()
    return data.replace(b"/Root 1 0 R", names)


def pdf_scanned() -> bytes:
    """A PDF whose page shows no letter."""
    return pdf_of_a_stream(_stream(zlib.compress(b"q 9 0 0 9 0 0 cm Q")))


def zip_bomb() -> bytes:
    """A HWPX whose section unpacks to 20 MB."""
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SECTION, "w") as xml,
    ):
        xml.write(b"<sec>")
        for _ in range(20):
            xml.write(b"<p/>" * 250_000)
    return data.getvalue()


def zip_bomb_of_text() -> bytes:
    """A HWPX whose section unpacks to 20 MB of one blank."""
    return hwpx_of("<sec>" + " " * 20_000_000 + "</sec>")


def zip_with_many_members() -> bytes:
    """A HWPX of 3,000 members."""
    return zipped({f"BinData/{number}.png": b"" for number in range(3_000)} | {SECTION: "<sec/>"})


def zip_that_lies() -> bytes:
    """A HWPX whose directory says that its section has ten bytes."""
    data = bytearray(hwpx([SENTENCE] * 9))
    directory = data.index(b"PK\x01\x02")
    while data[directory + 46 :].startswith(SECTION.encode()) is False:
        directory = data.index(b"PK\x01\x02", directory + 4)
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def hwpx_of(section: str) -> bytes:
    """A HWPX with this section."""
    return zipped({"mimetype": "application/hwp+zip", SECTION: section})


def hwpx_with_entities() -> bytes:
    """A HWPX whose entities would unfold to a billion words."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return hwpx_of(f'<!DOCTYPE sec [<!ENTITY e0 "말">{entities}]><sec><p><t>&e9;</t></p></sec>')


def hwpx_with_an_outside_entity() -> bytes:
    """A HWPX that asks for a file of ours."""
    return hwpx_of('<!DOCTYPE sec [<!ENTITY f SYSTEM "file:///etc/hostname">]><sec><p><t>&f;</t></p></sec>')


def hwpx_deep() -> bytes:
    """A HWPX whose paragraphs stand 100,000 deep in each other."""
    return hwpx_of("<sec>" + "<p>" * 100_000 + "</p>" * 100_000 + "</sec>")


def hwpx_encrypted() -> bytes:
    """A HWPX with a password, as its manifest says."""
    manifest = "<odf:manifest><odf:file-entry><odf:encryption-data/></odf:file-entry></odf:manifest>"
    return zipped({"mimetype": "application/hwp+zip", "META-INF/manifest.xml": manifest, SECTION: bytes(range(256))})


def hwpx_broken() -> bytes:
    """A HWPX whose section ends in the middle."""
    return hwpx_of(f"<sec><p><t>{SENTENCE}</t></p><p><t>")
