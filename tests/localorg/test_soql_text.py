"""The echo of a spot is Salesforce's own, and string literals mean what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.soql_text import LIKE_MARK, QueryText, unescape

ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", '"': '\\"', "'": "\\'", "\\": "\\\\"}


@pytest.mark.parametrize(
    ("text", "at", "echo", "caret", "place"),
    [
        # Six messages of real orgs, as people have quoted them in public bug reports.
        ("SELECT Naem FROM Account", "Naem", "SELECT Naem FROM Account", 7, "Row:1:Column:8"),
        (
            "Select Id, Status, Location, Body from ApexLog",
            "Body",
            "Select Id, Status, Location, Body from ApexLog",
            29,
            "Row:1:Column:30",
        ),
        (
            "SELECT Id, ApiName, Status FROM FlowDefinition WHERE ApiName IN ('a','b')",
            "ApiName",
            "SELECT Id, ApiName, Status FROM FlowDefinition",
            11,
            "Row:1:Column:12",
        ),
        (
            "select Id, ProductCode from Product2 where ProductCode = 3999",
            "ProductCode = 3999",
            "ProductCode from Product2 where ProductCode = 3999",
            32,
            "Row:1:Column:44",
        ),
        (
            "select Id, Company,Email,LastName,SF_date__c, ConvertedContactId from Lead where x = 1",
            "SF_date__c",
            "select Id, Company,Email,LastName,SF_date__c, ConvertedContactId from",
            34,
            "Row:1:Column:35",
        ),
        (
            "SELECT Id\nFROM Quote\nWHERE SBQQ__Product__r.Disable_Proration__c = 'true'",
            "SBQQ__Product__r",
            "WHERE SBQQ__Product__r.Disable_Proration__c",
            6,
            "Row:3:Column:7",
        ),
    ],
)
def test_the_echo_shows_about_thirty_characters_to_each_side(
    text: str, at: str, echo: str, caret: int, place: str
) -> None:
    message = QueryText(text).refusal(text.index(at), "INVALID_FIELD", "sentence").message
    assert message == f"\n{echo}\n{' ' * caret}^\nERROR at {place}\nsentence"


@given(st.text())
def test_every_text_survives_being_quoted(text: str) -> None:
    literal = "'" + "".join(ESCAPES.get(char, char) for char in text) + "'"
    assert unescape(literal, QueryText(literal), 0, like=False) == text


@given(st.characters(codec="utf-16", exclude_categories=["Cs"], max_codepoint=0xFFFF))
def test_every_character_can_be_written_by_its_code(char: str) -> None:
    literal = f"'a\\u{ord(char):04x}b'"
    assert unescape(literal, QueryText(literal), 0, like=False) == f"a{char}b"


@pytest.mark.parametrize("escape", ["\\q", "\\_", "\\%", "\\u12", "\\u12G4", "\\0", "\\ "])
def test_other_backslashes_are_refused(escape: str) -> None:
    literal = f"'ab{escape}'"
    with pytest.raises(OrgError) as caught:
        unescape(literal, QueryText(literal), 0, like=False)
    assert caught.value.code == "MALFORMED_QUERY"
    assert "Row:1:Column:4\nline 1:3 no viable alternative at character '\\'" in caught.value.message


def test_in_like_the_wildcards_can_be_escaped() -> None:
    assert unescape(r"'a\%\_%'", QueryText(""), 0, like=True) == f"a{LIKE_MARK}%{LIKE_MARK}_%"
