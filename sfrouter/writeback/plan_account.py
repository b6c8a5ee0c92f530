"""The writes that make an account out of a company's leads, with a mark to find it again, and take it back."""

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


def removal_write(
    lead_id: str, decision_number: int, account_id: str, owner_id: str | None, turn: int, mapping: FieldMapping,
    org_id: str,
) -> Write:  # fmt: skip
    """The removal of an account that a person takes back. `turn` counts the tries; the owner must still be this.

    It is kept with the decision that asked for the account. Raises NotMappedError.
    """
    key = sha256("|".join((org_id, "removal", account_id, str(turn))).encode()).hexdigest()
    return Write(
        key=key,
        lead_id=lead_id,
        decision_number=decision_number,
        kind=WriteKind.REMOVAL,
        object_name=AccountNames.of(mapping).object_name,
        values={},
        record_id=account_id,
        extra={"owner_was": owner_id or ""},
    )
