"""The form of `policy.yaml` without its rules and notices, which stand on shelves of their own."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.routing.flood import Flood
from sfrouter.routing.owners import Departed
from sfrouter.routing.priority import Priority
from sfrouter.salesforce.condition_text import condition_fault

_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def is_mail(value: str) -> bool:
    """Has a text the shape of an e-mail address?"""
    return _MAIL.fullmatch(value) is not None


def mail_address(value: str) -> str:
    """An e-mail address. Raises ValueError for anything else."""
    if not is_mail(value):
        raise ValueError(f"'{value}' is no e-mail address; people are named by the e-mail of their user")
    return value


def currency(value: Any) -> Any:
    """A currency code such as EUR, in capitals. Raises ValueError for anything else."""
    if not isinstance(value, str) or not re.fullmatch(r"\s*[A-Za-z]{3}\s*", value):
        raise ValueError("a currency is three letters, such as USD or EUR")
    return value.strip().upper()


def known_zone(value: str) -> str:
    """A time zone such as Europe/Berlin. Raises ValueError when the machine does not know it."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{value}' is no time zone; write it like America/New_York or Europe/Berlin") from None
    return value


def one_or_many(value: Any) -> Any:
    """A single text where a list is meant; nothing where the list is empty."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def soql_condition(value: str) -> str:
    """One condition as it stands after WHERE. Raises ValueError for anything more."""
    if fault := condition_fault(value):
        raise ValueError(f"no single SOQL condition: {fault}; write it as after WHERE: LeadSource = 'Web'")
    return value


Mail = Annotated[Text, AfterValidator(mail_address)]
Language = Literal["en", "de", "es", "ja", "id"]
Currency = Annotated[str, BeforeValidator(currency)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]
Mails = Annotated[tuple[Mail, ...], BeforeValidator(one_or_many)]


class Form(BaseModel):
    """A section of an admin's file: keys that are not known are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Intake(Form):
    """Whose leads wait to be routed (L01): queues by name, users by e-mail; and, switched on, a SOQL condition."""

    queues: Texts = ()
    users: Mails = ()
    condition: Annotated[Text, AfterValidator(soql_condition)] | None = None


class Reviews(Form):
    """What becomes of a lead while a person is asked about its company (RV1).

    Without `hold` the next rule routes it at once; with it the lead stays in the intake until its review items
    are answered, `hold_hours` at most.
    """

    hold: bool = False
    hold_hours: int = Field(default=24, ge=1, le=24 * 30)


class DatedRate(Form):
    """What one unit of a currency is worth in the base currency from a day on, until the next rate of it."""

    currency: Currency
    begins: date = Field(alias="from")
    rate: Annotated[Decimal, Field(gt=0)]


class PolicyForm(Form):
    """The sections of `policy.yaml`. What is `Any` here is looked at in detail elsewhere."""

    intake: Intake
    programs: Mails = ()
    duplicate_leads: Literal["refuse", "save"] = "refuse"
    catch_all_queue: Text
    rules: Any = None
    notices: Any = None
    followup: Any = None
    comparison: Any = None
    matching: Any = None
    flood: Flood | None = None
    new_accounts: NewAccounts = Field(default_factory=NewAccounts)
    standard_values: Any = None
    priority: Priority = Field(default_factory=Priority)
    departed: Departed = Field(default_factory=Departed)
    write_account_link: bool = True
    language: Language = "en"
    reviews: Reviews = Field(default_factory=Reviews)
    time_zone: Annotated[Text, AfterValidator(known_zone)] | None = None
    base_currency: Currency = "USD"
    rates: dict[Currency, Annotated[Decimal, Field(gt=0)]] = Field(default_factory=dict)
    dated_rates: tuple[DatedRate, ...] = ()
