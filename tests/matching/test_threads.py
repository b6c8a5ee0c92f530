"""A snapshot stays as it is while another thread changes the index."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sfrouter.matching.frozen import freeze
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match
from tests.matching.samples import SHIPPED, account, lead

ROUNDS = 150
ACCOUNTS = [account(f"a{n}", f"Wolpertinger {n} Werke", f"w{n}.de") for n in range(600)]


def test_threads_match_on_snapshots_while_one_changes_accounts() -> None:
    """Two accounts are always changed together: no snapshot sees one without the other, or changes its answer."""
    index = AccountIndex(frozen=freeze(ACCOUNTS))
    done = threading.Event()

    def change() -> int:
        for turn in range(1, ROUNDS + 1):
            index.put([replace(one, name=f"Turn{turn} Zeta", domains=(f"turn{turn}.de",)) for one in ACCOUNTS[:2]])
            index.remove([f"a{turn + 10}"])
            if turn % 50 == 0:
                index.compact()
        done.set()
        return ROUNDS

    def read() -> int:
        looked = 0
        while not done.is_set() or not looked:
            seen = index.snapshot()
            first, second = seen.get("a0"), seen.get("a1")
            assert first is not None
            assert second is not None
            assert first.name == second.name
            asked = lead("Wolpertinger 577 Werke", "x@w577.de")
            assert match(asked, seen, SHIPPED).account_id == "a577"
            key = first.name.key
            if key.startswith("turn"):
                assert [entry.id for entry in seen.with_key(key)] == ["a0", "a1"]
            looked += 1
        return looked

    with ThreadPoolExecutor(4) as pool:
        changer = pool.submit(change)
        readers = [pool.submit(read) for _ in range(3)]
        assert changer.result(timeout=120) == ROUNDS
        assert all(reader.result(timeout=120) for reader in readers)
    assert len(index) == len(ACCOUNTS) - ROUNDS
    found = index.get("a1")
    assert found is not None
    assert found.domains == (f"turn{ROUNDS}.de",)
