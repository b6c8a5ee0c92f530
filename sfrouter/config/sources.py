"""Where each value of the policy stood, so that a fault found later, in the org, can still name its line."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.base.yamlfile import YamlFile


def _none(name: str) -> YamlFile:
    return YamlFile(name, {}, MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in one of the files."""

    file: str
    line: int

    def problem(self, what: str, mend: str = "", *, code: str, warning: bool = False) -> Problem:
        """A fault at this place."""
        return Problem(file=self.file, line=self.line, what=what, mend=mend, code=code, warning=warning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files of one policy as they were read; `rules`, `notices` and `named` say where each entry stood."""

    policy: YamlFile = field(default_factory=lambda: _none("policy.yaml"))
    teams: YamlFile = field(default_factory=lambda: _none("teams.yaml"))
    companies: YamlFile = field(default_factory=lambda: _none("companies.yaml"))
    rules: Mapping[str, Spot] = field(default_factory=lambda: MappingProxyType({}))
    notices: Mapping[str, Spot] = field(default_factory=lambda: MappingProxyType({}))
    named: Sequence[Spot] = ()


def spot(file: YamlFile, *path: str | int) -> Spot:
    """The place of a value in a file."""
    return Spot(file=file.name, line=file.line(path))


def canonical_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 over values alone: comments, layout and the order of keys do not count, the order of lists does."""
    text = json.dumps(_with_text_keys(values), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"{type(key).__name__}:{key}": _with_text_keys(item) for key, item in value.items()}
    return [_with_text_keys(item) for item in value] if isinstance(value, list) else value
