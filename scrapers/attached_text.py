"""Reads an official text that stands not on its page but in a document: attached to it, or named by the source."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import replace

from scrapers.article import Attachment, Headline
from scrapers.errors import BadStatus, FetchRateLimited, ScrapeError, Unreachable
from scrapers.formats.attachments.kinds import READABLE
from scrapers.formats.results import PageReading
from scrapers.http.fetch import Allowed, Client, Response
from scrapers.http.outlet_headers import OutletHeaders
from scrapers.outlet import Outlet
from scrapers.parser_process.pool import ParserPool

log = logging.getLogger(__name__)

MAX_DOCUMENTS = 2
"""So many documents of one page are fetched, the second where the first has no text."""
MAX_NOTE_CHARS = 1_000
"""A longer text that names an attachment is a text of its own."""
_ACCEPT = "application/pdf, application/hwp+zip, application/vnd.oasis.opendocument.text, */*;q=0.5"
_ACCEPT_TEXT = "text/plain, text/html;q=0.5, */*;q=0.1"
_TEMPORARY_FROM = 500
_POINTS_TO_ATTACHMENT = re.compile(
    r"(?:첨부|붙임|별첨)(?:된|한)?\s?(?:파일|자료|문서|의|을|를|물)?.{0,20}(?:참고|참조|확인|내려)"
    r"|(?:see|read|view|download|find)\b.{0,60}\b(?:attach(?:ed|ment)|pdf|full (?:text|document|release))"
    r"|\battached (?:file|document|pdf)",
    re.IGNORECASE,
)
_APPENDIX = re.compile(r"^\W*(?:붙임|별첨|첨부|참고|별지|별표|annex|appendix|attachment)", re.IGNORECASE)


class AttachedTexts:
    """Fetches documents with the manners of every page, and has them read in the parser's process."""

    def __init__(self, client: Client, parser: ParserPool) -> None:
        self._client = client
        self._parser = parser

    async def plain_text(self, outlet: Outlet, headline: Headline, allowed: Allowed) -> PageReading | None:
        """The plain text that the source names in place of the page; None where it has none, and the page is read.

        :raises ScrapeError: where it may be had later.
        """
        if headline.text_url is None:
            return None
        try:
            response = await self._client.get(
                headline.text_url, accept=_ACCEPT_TEXT, allowed=allowed, outlet=OutletHeaders(outlet.user_agent)
            )
            reading = await self._parsed("parse_text", outlet, response, headline.url, response.content_type)
        except ScrapeError as error:
            _note_or_raise(error, outlet)
            return None
        return reading if reading.suspect is None else None

    async def completed(self, outlet: Outlet, page: PageReading, allowed: Allowed) -> PageReading:
        """The page with the text of its attachment, where its own is missing or only points there.

        It is partial where the attachment to which it points is not read.

        :raises ScrapeError: where the attachment may be had later.
        """
        if not outlet.reads_attachments or not is_text_elsewhere(page):
            return page
        for attachment in worth_reading(page.attachments)[:MAX_DOCUMENTS]:
            document = await self._attached(outlet, page, attachment, allowed)
            if document is not None and document.suspect is None:
                return with_document(page, document, attachment)
        return replace(page, partial=True) if page.attachments else page

    async def document(self, outlet: Outlet, response: Response) -> PageReading | None:
        """The text of a document; None, and a line in the log, where it cannot be read."""
        try:
            return await self._parsed("parse_document", outlet, response)
        except ScrapeError as error:
            _note_or_raise(error, outlet)
            return None

    async def _attached(
        self, outlet: Outlet, page: PageReading, attachment: Attachment, allowed: Allowed
    ) -> PageReading | None:
        try:
            response = await self._client.get(
                attachment.url,
                accept=_ACCEPT,
                referer=page.url,
                allowed=allowed,
                outlet=OutletHeaders(outlet.user_agent),
            )
        except ScrapeError as error:
            _note_or_raise(error, outlet)
            return None
        return await self.document(outlet, response)

    async def _parsed(self, function: str, outlet: Outlet, response: Response, *more: object) -> PageReading:
        document = (response.body, response.url, outlet, *more)
        reading: PageReading = await self._parser.run(function, *document, about=response.url, outlet=outlet.key)
        return reading


def is_text_elsewhere(page: PageReading) -> bool:
    """Whether a page has hardly any text, or a short one that points to an attachment."""
    if page.is_stub or page.suspect is not None:
        return page.is_stub
    is_note = sum(map(len, page.paragraphs)) < MAX_NOTE_CHARS
    return is_note and any(map(_POINTS_TO_ATTACHMENT.search, page.paragraphs))


def worth_reading(attachments: Iterable[Attachment]) -> list[Attachment]:
    """The attachments whose text can be read: the first document before its appendices, in its best format first."""
    readable = [attachment for attachment in attachments if attachment.kind in READABLE]
    stems = list(dict.fromkeys(_stem(attachment) for attachment in readable))
    return sorted(
        readable,
        key=lambda each: (bool(_APPENDIX.match(each.name)), stems.index(_stem(each)), READABLE.index(each.kind)),
    )


def with_document(page: PageReading, document: PageReading, attachment: Attachment) -> PageReading:
    """The page with the text of its attachment; of its own text stays what does not point there."""
    own = (line for line in page.paragraphs if not _POINTS_TO_ATTACHMENT.search(line))
    paragraphs = dict.fromkeys((*own, *document.paragraphs))
    return replace(
        page,
        paragraphs=tuple(line for line in paragraphs if line != page.title),
        language=document.language,
        suspect=None,
        partial=document.partial,
        text_from=document.text_from,
        attachments=tuple(
            replace(each, kind=document.text_from) if each == attachment else each for each in page.attachments
        ),
    )


def _stem(attachment: Attachment) -> str:
    """The name without its extension: a release stands there as HWPX and as PDF."""
    return re.sub(r"\W+", "", attachment.name.rpartition(".")[0] or attachment.name).casefold()


def _note_or_raise(error: ScrapeError, outlet: Outlet) -> None:
    """Logs why a document has no text for us; raises what may pass, because the page is asked for again then."""
    is_temporary = isinstance(error, Unreachable | FetchRateLimited)
    if is_temporary or (isinstance(error, BadStatus) and error.status >= _TEMPORARY_FROM):
        raise error
    fields = {"outlet": outlet.key, "url": error.url, "code": error.code, "why": error.problem}
    log.warning("attachment_unread", extra=fields)
