"""`adopt-org` when the process dies in the middle: no lead is decided in the new org on what the old one said."""

from pathlib import Path

import pytest

from sfrouter.base.database import StoreUnusableError
from sfrouter.config.settings import Settings
from sfrouter.config.shipped import shipped_mappings
from sfrouter.journey import adopt_org as module
from sfrouter.ledger.ledger import Ledger
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18
from sfrouter.salesforce.gateway import Identity
from tests.journey.stage import ROUTER, Stage

OLD, NEW = to_18("00D000000000001"), to_18("00D000000000002")


class NewOrg:
    """A door behind which another org answers."""

    instance_url = "https://new.example"

    def identity(self) -> Identity:
        return Identity(user_id=ROUTER, org_id=NEW)

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("store", [Mirror, Ledger])
def test_a_death_in_the_middle_leaves_the_ledger_with_the_old_org(
    store: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path)
    stage.ledger.bind_org(OLD)
    lead = stage.lead()
    stage.decide()
    stage.mirror.close()
    stage.ledger.close()
    settings = Settings(data_dir=tmp_path, mappings_dir=shipped_mappings())
    monkeypatch.setattr(module, "open_gateway", lambda *_: NewOrg())

    def dies(*_: object) -> None:
        raise StoreUnusableError("the disk is full", where="here", mend="make room")

    with monkeypatch.context() as patch:
        patch.setattr(store, "empty" if store is Mirror else "adopt_org", dies)
        with pytest.raises(StoreUnusableError):
            module.adopt_org(settings, really=True)
    ledger = Ledger.open(tmp_path / "ledger.db", stage.clock)
    assert (ledger.org_id(), ledger.to_decide_anew()) == (OLD, {})
    ledger.close()
    assert module.adopt_org(settings, really=True).ended > 0
    ledger, mirror = Ledger.open(tmp_path / "ledger.db", stage.clock), Mirror.open(tmp_path / "mirror.db")
    assert (ledger.org_id(), set(ledger.to_decide_anew()), mirror.count("lead")) == (NEW, {lead}, 0)
    ledger.close()
    mirror.close()
