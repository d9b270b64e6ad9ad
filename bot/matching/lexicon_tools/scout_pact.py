"""Finds new names of the pact: 기술번영 or "tech prosperity" with another noun or in another order, beside Korea."""

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

PACT_WORDS = re.compile(r"번영|prosperity")
"""Every name of the pact has one of these; a text without them is skipped."""
_KOREAN = re.compile(r"(?:기술 ?(?:과|와|및|·|-)? ?번영|번영 ?(?:과|와|및|·|-)? ?기술) ?(?P<noun>[가-힣]{2,10})")
_LATIN = re.compile(
    r"(?<![a-z])(?:tech(?:nology|nological|nologies)?(?: and | & |[ -])prosperity"
    r"|prosperity(?: and | & |[ -])tech(?:nology)?)[ -](?P<noun>[a-z]{4,20})(?![a-z])"
)
_AGREEING = ("agreement", "tech_agreement", "sign", "suspend", "held", "committee")
_KOREA = ("pair", "korea", "korea_marked")
_NO_NOUNS = (
    "분야 관련 시대 위한 위해 통한 통해 대한 중심 강화 구현 실현 달성 도모 and the for with that this from will would "
    "which between under into over after before about their could have been were said says when while"
)
"""Words that follow 기술번영 in a sentence and are no noun of a name."""


class PactScout:
    """Finds the pact under names that the lexicon lacks."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        agreeing = {text for name in ("agreement", "tech_agreement", "document") if (cue := lexicon.cues.get(name))
                    for group in cue.forms for text in group.texts}  # fmt: skip
        self._common = (known_words(lexicon, split=False) | set(_NO_NOUNS.split())) - agreeing

    def sightings(self, scouted: ScoutField) -> Iterator[Sighting]:
        """The new names in an article."""
        text = scouted.field.text
        if not PACT_WORDS.search(text) or not self._cues(scouted, _KOREA, 0, len(text)):
            return
        for pattern in (_KOREAN, _LATIN):
            for match in pattern.finditer(text):
                end = _noun_end(match)
                noun = text[match.start("noun") : end]
                if noun not in self._common and not self._is_known(scouted, match.start(), match.start("noun")):
                    yield from self._sighting(scouted, match.start(), end, noun)

    def _sighting(self, scouted: ScoutField, start: int, end: int, noun: str) -> Iterator[Sighting]:
        begin, stop = scouted.field.sentences.around(start)
        capital = scouted.field.quote(end - len(noun), end)[:1].isupper()
        if not capital and not self._cues(scouted, _AGREEING, begin, stop):
            return
        spelling = scouted.field.text[start:end]
        toml = f'[[pact.form]]\ntexts = [{quoted(spelling)}]\nright = "any"'
        why = Reason("scout.pact", {"noun": noun})
        yield Sighting(spelling, "pact", "pact", why, 0, scouted.sentence(start), toml)

    def _is_known(self, scouted: ScoutField, start: int, noun: int) -> bool:
        """Does a form of the pact with its noun stand there? 기술번영 alone has none."""
        groups = self._vocabulary.groups
        return any(
            groups[hit.group].kind in ("pact", "sister") and hit.start <= start and hit.end > noun
            for hit in scouted.field.hits
        )

    def _cues(self, scouted: ScoutField, names: tuple[str, ...], begin: int, stop: int) -> bool:
        senses = Senses((scouted.field,), scouted.reading.language)
        groups = self._vocabulary.groups
        return any(
            begin <= hit.start < stop and groups[hit.group].kind == "cue" and groups[hit.group].name in names
            and senses.decide(groups[hit.group], scouted.field, hit).meant
            for hit in scouted.field.hits
        )  # fmt: skip


def _noun_end(match: re.Match[str]) -> int:
    """The end of the noun, before its particles."""
    noun, start = match["noun"], match.start("noun")
    length = next((end for end in range(2, len(noun)) if ends_here(noun, end)), len(noun))
    return start + (length if "가" <= noun[0] <= "힣" else len(noun))
