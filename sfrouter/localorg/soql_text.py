"""What the org says about a query it cannot follow: Salesforce's echo of the spot, the caret, the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sfrouter.localorg.errors import OrgError

_REACH = 31
"""The echo reaches so many characters to each side of the spot, and then to the end of the word there."""

_BOUNDARY = re.compile(r"[\s,]")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.|$)", re.DOTALL)
_PLAIN_ESCAPES = {
    "n": "\n",
    "N": "\n",
    "r": "\r",
    "R": "\r",
    "t": "\t",
    "T": "\t",
    "b": "\b",
    "B": "\b",
    "f": "\f",
    "F": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
}
LIKE_MARK = "\x00"
"""Stands before a % or _ that was escaped, while a LIKE pattern is carried around."""


@dataclass(frozen=True, slots=True)
class QueryText:
    """The text of a query, which can point at a spot in itself."""

    text: str

    def refusal(self, position: int, code: str, message: str) -> OrgError:
        """An error of HTTP status 400 that shows the spot as Salesforce does."""
        row = self.text.count("\n", 0, position) + 1
        start = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        line = self.text[start : end if end >= 0 else len(self.text)]
        column = position - start
        first, last = _echo_window(line, column)
        shown = f"\n{line[first:last]}\n{' ' * (column - first)}^\nERROR at Row:{row}:Column:{column + 1}\n"
        return OrgError(400, code, shown + message)

    def malformed(self, position: int, message: str) -> OrgError:
        """The refusal of a query whose form is wrong."""
        return self.refusal(position, "MALFORMED_QUERY", message)

    def invalid_field(self, position: int, message: str) -> OrgError:
        """The refusal of a query that asks for something its object does not have or allow."""
        return self.refusal(position, "INVALID_FIELD", message)

    def unexpected(self, position: int, token: str) -> OrgError:
        """The refusal of a word where another was due."""
        return self.malformed(position, f"unexpected token: '{token}'")

    def no_column(self, position: int, field: str, entity: str) -> OrgError:
        """The refusal of a field that the object does not have, or that the caller may not see."""
        return self.invalid_field(
            position,
            f"No such column '{field}' on entity '{entity}'. If you are attempting to use a custom field, "
            "be sure to append the '__c' after the custom field name. Please reference your WSDL or the "
            "describe call for the appropriate names.",
        )

    def no_relationship(self, position: int, name: str) -> OrgError:
        """The refusal of a relationship that the object does not have."""
        return self.invalid_field(
            position,
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
            "relationship, be sure to append the '__r' after the custom relationship name. Please reference "
            "your WSDL or the describe call for the appropriate names.",
        )

    def no_object(self, position: int, name: str) -> OrgError:
        """The refusal of an object that the org does not have."""
        return self.refusal(
            position,
            "INVALID_TYPE",
            f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure "
            "to append the '__c' after the entity name. Please reference your WSDL or the describe call for "
            "the appropriate names.",
        )


def _echo_window(line: str, column: int) -> tuple[int, int]:
    """Which part of a line the echo shows: about 30 characters to each side, whole words."""
    first = 0
    for match in _BOUNDARY.finditer(line, 0, max(0, column - _REACH + 1)):
        first = match.end()
    after = _BOUNDARY.search(line, min(len(line), column + _REACH))
    return first, after.start() if after else len(line)


def unescape(literal: str, query: QueryText, position: int, *, like: bool) -> str:
    r"""The text a quoted literal stands for. In LIKE, an escaped % or _ comes back with LIKE_MARK before it.

    Salesforce knows \n \r \t \b \f \" \' \\ and \uXXXX, and in LIKE also \_ and \%; it refuses any other
    backslash (SOQL guide, quoted string escape sequences). Raises OrgError.
    """

    def one(match: re.Match[str]) -> str:
        escape = match.group(1)
        if escape.startswith("u") and len(escape) == 5:
            return chr(int(escape[1:], 16))
        if escape in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[escape]
        if like and escape in {"%", "_"}:
            return LIKE_MARK + escape
        spot = position + 1 + match.start()
        column = spot - (query.text.rfind("\n", 0, spot) + 1)
        line = query.text.count("\n", 0, spot) + 1
        raise query.malformed(spot, f"line {line}:{column} no viable alternative at character '\\'")

    return _ESCAPE.sub(one, literal[1:-1])
