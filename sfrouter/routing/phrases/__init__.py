"""The phrase-book, one table a language: English, German, Spanish, Japanese, Indonesian."""

from collections.abc import Mapping
from types import MappingProxyType

from sfrouter.routing.phrases import english, german, indonesian, japanese, spanish

BOOKS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": english.PHRASES,
        "de": german.PHRASES,
        "es": spanish.PHRASES,
        "ja": japanese.PHRASES,
        "id": indonesian.PHRASES,
    }
)
