"""Reads filter logic as admins know it from reports and flows: "1 AND (2 OR NOT 3)" over numbered conditions."""

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_LENGTH = 1_000
MAX_DEPTH = 20
_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z]+)|([()]))")


class Join(StrEnum):
    """How the parts of a group belong together."""

    ALL = "and"
    ANY = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Group:
    """Parts joined in one way; a part is the number of a condition, from 1, or a group."""

    join: Join
    parts: tuple["int | Group", ...]


Logic = int | Group


def read_logic(text: str, count: int) -> Logic:
    """The logic over `count` conditions. Every condition must be used, and AND and OR are never mixed without
    parentheses, as in the CRM. Raises ValueError that says what is wrong and at which character."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"the logic has more than {MAX_LENGTH} characters; use all and any instead")
    reader = _Reader(text, count)
    found = reader.joined(0)
    reader.expect_end()
    unused = [number for number in range(1, count + 1) if number not in reader.used]
    if unused:
        raise ValueError(f"the logic does not use condition {', '.join(map(str, unused))}")
    return found


class _Reader:
    def __init__(self, text: str, count: int) -> None:
        self.text, self.count = text, count
        self.at = 0
        self.used: set[int] = set()

    def joined(self, depth: int) -> Logic:
        """Operands with the same word between them."""
        if depth > MAX_DEPTH:
            raise self._fault("parentheses are nested too deeply")
        parts, word = [self._operand(depth)], ""
        while self._word() in ("and", "or"):
            this = self._word()
            if word and this != word:
                raise self._fault("AND and OR are mixed; write parentheses, as in 1 AND (2 OR 3)")
            word = this
            self._next()
            parts.append(self._operand(depth))
        return Group(Join(word), tuple(parts)) if word else parts[0]

    def _operand(self, depth: int) -> Logic:
        number, word, bracket, end = self._token()
        if word.casefold() == "not":
            if depth > MAX_DEPTH:
                raise self._fault("NOT is nested too deeply")
            self.at = end
            return Group(Join.NOT, (self._operand(depth + 1),))
        if bracket == "(":
            self.at = end
            inner = self.joined(depth + 1)
            if self._token()[2] != ")":
                raise self._fault("a closing parenthesis is missing")
            self._next()
            return inner
        if not number:
            raise self._fault("the number of a condition, NOT or ( is expected")
        if not 1 <= int(number) <= self.count:
            raise self._fault(f"there is no condition {int(number)}; they are numbered 1 to {self.count}")
        self.used.add(int(number))
        self.at = end
        return int(number)

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.text[self.at :].strip():
            raise self._fault("AND, OR or the end is expected")

    def _token(self) -> tuple[str, str, str, int]:
        found = _TOKEN.match(self.text, self.at)
        return (found[1] or "", found[2] or "", found[3] or "", found.end()) if found else ("", "", "", self.at)

    def _word(self) -> str:
        return self._token()[1].casefold()

    def _next(self) -> None:
        self.at = self._token()[3]

    def _fault(self, what: str) -> ValueError:
        rest = self.text[self.at :]
        place = self.at + len(rest) - len(rest.lstrip()) + 1
        return ValueError(f"'{self.text}' at character {place}: {what}")
