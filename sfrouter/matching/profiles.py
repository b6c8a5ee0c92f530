"""Which leads are people of one company that has no account yet, and why (R061-R063).

A lead says who its company is by its e-mail domain, else by the company name it gives. Names join domains only
where the name is more than a common word: acmecorp.com, acme.com and acmecorp.net of "Acme Corporation" are one
company, as each domain spells the name; acme-plumbing.com of "Acme Inc" is another one.
Which leads are one company follows from the leads and from what people have said, never from who came first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sfrouter.matching.email_domains import label_of
from sfrouter.matching.initials import initials_of
from sfrouter.matching.legal_forms import legal_forms, only_plain, soft_words, trade_words
from sfrouter.matching.letters import fold_text
from sfrouter.matching.names import Name, normalise
from sfrouter.matching.question import Question
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.tokens import level_umlauts, tokenise
from sfrouter.model.company import Corrections, Join, JoinReason, Profile

NO_CORRECTIONS = Corrections()
_SHORTEST_INITIALS = 3
_OWN_WORDS = 2
_ORDER = (JoinReason.BY_HAND, JoinReason.DOMAIN, JoinReason.NAME, JoinReason.SPELT, JoinReason.WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What one lead says about its company. `domain` and `name` are "" where they could be anybody's.

    `personal`: the domain is the person's own name and counts only once a second person appears there (R031);
    `person` tells people apart.
    """

    lead_id: str
    person: str
    domain: str
    personal: bool
    name: str
    spelt: bool  # the domain spells the name
    telling: bool  # the name has two words of its own

    @property
    def lead_key(self) -> str:
        """The lead itself as a key."""
        return f"lead {self.lead_id}"


def clues_of(question: Question) -> Clues:
    """Free mail, shared domains and generic names say nothing, nor a name over free mail (R024, R029, C01)."""
    name = question.name
    usable = name.usable and not (name.generic or name.deceitful or question.free_mail)
    domain = "" if question.free_mail else question.email_domain or question.website_domain
    if domain in question.settings.shared_domains:
        domain = ""
    return Clues(
        lead_id=question.lead.id,
        person=question.lead.email.strip().casefold(),
        domain=domain,
        personal=question.personal and domain == question.email_domain,
        name=name.key if usable else "",
        spelt=bool(domain) and usable and spells(domain, name),
        telling=usable and _telling(name),
    )


def spells(domain: str, name: Name) -> bool:
    """Is the domain's label the company's name, but for legal forms, words like Group, or as its initials?"""
    label = normalise(label_of(domain)).key or "".join(tokenise(fold_text(label_of(domain))))
    key = level_umlauts(name.key)
    if not label or not key:
        return False
    if label == key or (len(label) >= _SHORTEST_INITIALS and label == initials_of(name.tokens)):
        return True
    if label.startswith(key):
        return label[len(key) :] in _additions()
    first, rest = level_umlauts(name.tokens[0]), name.tokens[1:]
    return label == first and bool(rest) and all(word in _company_words() for word in rest)


def _additions() -> frozenset[str]:
    forms = legal_forms()
    return forms.suffixes | forms.weak | soft_words()


def _company_words() -> frozenset[str]:
    return soft_words() | trade_words()


def _telling(name: Name) -> bool:
    own = [word for word in name.tokens if word not in _company_words() and not only_plain((word,))]
    return len(own) >= _OWN_WORDS


@dataclass(slots=True)
class _Groups:
    """Keys that grow together, unless somebody said that two of them never are one company."""

    forbidden: Mapping[str, frozenset[str]]
    group_of: dict[str, set[str]] = field(default_factory=dict)

    def join(self, left: str, right: str) -> bool:
        """Make two keys one company. False, and nothing done, where that is forbidden."""
        one, other = self._group(left), self._group(right)
        if one is other:
            return True
        small, large = sorted((one, other), key=len)
        if any(self.forbidden.get(key, frozenset()) & large for key in small):
            return False
        large |= small
        for key in small:
            self.group_of[key] = large
        return True

    def _group(self, key: str) -> set[str]:
        return self.group_of.setdefault(key, {key})


def joins_of(clues: Iterable[Clues]) -> tuple[Join, ...]:
    """Every reason to join that these leads give, each once, the surest first."""
    known = tuple(clues)
    people = defaultdict(set)
    for one in known:
        people[one.domain].add(one.person)
    found = {join for one in known for join in _of_one(one, counts=len(people[one.domain]) > 1)}
    return tuple(sorted(found, key=lambda join: (_ORDER.index(join.why), join.left, join.right)))


def _of_one(clues: Clues, *, counts: bool) -> list[Join]:
    """`counts`: another person is at the domain too."""
    if clues.personal and not counts:
        return []
    domain, name = f"domain {clues.domain}", f"name {clues.name}"
    if not clues.domain:
        return [Join(left=clues.lead_key, right=name, why=JoinReason.NAME)] if clues.name else []
    found = [Join(left=clues.lead_key, right=domain, why=JoinReason.DOMAIN)]
    if clues.name and (clues.spelt or clues.telling):
        why = JoinReason.SPELT if clues.spelt else JoinReason.WORDS
        found.append(Join(left=domain, right=name, why=why))
    return found


def profiles_of(
    clues: Iterable[Clues], settings: MatchSettings, corrections: Corrections = NO_CORRECTIONS
) -> tuple[Profile, ...]:
    """The companies these leads come from. The same leads give the same companies, whatever their order."""
    by_hand = [
        Join(left=left, right=right, why=JoinReason.BY_HAND) for left, right in sorted(corrections.together)
    ]
    wanted = (*by_hand, *joins_of(clues))
    keys = sorted({key for join in wanted for key in (join.left, join.right)})
    groups = _Groups(_forbidden(keys, settings, corrections))
    held = [join for join in wanted if groups.join(join.left, join.right)]
    whole = {tuple(sorted(group)) for group in groups.group_of.values() if len(group) > 1}
    by_first: dict[str, list[Join]] = defaultdict(list)
    for join in held:
        by_first[min(groups.group_of[join.left])].append(join)
    return tuple(Profile(keys=group, joins=tuple(by_first[group[0]])) for group in sorted(whole))


def _forbidden(
    keys: Iterable[str], settings: MatchSettings, corrections: Corrections
) -> dict[str, frozenset[str]]:
    """By key, the keys it never goes with: by a person's word on profiles, or by the never-match pairs."""
    found: dict[str, set[str]] = defaultdict(set)
    for left, right in corrections.apart:
        found[left].add(right)
        found[right].add(left)
    if settings.forbidden:
        by_value = {key.partition(" ")[2]: key for key in keys}
        for one, other in settings.forbidden:
            if one in by_value and other in by_value and one != other:
                found[by_value[one]].add(by_value[other])
                found[by_value[other]].add(by_value[one])
    return {key: frozenset(others) for key, others in found.items()}
