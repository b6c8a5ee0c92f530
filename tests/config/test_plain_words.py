"""Whatever the checker of forms finds is said in an admin's words."""

from datetime import date
from decimal import Decimal
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sfrouter.base.yamlfile import parse_yaml
from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.placing import place
from sfrouter.config.plain_words import names_at


class Inner(BaseModel):
    """A section within a section."""

    model_config = ConfigDict(extra="forbid")
    months: int = Field(default=1, ge=1, le=12)


class Outer(BaseModel):
    """A form with one field of each kind."""

    model_config = ConfigDict(extra="forbid")
    name: str = "x"
    on: bool = True
    day: date | None = None
    rate: Decimal = Decimal(1)
    kind: Literal["queue", "user"] = "queue"
    tags: tuple[str, ...] = ()
    inner: Inner = Inner()
    parts: tuple[Inner, ...] = ()
    nested: object = None

    @field_validator("nested")
    @classmethod
    def _within(cls, value: object) -> object:
        return None if value is None else Inner.model_validate(value)


def told(text: str) -> list[str]:
    """Every fault of a text held against the form."""
    file, _ = parse_yaml(text, "a.yaml")
    assert file is not None
    faults = Faults(file)
    with pytest.raises(ValidationError) as refused:
        Outer.model_validate(file.values)
    place(refused.value, Outer, faults, code="X")
    return [str(problem) for problem in faults.all()]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: 12", "a.yaml:1: 'name' must be text, not the number 12  mend: put it in quotes"),
        ("name: [a]", "a.yaml:1: 'name' must be text, not a list"),
        ("on: perhaps", "a.yaml:1: 'on' must be true or false, not the text 'perhaps'"),
        ("\nday: 2026-02-30", "a.yaml:2: 'day' must be a date like 2026-11-30, not the text '2026-02-30'"),
        ("rate: much", "a.yaml:1: 'rate' must be a number, not the text 'much'"),
        ("kind: usr",
         "a.yaml:1: 'kind' cannot be the text 'usr'. Did you mean 'user'?  mend: write queue or user"),
        ("tags: 5", "a.yaml:1: 'tags' must be a list, not the number 5"),
        ("tags:\n  - a\n  - 5", "a.yaml:3: 'tags' must be text, not the number 5  mend: put it in quotes"),
        ("inner:\n  months: 13", "a.yaml:2: 'months' must be at most 12, not the number 13"),
        ("inner:\n  month: 2", "a.yaml:2: no setting is called 'month'. Did you mean 'months'?"),
        ("inner: 5", "a.yaml:1: 'inner' must be a section with keys of its own, not the number 5"),
        ("parts:\n  - months: 1\n  - moths: 2", "a.yaml:3: no setting is called 'moths'. Did you mean 'months'?"),
        ("nested:\n  months: 0", "a.yaml:2: 'months' must be at least 1, not the number 0"),
        ("zebra: 1",
         "a.yaml:1: no setting is called 'zebra'.  mend: known are: day, inner, kind, name, nested, on, "
                     "parts, rate, tags"),
    ],
)  # fmt: skip
def test_each_finding_is_placed_and_said_plainly(text: str, words: str) -> None:
    assert told(text) == [words]


def test_several_findings_come_together_in_the_order_of_the_lines() -> None:
    found = told("zebra: 1\nname: 2\ninner:\n  months: 0\n")
    assert [line.split(": ")[0] for line in found] == ["a.yaml:1", "a.yaml:2", "a.yaml:4"]


def test_the_known_keys_of_a_place() -> None:
    assert names_at(Outer, ("parts", 0)) == ("months",)
    assert names_at(Outer, ("name", "deeper")) == ()
    assert names_at(Outer, ("nowhere",)) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true or false"),
        (3, "the number 3"),
        ("a", "the text 'a'"),
        ({}, "a section with keys of its own"),
        ([], "a list"),
        (object(), "something else"),
    ],
)
def test_a_value_is_called_what_an_admin_calls_it(value: object, words: str) -> None:
    assert kind_of(value) == words
