"""Who has a relationship with a company: its owner, and those whom the org names for it."""

from sfrouter.model.records import Account


def relationship_holders(account: Account | None) -> tuple[str, ...]:
    """Their user ids, the account owner first; nobody without an account (R008)."""
    if account is None:
        return ()
    people = (
        account.owner_id, account.strategic_owner_id, account.named_owner_id, account.account_manager_id,
        account.partner_manager_id, account.partner_owner_id,
    )  # fmt: skip
    return tuple(dict.fromkeys(person for person in people if person))
