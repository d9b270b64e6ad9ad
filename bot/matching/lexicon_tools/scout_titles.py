"""Finds new titles of a known person (배 국무부총리), in an article that has the full name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from bot.matching.lexicon_tools.scout_names import known_words
from bot.matching.lexicon_tools.sightings import ScoutField, Sighting, person_toml
from bot.matching.text.korean import ends_here
from bot.matching.text.normalize import fold
from bot.model import Reason
from settings.lexicon import Lexicon, Official

_TITLES = "장관|차관|부총리|실장|본부장|수석|고문|보좌관"
_KOREAN = re.compile(rf"(?<![가-힣a-z0-9])(?P<surname>[가-힣]) ?(?P<title>[가-힣0-9]{{0,5}}(?:{_TITLES}))")
_LATIN = re.compile(
    r"(?<![a-z])(?P<title>(?:vice |deputy |prime )*(?:minister|secretary|adviser|advisor|director|representative)) "
    r"(?P<surname>[a-z]{2,12})(?![a-z'-]| [a-z]+-[a-z]+)"
)


class TitleScout:
    """Finds titles of people whom the article names in full."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._people: defaultdict[str, list[Official]] = defaultdict(list)
        for official in lexicon.officials:
            if official.korean:
                self._people[official.ko[0]].append(official)
                self._people[fold(official.name.split()[0])].append(official)
        self._known = known_words(lexicon)

    def sightings(self, scouted: ScoutField) -> Iterator[Sighting]:
        """The new titles in an article."""
        text, named = scouted.field.text, set(scouted.reading.topics.officials)
        for match in (*_KOREAN.finditer(text), *_LATIN.finditer(text)) if named else ():
            people = [official for official in self._people.get(match["surname"], ()) if official.name in named]
            if len(people) != 1 or not self._is_new(match, people[0], scouted):
                continue
            spelling = match.group()
            why = Reason("scout.title", {"name": people[0].ko})
            toml = person_toml(people[0].name, spelling, {"needs_full_name": "true", "right": '"any"'})
            yield Sighting(spelling, "official", people[0].name, why, 0, scouted.sentence(match.start()), toml)

    def _is_new(self, match: re.Match[str], official: Official, scouted: ScoutField) -> bool:
        start, end = match.span()
        if match.group() in self._known or scouted.accepted(start, end) or not ends_here(match.string, end):
            return False
        roles = [fold(text) for role in official.roles for text in (role.ko, role.en)]
        head = re.search(rf"(?:{_TITLES})$", match["title"])
        title = head.group() if head else match["title"].split()[-1]
        others = {word[:3] for word in re.findall(rf"(?<![가-힣]){match['surname']}[가-힣]{{2}}", match.string)}
        strangers = {word for word in others if word != official.ko and not word.endswith(tuple(_TITLES.split("|")))}
        return any(title in role for role in roles) and not (head and strangers - {match.group()[:3]})
