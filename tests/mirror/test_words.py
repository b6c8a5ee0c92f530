"""The org's values become our words by the mapping alone; nothing is guessed."""

from typing import Any

import pytest

from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.words import domains, flag, foremost, names, texts, word
from sfrouter.model.records import PartnerKind, Relationship

MAP = ObjectMap(
    noun="account",
    object_name="Account",
    fields={"relationship": ("Type",), "competitor": ("Competitor__c",), "health_low": ("Health__c",)},
    words={
        "relationship": {"customer": ("Customer", "Kunde", "顧客"), "churned": ("Churned",)},
        "health_low": {"yes": ("Low", "< 40")},
        "partner_kind": {"company": ("Reseller",), "sourced": ("Sourced",), "involved": ("Involved",)},
    },
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Customer"], Relationship.CUSTOMER),
        (["  kunde "], Relationship.CUSTOMER),
        (["Ｃｕｓｔｏｍｅｒ"], Relationship.CUSTOMER),
        (["顧客"], Relationship.CUSTOMER),
        (["Analyst;Churned"], Relationship.CHURNED),
        (["Customer of a customer"], None),
        (["Analyst"], None),
        ([""], None),
        ([], None),
    ],
)
def test_a_relationship_is_what_the_mapping_says_or_unknown(
    values: list[Any], expected: Relationship | None
) -> None:
    assert word(MAP, "relationship", values, Relationship) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Involved;Sourced; reseller"], PartnerKind.COMPANY),
        (["Involved;Sourced"], PartnerKind.SOURCED),
        (["Analyst;Involved"], PartnerKind.INVOLVED),
        (["Involved", "Reseller"], PartnerKind.INVOLVED),  # of several fields the first that holds something
        (["Analyst"], None),
        ([], None),
    ],
)
def test_of_several_choices_the_word_that_stands_first_among_ours_counts(
    values: list[Any], expected: PartnerKind | None
) -> None:
    """C23."""
    assert foremost(MAP, "partner_kind", values, PartnerKind) is expected


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), ("true", True), ("Yes", False)])
def test_a_flag_without_words_is_a_checkbox(value: object, expected: bool) -> None:
    assert flag(MAP, "competitor", [value]) is expected


@pytest.mark.parametrize(("value", "expected"), [("low", True), (39, True), (40, False), ("High", False)])
def test_a_flag_with_words_follows_them(value: object, expected: bool) -> None:
    assert flag(MAP, "health_low", [value]) is expected


def test_an_unmapped_flag_is_not_set() -> None:
    assert flag(MAP, "strategic", []) is False


def test_of_several_fields_the_first_that_holds_something_speaks() -> None:
    assert word(MAP, "relationship", ["Analyst", "Customer"], Relationship) is None
    assert flag(MAP, "competitor", [False, True]) is True


def test_lists_inside_fields_are_taken_apart_and_each_entry_counts_once() -> None:
    assert domains(["https://acme.com", "acme.net, acme.org;acme.net"]) == (
        "https://acme.com",
        "acme.net",
        "acme.org",
    )
    assert texts(["Core Suite;Analytics", "Core Suite"]) == ("Core Suite", "Analytics")


def test_names_are_parted_by_semicolons_and_lines_never_by_commas() -> None:
    """A comma may stand before a legal form."""
    assert names(["アクメ；Acme, Inc.", "Acme, Inc.;\nZeta", None]) == ("アクメ", "Acme, Inc.", "Zeta")
