"""The library tells in Spanish what its strategies are about, and leaves others' words alone."""

from functions.strategy import library
from functions.strategy.library.spanish import SPANISH


def test_every_strategy_is_told_in_spanish_and_no_other() -> None:
    english = {library.read(name).name: library.read(name).description for name in library.names()}
    assert SPANISH.keys() == english.keys()
    for name, (_, about) in SPANISH.items():
        assert about != english[name]
        assert about.count(".") >= 2, name


def test_what_it_is_about_changes_and_what_it_does_does_not() -> None:
    cross = library.read("sma_cross")
    told = library.in_language(cross, "es")
    assert (told.name, told.description.split(" ")[0]) == ("Cruce de SMA", "Compra")
    assert told.canonical == cross.canonical
    assert library.in_language(cross, "en") == cross


def test_the_words_of_somebody_else_stay_theirs() -> None:
    mine = library.read("sma_cross")._replace(description="What I made of it.")
    assert library.in_language(mine, "es") == mine
