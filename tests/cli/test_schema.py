"""`sfrouter schema`: printed as JSON, or written as one file a schema."""

import json
from pathlib import Path

from tests.cli.command import command

NAMES = {"fields", "policy", "teams", "companies", "stories", "settings"}


def test_all_schemas_are_printed() -> None:
    answer = command("schema")
    assert (answer.code, answer.err) == (0, "")
    assert set(answer.json) == NAMES


def test_one_file_a_schema_is_written(tmp_path: Path) -> None:
    answer = command("schema", "--out", str(tmp_path / "new" / "schemas"))
    assert answer.code == 0
    written = {path.name: json.loads(path.read_text("utf-8")) for path in (tmp_path / "new" / "schemas").iterdir()}
    assert set(written) == {f"{name}.schema.json" for name in NAMES}
    assert written["policy.schema.json"]["title"] == "sfrouter policy.yaml"
