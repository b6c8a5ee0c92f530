"""A query whose tree is made from a known one has the very tree that parsing it gives, and the same refusal."""

from unittest.mock import patch

import pytest

import tests.simulation.known_queries
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.soql_parse import parse
from tests.simulation.known_queries import _parsed, parsed

ONE, OTHER = "'00QA00000000001AAA'", "'00QA00000000002AAA'"
FIRST, SECOND = "2026-03-02T09:00:00Z", "2026-12-31T23:59:59.123Z"
WHERES = (
    "Id > {0}",
    "SystemModstamp >= {1} AND (Id > {0} OR NOT OwnerId IN ({0}, 'x', {0})) AND IsDeleted = false",
    "Company = 'at {1}' AND Id = {0}",
    "Company = {1}x",
    "Id IN (SELECT ConvertedContactId FROM Lead WHERE Id = {0})",
    "Id = {0}{0}",
    "Company = 'it\\'s {1}' OR CreatedDate < {1}",
    "Id = {0} AND",
    "Id = {0} ORDER BY Id DESC LIMIT 3",
    "CreatedDate = 1{1}",
    "Id = {0} GROUP BY Id HAVING MAX(CreatedDate) > {1}",
)


def said(text: str, by: object) -> object:
    """The tree, or the words of the refusal."""
    try:
        return by(text)  # type: ignore[operator]
    except OrgError as refusal:
        return str(refusal)


@pytest.mark.parametrize("where", WHERES)
@pytest.mark.parametrize("start", ["SELECT Id, Owner.Name FROM Lead WHERE ", "SELECT COUNT() FROM Lead WHERE "])
def test_a_tree_made_from_a_known_one_is_the_parsed_one(start: str, where: str) -> None:
    for key, moment in ((ONE, FIRST), (OTHER, FIRST), (ONE, SECOND), (OTHER, SECOND)):
        text = start + where.format(key, moment)
        assert said(text, parsed) == said(text, parse)


def test_a_query_with_another_time_and_id_is_not_parsed_again() -> None:
    text = "SELECT Id, Rating FROM Lead WHERE CreatedDate > {} AND Id > {}"
    parsed(text.format(FIRST, ONE))
    known = _parsed.cache_info().misses
    with patch.object(tests.simulation.known_queries, "parse", side_effect=AssertionError):
        assert parsed(text.format("2027-01-01T00:00:00Z", "'00QTZ0000000002AAA'")).where
    assert _parsed.cache_info().misses == known
