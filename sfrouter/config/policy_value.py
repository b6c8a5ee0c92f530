"""The routing policy as one value: whose leads, by which rules, to which people, what counts as one company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from sfrouter.base.standards import Standards
from sfrouter.config.policy_form import DatedRate, Intake, Reviews
from sfrouter.config.sources import Sources
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague
from sfrouter.distribution.territories import Territory
from sfrouter.followup.watch import Watch
from sfrouter.followup.watches.departed_owner import DepartedOwner
from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.followup.watches.sla import Sla
from sfrouter.matching.match import DEFAULT_SIGNALS
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.signals.ip import Ip, Use
from sfrouter.model.dossier import NamedEntry
from sfrouter.routing.flood import Flood
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.notices.busy_company import BusyCompany
from sfrouter.routing.notices.new_owner import NewOwner
from sfrouter.routing.owners import Departed
from sfrouter.routing.priority import Priority
from sfrouter.routing.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two policies side by side (R155): `share` percent of the leads go by `test`, each as a hash of its id says.

    A lead counts once it is `after_days` days old, and as won when `conversion` holds for it.
    """

    name: str
    share: int
    after_days: int
    conversion: Condition
    test: "Policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that `policy.yaml`, `teams.yaml` and `companies.yaml` say.

    `rates` says how much of the base currency one unit is worth where no dated rate has begun; the base itself is
    1. `time_zone` empty means the org's own. `hash` changes when any value of any of the files changes, and with
    nothing else.
    """

    intake: Intake
    catch_all_queue: str
    rules: tuple[Rule, ...]
    notices: tuple[NoticePart, ...] = ()
    watches: tuple[Watch, ...] = ()
    priority: Priority = field(default_factory=Priority)
    matching: MatchSettings = field(default_factory=MatchSettings)
    new_accounts: NewAccounts = field(default_factory=NewAccounts)
    flood: Flood | None = None  # None: no flood is watched for
    departed: Departed = field(default_factory=Departed)
    standards: Standards = field(default_factory=Standards)
    write_account_link: bool = True
    duplicate_leads: str = "refuse"  # or "save": write leads although a duplicate rule warns
    programs: tuple[str, ...] = ()  # users that are no people, by e-mail
    reviews: Reviews = field(default_factory=Reviews)
    pools: tuple[Pool, ...] = ()
    territories: tuple[Territory, ...] = ()
    people: Mapping[str, Colleague] = field(default_factory=lambda: MappingProxyType({}))
    successors_by_email: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    named_entries: tuple[NamedEntry, ...] = ()
    base_currency: str = "USD"
    rates: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    dated_rates: tuple[DatedRate, ...] = ()
    time_zone: str = ""
    language: str = "en"  # of Tasks whose reader has none that we speak
    comparison: Comparison | None = None
    group: str = ""  # while two policies are compared: whose leads go by this one
    hash: str = ""
    sources: Sources = field(default_factory=Sources, compare=False, repr=False)

    def rates_on(self, day: date) -> Mapping[str, Decimal]:
        """The rates of a day in the org's time zone: of each currency the dated one that began last, else the
        undated one (R116)."""
        begun = sorted((one for one in self.dated_rates if one.begins <= day), key=lambda one: one.begins)
        return MappingProxyType({**self.rates, **{one.currency: one.rate for one in begun}})

    @property
    def sla(self) -> Sla | None:
        """The watch over first replies; None when the policy has none."""
        return next((one for one in self.watches if isinstance(one, Sla)), None)

    @property
    def departed_owner(self) -> DepartedOwner | None:
        """The watch over leads of people who left; None when the policy has none."""
        return next((one for one in self.watches if isinstance(one, DepartedOwner)), None)

    @property
    def respond_within_minutes(self) -> int:
        """How long the new owner has, by the notice that tells him (R091); two hours when nobody is told."""
        told = (part.respond_within_minutes for part in self.notices if isinstance(part, NewOwner))
        return next(told, NewOwner().respond_within_minutes)

    @property
    def keep_addresses_days(self) -> int:
        """How long the mirror keeps leads' network addresses (R038); 0 when nothing looks at them."""
        asked = [part for part in self.matching.signals or DEFAULT_SIGNALS if isinstance(part, Ip)]
        return max((part.keep_days for part in asked if part.use is not Use.OFF), default=0)

    @property
    def alert_window_minutes(self) -> int:
        """How far back the leads of one company are looked at for the alert (R084); 0 when it is off."""
        return max((part.window_minutes for part in self.notices if isinstance(part, BusyCompany)), default=0)

    @property
    def alert_count(self) -> int:
        """How many leads of one company raise the alert (R084); the least, where the policy has it twice."""
        return min(
            (part.leads for part in self.notices if isinstance(part, BusyCompany)), default=BusyCompany().leads
        )
