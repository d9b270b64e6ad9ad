"""The keys of a lexicon file, each with an example and its meaning.

The reader (``lexicon_file.py``) checks a file against them, and the tables of settings/README.md are made from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from settings.toml_table import Keys, TomlKey, keys_of

_TEXTS = TomlKey(
    "texts", '["양자컴퓨터", "quantum computer(s)"]', "The forms, as the head of `lexicon.toml` says.", required=True
)
_SOURCES = TomlKey("sources", '["where the forms were seen"], or ["[M]"]', "Where it was seen.", required=True)
_KO = TomlKey("ko", '"양자"', "Its Korean name, as readers see it.", required=True)
_EN = TomlKey("en", '"quantum"', "Its English name, as readers see it.", required=True)

FILE_KEYS = keys_of(
    TomlKey("words", "[words]"),
    TomlKey("pact", "[pact]"),
    TomlKey("sister", "[[sister]]"),
    TomlKey("sector", "[[sector]]"),
    TomlKey("official", "[[official]]"),
    TomlKey("cues", "[cues.NAME]"),
    TomlKey("agency", "[[agency]]"),
    TomlKey("mask", "[[mask]]"),
    TomlKey("ask", "[[ask]]"),
)
TOPIC_KEYS = keys_of(
    TomlKey("id", '"quantum"', "Its name in a query: `sector:quantum`.", required=True),
    _SOURCES,
    _KO,
    _EN,
    TomlKey("form", "[[…form]]", "Its forms; one or more tables."),
    TomlKey("aliases", '["pact"]', "Other words that a query may use for it."),
)
PACT_KEYS: Keys = {
    **{name: key for name, key in TOPIC_KEYS.items() if name != "id"},
    **keys_of(
        TomlKey("sectors", '["ai", "quantum"]', "The sectors that the pact is about."),
        TomlKey(
            "window_opens_on",
            "2025-10-01",
            "The day before which no article is about the pact without its name.",
            required=True,
        ),
        TomlKey("sister_window_opens_on", "2025-09-01", "The same for the sister pacts.", required=True),
        TomlKey("signed_on", "2025-10-29", "The day of the signing: in the days around it, one sector less is enough."),
        TomlKey("least_sectors", "3", "How many sectors point to a pact that is not named.", default=3),
    ),
}
FORM_KEYS = keys_of(
    _TEXTS,
    TomlKey(
        "left", '"edge" or "any"', "Whether the form may begin inside a Hangul compound; default: a short one may not."
    ),
    TomlKey(
        "right",
        '"any", "edge" or a list of compounds',
        "What may follow a Hangul form; default: a short one only by particles.",
    ),
    TomlKey("meant", "false", "What the form means when no rule decides.", default=True),
    TomlKey(
        "rules",
        '[{ say = true, where = "right", words = ["…"] }]',
        "The rules that decide its sense; the first that holds.",
    ),
    TomlKey(
        "needs_full_name",
        "true",
        "Whether it counts only where the full name stands too, unless a rule says yes.",
        default=False,
    ),
    TomlKey("case", "true", "Whether capitals must be as written.", default=False),
    TomlKey(
        "beside_pact",
        "true",
        "Whether it is an office without a name, which counts as its holder in a sentence about the pact.",
        default=False,
    ),
)
RULE_KEYS = keys_of(
    TomlKey("say", "true or false", "What the rule decides.", required=True),
    TomlKey(
        "where", '"right"', "Where its words are looked for; the head of the file lists the places.", required=True
    ),
    TomlKey("words", '["the words that decide"]', "The words, or `@name` of a list in `[words]`."),
    TomlKey("within", "40", "near: how many characters away, 1 to 400.", default=40),
    TomlKey("unless", '["…"]', "Words that stand there and switch the rule off."),
    TomlKey("near", '["…"]', "Words of which one must stand there, too."),
)
OFFICIAL_KEYS = keys_of(
    TomlKey("name", '"Jane Rivera"', "The English name; it identifies the person.", required=True),
    TomlKey("ko", '"제인 리베라"', "The Korean name.", required=True),
    TomlKey("form", "[[official.form]]", "The forms of the name; one or more tables."),
    TomlKey("handles", '["rivera"]', "Short names for queries: `who:rivera`."),
    TomlKey(
        "roles",
        '[{ ko = "국무부 특사", en = "Special envoy of the State Department" }]',
        "The offices held, the newest last.",
    ),
    TomlKey(
        "pact_role",
        "true",
        "Whether the person acts for the pact; beside an agreement of both countries the name is evidence for it.",
        default=False,
    ),
    TomlKey("korean", "true", "Whether the person stands for Korea; otherwise for the United States.", default=False),
    TomlKey(
        "romanized",
        '[["Bae", "Kyung-hoon"]]',
        "Surname and given name; forms in both orders, with a hyphen, a space or nothing, are made from them.",
    ),
    TomlKey(
        "office",
        '["@trade_office"]',
        "Words of the office or company, which a namesake's article lacks. The lists `titles`, `other_callings` and "
        "`other_worlds` of `[words]` tell the two apart.",
    ),
    TomlKey("romanized_needs", '["…"]', "Words of which the article must have one before a romanized form counts."),
    TomlKey(
        "fuzzy",
        '[{ word = "크라치오스", distance = 1, initials = "크" }]',
        "Rare words of the name whose misspellings are found too.",
    ),
    TomlKey("fuzzy_needs", '["…"]', "Words of which the article must have one before a misspelling counts."),
    TomlKey("sources", '["where the forms were seen"]', "Where the forms were seen."),
)
ROLE_KEYS = keys_of(
    _KO,
    _EN,
    TomlKey("since", '"2025-01"', "The month in which it began."),
    TomlKey("until", '"2025-12"', "The month in which it ended."),
)
FUZZY_KEYS = keys_of(
    TomlKey("word", '"크라치오스"', "The word; Hangul or Latin.", required=True),
    TomlKey("distance", "1", "How many letters may differ, 1 to 3; of Hangul each jamo counts.", default=1),
    TomlKey("initials", '"크"', "The syllables or letters that a misspelling may begin with.", required=True),
)
CUE_KEYS: Keys = {
    **FORM_KEYS,
    **keys_of(TomlKey("topic", '"korea"', "The cue for which its words count; default: its own name.")),
}
AGENCY_KEYS: Keys = {
    **FORM_KEYS,
    **keys_of(
        TomlKey("name", '"Bloomberg"', "The agency's or paper's name.", required=True),
        TomlKey("hosts", '["bloomberg.com"]', "The hosts of its own pages."),
    ),
}
MASK_KEYS = keys_of(
    TomlKey("name", '"ministry"', "The reason that `explain` shows.", required=True),
    TomlKey(
        "hides",
        '["sector"]',
        "What is not looked for there: `sector`, `official`, `pact`, `sister`, `literal`.",
        required=True,
    ),
    TomlKey("texts", '["과학기술정보통신부"]', "Texts that are hidden."),
    TomlKey("pattern", "'…'", "A regular expression of what is hidden; needs `anchors`."),
    TomlKey(
        "anchors",
        '["words that stand wherever the pattern holds"]',
        "Words that stand wherever the pattern holds; it is tried only around them.",
    ),
    TomlKey("line", "true", "Whether the pattern must match a whole short line.", default=False),
    TomlKey("block", '["a heading"]', "Headings; all title-like lines after one are hidden."),
)
ASK_KEYS = keys_of(
    TomlKey("term", '"양자"', "An ambiguous word of a query.", required=True),
    TomlKey("choices", "[[ask.choices]]", "Its senses, two or more tables.", required=True),
)
CHOICE_KEYS = keys_of(TomlKey("query", '"sector:quantum"', "The query for this sense.", required=True), _KO, _EN)


def tables_of_keys() -> Iterator[tuple[str, Keys]]:
    """Yields each table of a lexicon file with its keys, in the order of settings/README.md."""
    yield "key of an `[[official]]`", OFFICIAL_KEYS
    yield "key of a role", ROLE_KEYS
    yield "key of a `fuzzy`", FUZZY_KEYS
    yield "key of a `[[sector]]` or `[[sister]]`", TOPIC_KEYS
    yield "key of a `[[….form]]`", FORM_KEYS
    yield "key of a rule", RULE_KEYS
    yield (
        "key of `[pact]`, beside those of a sector but `id`",
        {name: key for name, key in PACT_KEYS.items() if name not in TOPIC_KEYS},
    )
    yield "key of `[cues.NAME]`, beside those of a form", {"topic": CUE_KEYS["topic"]}
    yield "key of an `[[agency]]`, beside those of a form", {key: AGENCY_KEYS[key] for key in ("name", "hosts")}
    yield "key of a `[[mask]]`", MASK_KEYS
    yield "key of an `[[ask]]`", ASK_KEYS
    yield "key of an `[[ask.choices]]`", CHOICE_KEYS
