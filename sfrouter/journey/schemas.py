"""The forms of the admin's files as JSON Schemas, so that an editor completes keys and marks what is misspelt.

They are made from the same forms the files are read with, at the moment they are asked for. They are a little
wider than the reader: `sfrouter check` remains the judge.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from sfrouter.base.shelf import parts
from sfrouter.config.companies_form import CompaniesForm
from sfrouter.config.comparison import ComparisonForm
from sfrouter.config.nouns import NOUNS, NounSpec
from sfrouter.config.policy_form import PolicyForm
from sfrouter.config.settings import Settings, variable
from sfrouter.config.standard_values import StandardValues
from sfrouter.config.teams import TeamsForm
from sfrouter.distribution.methods import shelf as method_shelf
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.followup.watches import shelf as watch_shelf
from sfrouter.journey.story_form import Story, StoryFile
from sfrouter.journey.story_records import ACCOUNT_FORM, CONTACT_FORM, DEAL_FORM, LEAD_FORM
from sfrouter.matching import signals
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.signal import Signal
from sfrouter.routing.notices import shelf as notice_shelf
from sfrouter.routing.rules import shelf as rule_shelf

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_FROM_COMPANIES = ("aliases", "never_match", "shared_domains", "free_mail_add", "free_mail_remove")


def schemas() -> Mapping[str, Schema]:
    """One schema a file, by the name it is written under."""
    return {
        "fields": _whole("fields.yaml", {}, {noun: _noun(spec) for noun, spec in NOUNS.items()}),
        "policy": _policy(),
        "teams": _teams(),
        "companies": _of_form("companies.yaml", CompaniesForm, {}),
        "stories": _stories(),
        "settings": _settings(),
    }


class _Definitions:
    """Collects the parts that schemas refer to, each once."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}

    def of(self, form: type[BaseModel]) -> Schema:
        """The schema of a form, wider by what the reader takes besides: nothing, or one where a list is meant."""
        # Two forms may each have an inner one called Action.
        plain = form.model_json_schema(ref_template=f"#/$defs/{form.__name__}.{{model}}")
        for name, part in plain.pop("$defs", {}).items():
            self.found[f"{form.__name__}.{name}"] = _wider(part)
        return dict(_wider(plain))


def _wider(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_wider(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _wider(value) for key, value in schema.items() if key != "default"}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {name: _or_nothing(_wider(one)) for name, one in schema["properties"].items()}
    if schema.get("type") == "array":
        return {"anyOf": [made, _TEXT]}
    return {**made, "type": ["string", "number"]} if schema.get("type") == "string" and len(schema) < 4 else made


def _or_nothing(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _whole(name: str, definitions: Mapping[str, Schema], properties: Mapping[str, Schema]) -> Schema:
    return {
        "$schema": _DIALECT, "title": f"sfrouter {name}", "type": "object", "additionalProperties": False,
        "properties": {key: _or_nothing(value) for key, value in properties.items()}, "$defs": dict(definitions),
    }  # fmt: skip


def _of_form(
    name: str, form: type[BaseModel], instead: Mapping[str, Schema], *defs: Mapping[str, Schema]
) -> Schema:
    definitions = _Definitions()
    properties = dict(definitions.of(form)["properties"])
    for more in defs:
        definitions.found |= more
    return _whole(name, definitions.found, {**properties, **instead})


def _listed(shelf: Mapping[str, type[BaseModel]], definitions: _Definitions) -> Schema:
    """A list of parts, each by its name or with its options."""
    named: list[Schema] = [{"enum": list(shelf)}]
    for name, part in shelf.items():
        options = _or_nothing(definitions.of(part))
        named.append({"type": "object", "properties": {name: options}, "required": [name],
                      "additionalProperties": False})  # fmt: skip
    return {"type": "array", "items": {"anyOf": named}}


def _policy() -> Schema:
    parts_used = _Definitions()
    known: Mapping[str, type[BaseModel]] = parts(signals, base=Signal)
    matching = parts_used.of(MatchSettings)
    matching["properties"] = {
        name: one for name, one in matching["properties"].items() if name not in _FROM_COMPANIES
    } | {"signals": _or_nothing(_listed(known, parts_used))}
    instead = {
        "rules": _listed(rule_shelf(), parts_used),
        "notices": _listed(notice_shelf(), parts_used),
        "followup": _listed(watch_shelf(), parts_used),
        "matching": matching,
        "standard_values": parts_used.of(StandardValues),
        "comparison": _comparison(parts_used),
    }
    return _of_form("policy.yaml", PolicyForm, instead, parts_used.found)


def _comparison(used: _Definitions) -> Schema:
    """The second policy has the rules and territories of the first, each in its own form."""
    whole = used.of(ComparisonForm)
    used.found["ComparisonForm.TestForm"]["properties"] |= {
        "rules": _or_nothing(_listed(rule_shelf(), used)),
        "territories": _or_nothing({"type": "array", "items": used.of(Territory)}),
    }
    return whole


def _teams() -> Schema:
    used = _Definitions()
    pool, territory = used.of(Pool), used.of(Territory)
    known = list(method_shelf())
    method = {"anyOf": [{"enum": known}, {"type": "object", "propertyNames": {"enum": known}}]}
    member = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Pool.Member"}]}
    pool["properties"] |= {"method": method, "members": {"type": "array", "items": member}}
    instead = {
        "pools": {"type": "array", "items": pool},
        "territories": {"type": "array", "items": territory},
    }
    return _of_form("teams.yaml", TeamsForm, instead, used.found)


def _stories() -> Schema:
    used = _Definitions()
    story = used.of(Story)
    records = {"account": ACCOUNT_FORM, "lead": LEAD_FORM}
    lists = {
        "parents": ACCOUNT_FORM,
        "accounts": ACCOUNT_FORM,
        "leads": LEAD_FORM,
        "contacts": CONTACT_FORM,
        "deals": DEAL_FORM,
    }
    given = used.found["Story.Given"]["properties"]
    given |= {name: _or_nothing(used.of(form)) for name, form in records.items()}
    given |= {name: _or_nothing({"type": "array", "items": used.of(form)}) for name, form in lists.items()}
    return _of_form("stories", StoryFile, {"stories": {"type": "array", "items": story}}, used.found)


def _noun(spec: NounSpec) -> Schema:
    """One object of fields.yaml."""
    names: Schema = {"type": ["string", "array", "null"], "items": {"type": "string"}}
    words = {name: one.words for name, one in spec.fields.items() if one.words}
    fields = {name: {**names, "description": one.about} for name, one in spec.fields.items()}
    values: Schema = {"type": ["array", "string", "number", "boolean", "null"]}
    inner: Schema = {
        "object": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": False, "properties": fields},
        "words": {
            "type": "object", "additionalProperties": False,
            "properties": {
                name: {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(one, values)}
                for name, one in words.items()
            },
        },
    }  # fmt: skip
    if spec.extra:
        inner["extra"] = {"type": "object", "additionalProperties": {"type": "string"}}
    needed = {name: _or_nothing(one) for name, one in inner.items()}
    return {"type": "object", "additionalProperties": False, "properties": needed, "required": ["object"]}


def _settings() -> Schema:
    """The environment variables, for those who keep them in a file with keys and values."""
    used = _Definitions()
    properties = used.of(Settings)["properties"]
    return _whole("settings", used.found, {variable(name): one for name, one in properties.items()})
