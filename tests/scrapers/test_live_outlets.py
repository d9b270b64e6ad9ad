"""Files that are read again become the live outlets: what changed, and what a file with a fault keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.catalogue import Catalogue, reread
from scrapers.live_outlets import LiveOutlets, OutletChanges, changes_between
from scrapers.spec_files import SpecFile
from settings.errors import BadSpec


def spec(key: str, name: str = "Own", folder: str = "own") -> SpecFile:
    """A file with a usable spec."""
    text = f"""
name = "{name}"
home = "https://{key}.example/"
language = "en"
timezone = "UTC"
[[source]]
kind = "feed"
url = "https://{key}.example/rss"
"""
    return SpecFile(Path(folder, f"{key}.toml"), text.encode())


def broken(key: str) -> SpecFile:
    """The same file with a fault in its second line."""
    return SpecFile(Path("own", f"{key}.toml"), b'name = "Own"\nhome = https\n')


BUILT_IN = reread(Catalogue({}), [spec("wire", "Wire"), spec("post", "Post")]).outlets()
NONE = Catalogue(BUILT_IN)


def test_a_new_a_changed_and_a_removed_file_are_told_apart() -> None:
    before = reread(NONE, [spec("one"), spec("two"), spec("wire", "Our wire")])
    after = reread(before, [spec("two", "Two"), spec("three")])
    changes = changes_between(before.outlets(), after.outlets())
    assert changes == OutletChanges(added=("three",), changed=("two", "wire"), removed=("one",))
    assert after.outlets()["wire"].name == "Wire", "the built-in outlet is back where its replacement is removed"
    assert not changes_between(after.outlets(), reread(after, [spec("two", "Two"), spec("three")]).outlets())


def test_a_file_with_a_fault_keeps_its_last_usable_outlet_until_it_is_mended() -> None:
    good = reread(NONE, [spec("one")])
    bad = reread(good, [broken("one")])
    (fault,) = bad.faults()
    assert str(fault).startswith("one.toml: is not TOML")
    assert "line 2" in str(fault)
    assert bad.outlets() == good.outlets()
    still_bad = reread(bad, [broken("one")])
    assert list(map(str, still_bad.faults())) == [str(fault)]
    assert still_bad.outlets() == good.outlets()
    mended = reread(still_bad, [spec("one", "Mended")])
    assert (mended.faults(), mended.outlets()["one"].name) == ([], "Mended")


HEAD = 'name = "x"\nhome = "https://x.example/"\nlanguage = "en"\ntimezone = "UTC"\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('name = "x"\nhomme = 1', "one.toml:2: homme: "),
        ("", "one.toml: name: "),
        (HEAD + '[[source]]\nkind = "feed"\n[[page]]\nurl = "x"', "one.toml:5: source 1.url: "),
        (
            HEAD + '# [[page]]\n[[page]] # new\nbody = "p"\n[[page]]\ntitle = "h1"\nbody = "::"',
            "one.toml:10: page 2.body: ",
        ),
        (HEAD + '[[page]]\n[[page]]\nbody = "p"', "one.toml:5: page 1.body: "),
    ],
)
def test_a_fault_names_the_line_of_its_key_or_table(text: str, place: str) -> None:
    (fault,) = reread(NONE, [SpecFile(Path("own/one.toml"), text.encode())]).faults()
    assert str(fault).startswith(place)


def test_a_file_that_cannot_be_read_keeps_its_outlet_too() -> None:
    good = reread(NONE, [spec("one")])
    unread = reread(good, [SpecFile(Path("own/one.toml"), BadSpec("one.toml", "", "cannot be read", "mend it"))])
    assert unread.outlets() == good.outlets()
    assert [str(fault) for fault in unread.faults()] == ["one.toml: cannot be read; mend it"]


def test_a_new_file_with_a_fault_leaves_the_built_in_outlet() -> None:
    bad = reread(NONE, [broken("wire")])
    assert (len(bad.faults()), bad.outlets()) == (1, BUILT_IN)


def test_of_two_files_with_one_key_the_first_counts() -> None:
    both = reread(NONE, [spec("one", "First"), spec("one", "Second", "more")])
    (fault,) = both.faults()
    assert str(fault) == f"{Path('more/one.toml')}: this outlet is described twice; rename or remove one of the files"
    assert both.outlets()["one"].name == "First"
    alone = reread(both, [spec("one", "Second", "more")])
    assert (alone.faults(), alone.outlets()["one"].name) == ([], "Second")


def test_live_outlets_are_replaced_at_once_and_a_view_stays_as_it_was() -> None:
    live = LiveOutlets(reread(NONE, [spec("one")]))
    taken = live.items()
    assert live.replace(reread(NONE, [spec("two")])) == OutletChanges(added=("two",), removed=("one",))
    assert {key for key, _ in taken} == {"one", "wire", "post"}
    assert live.keys() == {key for key, _ in live.items()} == set(live) == {"two", "wire", "post"}
    assert [outlet.key for outlet in live.values()] == list(live)
    assert (len(live), "one" in live, live["two"].name) == (3, False, "Own")
