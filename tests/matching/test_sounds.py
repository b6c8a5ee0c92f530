"""Kana and Latin letters that sound alike; kanji are never read."""

import pytest

from sfrouter.matching.sounds import in_kana, letters_spelt, romanised, sounded, sounds_of


@pytest.mark.parametrize(
    ("kana", "latin"), [("ヤマザワ", "yamazawa"), ("カワセミ", "kawasemi"), ("キャノン", "kyanon")]
)
def test_kana_read_as_latin_letters(kana: str, latin: str) -> None:
    assert romanised(kana) == latin


def test_letters_called_by_their_names_are_letters() -> None:
    assert letters_spelt("ディーエムエス") == "dms"
    assert letters_spelt("カワセミ") == ""


@pytest.mark.parametrize(("kana", "latin"), [("ホシミヤ", "hoshimiya"), ("ミドリカゼ", "midorikaze")])
def test_kana_and_latin_of_one_name_share_a_sound(kana: str, latin: str) -> None:
    assert {*sounds_of((kana,))} & {*sounds_of((latin,))}


def test_names_that_sound_different_share_none() -> None:
    assert not {*sounds_of(("ホシミヤ",))} & {*sounds_of(("midorikaze",))}


def test_kanji_have_no_sound() -> None:
    assert sounds_of(("霧島沢",)) == ()
    assert sounded(("霧島沢",)) is None


def test_a_business_word_is_cut_off_and_kept_in_english() -> None:
    found = sounded(("アサギリコホールディングス",))
    assert found is not None
    assert found.rest == ("holdings",)
    assert found.words[0] == found.stem


def test_only_kana_count_as_kana() -> None:
    assert in_kana(("midori", "ミドリ"))
    assert not in_kana(("霧島沢", "midori"))
