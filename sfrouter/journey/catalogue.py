"""The shelf as a list: every rule, notice and watch a policy can use, with the first words of what it is for."""

import inspect
from dataclasses import dataclass

from pydantic import BaseModel

from sfrouter.followup import watches
from sfrouter.followup.watch import Watch
from sfrouter.routing import notices, rules
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One part of a shelf. `when`, `then`, `why` come from its file's docstring."""

    shelf: str
    name: str
    place: str
    ids: tuple[str, ...]
    when: str
    then: str
    why: str
    options: dict[str, str]


def catalogue() -> tuple[Entry, ...]:
    """All rules by place, then all notices and all watches by name."""
    listed = [_entry("rule", name, part) for name, part in rules.shelf().items()]
    listed.sort(key=lambda entry: (int("".join(filter(str.isdigit, entry.place))), entry.place))
    told = (_entry("notice", name, part) for name, part in sorted(notices.shelf().items()))
    watched = (_entry("watch", name, part) for name, part in sorted(watches.shelf().items()))
    return (*listed, *told, *watched)


def _entry(shelf: str, name: str, part: type[Rule] | type[NoticePart] | type[Watch]) -> Entry:
    said = _headings(inspect.getdoc(inspect.getmodule(part)) or "")
    own = {key: field for key, field in part.model_fields.items() if key != "reviewed_on"}
    return Entry(
        shelf=shelf,
        name=name,
        place=part.place if issubclass(part, Rule) else "",
        ids=part.ids,
        when=said.get("when", ""),
        then=said.get("then", ""),
        why=said.get("why", ""),
        options={key: _default(part, key) for key in own},
    )


def _default(part: type[BaseModel], name: str) -> str:
    """The default as the policy file would say it; empty for none, off or an empty list."""
    field = part.model_fields[name]
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value or value == 0 else ""


def _headings(docstring: str) -> dict[str, str]:
    found: dict[str, str] = {}
    heading = ""
    for line in docstring.splitlines():
        name, colon, rest = line.strip().partition(":")
        if colon and name.lower() in ("when", "then", "why"):
            heading = name.lower()
            line = rest
        elif not line.strip():
            heading = ""
        if heading:
            found[heading] = f"{found.get(heading, '')} {line.strip()}".strip()
    return found
