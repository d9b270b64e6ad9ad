"""The keys of an outlet spec, each with its meaning, an example and its default.

The reader (``spec.py``) checks a spec against these tables, and CONTRIBUTING.md's tables of keys are made from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from settings.toml_table import Keys, TomlKey, keys_of

OUTLET_KINDS = ("media", "official", "aggregator")

OUTLET_KEYS = keys_of(
    TomlKey("name", '"아시아경제"', "The outlet's name, as readers see it.", required=True),
    TomlKey("home", '"https://www.asiae.co.kr/"', "The address of its front page.", required=True),
    TomlKey("language", '"ko"', "The language of its articles, where a page does not say.", required=True),
    TomlKey(
        "timezone", '"Asia/Seoul"', "The IANA zone of its dates, where a date does not name one.", required=True
    ),
    TomlKey(
        "every_minutes",
        "15",
        "The least minutes between two readings, 0.01 to 10080; a quiet source waits up to four times as long.",
        default=15,
    ),
    TomlKey(
        "pause_seconds", "5",
        "The least seconds between two requests to the hosts of its sources, where the host asks for more than "
        "`PACT_HOST_PAUSE_SECONDS`; at most 3600.",
        default=0,
    ),
    TomlKey(
        "kind", '"official"',
        "`media`, `official` (a government's own pages) or `aggregator` (it lists other outlets' articles, which are "
        "posted under these outlets' names, and only if a spec names the outlet).",
        default="media",
    ),
    TomlKey("hosts", '["www.asiae.co.kr", "cm.asiae.co.kr"]', "The hosts of its articles; default: that of `home`."),
    TomlKey(
        "article_id", r"'/article/(\d{19})'",
        "A regular expression that finds an article's id in its address; the same id on any host is the same article.",
    ),
    TomlKey(
        "keep_params", '["no"]',
        "The query parameters that are part of an article's address; others are dropped, except those that name an "
        "article at many outlets (`no`, `idxno`, `id`, …). Without it all are dropped where `article_id` is found in "
        "front of them, else only those that are known to track readers.",
    ),
    TomlKey("pages", "false", "`false` never fetches its pages: an article is what its source lists.", default=True),
    TomlKey(
        "user_agent", '"Mozilla/5.0 (compatible; {agent})"',
        "The User-Agent of its requests; `{agent}`, which it must hold, stands for our own.",
    ),
    TomlKey(
        "headers", '{ X-Api-Key = "{PACT_NAVER_CLIENT_ID}" }',
        "Headers that are sent to its sources alone, and to no other host after a redirect; `{…}` names a setting that "
        "holds a key, without which the outlet is not read.",
    ),
    TomlKey("text_allowed", "true", "Whether its terms allow us to store sentences around a mention.", default=False),
    TomlKey("since", "1966", "The year of its foundation: of equally early reports the older outlet's heads a card."),
    TomlKey("verified_on", "2026-08-14", "The day on which this spec was last held against the live outlet."),
    TomlKey("enabled", "false", "`false` lists the outlet and never reads it; it needs a `reason`.", default=True),
    TomlKey(
        "reason", '"its terms forbid it"',
        "The reason why the outlet is not read; needed beside `enabled = false`, and where `headers` need a key.",
    ),
    TomlKey("reason_ko", '"약관이 자동 수집을 금지합니다"', "The reason in Korean; default: `reason`."),
    TomlKey(
        "covered", "true",
        "`true` beside `enabled = false`: where an aggregator finds its articles, they are posted by their headlines.",
        default=False,
    ),
    TomlKey("source", "[[source]]", "A place where it announces articles; one or more tables."),
    TomlKey("page", "[[page]]", "A layout of its pages, the newest first; none is needed where pages carry ld+json."),
)  # fmt: skip

SWITCH_KEYS: Keys = {name: OUTLET_KEYS[name] for name in ("enabled", "reason", "reason_ko")}
"""A spec that holds these alone switches the built-in outlet of its key."""

_KIND = TomlKey(
    "kind", '"feed"', "`feed` (RSS, Atom, JSON Feed), `sitemap`, `listing` (a page of links) or `json`.", required=True
)  # fmt: skip
_URL = TomlKey(
    "url", '"https://view.asiae.co.kr/rss/economy.htm"', "The address of the source; `{query}` stands for each of "
    "`queries`.", required=True,
)  # fmt: skip
_WHOLE_TEXT = TomlKey(
    "whole_text", "true", "feed, json: whether its texts are the whole articles, unless they end with …", default=False
)  # fmt: skip
_MOST_PAGES = TomlKey(
    "most_pages", "5",
    "sitemap: so many children of an index are read each time, the newest first (2); listing, json: so many pages at "
    "most, of which the later ones are read while most of a page is new (3).",
)  # fmt: skip
_PAGED = keys_of(
    TomlKey("next", '"a.next"', "listing: a CSS selector of the link to the next page; json: the path of its address."),
    TomlKey("page", '"pageIndex"', "listing, json: the parameter of the address that numbers the pages from 1 on."),
    _MOST_PAGES,
)
_QUERIES = TomlKey(
    "queries", """'"technology prosperity deal"'""",
    "A search, or a list of them: each takes the place of `{query}` in `url`, which makes a source of its own.",
)  # fmt: skip
_LISTING_KEYS = keys_of(
    TomlKey("links", '"a.headline"', "listing: a CSS selector of its links; default: all that `article_id` finds."),
    TomlKey(
        "address", '"https://www.example.go.kr/view.do?no={id}"',
        "listing: the address of an article whose link is a script, `fn_detail(123)`; `{id}` is the script's argument.",
    ),
)  # fmt: skip
_SCRIPT = TomlKey(
    "script", '"__NEXT_DATA__"', "json: the text in front of the JSON, where it is in a script of a page."
)
JSON_PATHS = keys_of(
    TomlKey(
        "items", '"results"',
        "json: the dotted path of the list of articles, `.` where the answer is the list; default: it is a JSON Feed.",
    ),
    TomlKey("link", '"html_url"', "json: the path of an item's address; needed beside `items`."),
    TomlKey("title", '"title"', "json: the path of its headline; needed beside `items`."),
    TomlKey("published", '"publication_date"', "json: the path of its time."),
    TomlKey("summary", '"abstract"', "json: the path of its summary."),
    TomlKey("text", '"body"', "json: the path of its text, which is HTML or plain."),
    TomlKey("text_url", '"raw_text_url"', "json: the path of an address whose plain text is read instead of its page."),
    TomlKey("id", '"document_number"', "json: the path of its id."),
)  # fmt: skip
SOURCE_KEYS: Mapping[str, Keys] = {
    "feed": keys_of(_KIND, _URL, _QUERIES, _WHOLE_TEXT),
    "sitemap": keys_of(_KIND, _URL, _QUERIES, _MOST_PAGES),
    "listing": {**keys_of(_KIND, _URL, _QUERIES), **_LISTING_KEYS, **_PAGED},
    "json": {**keys_of(_KIND, _URL, _QUERIES, _WHOLE_TEXT, _SCRIPT), **JSON_PATHS, **_PAGED},
}
"""The keys of a ``[[source]]`` by its kind."""
ALL_SOURCE_KEYS: Keys = {**SOURCE_KEYS["listing"], **SOURCE_KEYS["json"]}

SELECTORS = keys_of(
    TomlKey("title", '["h1.title", "h1"]', "The headline."),
    TomlKey("body", '".article p"', "The paragraphs."),
    TomlKey("published", '".date"', "The time of publication."),
    TomlKey("byline", '".reporter"', "The author."),
    TomlKey("drop", '[".ad", ".caption"]', "Elements that are removed before anything is read."),
)
"""The keys of a ``[[page]]`` that hold a CSS selector or a list of them; the first that finds something is used."""
PAGE_KEYS: Keys = {
    **SELECTORS,
    **keys_of(
        TomlKey(
            "script", '"Fusion.globalContent="',
            "The text in front of the JSON that holds the article in a script; each value is then a path in it: "
            "`headlines.basic`, `content_elements[type=text].content`; `self.__next_f` is all that a page of Next.js "
            "streams, and `**.detail` the key on any way.",
        ),
        TomlKey(
            "files", '".filedown a"',
            "The links to its documents (PDF, HWPX, ODT, HWP); default: on an official outlet's pages, those whose "
            "name or address says so. The text of one is read where the page has hardly any.",
        ),
        TomlKey(
            "files_address", '"https://www.example.go.kr/down.do?no={1}&part={2}"',
            "The address of a document whose link is a script, `fn_download('54', '1', 'hwpx')`; `{1}` is its first "
            "argument.",
        ),
        TomlKey("until", "2025-12-31", "The last day of this layout; without it the layout is in use."),
    ),
}  # fmt: skip


def tables_of_keys() -> Iterator[tuple[str, Keys]]:
    """Yields each table of a spec with its keys, in the order of CONTRIBUTING.md."""
    yield "key of the file", OUTLET_KEYS
    yield "key of a `[[source]]`", ALL_SOURCE_KEYS
    yield "key of a `[[page]]`", PAGE_KEYS
