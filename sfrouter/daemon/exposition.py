"""Writes figures down as Prometheus reads them: a name, what it means, and one line for every sample."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")


class Kind(StrEnum):
    """What a figure may do: a counter only grows, a gauge goes up and down."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value, told apart from its sisters by labels."""

    value: float
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure with all its samples. A name without samples is still told, so that alerts find it."""

    name: str
    words: str
    kind: Kind
    samples: tuple[Sample, ...]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or (self.kind is Kind.COUNTER) is not self.name.endswith("_total"):
            raise ValueError(f"'{self.name}' is no name for a {self.kind}")
        for one in self.samples:
            for label in one.labels:
                if not _LABEL.fullmatch(label):
                    raise ValueError(f"'{label}' is no name for a label")


def exposition(measures: Iterable[Measure]) -> str:
    """The text of Prometheus' format 0.0.4."""
    lines: list[str] = []
    for one in measures:
        words = one.words.replace("\\", r"\\").replace("\n", r"\n")
        lines += [f"# HELP {one.name} {words}", f"# TYPE {one.name} {one.kind}"]
        lines += [f"{one.name}{_labels(sample.labels)} {_number(sample.value)}" for sample in one.samples]
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_quoted(value)}"' for name, value in sorted(labels.items())) + "}"


def _quoted(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
