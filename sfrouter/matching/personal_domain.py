"""Tells a person's own domain (john@johnsmith.com) from a company's (R031)."""

from sfrouter.matching.email_domains import label_of, local_part
from sfrouter.matching.letters import fold_text
from sfrouter.matching.names import Name
from sfrouter.matching.tokens import tokenise

_SHORTEST = 3  # a label of one or two letters could be anybody's initials


def is_personal(domain: str, email: str, first_name: str, last_name: str, company: Name) -> bool:
    """Is the domain the person's own name, and does the lead name no company of that name?

    Simple form: it looks at one lead; a second person at the domain is for the profiles to see.
    """
    label = _key(label_of(domain))
    if len(label) < _SHORTEST or _company_agrees(label, company):
        return False
    first, last = _key(first_name), _key(last_name)
    own = {last, first + last, last + first}
    if first and last:
        own |= {first[0] + last, last + first[0]}
    names_the_person = bool((first and first in label) or (last and last in label))
    return label in own or (names_the_person and label == _key(local_part(email)))


def _company_agrees(label: str, company: Name) -> bool:
    return company.usable and (company.key == label or label in company.tokens)


def _key(text: str) -> str:
    return "".join(tokenise(fold_text(text))) if len(text) <= 255 else ""
