"""One object of the org: its name, its fields and its values, each by our own word."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.config.nouns import NOUNS

OrgValue = str | int | float | bool | None
Words = Mapping[str, tuple[str, ...]]

_COMPARISON = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")


class NotMappedError(SfrouterError):
    """Something was asked of the mapping that `fields.yaml` does not name."""

    exit_code = ExitCode.BAD_FILES


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectMap:
    """One object of the org.

    `fields` gives the org's field names by ours; several names mean: all of them for a list of values
    (domains, other names, products), else the first that holds something. `words` gives the org's values by
    our word.
    """

    noun: str
    object_name: str
    fields: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Words] = field(default_factory=lambda: MappingProxyType({}))
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def has(self, name: str, word: str = "") -> bool:
        """Is the field mapped, and (if asked for) does the mapping say what the word means?"""
        if name in self.extra and not word:
            return True
        return name in self.fields and (not word or bool(self.words.get(name, {}).get(word)))

    def api(self, name: str) -> str:
        """The org's name of a field. Raises NotMappedError when it has none."""
        found = self.apis(name)
        if not found:
            raise NotMappedError(
                f"the mapping has no field for {self.noun}.{name}",
                where="fields.yaml",
                mend=f"under '{self.noun}: fields:' add the line '{name}: <the field's API name>'",
            )
        return found[0]

    def apis(self, name: str) -> tuple[str, ...]:
        """All of the org's names for a field; empty when it is not mapped."""
        if name in self.extra:
            return (self.extra[name],)
        return self.fields.get(name, ())

    def without(self, names: Collection[str]) -> "ObjectMap":
        """The same without some of our fields, as when our user may not see them."""
        if not names:
            return self
        fields = {name: apis for name, apis in self.fields.items() if name not in names}
        extra = {name: api for name, api in self.extra.items() if name not in names}
        return replace(self, fields=MappingProxyType(fields), extra=MappingProxyType(extra))

    def select_fields(self) -> tuple[str, ...]:
        """Every org field that is read, each once, the id first; written-only fields are left out."""
        spec = NOUNS[self.noun].fields
        read = [api for name, apis in self.fields.items() if spec[name].read for api in apis]
        wanted = (*self.apis("id"), *read, *self.extra.values())
        once: dict[str, str] = {}
        for api in wanted:
            once.setdefault(api.casefold(), api)
        return tuple(once.values())

    def word(self, name: str, value: OrgValue) -> str | None:
        """Our word for a value of the org, None when no word fits. Letter case and outer spaces do not matter.

        A word's value may also be a comparison with a number: "< 40", ">= 1000".
        """
        if value is None or value == "":
            return None
        text = _as_text(value)
        for ours, theirs in self.words.get(name, {}).items():
            if any(_fits(text, one) for one in theirs):
                return ours
        return None

    def flag(self, name: str, value: OrgValue) -> bool:
        """Is the flag set? With words: by the word `yes`; without: a ticked checkbox."""
        if name in self.words:
            return self.word(name, value) == "yes"
        return value is True or _as_text(value) == "true"

    def org_value(self, name: str, word: str) -> str:
        """The org's value to write for our word. Raises NotMappedError when the mapping does not say."""
        theirs = self.words.get(name, {}).get(word)
        if not theirs:
            raise NotMappedError(
                f"the mapping has no value for {self.noun}.{name}: {word}",
                where="fields.yaml",
                mend=f"under '{self.noun}: words: {name}:' add the line '{word}: [<the org's value>]'",
            )
        return theirs[0]


def _as_text(value: OrgValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split()).casefold()


def _fits(text: str, theirs: str) -> bool:
    comparison = _COMPARISON.fullmatch(theirs.strip())
    if comparison is None:
        return text == _as_text(theirs)
    try:
        number, limit = float(text), float(comparison[2])
    except ValueError:
        return False
    answers = {"<": number < limit, "<=": number <= limit, ">": number > limit, ">=": number >= limit}
    return answers[comparison[1]]
