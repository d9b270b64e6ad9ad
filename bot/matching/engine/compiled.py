"""Compiles the lexicon and all literals to an automaton, which is kept while a few literals come and go.

Literals that came later are searched with a small automaton of their own, until they are too many. Places of literals
that went are left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from weakref import ref

from bot.matching.engine.automaton import Automaton
from bot.matching.engine.literals import Literals
from bot.matching.engine.patterns import FlatOwners, Patterns, patterns_of
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon

MAX_LATER = 64
MAX_LATER_SHARE = 8
"""So many literals may come later, and at most an eighth of those that were compiled; and an eighth may go."""
_MAX_KEPT = 4


class Compiled:
    """An automaton with the owners of its spellings: those of the lexicon, then those of the literals."""

    def __init__(
        self, owners: tuple[FlatOwners, ...], literals: Literals, automaton: Automaton, naming_edges: bytearray
    ) -> None:
        """``naming_edges`` are for a search that leaves out what names nothing where nothing else stands."""
        self.owners = owners
        self.literals = literals
        self.automaton = automaton
        self.naming_edges = naming_edges


_Key = tuple[str, frozenset[str]]
_kept: deque[tuple[_Key, ref[Compiled]]] = deque(maxlen=_MAX_KEPT)
"""What was compiled last, as long as a vocabulary holds it."""


def compiled(
    lexicon: Lexicon, literals: Iterable[str], deciding: Collection[str]
) -> tuple[tuple[Compiled, ...], frozenset[str]]:
    """What finds the lexicon and these literals, and those of its literals that are none of these.

    ``deciding`` are the names of the cues that may decide something where no other form stands.
    """
    keys, key = dict.fromkeys(literals), (lexicon.version, frozenset(deciding))
    for kept_key, kept in tuple(_kept):
        if kept_key == key and (found := kept()) is not None:
            known = frozenset(found.literals.keys)
            later, gone = [word for word in keys if word not in known], known.difference(keys)
            if (
                len(later) <= min(MAX_LATER, len(known) // MAX_LATER_SHARE)
                and len(gone) <= len(known) // MAX_LATER_SHARE
            ):
                return ((found, _of_literals(later)) if later else (found,)), gone
    whole = _whole(lexicon, keys, deciding)
    _kept.append((key, ref(whole)))
    return (whole,), frozenset()


def _whole(lexicon: Lexicon, keys: Iterable[str], deciding: Collection[str]) -> Compiled:
    base, literals = patterns_of(lexicon), Literals(keys)
    automaton = Automaton(chain(zip(base.texts, base.edges, strict=True), literals.patterns()))
    naming_edges = automaton.edges_without(_naming_nothing(base, lexicon, deciding))
    return Compiled(base.owners, literals, automaton, naming_edges)


def _of_literals(keys: Iterable[str]) -> Compiled:
    literals = Literals(keys)
    automaton = Automaton(literals.patterns())
    return Compiled((), literals, automaton, automaton.edges_without(()))


def _naming_nothing(patterns: Patterns, lexicon: Lexicon, deciding: Collection[str]) -> Iterator[int]:
    """The numbers of those patterns of the lexicon that name nothing where no other stands."""
    guards = {fold(word) for official in lexicon.officials for word in official.fuzzy_needs}

    def names(owned_by: FlatOwners) -> bool:
        words = (owned_by,) if isinstance(owned_by, str) else owned_by[2]
        groups = () if isinstance(owned_by, str) else [patterns.groups[index] for index, _ in owned_by[1]]
        return not guards.isdisjoint(words) or any(
            group.kind != "cue" or group.name in deciding or group.topic in deciding for group in groups
        )

    return (number for number, owned_by in enumerate(patterns.owners) if not names(owned_by))
