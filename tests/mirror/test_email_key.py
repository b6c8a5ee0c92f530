"""A contact's e-mail address is found by a keyed hash, and stands nowhere; a key that is lost is made anew."""

import hashlib
import hmac
import stat
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sfrouter.base.database import StoreUnusableError, sqlite_module
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.config.secret_files import MIRROR_KEY
from sfrouter.mirror.email_key import EmailKey
from sfrouter.mirror.forget import contacts_of_email, forget_contacts
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from tests.mirror.fake_org import KEYS, FakeOrg, record_id
from tests.mirror.fake_org import MAPPING as WITHOUT_CONTACTS

CONTACT_MAP = ObjectMap(
    noun="contact",
    object_name="Contact",
    fields={
        "id": ("Id",), "account_id": ("AccountId",), "email": ("Email",), "deleted": ("IsDeleted",),
        "stamp": ("SystemModstamp",),
    },
)  # fmt: skip
MAPPING = FieldMapping(objects={**WITHOUT_CONTACTS.objects, "contact": CONTACT_MAP})
ACME = record_id("Account", 1)


def an_org() -> FakeOrg:
    """An org with one contact."""
    org = FakeOrg()
    org.add("Contact", 1, AccountId=ACME, Email="Zyx.Person@Canary.example")
    return org


def pull(org: FakeOrg, mirror: Mirror) -> Puller:
    """Read the contacts."""
    puller = Puller(org, mirror, MAPPING, org.clock, keys=KEYS)
    puller.pull("contact")
    return puller


def accounts_of(mirror: Mirror, address: str) -> list[str | None]:
    """Where a person with this address is known."""
    return [one.account_id for one in Reader(mirror, MAPPING).contacts_with_email(address)]


def digest_of(mirror: Mirror) -> str:
    """The mark of the one contact's row."""
    with mirror.reading() as connection:
        return str(connection.exec_driver_sql("SELECT digest FROM contact").scalar_one())


def test_a_hash_is_the_hmac_sha_256_of_the_address_however_it_is_spelt() -> None:
    key = EmailKey(b"k" * 32)
    expected = b64encode(hmac.new(b"k" * 32, b"jo@acme.example", hashlib.sha256).digest()).decode()
    assert key.hashed(" Jo@ACME.example\n") == expected
    assert EmailKey(b"l" * 32).hashed("jo@acme.example") != expected
    assert key.hashed("  ") == ""
    assert key.hashed("half \ud800 a letter@acme.example")


def test_a_contact_is_found_by_any_spelling_and_its_address_stands_in_no_file(tmp_path: Path) -> None:
    org, mirror = an_org(), Mirror.open(tmp_path / "mirror.db")
    puller = pull(org, mirror)
    assert accounts_of(mirror, " zyx.person@CANARY.example") == [ACME]
    org.clock.advance(4000)
    org.edit("Contact", record_id("Contact", 1), Email="zyx.other@canary.example")
    puller.pull("contact")
    assert (accounts_of(mirror, "zyx.person@canary.example"), accounts_of(mirror, "Zyx.Other@canary.example")) == (
        [], [ACME],
    )  # fmt: skip
    assert {"mirror.db", "mirror.db-wal", MIRROR_KEY} <= {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        content = path.read_bytes().lower()
        assert b"zyx" not in content, path.name
        assert b"canary" not in content, path.name


def test_the_mark_of_a_contacts_row_tells_nothing_of_the_address_without_the_key(tmp_path: Path) -> None:
    """Else whoever has the file could try addresses out on it."""
    org, here, there = an_org(), Mirror.open(tmp_path / "mirror.db"), Mirror.open(None)
    pull(org, here)
    pull(org, there)
    assert digest_of(here) != digest_of(there)
    assert pull(org, here).pull("contact").same == 1


def test_a_contact_is_forgotten_by_the_address(tmp_path: Path) -> None:
    mirror = Mirror.open(tmp_path / "mirror.db")
    pull(an_org(), mirror)
    assert contacts_of_email(mirror, "zyx.person@Canary.example") == 1
    assert (contacts_of_email(mirror, " "), forget_contacts(mirror, "")) == (0, 0)
    assert forget_contacts(mirror, "ZYX.person@canary.example") == 1
    assert contacts_of_email(mirror, "zyx.person@canary.example") == 0


def test_an_address_that_is_a_formula_is_read_again_only_when_it_changed() -> None:
    org, mirror = an_org(), Mirror.open(None)
    org.calculated = {"Contact.Email"}
    puller = pull(org, mirror)
    assert puller.sweep("contact").recalculated == 0
    org._rows["Contact"][record_id("Contact", 1)]["Email"] = "other@canary.example"
    assert puller.sweep("contact").recalculated == 1
    assert accounts_of(mirror, "other@canary.example") == [ACME]


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path, key = tmp_path / "mirror.db", tmp_path / MIRROR_KEY
    pull(an_org(), Mirror.open(path))
    made = key.read_bytes()
    assert (len(made), stat.S_IMODE(key.stat().st_mode)) == (32, 0o600)
    with capture_logs() as lines:
        assert accounts_of(Mirror.open(path), "zyx.person@canary.example") == [ACME]
    assert lines == []
    for file in tmp_path.glob("mirror.db*"):
        file.unlink()
    assert accounts_of(Mirror.open(path), "zyx.person@canary.example") == []
    assert key.read_bytes() == made
    assert {file.name for file in tmp_path.iterdir() if not file.name.startswith("mirror.db")} == {MIRROR_KEY}


def spoil(key: Path, how: str) -> None:
    """What may become of the key's file."""
    if how == "short":
        key.write_bytes(key.read_bytes()[:31])
    elif how == "another":
        key.write_bytes(bytes(reversed(key.read_bytes())))
    else:
        key.unlink()


@pytest.mark.parametrize("how", ["missing", "short", "another"])
def test_a_mirror_whose_key_is_lost_is_filled_again_with_a_whole_one(tmp_path: Path, how: str) -> None:
    path, key = tmp_path / "mirror.db", tmp_path / MIRROR_KEY
    org = an_org()
    pull(org, Mirror.open(path))
    spoil(key, how)
    with capture_logs() as lines:
        mirror = Mirror.open(path)
    (line,) = lines
    assert "thrown away" in line["event"]
    assert MIRROR_KEY in line["reason"]
    assert (mirror.count("contact"), len(key.read_bytes()), stat.S_IMODE(key.stat().st_mode)) == (0, 32, 0o600)
    pull(org, mirror)
    assert accounts_of(Mirror.open(path), "zyx.person@canary.example") == [ACME]


@pytest.mark.parametrize("how", ["missing", "short", "another"])
def test_who_only_looks_on_leaves_a_mirror_without_its_key_in_place(tmp_path: Path, how: str) -> None:
    """The daemon that works with it has the key in mind, and goes on."""
    path, key = tmp_path / "mirror.db", tmp_path / MIRROR_KEY
    mirror = Mirror.open(path)
    pull(an_org(), mirror)
    spoil(key, how)
    left = key.read_bytes() if key.exists() else None
    with pytest.raises(StoreUnusableError, match="the mirror cannot be read"):
        Mirror.open(path, anew=False)
    assert (key.read_bytes() if key.exists() else None) == left
    assert accounts_of(mirror, "zyx.person@canary.example") == [ACME]


def test_many_who_make_the_mirror_at_once_have_one_key(tmp_path: Path) -> None:
    def marked(path: Path) -> int:
        mirror = Mirror.open(path, anew=False)
        mirror.close()
        return mirror.email_key.mark

    with ThreadPoolExecutor(6) as pool:
        for number in range(10):
            folder = tmp_path / str(number)
            marks = set(pool.map(marked, [folder / "mirror.db"] * 6))
            with sqlite_module().connect(folder / "mirror.db") as file:
                assert marks == {file.execute("PRAGMA application_id").fetchone()[0]}


def test_a_key_that_others_may_read_is_told_and_used(tmp_path: Path) -> None:
    pull(an_org(), Mirror.open(tmp_path / "mirror.db"))
    (tmp_path / MIRROR_KEY).chmod(0o640)
    with capture_logs() as lines:
        mirror = Mirror.open(tmp_path / "mirror.db")
    assert [(line["event"], line["mode"]) for line in lines] == [("mirror_key_open_to_others", "0640")]
    assert accounts_of(mirror, "zyx.person@canary.example") == [ACME]


def test_a_key_that_cannot_be_made_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / MIRROR_KEY).mkdir()
    with pytest.raises(StoreUnusableError, match="the mirror's key cannot be made") as refused:
        Mirror.open(tmp_path / "mirror.db")
    assert "mend" in str(refused.value)
