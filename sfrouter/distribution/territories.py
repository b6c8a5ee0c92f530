"""A territory: which leads it covers, and the pool of people who work them."""

from pydantic import BaseModel, ConfigDict, Field

from sfrouter.distribution.conditions import Condition


class Territory(BaseModel):
    """The first territory whose condition fits takes the lead. Without `when` it takes every lead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    when: Condition | None = None
    pool: str = Field(min_length=1)
