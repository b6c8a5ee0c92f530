"""The sentences of matching and distribution, and the headings of `explain`: one table a language, English first.

A trace is kept in English. These tables, with the phrase-book, are what routing/retell.py reads it by and tells it
anew in another language; that works for decisions of any age, as the kept English is all it needs.
"""

from collections.abc import Mapping

from sfrouter.routing.retelling import english, german, indonesian, japanese, spanish

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": english.SENTENCES,
    "de": german.SENTENCES,
    "es": spanish.SENTENCES,
    "ja": japanese.SENTENCES,
    "id": indonesian.SENTENCES,
}
