"""The keys of a lexicon file, table by table, each with an example; the head of ``lexicon.toml`` explains them."""

from __future__ import annotations

from settings.toml_table import Keys, TomlKey, keys_of

_TEXTS = TomlKey("texts", '["양자컴퓨터", "quantum computer(s)"]', required=True)
_SOURCES = TomlKey("sources", '["where the forms were seen"], or ["[M]"]', required=True)
_KO = TomlKey("ko", '"양자"', required=True)
_EN = TomlKey("en", '"quantum"', required=True)

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
    TomlKey("id", '"quantum"', required=True),
    _SOURCES,
    _KO,
    _EN,
    TomlKey("form", "[[…form]]"),
    TomlKey("aliases", '["pact"]'),
)
PACT_KEYS: Keys = {
    **{name: key for name, key in TOPIC_KEYS.items() if name != "id"},
    **keys_of(
        TomlKey("sectors", '["ai", "quantum"]'),
        TomlKey("window_opens_on", "2025-10-01", required=True),
        TomlKey("sister_window_opens_on", "2025-09-01", required=True),
        TomlKey("least_sectors", "3", default=3),
    ),
}
FORM_KEYS = keys_of(
    _TEXTS,
    TomlKey("left", '"edge" or "any"'),
    TomlKey("right", '"any", "edge" or a list of compounds'),
    TomlKey("meant", "false", default=True),
    TomlKey("rules", '[{ say = true, where = "right", words = ["…"] }]'),
    TomlKey("needs_full_name", "true", default=False),
    TomlKey("case", "true", default=False),
)
RULE_KEYS = keys_of(
    TomlKey("say", "true or false", required=True),
    TomlKey("where", '"right"', required=True),
    TomlKey("words", '["the words that decide"]'),
    TomlKey("within", "40", default=40),
    TomlKey("unless", '["…"]'),
    TomlKey("near", '["…"]'),
)
OFFICIAL_KEYS = keys_of(
    TomlKey("name", '"Jane Rivera"', required=True),
    TomlKey("ko", '"제인 리베라"', required=True),
    TomlKey("form", "[[official.form]]"),
    TomlKey("handles", '["rivera"]'),
    TomlKey("roles", '[{ ko = "국무부 특사", en = "Special envoy of the State Department" }]'),
    TomlKey("pact_role", "true", default=False),
    TomlKey("korean", "true", default=False),
    TomlKey("romanized", '[["Bae", "Kyung-hoon"]]'),
    TomlKey("romanized_needs", '["…"]'),
    TomlKey("fuzzy", '[{ word = "크라치오스", distance = 1, initials = "ㅋ" }]'),
    TomlKey("fuzzy_needs", '["…"]'),
    TomlKey("sources", '["where the forms were seen"]'),
)
ROLE_KEYS = keys_of(_KO, _EN, TomlKey("since", '"2025-01"'), TomlKey("until", '"2025-12"'))
FUZZY_KEYS = keys_of(
    TomlKey("word", '"크라치오스"', required=True),
    TomlKey("distance", "1", default=1),
    TomlKey("initials", '"ㅋ"', required=True),
)
CUE_KEYS: Keys = {**FORM_KEYS, **keys_of(TomlKey("topic", '"korea"'))}
AGENCY_KEYS: Keys = {
    **FORM_KEYS,
    **keys_of(TomlKey("name", '"Bloomberg"', required=True), TomlKey("hosts", '["bloomberg.com"]')),
}
MASK_KEYS = keys_of(
    TomlKey("name", '"ministry"', required=True),
    TomlKey("hides", '["sector"]', required=True),
    TomlKey("texts", '["과학기술정보통신부"]'),
    TomlKey("pattern", "'…'"),
    TomlKey("anchors", '["words that stand wherever the pattern holds"]'),
    TomlKey("line", "true", default=False),
    TomlKey("block", '["a heading"]'),
)
ASK_KEYS = keys_of(TomlKey("term", '"양자"', required=True), TomlKey("choices", "[[ask.choices]]", required=True))
CHOICE_KEYS = keys_of(TomlKey("query", '"sector:quantum"', required=True), _KO, _EN)
