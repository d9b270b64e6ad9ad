"""A lexicon file that adds one official and one sector to the built-in lexicon, as an operator would write it."""

EXTENDS = 'extends = "built-in"\n'
OFFICIAL = """
[[official]]
name = "Jane Rivera"
ko = "제인 리베라"
handles = ["rivera"]
roles = [{ ko = "국무부 특사", en = "Special envoy of the State Department" }]
sources = ["[M]"]
[[official.form]]
texts = ["제인 리베라", "jane rivera"]
right = ["@officers"]
"""
SECTOR = """
[[sector]]
id = "batteries"
ko = "이차전지"
en = "battery cells"
sources = ["[M]"]
[[sector.form]]
texts = ["이차~전지", "battery cell(s)"]
"""
EXTENDING_LEXICON = EXTENDS + OFFICIAL + SECTOR
