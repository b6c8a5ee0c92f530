"""Makes SOQL queries by chance: whole ones by the guide's rules, and broken ones by small accidents to those."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

import random
import re

_OBJECTS = ("Lead", "Account", "Contact", "Task", "Opportunity", "Odd__c", "ns__Thing__c", "Group", "Case")
_FIELDS = (
    "Id",
    "Name",
    "OwnerId",
    "Company",
    "CreatedDate",
    "IsDeleted",
    "Score__c",
    "ns__Far__c",
    "Type",
    "Status",
)
_PARENTS = ("Owner", "Account", "CreatedBy", "Boss__r", "Account.Owner", "Who", "ns__Up__r.Parent")
_CHILDREN = ("Contacts", "Opportunities", "Parts__r", "Tasks")
_AGGREGATES = ("COUNT", "count_distinct", "MAX", "Min", "SUM", "AVG")
_DATE_PARTS = ("CALENDAR_YEAR", "DAY_ONLY", "HOUR_IN_DAY", "fiscal_quarter", "WEEK_IN_YEAR")
_TEXTS = ("''", "'x'", "'O\\'Neil'", "'a%_b'", "'\\u00e9\\n\\\\'", "'Söhne & (Co)'", "'SELECT'")
_NUMBERS = ("0", "1", "-5", "+7", "2.5", "-0.25", ".5")
_DATES = ("2026-03-02", "2026-03-02T10:11:12Z", "2026-03-02T10:11:12.123Z", "2026-03-02T10:11:12+01:00")
_RELATIVE = ("TODAY", "yesterday", "LAST_WEEK", "THIS_FISCAL_YEAR", "LAST_N_DAYS:30", "next_n_months:2")
_JUNK = (
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "ORDER",
    "BY",
    "LIMIT",
    "x",
    "7",
    "1e3",
    "+-1",
    *",()='",
)
_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|[\w.:+-]+|[<>!]=|<>|\S")


class Corpus:
    """A source of queries; the same seed gives the same queries."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def whole(self) -> str:
        """A query by the rules of the guide, as far as syntax goes."""
        return self._cased(self._query(0))

    def broken(self) -> str:
        """A query to which one to three accidents have happened; it may still be a good one by luck."""
        tokens = _TOKEN.findall(self.whole())
        for _ in range(self._dice.randint(1, 3)):
            place = self._dice.randrange(len(tokens))
            accident = self._dice.randrange(4)
            if accident == 0 and len(tokens) > 1:
                del tokens[place]
            elif accident == 1:
                tokens.insert(place, tokens[place])
            elif accident == 2:
                tokens.insert(place, self._dice.choice(_JUNK))
            else:
                other = self._dice.randrange(len(tokens))
                tokens[place], tokens[other] = tokens[other], tokens[place]
        return " ".join(tokens)

    def _maybe(self, chance: float) -> bool:
        return self._dice.random() < chance

    def _pick(self, choices: tuple[str, ...]) -> str:
        return self._dice.choice(choices)

    def _query(self, depth: int) -> str:
        grouped = depth == 0 and self._maybe(0.2)
        columns = self._grouped_columns() if grouped else self._columns(depth)
        source = self._pick(_CHILDREN if depth else _OBJECTS)
        text = f"SELECT {columns} FROM {source}"
        if self._maybe(0.7):
            text += f" WHERE {self._condition(depth, 0)}"
        if grouped:
            text += " GROUP BY Type, Status" if self._maybe(0.5) else " GROUP BY Type"
            if self._maybe(0.5):
                text += f" HAVING {self._pick(_AGGREGATES)}(Score__c) > {self._pick(_NUMBERS)}"
        if self._maybe(0.4):
            text += f" ORDER BY {self._order(grouped)}"
        if self._maybe(0.4):
            text += f" LIMIT {self._dice.randint(1, 2000)}"
            if not depth and self._maybe(0.3):
                text += f" OFFSET {self._dice.randint(0, 2000)}"
        return text

    def _columns(self, depth: int) -> str:
        if depth == 0 and self._maybe(0.05):
            return "COUNT()"
        columns = [self._path() for _ in range(self._dice.randint(1, 5))]
        if depth == 0 and self._maybe(0.2):
            columns.append(f"({self._query(1)})")
        if depth == 0 and self._maybe(0.1):
            columns.append("TYPEOF Owner WHEN User THEN Id, Name WHEN Group THEN Name ELSE Name END")
        if self._maybe(0.05):
            columns.append("toLabel(Status)")
        return ", ".join(columns)

    def _grouped_columns(self) -> str:
        alias = f" {self._pick(('n', 'total', 'most__x'))}" if self._maybe(0.6) else ""
        return f"Type, {self._pick(_AGGREGATES)}({self._pick(_FIELDS)}){alias}"

    def _path(self) -> str:
        field = self._pick(_FIELDS)
        return f"{self._pick(_PARENTS)}.{field}" if self._maybe(0.3) else field

    def _condition(self, depth: int, level: int) -> str:
        if level > 2 or self._maybe(0.4):
            return self._comparison(depth)
        if self._maybe(0.1):
            return f"NOT {self._simple(depth, level)}"
        word = self._pick((" AND ", " OR ", " and "))
        return word.join(self._simple(depth, level) for _ in range(self._dice.randint(2, 4)))

    def _simple(self, depth: int, level: int) -> str:
        return f"({self._condition(depth, level + 1)})" if self._maybe(0.4) else self._comparison(depth)

    def _comparison(self, depth: int) -> str:
        left = f"{self._pick(_DATE_PARTS)}(CreatedDate)" if self._maybe(0.08) else self._path()
        kind = self._dice.randrange(8)
        if kind == 0:
            return f"{left} {self._pick(('IN', 'NOT IN'))} ({', '.join(self._literals())})"
        if kind == 1:
            return f"{self._path()} {self._pick(('INCLUDES', 'excludes'))} ({self._pick(_TEXTS)}, 'a;b')"
        if kind == 2:
            return f"{self._path()} LIKE {self._pick(_TEXTS)}"
        if kind == 3 and depth == 0 and self._maybe(0.4):
            return f"OwnerId {self._pick(('IN', 'not in'))} (SELECT Id FROM User WHERE {self._comparison(1)})"
        return f"{left}{self._operator()}{self._literal()}"

    def _operator(self) -> str:
        operator = self._pick(("=", "!=", "<>", "<", "<=", ">", ">="))
        return f" {operator} " if self._maybe(0.8) else operator

    def _literal(self) -> str:
        kinds = (_TEXTS, _NUMBERS, _DATES, _RELATIVE, ("TRUE", "false"), ("NULL", "null"))
        return self._pick(self._dice.choice(kinds))

    def _literals(self) -> list[str]:
        kind = self._dice.choice((_TEXTS, _NUMBERS, _DATES))
        return [self._pick(kind) for _ in range(self._dice.randint(1, 4))]

    def _order(self, grouped: bool) -> str:
        subjects = ["Type"] if grouped else [self._path() for _ in range(self._dice.randint(1, 3))]
        endings = ("", " ASC", " DESC", " desc NULLS LAST", " NULLS FIRST")
        return ", ".join(subject + self._pick(endings) for subject in subjects)

    def _cased(self, text: str) -> str:
        """Keywords in small letters now and then, and blanks of all sorts."""
        if self._maybe(0.3):
            words = (
                r"\b(SELECT|FROM|WHERE|ORDER BY|GROUP BY|LIMIT|OFFSET|LIKE|AND|OR|IN)\b(?=[^']*(?:'[^']*'[^']*)*$)"
            )
            text = re.sub(words, lambda found: found[0].lower(), text)
        return text.replace(" FROM ", "\n  FROM ") if self._maybe(0.1) else text
