"""The write that makes an account out of a company's leads: its values, and the mark it is found again by."""

from hashlib import sha256

from sfrouter.config.mapping import FieldMapping
from sfrouter.model.decision import Decision
from sfrouter.model.new_company import NewCompany
from sfrouter.model.write import Write, WriteKind
from sfrouter.writeback.names import AccountNames
from sfrouter.writeback.task_text import reference

FIRST = 1  # before everything else: leads wait to be linked to it


def account_write(
    decision: Decision, company: NewCompany, owner_id: str, turn: int, mapping: FieldMapping, org_id: str
) -> Write:
    """The account of a new company (R066), owned by a person, marked as made by the router.

    `turn` counts the tries of one domain, so that the same account is never asked for under two keys.
    Raises NotMappedError when the mapping lacks a field that is written or that it is found again by.
    """
    names = AccountNames.of(mapping)
    key = sha256("|".join((org_id, "account", company.domain, str(turn))).encode()).hexdigest()
    text = (
        f"Made by the lead router of {len(company.lead_ids)} leads at {company.domain} without an account.\n"
        f"Ref: {reference(key)}"
    )
    return Write(
        key=key,
        lead_id=decision.lead_id,
        decision_number=decision.number,
        kind=WriteKind.ACCOUNT,
        object_name=names.object_name,
        values={
            names.name: company.name,
            names.owner: owner_id,
            names.domain: company.domain,
            names.flag: names.mark,
            names.text: text,
        },
        priority=FIRST,
    )
