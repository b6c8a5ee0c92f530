"""The schemas fit the shipped files, mark what is misspelt, and are made anew each time: none is kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sfrouter.base.yamlfile import read_yaml
from sfrouter.journey.schemas import schemas
from tests.config.files import ROOT, SHIPPED

SCHEMAS = schemas()
KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "null": type(None),
}  # fmt: skip


def faults(value: Any, schema: Any, whole: Any, path: str = "") -> Iterator[str]:
    """What of a value does not fit; the part of JSON Schema that is used here."""
    if "$ref" in schema:
        yield from faults(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, path)
        return
    for key in ("anyOf", "oneOf"):
        if key in schema:
            tried = [list(faults(value, one, whole, path)) for one in schema[key]]
            if all(tried):
                yield min(tried, key=len)[0] if path else f"{path}: fits none"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum'][:5]}"
    if "const" in schema and value != schema["const"]:
        yield f"{path}: {value!r} is not {schema['const']!r}"
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(isinstance(value, KINDS[kind]) for kind in kinds):
            yield f"{path}: {value!r} is no {kinds}"
            return
    if isinstance(value, dict):
        yield from _of_object(value, schema, whole, path)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, one in enumerate(value):
            yield from faults(one, schema["items"], whole, f"{path}[{index}]")


def _of_object(value: dict[str, Any], schema: Any, whole: Any, path: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}: {name} is missing"
    for name, one in value.items():
        if name in properties:
            yield from faults(one, properties[name], whole, f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{path}: nothing is called {name}"
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from faults(one, schema["additionalProperties"], whole, f"{path}.{name}")


def values(path: Path) -> Any:
    """A file's values."""
    found, problems = read_yaml(path)
    assert found is not None, problems
    return found.values


FILES = [
    *((SHIPPED / f"{name}.yaml", name) for name in ("fields", "policy", "teams", "companies")),
    *((path, path.stem) for path in sorted((SHIPPED / "examples").glob("*/*.yaml"))),
    *((path, "stories") for path in sorted(SHIPPED.glob("**/stories/*.yaml"))),
    *((path, "stories") for path in sorted((ROOT / "tests" / "stories").glob("[!_]*.yaml"))),
]


@pytest.mark.parametrize(("path", "name"), FILES, ids=[str(path.relative_to(ROOT)) for path, _ in FILES])
def test_every_shipped_file_fits_its_schema(path: Path, name: str) -> None:
    assert list(faults(values(path), SCHEMAS[name], SCHEMAS[name])) == []


def test_a_comparison_as_it_is_documented_fits_its_schema(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "policy.md").read_text("utf-8")
    written = page.split("## Comparing two policies")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "policy.yaml").write_text(written, "utf-8")
    assert list(faults(values(tmp_path / "policy.yaml"), SCHEMAS["policy"], SCHEMAS["policy"])) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("fields", {"lead": {"object": "Lead", "fields": {"frist_name": "FirstName"}}}),
        ("policy", {"rules": ["costumer_owner"]}),
        ("policy", {"rules": [{"churned_customer": {"month": 6}}]}),
        ("policy", {"catch_all": "Queue"}),
        ("policy", {"matching": {"match_over": 80}}),
        ("policy", {"followup": [{"sla": {"other_within_minutes": 5}}]}),
        ("policy", {"standard_values": {"home": "DE"}}),
        ("policy", {"comparison": {"name": "a", "test": {}, "shares": 50}}),
        ("policy", {"comparison": {"name": "a", "test": {"rules": ["costumer_owner"]}}}),
        ("policy", {"comparison": {"name": "a", "test": {"territories": [{"name": "a", "pools": "b"}]}}}),
        ("policy", {"comparison": {"name": "a"}}),
        ("teams", {"pools": [{"name": "a", "method": "round_robbin", "members": []}]}),
        ("teams", {"territories": [{"name": "a", "pool": "b", "when": {"field": "lead.city", "op": "equals"}}]}),
        ("companies", {"aliases": [{"company": "IBM", "other": ["x"]}]}),
        ("stories", {"stories": [{"story": "x", "given": {"account": {"nmae": "x"}}, "expect": {}}]}),
        ("stories", {"stories": [{"story": "x", "expects": {}}]}),
        ("settings", {"SFROUTER_POL_SECONDS": 5}),
    ],
)
def test_what_is_misspelt_is_marked(name: str, wrong: Any) -> None:
    assert list(faults(wrong, SCHEMAS[name], SCHEMAS[name]))


def test_every_reference_leads_somewhere_and_all_of_it_is_json() -> None:
    for name, schema in SCHEMAS.items():
        text = json.dumps(schema)
        for part in text.split('"$ref": "#/$defs/')[1:]:
            assert part.split('"')[0] in schema["$defs"], name


def test_no_schema_is_kept_in_the_repository() -> None:
    kept = [path for path in ROOT.glob("*/**/*.schema.json") if ".venv" not in path.parts]
    assert kept == []
