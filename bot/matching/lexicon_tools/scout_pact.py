"""Unseen names of the pact: 기술번영 or "tech prosperity" with another noun or in another order, beside Korea."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.matching.engine.senses import Senses
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.lexicon_tools.scout_names import known_words
from bot.matching.lexicon_tools.sightings import ScoutField, Sighting, quoted
from bot.matching.text.korean import ends_here
from bot.model import Reason
from settings.lexicon import Lexicon

SIGN = re.compile(r"번영|prosperity")
"""What every name of the pact has; a text without it is not looked at."""
_KOREAN = re.compile(r"(?:기술 ?(?:과|와|및|·|-)? ?번영|번영 ?(?:과|와|및|·|-)? ?기술) ?(?P<noun>[가-힣]{2,10})")
_LATIN = re.compile(
    r"(?<![a-z])(?:tech(?:nology|nological|nologies)?(?: and | & |[ -])prosperity"
    r"|prosperity(?: and | & |[ -])tech(?:nology)?)[ -](?P<noun>[a-z]{4,20})(?![a-z])"
)
_AGREEING = ("agreement", "tech_agreement", "sign", "suspend", "notice", "held", "committee")
_KOREA = ("pair", "korea", "korea_marked")
_NO_NOUNS = (
    "분야 관련 시대 위한 위해 통한 통해 대한 중심 강화 구현 실현 달성 도모 and the for with that this from will would "
    "which between under into over after before about their could have been were said says when while"
)
"""What follows the name in a sentence and names nothing."""


class PactScout:
    """Finds the pact under names that the lexicon does not know."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        agreeing = {text for name in ("agreement", "tech_agreement", "document") if (cue := lexicon.cues.get(name))
                    for group in cue.forms for text in group.texts}  # fmt: skip
        self._common = (known_words(lexicon, split=False) | set(_NO_NOUNS.split())) - agreeing

    def sightings(self, looked: ScoutField) -> Iterator[Sighting]:
        """The unseen names of an article."""
        text = looked.field.text
        if not SIGN.search(text) or not self._cues(looked, _KOREA, 0, len(text)):
            return
        for pattern in (_KOREAN, _LATIN):
            for match in pattern.finditer(text):
                end = _noun_end(match)
                noun = text[match.start("noun") : end]
                if noun not in self._common and not self._is_known(looked, match.start(), match.start("noun")):
                    yield from self._sighting(looked, match.start(), end, noun)

    def _sighting(self, looked: ScoutField, start: int, end: int, noun: str) -> Iterator[Sighting]:
        begin, stop = looked.field.sentences.around(start)
        capital = looked.field.quote(end - len(noun), end)[:1].isupper()
        if not capital and not self._cues(looked, _AGREEING, begin, stop):
            return
        spelling = looked.field.text[start:end]
        toml = f'[[pact.form]]\ntexts = [{quoted(spelling)}]\nright = "any"'
        why = Reason("scout.pact", {"noun": noun})
        yield Sighting(spelling, "pact", "pact", why, 0, looked.sentence(start), toml)

    def _is_known(self, looked: ScoutField, start: int, noun: int) -> bool:
        """A form of the pact stands there that has its noun already; 기술번영 alone has none."""
        groups = self._vocabulary.groups
        return any(
            groups[hit.group].kind in ("pact", "sister") and hit.start <= start and hit.end > noun
            for hit in looked.field.hits
        )

    def _cues(self, looked: ScoutField, names: tuple[str, ...], begin: int, stop: int) -> bool:
        senses = Senses((looked.field,), looked.reading.language)
        groups = self._vocabulary.groups
        return any(
            begin <= hit.start < stop and groups[hit.group].kind == "cue" and groups[hit.group].name in names
            and senses.decide(groups[hit.group], looked.field, hit).meant
            for hit in looked.field.hits
        )  # fmt: skip


def _noun_end(match: re.Match[str]) -> int:
    """Where the noun ends and its particles begin."""
    noun, start = match["noun"], match.start("noun")
    length = next((n for n in range(2, len(noun)) if ends_here(noun, n)), len(noun))
    return start + (length if "가" <= noun[0] <= "힣" else len(noun))
