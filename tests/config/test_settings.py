"""Settings come from the environment or `.env`; whatever is wrong is named, and no secret is ever shown."""

from pathlib import Path

import pytest

from sfrouter.config.settings import PREFIX, Settings, SignIn, variable
from sfrouter.config.settings_reader import read_settings
from tests.config.files import ROOT

SECRET = "hush-hush-hush"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    """A `.env` file with this text."""
    path = folder / ".env"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def told(path: Path | None, *, org: bool = False) -> list[str]:
    """Every problem of the settings."""
    return [str(problem) for problem in read_settings(path, org=org)[1]]


def test_without_any_setting_the_defaults_hold() -> None:
    settings, problems = read_settings(None)
    assert problems == ()
    assert settings is not None
    assert settings.salesforce_login_url == "https://login.salesforce.com"
    assert settings.salesforce_api_version == "65.0"
    assert settings.data_dir == Path("var")
    assert settings.mappings_dir == Path("mappings")
    assert (settings.poll_seconds, settings.mirror_seconds, settings.sweep_seconds) == (30, 300, 3600)
    assert (settings.log_format, settings.log_level) == ("console", "INFO")
    assert settings.sign_in is SignIn.NONE


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_POLL_SECONDS", "60")
    path = written(tmp_path, "SFROUTER_POLL_SECONDS=45\nSFROUTER_SWEEP_SECONDS=900\n")
    settings, problems = read_settings(path)
    assert problems == ()
    assert settings is not None
    assert (settings.poll_seconds, settings.sweep_seconds) == (60, 900)


def test_an_empty_variable_is_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_POLL_SECONDS", "")
    path = written(tmp_path, "SFROUTER_POLL_SECONDS=45\nSFROUTER_LOG_FORMAT=\n")
    settings, problems = read_settings(path)
    assert problems == ()
    assert settings is not None
    assert (settings.poll_seconds, settings.log_format) == (45, "console")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("SFROUTER_POLL_SECONDS=soon", "SFROUTER_POLL_SECONDS must be a whole number, not the text 'soon'"),
        ("SFROUTER_POLL_SECONDS=0", "SFROUTER_POLL_SECONDS must be at least 1, not the text '0'"),
        ("SFROUTER_MIRROR_SECONDS=999999", "SFROUTER_MIRROR_SECONDS must be at most 86400"),
        ("SFROUTER_LOG_FORMAT=jsno", "SFROUTER_LOG_FORMAT cannot be the text 'jsno'. Did you mean 'json'?"),
        ("SFROUTER_LOG_LEVEL=loud", "write DEBUG or INFO or WARNING or ERROR"),
        ("SFROUTER_SALESFORCE_API_VERSION=latest", "this is not an API version; write it like 65.0"),
        ("SFROUTER_SALESFORCE_API_VERSION=20.0", "no longer answers API versions before 31.0"),
        ("SFROUTER_SALESFORCE_LOGIN_URL=login.salesforce.com", "the address must begin with https://"),
        ("SFROUTER_SALESFORCE_LOGIN_URL=http://acme.my.salesforce.com", "http is only allowed to this machine"),
        ("SFROUTER_SALESFORCE_LOGIN_URL=https://me@acme.my.salesforce.com", "only the host, without user"),
        ("SFROUTER_SALESFORCE_LOGIN_URL=https://acme.my.salesforce.com/home", "only the host, without user"),
        ("SFROUTER_SALESFORCE_LOGIN_URL=ftp://acme.my.salesforce.com", "this is not a web address"),
        ("SFROUTER_SALESFORCE_INSTANCE_URL=https://[::1", "this is not a web address"),
        ("SFROUTER_SALESFORCE_PROXY=proxy.acme.example:3128", "this is no proxy's address"),
        ("SFROUTER_SALESFORCE_PROXY=http://proxy.acme.example", "this is no proxy's address"),
        ("SFROUTER_SALESFORCE_PROXY=http://me:hush-hush-hush@proxy.example:port", "this is no proxy's address"),
        ("SFROUTER_SALESFORCE_CA_FILE=/no/such/ca.pem", "names no file with certificates: /no/such/ca.pem"),
        ("SFROUTER_SALESFORCE_CA_FILE=/etc/hostname", "names no file with certificates: /etc/hostname"),
        ("SFROUTER_POL_SECONDS=5",
         "no setting is called SFROUTER_POL_SECONDS. Did you mean 'SFROUTER_POLL_SECONDS'?"),
        ("SFROUTER_SALESFORCE_CLIENTID=x", "Did you mean 'SFROUTER_SALESFORCE_CLIENT_ID'?"),
        ("this is no setting", "this line cannot be understood"),
        ("SFROUTER_SALESFORCE_JWT_KEY_FILE=/no/such/key.pem\nSFROUTER_SALESFORCE_CLIENT_ID=a\n"
         "SFROUTER_SALESFORCE_USERNAME=b", "names no file that can be read: /no/such/key.pem"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_variable_and_line(tmp_path: Path, line: str, what: str) -> None:
    path = written(tmp_path, f"# settings\n\n{line}\n")
    settings, _ = read_settings(path)
    problems = told(path)
    assert settings is None
    assert len(problems) == 1, problems
    assert problems[0].startswith(".env:3: ")
    assert what in problems[0]
    assert SECRET not in problems[0]


def test_a_file_with_a_secret_that_others_may_read_is_warned_about(tmp_path: Path) -> None:
    key = tmp_path / "jwt.key"
    key.write_text("-", "utf-8")
    for line in (f"SFROUTER_SALESFORCE_CLIENT_SECRET={SECRET}\nSFROUTER_SALESFORCE_LOGIN_URL=https://acme.my.salesforce.com",
                 f"SFROUTER_SALESFORCE_PROXY=http://me:{SECRET}@proxy.acme.example:3128"):  # fmt: skip
        path = written(tmp_path, f"SFROUTER_SALESFORCE_CLIENT_ID=a\n{line}\n")
        path.chmod(0o640)
        (problem,) = (one for one in read_settings(path)[1] if one.code == "SET07")
        assert problem.warning
        assert "holds a secret, and others on this machine may read it (mode 0640)" in str(problem)
        path.chmod(0o600)
        assert "SET07" not in {one.code for one in read_settings(path)[1]}
    jwt = (
        f"SFROUTER_SALESFORCE_JWT_KEY_FILE={key}\nSFROUTER_SALESFORCE_CLIENT_ID=a\nSFROUTER_SALESFORCE_USERNAME=b"
    )
    path = written(tmp_path, jwt)
    key.chmod(0o604)
    assert [one.code for one in read_settings(path)[1]] == ["SET07"]
    key.chmod(0o400)
    assert read_settings(path)[1] == ()
    open_but_harmless = written(tmp_path, "SFROUTER_POLL_SECONDS=5\n")
    open_but_harmless.chmod(0o644)
    assert read_settings(open_but_harmless)[1] == ()
    data = written(tmp_path, f"SFROUTER_DATA_DIR={tmp_path}\n")
    (tmp_path / "mirror.key").touch(0o640)
    (problem,) = read_settings(data)[1]
    assert (problem.code, problem.warning, problem.file) == ("SET07", True, str(tmp_path / "mirror.key"))


def test_a_mistake_in_the_environment_is_placed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_POLL_SECONDS", "soon")
    monkeypatch.setenv("SFROUTER_DATA_DRI", "/data")
    assert told(None) == [
        "environment: no setting is called SFROUTER_DATA_DRI. Did you mean 'SFROUTER_DATA_DIR'?",
        "environment: SFROUTER_POLL_SECONDS must be a whole number, not the text 'soon'",
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "SFROUTER_POLL_SECONDS=x\nSFROUTER_LOG_LEVEL=y\nnonsense\nSFROUTER_DATA_DRI=z\n")
    assert [problem.split(": ")[0] for problem in told(path)] == [".env:1", ".env:2", ".env:3", ".env:4"]


def test_a_name_far_from_any_setting_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_BUILD_ID_9", "77")
    settings, problems = read_settings(None)
    assert settings is not None
    assert [problem.warning for problem in problems] == [True]


def test_a_name_given_twice_is_a_fault(tmp_path: Path) -> None:
    path = written(tmp_path, "SFROUTER_POLL_SECONDS=30\nSFROUTER_POLL_SECONDS=60\n")
    assert told(path) == [
        ".env:2: SFROUTER_POLL_SECONDS is given twice, first on line 1  mend: keep one of the two"
    ]


def test_other_programs_variables_are_none_of_our_business(tmp_path: Path) -> None:
    path = written(tmp_path, "PATH=/bin\nOTHER_POLL_SECONDS=x\nexport SFROUTER_POLL_SECONDS='40'\n")
    settings, problems = read_settings(path)
    assert problems == ()
    assert settings is not None
    assert settings.poll_seconds == 40


def test_a_dollar_in_a_secret_stays_a_dollar(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "SFROUTER_SALESFORCE_LOGIN_URL=https://acme.my.salesforce.com\nSFROUTER_SALESFORCE_CLIENT_ID=a\n"
        "SFROUTER_SALESFORCE_CLIENT_SECRET=a${HOME}b\n",
    )
    settings, problems = read_settings(path)
    assert problems == ()
    assert settings is not None
    assert settings.salesforce_client_secret.get_secret_value() == "a${HOME}b"


@pytest.mark.parametrize(("raw", "words"), [(b"\xff\xfeS\x00", "not UTF-8"), (None, "cannot be read")])
def test_an_unreadable_file_is_one_fault(tmp_path: Path, raw: bytes | None, words: str) -> None:
    path = tmp_path / ".env"
    if raw is None:
        path.mkdir()
    else:
        path.write_bytes(raw)
    assert len(told(path)) == 1
    assert words in told(path)[0]


@pytest.mark.parametrize("given", ["65", "v65.0", " 65.0 ", "65.0"])
def test_a_version_may_be_written_in_any_usual_way(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SFROUTER_SALESFORCE_API_VERSION", given)
    settings, _ = read_settings(None)
    assert settings is not None
    assert settings.salesforce_api_version == "65.0"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "http://localhost:8080/", "https://acme.my.salesforce.com/"]
)
def test_http_is_for_this_machine_only_and_slashes_are_cut(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SFROUTER_SALESFORCE_LOGIN_URL", address)
    settings, problems = read_settings(None)
    assert problems == ()
    assert settings is not None
    assert settings.salesforce_login_url == address.rstrip("/")


def sign_in_of(monkeypatch: pytest.MonkeyPatch, **values: str) -> tuple[SignIn | None, list[str]]:
    """The way into the org, and what is told, for these settings (names without prefix)."""
    for name, value in values.items():
        monkeypatch.setenv(variable(f"salesforce_{name}"), value)
    settings, problems = read_settings(None, org=True)
    return (settings.sign_in if settings else None), [problem.what for problem in problems]


OWN = "https://acme.my.salesforce.com"


def test_client_credentials_are_a_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sign_in_of(monkeypatch, login_url=OWN, client_id="a", client_secret=SECRET)
    assert found == (SignIn.CLIENT_CREDENTIALS, [])


def test_a_key_is_a_way_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("a key")
    key.chmod(0o600)
    found = sign_in_of(monkeypatch, client_id="a", username="u", jwt_key_file=str(key))
    assert found == (SignIn.JWT_BEARER, [])


def test_a_ready_token_is_a_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sign_in_of(monkeypatch, access_token=SECRET, instance_url=OWN)
    assert found == (SignIn.ACCESS_TOKEN, [])


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({}, "the settings give no complete way to sign in to Salesforce"),
        ({"client_id": "a"}, "the settings give no complete way to sign in to Salesforce"),
        ({"client_secret": SECRET}, "the settings give no complete way to sign in to Salesforce"),
        ({"access_token": SECRET}, "SFROUTER_SALESFORCE_INSTANCE_URL is missing: ready access token needs it"),
        (
            {"client_id": "a", "client_secret": SECRET},
            "client credentials do not work at https://login.salesforce.com",
        ),
        (
            {"client_id": "a", "jwt_key_file": __file__},
            "SFROUTER_SALESFORCE_USERNAME is missing: JWT bearer needs it",
        ),
        (
            {"username": "u", "jwt_key_file": __file__},
            "SFROUTER_SALESFORCE_CLIENT_ID is missing: JWT bearer needs it",
        ),
        (
            {"client_id": "a", "client_secret": SECRET, "username": "u", "jwt_key_file": __file__},
            "SFROUTER_SALESFORCE_JWT_KEY_FILE and SFROUTER_SALESFORCE_CLIENT_SECRET are two ways to sign in",
        ),
        (
            {"access_token": SECRET, "instance_url": OWN, "client_secret": SECRET},
            "SFROUTER_SALESFORCE_ACCESS_TOKEN and SFROUTER_SALESFORCE_CLIENT_SECRET are two ways to sign in",
        ),
    ],
)
def test_what_is_missing_or_contradictory_is_named(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], what: str
) -> None:
    way, whats = sign_in_of(monkeypatch, **values)
    assert way is None
    assert [one for one in whats if "others on this machine" not in one] == [what]


def test_without_an_org_nothing_is_missing_but_half_a_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(None) == []
    monkeypatch.setenv("SFROUTER_SALESFORCE_CLIENT_ID", "a")
    assert len(told(None)) == 1


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        f"SFROUTER_SALESFORCE_CLIENT_SECRET={SECRET}\nSFROUTER_SALESFORCE_ACCESS_TOKEN={SECRET}\n"
        f"SFROUTER_POLL_SECONDS=x\n",
    )
    assert SECRET not in "\n".join(told(path, org=True))
    path = written(tmp_path, f"SFROUTER_SALESFORCE_LOGIN_URL={OWN}\nSFROUTER_SALESFORCE_CLIENT_ID=a\n"
                             f"SFROUTER_SALESFORCE_CLIENT_SECRET={SECRET}\n")  # fmt: skip
    settings, _ = read_settings(path)
    assert settings is not None
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"


def names_in_example() -> list[str]:
    """The variables of .env.example, in their order."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    return [line.partition("=")[0] for line in lines if line and not line.startswith("#")]


def test_the_example_names_exactly_the_settings() -> None:
    assert sorted(names_in_example()) == sorted(variable(name) for name in Settings.model_fields)


def test_the_example_is_the_defaults_and_without_fault() -> None:
    settings, problems = read_settings(ROOT / ".env.example")
    assert problems == ()
    assert settings == Settings()


def test_every_setting_of_the_example_is_explained() -> None:
    for block in (ROOT / ".env.example").read_text("utf-8").split("\n\n"):
        lines = block.splitlines()
        if any("=" in line and not line.startswith("#") for line in lines):
            assert lines[0].startswith("# "), f"{lines[0]} stands without a comment"
