"""A customer's lead goes to who has the customer: the account owner, a specialist or the Account Manager.

When: the matched account is a customer.
Then: in this order: (a) an inquiry about a product the customer does not own goes to Sales, the account owner;
    (b) of an enterprise account a department's specialist, where the policy names one; (c) from `hand_off_value`
    on the Account Manager, below it the account owner. A manager or specialist who is missing, or gone without
    an heir, is replaced by the account owner.
Why: R046, and for the order C03: product before value. C04: exactly the limit belongs to the Account Manager.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, PlainSerializer

from sfrouter.base.job_titles import department_named
from sfrouter.base.standards import Standards
from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Account, Relationship, Segment, TeamRole
from sfrouter.routing.account_owner import Subsidiary, account_owner
from sfrouter.routing.explain import Money, say
from sfrouter.routing.kinds import kind_of
from sfrouter.routing.money import at_least
from sfrouter.routing.rule import Claim, Pass, Role, Rule, Verdict, Wanted, unmatched
from sfrouter.routing.spelling import folded
from sfrouter.routing.team import holder


def _each_once(given: Mapping[str, str]) -> Mapping[str, str]:
    first: dict[str, str] = {}
    for name, mail in given.items():
        other = first.setdefault(department_named(name) or folded(name), name)
        if other != name and folded(given[other]) != folded(mail):
            raise ValueError(f"'{other}' and '{name}' are one department; name one specialist for it")
    return MappingProxyType(dict(given))


Specialists = Annotated[Mapping[str, str], AfterValidator(_each_once), PlainSerializer(dict)]


class CustomerOwner(Rule):
    """Place 6."""

    place: ClassVar[str] = "6"
    ids: ClassVar[tuple[str, ...]] = ("R046", "R087", "R116", "R117", "R131", "C03", "C04", "C13")
    needs: ClassVar[tuple[str, ...]] = ("account.relationship.customer",)
    reads: ClassVar[tuple[str, ...]] = (
        "account.currency", "account.account_manager_id", "account.parent_id", "team_member",
    )  # fmt: skip

    product_hand_off: bool = True
    specialists: Specialists = Field(default_factory=dict)  # department -> e-mail; empty: off
    hand_off_value: Decimal | None = Field(default=Decimal(50000), gt=0)  # None: off
    hand_off_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    subsidiary: Subsidiary = Subsidiary.CHILD

    def needed(self) -> tuple[str, ...]:
        """What the switched-on parts look at."""
        product = ("lead.product", "account.products") if self.product_hand_off else ()
        department = ("lead.department", "account.segment.enterprise") if self.specialists else ()
        value = ("account.contract_value",) if self.hand_off_value is not None else ()
        return (*self.needs, *product, *department, *value)

    def in_standard_form(self, standards: Standards) -> Self:
        """With the departments as leads have them: "Technik" is Engineering."""
        specialists = {standards.department(name): mail for name, mail in self.specialists.items()}
        return self.model_copy(update={"specialists": MappingProxyType(specialists)})

    def named_people(self) -> tuple[str, ...]:
        """The specialists."""
        return tuple(self.specialists.values())

    def decide(self, dossier: Dossier) -> Verdict:
        """The first of the three parts that applies, else the account owner."""
        account = dossier.account
        if account is None:
            return unmatched()
        if account.relationship is not Relationship.CUSTOMER:
            return Pass(words=say("customer.no", account=account.name, relationship=kind_of(account)))
        return (
            self._by_product(dossier, account)
            or self._by_department(dossier, account)
            or self._by_value(dossier, account)
            or self._owner(dossier, account, Claim(wanted=(), words=say("customer.owner", account=account.name)))
        )

    def _owner(self, dossier: Dossier, account: Account, claim: Claim) -> Claim:
        """The claim with the account owner as its last resort."""
        wanted = (*claim.wanted, *account_owner(account, dossier, self.subsidiary))
        return Claim(wanted=wanted, words=claim.words, ids=("R046", *claim.ids), warnings=claim.warnings)

    def _by_product(self, dossier: Dossier, account: Account) -> Claim | None:
        owned = {folded(product) for product in account.products if folded(product)}
        asked = [product.strip() for product in dossier.lead.product.split(";") if folded(product)]
        foreign = [product for product in asked if folded(product) not in owned]
        # An account without any product recorded is a gap in the data, not a customer who owns nothing.
        if not self.product_hand_off or not owned or not foreign:
            return None
        words = say(
            "customer.product", account=account.name, product=foreign[0], owned=", ".join(sorted(account.products))
        )
        return self._owner(dossier, account, Claim(wanted=(), words=words, ids=("R131",)))

    def _by_department(self, dossier: Dossier, account: Account) -> Claim | None:
        department = folded(dossier.lead.department)
        specialist = next((mail for name, mail in self.specialists.items() if folded(name) == department), "")
        if not specialist or account.segment is not Segment.ENTERPRISE:
            return None
        words = say("customer.specialist", account=account.name, department=dossier.lead.department)
        wanted = (Wanted(role=Role.SPECIALIST, email=specialist),)
        return self._owner(dossier, account, Claim(wanted=wanted, words=words, ids=("R087",)))

    def _by_value(self, dossier: Dossier, account: Account) -> Claim | None:
        limit, value = self.hand_off_value, account.contract_value
        if limit is None:
            return None
        shown = Money(limit, self.hand_off_currency)
        if value is None:
            words = say("customer.no_value", account=account.name, limit=shown)
            return self._owner(dossier, account, Claim(wanted=(), words=words, ids=("R117",), warnings=(words,)))
        facts = {"account": account.name, "value": Money(value, account.currency), "limit": shown}
        reached = at_least(value, account.currency, limit, self.hand_off_currency, dossier.rates)
        if reached is None:
            words = say("customer.no_rate", **facts)
            return self._owner(dossier, account, Claim(wanted=(), words=words, ids=("R117",), warnings=(words,)))
        if not reached:
            words = say("customer.below", **facts)
            return self._owner(dossier, account, Claim(wanted=(), words=words, ids=("R117",)))
        return self._to_manager(dossier, account, facts)

    def _to_manager(self, dossier: Dossier, account: Account, facts: Mapping[str, object]) -> Claim:
        manager_id = account.account_manager_id or holder(dossier, TeamRole.ACCOUNT_MANAGER)
        words = say("customer.manager", **facts)
        missing = () if manager_id else (say("customer.no_manager", account=account.name),)
        wanted = (Wanted(role=Role.ACCOUNT_MANAGER, record_id=manager_id),)
        return self._owner(dossier, account, Claim(wanted=wanted, words=words, ids=("R116",), warnings=missing))
