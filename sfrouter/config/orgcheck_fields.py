"""Holds the mapped fields of one object against the org's own description of it."""

from collections.abc import Mapping
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.base.shelf import did_you_mean
from sfrouter.config.mapping import FieldMapping, ObjectMap
from sfrouter.config.needs import WRITTEN_TO_MAKE
from sfrouter.config.nouns import NOUNS, FieldSpec, Kind
from sfrouter.config.orgcheck_words import check_words
from sfrouter.config.sources import Spot, spot

_UNREADABLE = ("address", "location", "base64", "complexvalue")
_TYPES: Mapping[Kind, tuple[str, ...]] = {
    Kind.ID: ("id",),
    Kind.REFERENCE: ("reference", "id"),
    Kind.MOMENT: ("datetime",),
    Kind.DATE: ("date", "datetime"),
    Kind.NUMBER: ("int", "long", "double", "currency", "percent"),
    Kind.FLAG: ("boolean",),
}
_CALLED = {
    Kind.ID: "a record id",
    Kind.REFERENCE: "a lookup",
    Kind.MOMENT: "a date with time",
    Kind.DATE: "a date",
    Kind.NUMBER: "a number or currency",
    Kind.FLAG: "a checkbox",
}
_OWNER = "lead.owner_id"
_ALWAYS_WRITTEN = frozenset({_OWNER, "lead.reason"})


class FieldCheck:
    """The check of one object; what is wrong gathers in `problems`. `made`: the policy makes records of it."""

    def __init__(
        self,
        mapping: FieldMapping,
        object_map: ObjectMap,
        describe: Mapping[str, Any],
        used: frozenset[str],
        *,
        made: bool = False,
    ) -> None:
        self.mapping = mapping
        self.map = object_map
        self.used = used
        # Where the whole object may not be created that is said once (ORG02).
        self._made = made and describe.get("createable", True)
        self.problems: list[Problem] = []
        self._fields = {field["name"].casefold(): field for field in describe.get("fields", ())}
        taken = {
            api.casefold() for apis in (*object_map.fields.values(), object_map.extra.values()) for api in apis
        }
        self._free = [field["name"] for key, field in self._fields.items() if key not in taken]

    def field(self, name: str) -> None:
        """One field of ours, with all that stand behind it."""
        spec = NOUNS[self.map.noun].fields[name]
        apis = self.map.apis(name)
        found = [self._fields.get(api.casefold()) for api in apis]
        for index, api in enumerate(apis):
            path = (self.map.noun, "fields", name, *((index,) if len(apis) > 1 else ()))
            here = spot(self.mapping.source, *path)
            described = found[index]
            if described is None:
                self._missing(name, api, here, spec)
                continue
            self._type(name, spec, described, here)
            if self._written(name, spec, first=not index):
                self._rights(name, spec, described, here)
        present = [one for one in found if one is not None]
        if present and name in self.map.words:
            self.problems += check_words(self.mapping, self.map, name, present, self.used)

    def further(self, name: str) -> None:
        """One further field of the admin's."""
        here = spot(self.mapping.source, self.map.noun, "extra", name)
        api = self.map.extra[name]
        described = self._fields.get(api.casefold())
        if described is None:
            self._missing(name, api, here, None)
        elif described["type"] in _UNREADABLE:
            self._add(here, f"'{api}' is of a kind that cannot be used ({described['type']})",
                      "map one of its parts", code="ORG04")  # fmt: skip

    def _add(self, here: Spot, what: str, mend: str, *, code: str, warning: bool = False) -> None:
        self.problems.append(here.problem(what, mend, code=code, warning=warning))

    def _missing(self, name: str, api: str, here: Spot, spec: FieldSpec | None) -> None:
        noun, object_name = self.map.noun, self.map.object_name
        near = did_you_mean(api, self._free)
        written = spec is not None and spec.written and noun != "task"
        right = "Read and Edit" if written else "Read"
        mend = (
            "make it in Setup, or show it by the permission set: "
            f"Object Settings > {object_name} > Field Permissions > {api} > {right}"
        )
        if len(self.map.apis(name)) > 1:
            mend += "; or take it out of the list"
        elif spec is None or not spec.must:
            mend += f"; or leave '{name}:' empty if your org has no such field"
        what = f"{object_name} has no field '{api}', or it is hidden from the integration user.{near}"
        self._add(here, what, mend, code="ORG03")

    def _type(self, name: str, spec: FieldSpec, described: Mapping[str, Any], here: Spot) -> None:
        api, kind = described["name"], described["type"]
        if kind in _UNREADABLE:
            self._add(
                here, f"'{api}' is of a kind that cannot be used ({kind})", "map one of its parts", code="ORG04"
            )
            return
        wanted = _TYPES.get(spec.kind, ())
        if spec.kind is Kind.FLAG and name in self.map.words:
            wanted = ()
        if wanted and kind not in wanted:
            mend = f"'{name}' must be {_CALLED[spec.kind]}: {spec.about}"
            if spec.kind is Kind.FLAG:
                mend += f"; or say under '{self.map.noun}: words: {name}:' which values mean yes"
            self._add(here, f"'{api}' is of type {kind}", mend, code="ORG04")
        elif spec.to and kind == "reference":
            self._target(name, spec, described, here)
        elif spec.kind in (Kind.TEXT, Kind.TEXTS) and kind == "reference":
            mend = f"map a text field: {spec.about}"
            self._add(here, f"'{api}' is a lookup: it holds ids, not names", mend, code="ORG04")
        elif spec.length and 0 < int(described.get("length") or 0) < spec.length:
            what = f"'{api}' takes {described['length']} characters, the router writes up to {spec.length}"
            self._add(here, what, "map the standard field", code="ORG05")

    def _target(self, name: str, spec: FieldSpec, described: Mapping[str, Any], here: Spot) -> None:
        wanted = [self.mapping.objects[noun].object_name for noun in spec.to if noun in self.mapping.objects]
        targets = [str(target) for target in described.get("referenceTo") or ()]
        if wanted and targets and not {one.casefold() for one in wanted} & {one.casefold() for one in targets}:
            what = f"'{described['name']}' leads to {' and '.join(targets)}, not to {' or '.join(wanted)}"
            self._add(here, what, f"'{name}' must be a lookup to {wanted[0]}: {spec.about}", code="ORG06")

    def _rights(self, name: str, spec: FieldSpec, described: Mapping[str, Any], here: Spot) -> None:
        created = self._made or NOUNS[self.map.noun].created
        if described.get("createable" if created else "updateable", True):
            return
        api, object_name = described["name"], self.map.object_name
        what = f"the integration user may not write {object_name}.{api}"
        if described.get("calculated"):
            what, mend = f"'{api}' is a formula and cannot be written", f"map a field that can be: {spec.about}"
        else:
            mend = f"in the permission set: Object Settings > {object_name} > Field Permissions > {api} > Edit"
        if f"{self.map.noun}.{name}" == _OWNER:
            mend += f"; and Object Settings > {object_name} > Edit, with the permission to transfer its records"
        self._add(here, what, mend, code="ORG07")

    def _written(self, name: str, spec: FieldSpec, *, first: bool) -> bool:
        """Does the router write this field, the `first` or another one behind the name, with this policy?"""
        if self.map.noun == "account":
            return self._made and first and name in WRITTEN_TO_MAKE
        full = f"{self.map.noun}.{name}"
        if not spec.written or NOUNS[self.map.noun].created:
            return spec.written
        words_needed = any(need.startswith(f"{full}.") for need in self.used)
        return full in _ALWAYS_WRITTEN or words_needed or (full in self.used and name == "account_id")
