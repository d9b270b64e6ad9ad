"""Finds the documents that an article's page links to: by the spec's selector, else by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.article import Attachment
from scrapers.canonical_url import absolute_url
from scrapers.formats.attachments.kinds import DOCUMENT_KINDS, MAX_NAME_CHARS, UNKNOWN, file_name, kind_of_name
from scrapers.outlet import Outlet
from scrapers.plain_text import clean

_SHOWN = "iframe[src], embed[src], object[data]"
MAX_ATTACHMENTS = 20
MAX_LINKS = 2_000
MAX_CALL_CHARS = 500
_AROUND = ("li", "dd", "tr", "p")
"""Elements that hold one file, where the link itself says only "download"."""
_NOT_ARTICLE = frozenset(["nav", "footer", "aside"])
_KIND = "|".join(DOCUMENT_KINDS)
_NAME = re.compile(rf"[^\s/\\:*?\"<>|][^/\\:*?\"<>|\n]{{0,199}}?\.(?:{_KIND})(?![a-z0-9])", re.IGNORECASE)
_ICON = re.compile(rf"({_KIND})(?:\s?(?:파일|문서|file|document|icon|아이콘))?", re.IGNORECASE)
_ONLY_DOWNLOAD = re.compile(
    rf"(?:파일|내려\s?받기|다운(?:\s?로드|받기)?|저장|down(?:load)?|save|{_KIND}|\W)*", re.IGNORECASE
)
MAX_DOWNLOAD_CHARS = 40
_DOWNLOAD = re.compile(r"down|attach|atch|file", re.IGNORECASE)
_CALLED_FILE = re.compile(
    r"첨부|붙임|원문|전문|파일|내려\s?받기|다운\s?로드|\battach|\bdownload|\bfull text", re.IGNORECASE
)
_OTHER_KIND = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|zip|xlsx?|csv|pptx?|docx?|mp[34]|avi|wmv|txt|exe|msi)(?![a-z0-9])", re.IGNORECASE
)
_VIEWER = re.compile(r"바로\s?보기|미리\s?보기|뷰어|viewer|preview", re.IGNORECASE)
_CALL = re.compile(r"(?<!void)\(([^()]{1,300})\)")
_ARGUMENT = re.compile(r"'([^']{0,200})'|\"([^\"]{0,200})\"|([\w.-]{1,100})")
_PLACE = re.compile(r"\{([1-9])\}")


def attachments_of(page: str, url: str, outlet: Outlet | None) -> tuple[Attachment, ...]:
    """The documents that a page of an official outlet links to, or of one whose spec says where; each address once.

    Without a selector of the spec a link counts when its name, address or icon names a kind of document, it stands
    in no menu, and it leads to the outlet itself.
    """
    if outlet is None or not outlet.reads_attachments:
        return ()
    tree = LexborHTMLParser(page)
    base = tree.css_first("base[href]")
    url = absolute_url(url, base.attributes.get("href") or "") or url if base is not None else url
    attachments: dict[str, Attachment] = {}
    for attachment in _attachments(tree, url, outlet):
        attachments.setdefault(attachment.url, attachment)
        if len(attachments) == MAX_ATTACHMENTS:
            break
    return tuple(attachments.values())


def _attachments(tree: LexborHTMLParser, url: str, outlet: Outlet) -> Iterator[Attachment]:
    selectors = [selector for layout in outlet.pages for selector in layout.files]
    templates = tuple(layout.files_address for layout in outlet.pages if layout.files_address)
    for selector in selectors:
        for node in tree.css(selector)[:MAX_LINKS]:
            attachment = _attachment(node, url, templates, is_selected=True)
            if attachment is not None:
                yield attachment
    if selectors:
        return
    for node in tree.css(f"a[href], a[onclick], button[onclick], {_SHOWN}")[:MAX_LINKS]:
        is_outside = _is_outside_article(node)
        attachment = None if is_outside else _attachment(node, url, templates, is_selected=False)
        if attachment is not None and _is_at_outlet(attachment.url, url, outlet):
            yield attachment


def _attachment(node: LexborNode, url: str, templates: Iterable[str], *, is_selected: bool) -> Attachment | None:
    if node.css_matches(_SHOWN):
        return _shown_document(node, url)
    link = node if node.tag in ("a", "button") else node.css_first("a[href], a[onclick], button[onclick]")
    if link is None:
        return None
    href = (link.attributes.get("href") or "").strip()
    texts = _texts(link)
    if _VIEWER.search(" ".join((*texts, href))):
        return None
    script = (link.attributes.get("onclick") or "") or (href if href.lower().startswith("javascript:") else "")
    arguments = _arguments(script)
    address = None if href.startswith("#") else absolute_url(url, href)
    address = address or _address_by_script(arguments, templates)
    kind = _kind([*texts, href, *(f".{argument}" for argument in arguments)])
    if kind is None and (is_selected or _is_download(texts, href)) and not _OTHER_KIND.search(" ".join((*texts, href))):
        kind = UNKNOWN
    if address is None or kind is None:
        return None
    name = _name(texts) or (texts[0] if texts and kind == UNKNOWN else file_name(address, kind))
    return Attachment(name[:MAX_NAME_CHARS], address, kind)


def _shown_document(node: LexborNode, url: str) -> Attachment | None:
    """The document that an element shows within the page."""
    address = absolute_url(url, node.attributes.get("src") or node.attributes.get("data") or "")
    kind = kind_of_name(urlsplit(address).path) if address else None
    return Attachment(file_name(address, kind), address, kind) if address and kind else None


def _texts(link: LexborNode) -> list[str]:
    """What tells a link's name: its text, its attributes, its icon; and what stands around a link named download."""
    text = clean(link.text(separator=" "))
    image = link.css_first("img[alt]")
    texts = [text, link.attributes.get("download") or "", link.attributes.get("title") or ""]
    texts.append((image.attributes.get("alt") or "") if image is not None else "")
    if len(text) <= MAX_DOWNLOAD_CHARS and _ONLY_DOWNLOAD.fullmatch(text):
        texts.append(_text_around(link))
    return [clean(each)[: MAX_NAME_CHARS * 2] for each in texts if each.strip()]


def _text_around(link: LexborNode) -> str:
    """The text of the element that holds the link and no other file."""
    around = link.parent
    for _ in range(4):
        if around is None:
            return ""
        if around.tag in _AROUND:
            text = clean(around.text(separator=" "))
            return text if len(_NAME.findall(text)) == 1 else ""
        around = around.parent
    return ""


def _kind(texts: Iterable[str]) -> str | None:
    """The kind that the first telling text names: by an extension, or as an icon does."""
    for text in texts:
        icon = _ICON.fullmatch(text)
        kind = icon[1].lower() if icon else kind_of_name(text)
        if kind is not None:
            return kind
    return None


def _name(texts: Iterable[str]) -> str:
    names = (_NAME.search(text) for text in texts)
    return next((clean(name[0])[:MAX_NAME_CHARS] for name in names if name), "")


def _is_download(texts: Iterable[str], href: str) -> bool:
    """Whether a link calls what it leads to a file, and its address does too."""
    return _DOWNLOAD.search(href) is not None and any(map(_CALLED_FILE.search, texts))


def _arguments(script: str) -> list[str]:
    """The arguments of the first call in a script that has any."""
    call = _CALL.search(script[:MAX_CALL_CHARS])
    return ["".join(parts) for parts in _ARGUMENT.findall(call[1])] if call else []


def _address_by_script(arguments: list[str], templates: Iterable[str]) -> str | None:
    """The address that a spec's template makes of a call's arguments: {1} is the first."""
    for template in templates:
        if arguments and max(map(int, _PLACE.findall(template)), default=0) <= len(arguments):
            return absolute_url("", _PLACE.sub(lambda place: arguments[int(place[1]) - 1], template))
    return None


def _is_outside_article(node: LexborNode) -> bool:
    ancestor = node.parent
    while ancestor is not None:
        if ancestor.tag in _NOT_ARTICLE:
            return True
        ancestor = ancestor.parent
    return False


def _is_at_outlet(address: str, url: str, outlet: Outlet) -> bool:
    return outlet.lives_at(address) or urlsplit(address).hostname == urlsplit(url).hostname
