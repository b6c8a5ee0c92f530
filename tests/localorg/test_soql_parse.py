"""The documented language is read, and everything else refused at the right spot."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

from __future__ import annotations

import pytest

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.soql_ast import Both, Bracketed, Comparison, LiteralKind, Negation, Path, Query, TypeOf
from sfrouter.localorg.soql_parse import parse


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Id FROM Lead",
        "select id from lead",
        "  SELECT\n Id,\tName\nFROM Lead  ",
        "SELECT Id FROM Group",
        "SELECT Id FROM Order ORDER BY Id",
        "SELECT Id FROM Case WHERE Type = 'x'",
        "SELECT Id FROM Lead l WHERE l.Name = 'x'",
        "SELECT Id FROM Lead AS l",
        "SELECT count() FROM Contact c, c.Account a WHERE a.name = 'MyriadPubs'",
        "SELECT Id FROM Lead WHERE A=1 AND B<2 AND C>=3 AND D<=4 AND E!=5 AND F<>6 AND G>7",
        "SELECT Id FROM Lead WHERE A = 1 OR (B = 2 AND C = 3)",
        "SELECT Id FROM Lead WHERE NOT A = 1",
        "SELECT Id FROM Lead WHERE NOT (A = 1 AND B = 2)",
        "SELECT Id FROM Lead WHERE A = 1 AND (NOT B = 2)",
        "SELECT Id FROM Lead WHERE A IN ('x', 'y') AND B NOT IN (1, 2) AND C IN (SELECT X FROM Y)",
        "SELECT Id FROM Lead WHERE A includes ('x;y', 'z') AND B EXCLUDES ('x')",
        "SELECT Id FROM Lead WHERE A LIKE 'x%'",
        "SELECT Id FROM Lead WHERE A = +1 AND B = -1.5 AND C = 1. AND D = .5",
        "SELECT Id FROM Lead WHERE A = TRUE AND B = null AND C = TODAY AND D = last_n_days:3",
        "SELECT Id FROM Lead WHERE A = 2020-01-01 AND B = 2020-01-01T00:00:00Z AND C = 10:00:00.000Z",
        "SELECT Id FROM Lead WHERE A = 2020-01-01T00:00:00+01:00 OR B = 2020-01-01T00:00:00.123-0800",
        "SELECT Id FROM Lead WHERE CALENDAR_YEAR(convertTimezone(CreatedDate)) = 2020",
        "SELECT A a1, COUNT(B) c, MAX(C) FROM Lead GROUP BY A HAVING COUNT(B) > 1 AND MAX(C) < 5 ORDER BY A",
        "SELECT Id FROM Lead ORDER BY A, B DESC, C ASC NULLS LAST, D NULLS FIRST LIMIT 5 OFFSET 10",
        "SELECT Id, (SELECT Id FROM Contacts WHERE A = 1 ORDER BY B LIMIT 1) FROM Account",
        "SELECT TYPEOF Owner WHEN User THEN Id, Name WHEN Group THEN Name ELSE Name END, Id FROM Case",
        "SELECT FIELDS(ALL), Id FROM Lead LIMIT 200",
        "SELECT Id FROM Lead USING SCOPE mine WHERE A = 1",
        "SELECT Id FROM Lead LIMIT 1 FOR VIEW FOR REFERENCE",
        "SELECT ns__Field__c, ns__Rel__r.Name FROM ns__Obj__c",
    ],
)
def test_the_language_of_the_guide_is_read(text: str) -> None:
    assert isinstance(parse(text), Query)


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("SELEC Id FROM Lead", 1, "unexpected token: 'SELEC'"),
        ("SELECT Id FROM", 15, "unexpected token: '<EOF>'"),
        ("SELECT Id, FROM Lead", 12, "unexpected token: 'FROM'"),
        ("SELECT FROM Lead", 8, "unexpected token: 'FROM'"),
        ("SELECT * FROM Lead", 8, "unexpected token: '*'"),
        ("SELECT Id FROM Lead;", 20, "unexpected token: ';'"),
        ("SELECT Id FROM Lead WHERE", 26, "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Lead WHERE A IS NULL", 29, "unexpected token: 'IS'"),
        ("SELECT Id FROM Lead WHERE A == 1", 30, "unexpected token: '='"),
        ('SELECT Id FROM Lead WHERE A = "x"', 31, "unexpected token: '\"'"),
        ("SELECT Id FROM Lead WHERE A = 'O'Neil'", 34, "unexpected token: 'Neil'"),
        ("SELECT Id FROM Lead WHERE A = B", 31, "unexpected token: 'B'"),
        ("SELECT Id FROM Lead WHERE A = :b", 31, "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Lead WHERE A = 1 AND B = 2 OR C = 3", 43, "unexpected token: 'OR'"),
        ("SELECT Id FROM Lead WHERE A = 1 OR B = 2 AND C = 3", 42, "unexpected token: 'AND'"),
        ("SELECT Id FROM Lead WHERE A = 1 AND NOT B = 2", 37, "unexpected token: 'NOT'"),
        ("SELECT Id FROM Lead WHERE NOT A = 1 AND B = 2", 37, "unexpected token: 'AND'"),
        ("SELECT Id FROM Lead WHERE NOT NOT A = 1", 31, "unexpected token: 'NOT'"),
        ("SELECT Id FROM Lead WHERE A NOT LIKE 'x'", 33, "unexpected token: 'LIKE'"),
        ("SELECT Id FROM Lead WHERE A IN ()", 33, "unexpected token: ')'"),
        ("SELECT Id FROM Lead WHERE A IN ('x',)", 37, "unexpected token: ')'"),
        ("SELECT Id FROM Lead WHERE A IN 'x'", 32, "unexpected token: 'x'"),
        ("SELECT Id FROM Lead WHERE (A = 1", 33, "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Lead LIMIT -1", 27, "unexpected token: '-'"),
        ("SELECT Id FROM Lead LIMIT 1.5", 28, "unexpected token: '.'"),
        ("SELECT Id FROM Lead OFFSET 1 LIMIT 1", 30, "unexpected token: 'LIMIT'"),
        ("SELECT Id FROM Lead ORDER BY A WHERE B = 1", 32, "unexpected token: 'WHERE'"),
        ("SELECT Id FROM Lead FOR UPDATE", 25, "unexpected token: 'UPDATE'"),
        ("SELECT Id FROM Lead l ALL ROWS", 23, "unexpected token: 'ALL'"),
        ("SELECT Id FROM Lead WITH SECURITY_ENFORCED", 21, "unexpected token: 'WITH'"),
        ("SELECT Id FROM Lead WHERE A = 2020-01-01 00:00:00", 42, "unexpected token: '00'"),
        ("SELECT Id FROM Lead WHERE A = LAST_N_DAYS", 31, "unexpected token: 'LAST_N_DAYS'"),
        ("SELECT FIELDS(SOME) FROM Lead", 15, "unexpected token: 'SOME'"),
        ("SELECT Id a.b FROM Lead", 12, "unexpected token: '.'"),
        ("SELECT Id FROM Lead HAVING COUNT(Id) > 1", 21, "unexpected token: 'HAVING'"),
    ],
)
def test_what_is_no_soql_is_refused_where_it_goes_wrong(text: str, column: int, sentence: str) -> None:
    with pytest.raises(OrgError) as caught:
        parse(text)
    assert (caught.value.status, caught.value.code) == (400, "MALFORMED_QUERY")
    assert caught.value.message.endswith(f"ERROR at Row:1:Column:{column}\n{sentence}")
    assert "fields" not in caught.value.body()[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "SOQL statements cannot be empty or null"),
        (" \n ", "SOQL statements cannot be empty or null"),
        ("SELECT Id FROM Lead WHERE A = 'open", "mismatched character '<EOF>' expecting '''"),
        ("SELECT Id FROM Lead WHERE A IN (" + "'x'," * 30_000 + "'x')", "longer than 100000 characters"),
    ],
)
def test_empty_endless_and_unfinished_texts_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(OrgError, match=sentence) as caught:
        parse(text)
    assert caught.value.code == "MALFORMED_QUERY"


def test_a_long_list_of_ids_just_under_the_limit_is_read() -> None:
    ids = ",".join(f"'{number:018d}'" for number in range(4_000))
    text = f"SELECT Id FROM Lead WHERE Id IN ({ids})"
    assert len(text) < 100_000
    where = parse(text).where
    assert isinstance(where, Comparison)
    assert isinstance(where.value, tuple)
    assert len(where.value) == 4_000


def test_the_tree_says_what_the_text_said() -> None:
    query = parse("SELECT Id FROM Lead WHERE NOT (A = 'x' OR B.C <> null) ORDER BY D DESC NULLS LAST OFFSET 3")
    assert isinstance(query.where, Negation)
    assert isinstance(query.where.condition, Bracketed)
    both = query.where.condition.condition
    assert isinstance(both, Both)
    first, second = both.conditions
    assert isinstance(first, Comparison)
    assert isinstance(second, Comparison)
    assert (second.left, second.operator) == (Path(("B", "C"), 42), "!=")
    assert getattr(second.value, "kind", None) is LiteralKind.NULL
    order = query.order_by[0]
    assert (order.descending, order.nulls_last, query.offset, query.limit) == (True, True, 3, None)


def test_typeof_keeps_its_cases_in_order() -> None:
    clause = parse("SELECT TYPEOF Who WHEN Lead THEN Id, Company WHEN Contact THEN Id END FROM Task").columns[0]
    assert isinstance(clause, TypeOf)
    assert [(str(kind), [str(path) for path in paths]) for kind, paths in clause.cases] == [
        ("Lead", ["Id", "Company"]),
        ("Contact", ["Id"]),
    ]
    assert clause.otherwise is None
