"""Production org or sandbox: a sandbox may have the id of its production org, and is another org all the same."""


def other_kind(one: bool | None, other: bool | None) -> bool:
    """Is surely only one of the two a sandbox? None: nobody said."""
    return one is not None and other is not None and one is not other


def with_kind(org_id: str, sandbox: bool | None) -> str:
    """An org's id, and what it is."""
    return f"{org_id} ({'a sandbox' if sandbox else 'production'})"
