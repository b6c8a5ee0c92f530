"""The phrase-book: every sentence the router says about a lead stands here, once, by name.

A sentence is chosen where the decision is made and spoken only when somebody reads it; so a trace can be in
English while a Task is in its reader's language, as soon as a book of that language stands beside ENGLISH.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

LONGEST_VALUE = 80  # letters of a name or other value from the org inside a sentence


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence by its name in the book, with what goes into it."""

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return text(self)


def say(key: str, /, **values: object) -> Phrase:
    """A sentence of the book. Raises KeyError when the book has none of this name."""
    if key not in ENGLISH:
        raise KeyError(f"the phrase-book has no '{key}'")
    return Phrase(key, MappingProxyType(values))


def text(phrase: Phrase, language: str = "en") -> str:
    """The sentence in a language; in English where the language or the sentence is missing."""
    template = BOOKS.get(language, ENGLISH).get(phrase.key, ENGLISH[phrase.key])
    return template.format_map({name: _shown(value, language) for name, value in phrase.values.items()})


def joined(phrases: Iterable[Phrase | None]) -> Phrase:
    """Several sentences as one line, none of them twice. Raises ValueError when there is none."""
    kept: list[Phrase] = []
    for phrase in phrases:
        if phrase is not None and phrase not in kept:
            kept.append(phrase)
    if not kept:
        raise ValueError("nothing to say")
    line = kept[0]
    for phrase in kept[1:]:
        line = say("joined", first=line, second=phrase)
    return line


def money(amount: Decimal, currency: str) -> str:
    """An amount for a sentence: 50,000 USD."""
    if not amount.is_finite():
        return str(amount)
    digits = max(0, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{min(digits, 6)}f} {currency}".rstrip()


def _shown(value: object, language: str) -> str:
    if isinstance(value, Phrase):
        return text(value, language)
    if isinstance(value, date):
        return value.isoformat()
    return _clean(str(value))


def _clean(value: str) -> str:
    """A value from the org on one line, without control characters, and not too long."""
    plain = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in value)
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1].rstrip() + "…"


ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        # how sentences are joined
        "joined": "{first}; {second}",
        "reason": "{owner}, because {why}",
        "reason.keep": "the owner stays, because {why}",
        "reason.nobody": "nobody, because {why}",
        "nobody": "{why}; nobody can take it, so the next rule is asked",
        "nobody.final": "{why}; nobody can take it",
        "not_asked": "not asked: {rule} had decided",
        "not_asked.default": "not asked: {rule} had decided; without it: {default}",
        "unnamed": "without a name",
        "somebody": "somebody who is not a user here",
        "the_company": "the company",
        "no_account": "the lead is not matched to an account",
        # what an account is to us
        "relationship.customer": "a customer",
        "relationship.churned": "a former customer",
        "relationship.prospect": "a prospect",
        "relationship.none": "an account without a recorded relationship",
        # parts in which somebody gets a lead
        "role.account_owner": "account owner",
        "role.parent_owner": "parent company's owner",
        "role.account_manager": "account manager",
        "role.specialist": "department specialist",
        "role.strategic_owner": "strategic account owner",
        "role.dedicated_sdr": "dedicated SDR",
        "role.named_owner": "named account owner",
        "role.previous_owner": "previous owner",
        "role.opportunity_owner": "opportunity owner",
        "role.lead_owner": "earlier lead's owner",
        "role.partner": "partner",
        "role.partner_manager": "partner manager",
        "role.sales_leadership": "sales leader",
        "role.competitor_queue": "competitor queue",
        # leavers, queues, and people who cannot be found
        "owner.not_recorded": "no {role} is recorded",
        "owner.unknown": "the {role} is not a user here",
        "owner.no_such_email": "no user has the {role}'s e-mail address {email}",
        "owner.intake": "{name} is an intake user and works no leads",
        "owner.stands_in": "the {role} takes it",
        "heir.successor": "{gone} has left, and {heir} is the recorded successor",
        "heir.managers": "{gone} has left, and {heir} is the nearest active manager",
        "gone.chain": "{gone} has left, and neither a successor nor a manager is active",
        "gone.successor": "{gone} has left, and no recorded successor is active",
        "gone.managers": "no manager above {gone} is active",
        "gone.none": "{gone} has left",
        "queue.unknown": "there is no queue called {queue}",
        "queue.no_leads": "the queue {queue} may not own leads",
        "queue.intake": "the queue {queue} is the intake itself",
        # 1 competitor
        "competitor.no": "{account} is not flagged as a competitor",
        "competitor.queue": "{account} is a competitor, and competitors' leads go to a queue of their own",
        "competitor.user": "{account} is a competitor, and competitors' leads go to sales leadership",
        "competitor.status": "{account} is a competitor, and competitors' leads are disqualified at once",
        # 2 partner
        "partner.no": "no partner is recorded for {account}",
        "partner.involved": "{account} is sold directly; the partner involved does not take its leads",
        "partner.company": "{account} is a partner company",
        "partner.sourced": "a partner brought {account}, and its leads go back to the partner",
        "partner.managed": "a partner manages {account}, and its leads go back to the partner",
        "partner.company_nobody": "{account} is a partner company, but no partner manager is recorded",
        "partner.sourced_nobody": "a partner brought {account}, but"
        " neither partner nor partner manager is recorded",
        "partner.managed_nobody": "a partner manages {account}, but"
        " neither partner nor partner manager is recorded",
        # 3 strategic, 4 named
        "strategic.no": "{account} is not flagged as strategic",
        "strategic.yes": "{account} is a strategic account",
        "named.no": "the company is neither flagged as a named account nor on the list of named accounts",
        "named.flag": "{account} is a named account",
        "named.list": "{company} is on the list of named accounts",
        # 5 churned
        "churned.no": "{account} is {relationship}, not a former customer",
        "churned.opportunity": "{account} has churned, but an open opportunity wins first",
        "churned.no_date": "{account} has churned, but no churn date is recorded: it counts as new",
        "churned.recent": "{account} churned on {churned}, and today, {today}, is before {ends},"
        " the end of {months} months: the previous owner comes first",
        "churned.old": "{account} churned on {churned}, and today, {today}, is not before {ends},"
        " the end of {months} months: it counts as new",
        "churned.win_back": "{account} churned on {churned}, {months} months ended on {ends},"
        " and today, {today}, the win-back pool {pool} has it",
        # 6 customer
        "customer.no": "{account} is {relationship}, not a customer",
        "customer.owner": "{account} is a customer, and the account owner takes its leads",
        "customer.product": "{account} is a customer and asks for {product}; it owns {owned},"
        " so the account owner takes the lead",
        "customer.specialist": "{account} is an enterprise customer, and the lead's department is {department}",
        "customer.no_value": "{account} is a customer without a recorded contract value,"
        " which counts as below {limit}: the account owner takes it",
        "customer.no_rate": "{account} is a customer with a contract of {value}, which cannot be compared with"
        " {limit} for want of a rate, and counts as below: the account owner takes it",
        "customer.below": "{account} is a customer with a contract of {value}, below {limit}:"
        " the account owner takes it",
        "customer.manager": "{account} is a customer with a contract of {value}, not below {limit}",
        "customer.no_manager": "{account} has reached the hand-off value, but no account manager is recorded",
        # 7 opportunity, 7b prospect
        "opportunity.none": "{account} has no open opportunity",
        "opportunity.one": "{account} has an open opportunity ({opportunity})",
        "opportunity.several": "{account} has {count} open opportunities, the most active of them {opportunity}",
        "prospect.no": "{account} is {relationship}, not a prospect",
        "prospect.by_hand": "{account} was not created automatically",
        "prospect.auto": "{account} was created from its first leads, and later ones go to the same owner",
        "prospect.any": "{account} is a prospect that has an owner",
        # 8 earlier lead, 8b company profile
        "lost.churned": "{account} has churned, and its earlier leads do not count",
        "lost.none": "the company has no earlier lead that was closed as lost",
        "lost.old": "{count} closed-lost leads of the company, none of the last {months} months",
        "lost.no_person": "{count} closed-lost leads of the company, none owned by a person",
        "lost.yes": "a lead of {company}, created on {day}, was closed as lost, and its owner knows the company",
        "profile.none": "no other open lead of the same person or company has an owner",
        "profile.same_person": "the same person is already an open lead, created on {day}, and has an owner",
        "profile.company": "another open lead of {company}, created on {day}, already has an owner",
        "profile.by_hand": "somebody joined {left} and {right} as one company",
        "profile.domain": "the domain of its address is {right}",
        "profile.name": "the company name is {right}",
        "profile.spelt": "the domain {left} spells the name {right}",
        "profile.words": "leads of {left} give the name {right}",
        # 9 default, 10 catch-all
        "default.parent": "{account} belongs to {parent}, a customer",
        "default.account": "no relationship with {account} decides",
        "default.unknown": "no relationship with the company is known",
        "default.insufficient": "insufficient data: neither a company's e-mail domain nor a company name",
        "default.shared": "{why}; territory {territory}, {turn}",
        "default.pool": "{why}; pool {pool}, {turn}",
        "default.nobody": "{why}; {turn}",
        "catch_all.no_rule": "no rule of the policy has an owner for it",
        "catch_all.alert": "the lead is in the catch-all queue: {why}",
        "catch_all.missing": "nobody can take the lead and there is no catch-all queue: {why}",
        # Tasks
        "task.subject": "Lead of {company}",
        "task.subject.new": "New lead: {company}",
        "task.subject.busy": "Several leads: {company}",
        "task.new_owner": "You have a new lead of {company}, because {why}.",
        "task.customer_success.case": "{company} has an open support case and has sent a new lead. {taker}",
        "task.customer_success.health": "The health of {company} is low, and a new lead has come in. {taker}",
        "task.account_team": "The strategic account {company} has sent a new lead. {taker}",
        "task.executive": "An executive of the strategic account {company} has sent a lead. {taker}",
        "task.opportunity_owner": "{company}, where you have an open opportunity, has sent a new lead. {taker}",
        "task.specialist": "A specialist takes a new lead of your account {company}. {taker}",
        "task.account_owner": "Somebody else takes a new lead of your account {company}. {taker}",
        "task.partner_involved": "{company}, sold directly with a partner involved, has sent a new lead. {taker}",
        "task.partner_company": "The partner company {company} has sent a new lead. {taker}",
        "task.busy_company": "{company} has sent {count} leads within {window}. Please answer them together.",
        "task.stays": "Its owner stays as he is, because {why}.",
        "task.taker": "{owner} has it, because {why}.",
        "hours": "{count} hours",
        "hour": "1 hour",
        "minutes": "{count} minutes",
    }
)
BOOKS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": ENGLISH})
