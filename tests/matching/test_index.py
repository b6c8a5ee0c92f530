"""The index: its answers depend on what is in it, never on how it got there."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.matching.frozen import freeze
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount, indexed
from sfrouter.model.records import Account, Relationship
from tests.matching.samples import account

NAMES = [
    "Acme Corp",
    "Acme Labs",
    "Acmee",
    "Boston Consulting Group",
    "Consulting Group",
    "Müller GmbH",
    "日立製作所",
    "!!!",
    "",
]
ACCOUNTS = st.builds(
    account,
    st.sampled_from("abcdef"),
    st.sampled_from(NAMES),
    st.sampled_from(["", "acme.com", "www.acme.com/about", "gmail.com", "mueller.de"]),
)


def answers(index: AccountIndex) -> list[Any]:
    asked = [("acme",), ("acmme", "labs"), ("consulting", "group"), ("muller",), ("日立製作所",)]
    return [
        len(index),
        [[entry.id for entry in index.candidates(tokens)] for tokens in asked],
        [[entry.id for entry in index.with_domain(domain)] for domain in ("acme.com", "gmail.com", "mueller.de")],
        [[entry.id for entry in index.with_key(key)] for key in ("acme", "muller", "")],
        [round(index.weight(word), 12) for word in ("acme", "labs", "unseen")],
        index.without_domain(),
    ]


def latest(accounts: list[IndexedAccount]) -> dict[str, IndexedAccount]:
    return {each.id: each for each in accounts}


@given(st.lists(ACCOUNTS, max_size=10), st.randoms())
def test_the_order_of_arrival_does_not_matter(accounts: list[IndexedAccount], chance: Any) -> None:
    once = list(latest(accounts).values())
    mixed = once.copy()
    chance.shuffle(mixed)
    assert answers(AccountIndex(once)) == answers(AccountIndex(mixed))


@given(st.lists(ACCOUNTS, max_size=10), st.lists(ACCOUNTS, max_size=6), st.sets(st.sampled_from("abcdefxyz")))
def test_changes_lead_where_a_rebuild_leads(
    first: list[IndexedAccount], changed: list[IndexedAccount], gone: set[str]
) -> None:
    index = AccountIndex(first)
    index.put(changed)
    index.remove(gone)
    left = [each for each in latest([*first, *changed]).values() if each.id not in gone]
    assert answers(index) == answers(AccountIndex(left))


@settings(deadline=None)
@given(st.lists(ACCOUNTS, max_size=10), st.lists(ACCOUNTS, max_size=6), st.sets(st.sampled_from("abcdefxyz")))
def test_packing_the_changes_changes_no_answer(
    first: list[IndexedAccount], changed: list[IndexedAccount], gone: set[str]
) -> None:
    """Packed rows that were removed or replaced are gone, words that only the changed accounts use are found."""
    index = AccountIndex(frozen=freeze(latest(first).values()))
    index.put(changed)
    index.remove(gone)
    before, seen = answers(index), index.snapshot()
    packed = index.compact()
    assert answers(index) == before == answers(seen) == answers(AccountIndex(frozen=packed))
    assert index.changed == 0


def test_a_renamed_account_is_no_longer_found_by_its_old_name() -> None:
    index = AccountIndex([account("a", "Acme Corp", "acme.com")])
    index.put([account("a", "Wolpertinger AG", "wolpertinger.de")])
    assert index.with_key("acme") == () == index.with_domain("acme.com")
    assert [entry.id for entry in index.candidates(("wolpertinger",))] == ["a"]


def test_accounts_without_a_domain_are_reported() -> None:
    index = AccountIndex(
        [account("b", "Beta"), account("a", "Acme", "not a domain"), account("c", "Gamma", "gamma.com")]
    )
    assert index.without_domain() == ("a", "b")


def test_common_words_together_still_find_their_account() -> None:
    index = AccountIndex([account(f"x{i}", f"Berlin {'Bau' if i % 2 else 'Hotel'} {i}") for i in range(3_200)])
    index.put([account("wanted", "Berlin Bau Hotel")])
    found = index.candidates(("berlin", "bau", "hotel"))
    assert found[0].id == "wanted"
    assert len(found) <= 150


def test_an_account_of_the_org_keeps_what_settles_ties() -> None:
    org = Account(
        id="a",
        name="Acme",
        relationship=Relationship.CUSTOMER,
        strategic=True,
        country="DE",
        domains=("acme.com",),
    )
    kept = indexed(org, True)
    assert (kept.customer, kept.strategic, kept.open_opportunity, kept.country) == (True, True, True, "DE")


def test_the_edition_is_another_after_every_change_and_only_then() -> None:
    index = AccountIndex([account("a", "Acme Corp")])
    editions = [index.edition]
    index.put([account("a", "Acme Corp")])
    assert index.edition == editions[0], "nothing new was put"
    changes: list[Callable[[], None]] = [
        lambda: index.put([account("a", "Acme Labs")]),
        lambda: index.put([account("b", "Beta")]),
        lambda: index.remove(["b"]),
        lambda: index.start_from(freeze([account("c", "Gamma")])),
    ]
    for change in changes:
        change()
        assert index.edition not in editions
        editions.append(index.edition)
