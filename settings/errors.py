"""Errors of what an operator writes.

SettingsError            a file or setting of an operator cannot be used: the start ends with exit code 2
├── BadSetting           an environment variable or .env line
├── BadSpec              an outlet's TOML file
├── BadLexicon           a lexicon file
└── BadCalendar          the pact's calendar

Each error is one line for a person: the file, the key, the problem and the cure.
"""

from __future__ import annotations


class SettingsError(Exception):
    """a file or setting of an operator cannot be used"""

    def __init__(self, where: str, key: str, problem: str, cure: str) -> None:
        self.where = where
        self.key = key
        self.problem = problem
        self.cure = cure
        super().__init__(f"{where}: {key}: {problem}; {cure}" if key else f"{where}: {problem}; {cure}")


class BadSetting(SettingsError):
    """a setting is missing or wrong"""


class BadSpec(SettingsError):
    """an outlet's spec cannot be used"""


class BadLexicon(SettingsError):
    """a lexicon entry cannot be used"""


class BadCalendar(SettingsError):
    """the pact's calendar cannot be used"""
