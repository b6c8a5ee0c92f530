"""The section `standard_values` of policy.yaml: how the org spells places, titles and departments (L03)."""

from typing import Annotated

from pydantic import AfterValidator, Field

from sfrouter.base.places import country_code
from sfrouter.base.standards import (
    Standards,
    country_overrides,
    department_overrides,
    state_overrides,
    title_overrides,
)
from sfrouter.config.policy_form import Form, Text


def _home(value: str) -> str:
    code = country_code(value)
    if not code:
        raise ValueError(f"'{value}' is no country; write its ISO code of two letters, such as DE")
    return code


def _countries(value: dict[str, str]) -> dict[str, str]:
    country_overrides(value)
    return value


def _states(value: dict[str, str]) -> dict[str, str]:
    state_overrides(value)
    return value


def _titles(value: dict[str, str]) -> dict[str, str]:
    title_overrides(value)
    return value


def _departments(value: dict[str, str]) -> dict[str, str]:
    department_overrides(value)
    return value


class StandardValues(Form):
    """`home_country` is meant where a lead names none; the others are own spellings and what they mean."""

    home_country: Annotated[Text, AfterValidator(_home)] | None = None
    countries: Annotated[dict[Text, Text], AfterValidator(_countries)] = Field(default_factory=dict)
    states: Annotated[dict[Text, Text], AfterValidator(_states)] = Field(default_factory=dict)
    titles: Annotated[dict[Text, Text], AfterValidator(_titles)] = Field(default_factory=dict)
    departments: Annotated[dict[Text, Text], AfterValidator(_departments)] = Field(default_factory=dict)

    def standards(self) -> Standards:
        """How values are read."""
        return Standards(
            home=self.home_country or "", countries=country_overrides(self.countries),
            states=state_overrides(self.states), titles=title_overrides(self.titles),
            departments=department_overrides(self.departments),
        )  # fmt: skip
