"""Reads the settings and says what is wrong with them: each variable by name, with its place and the mend."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from sfrouter.base.errors import Problem
from sfrouter.config.env_names import ENVIRONMENT, Given, given_names, unknown_names
from sfrouter.config.plain_words import plain_words
from sfrouter.config.secret_files import MIRROR_KEY, holds_certificates, open_to_others
from sfrouter.config.settings import PREFIX, Settings, SignIn, variable
from sfrouter.config.settings_values import shared_sign_in_host

SECRETS = frozenset({"salesforce_client_secret", "salesforce_access_token", "salesforce_proxy"})
"""What must not be printed, nor stand in a file that others may read."""


def read_settings(
    env_file: Path | None = Path(".env"), *, org: bool = False
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """The settings, or every fault in them. `org`: a way into the org is needed, so a missing one is a fault."""
    given, problems = given_names(os.environ, env_file, PREFIX)
    if any(problem.code == "SET01" for problem in problems):
        return None, problems
    names = {variable(name): name for name in Settings.model_fields}
    problems += unknown_names(given, names, PREFIX)
    places = {names[one.name]: one for one in reversed(given) if one.name in names}
    from_file: dict[str, Any] = {name: one.value for name, one in places.items() if one.file != ENVIRONMENT}
    try:
        settings = Settings(**from_file)
    except ValidationError as refused:
        problems += tuple(_placed(error, places) for error in refused.errors(include_url=False))
        return None, _in_order(problems)
    problems += sign_in_problems(settings, places, needed=org)
    problems += _seen_by_others(settings, env_file if SECRETS & from_file.keys() else None)
    serious = any(not problem.warning for problem in problems)
    return (None if serious else settings), _in_order(problems)


def _seen_by_others(settings: Settings, env_file: Path | None) -> tuple[Problem, ...]:
    key = settings.salesforce_jwt_key_file
    found = open_to_others(env_file, "the file holds a secret") if env_file else ()
    found += open_to_others(key, "the file is the private key") if key else ()
    return found + open_to_others(settings.data_dir / MIRROR_KEY, "the file is the key of the mirror")


def mappings_folder(env_file: Path | None = Path(".env")) -> Path | None:
    """Where the admin's files live, whatever else is wrong with the settings; None when that cannot be told."""
    given, problems = given_names(os.environ, env_file, PREFIX)
    if any(problem.code == "SET01" for problem in problems):
        return None
    name = variable("mappings_dir")
    in_file = next((one.value for one in given if one.name == name and one.file != ENVIRONMENT), "")
    said = os.environ.get(name) or in_file
    return Path(said).expanduser() if said else Path(Settings.model_fields["mappings_dir"].default)


def _placed(error: Any, places: Mapping[str, Given]) -> Problem:
    name = str(error["loc"][0])
    what, mend = plain_words(error, variable(name), secret=name in SECRETS)
    place = places.get(name, Given(variable(name), ENVIRONMENT))
    return Problem(file=place.file, line=place.line, what=what.replace("'", "", 2), mend=mend, code="SET05")


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))


def sign_in_problems(settings: Settings, places: Mapping[str, Given], *, needed: bool) -> tuple[Problem, ...]:
    """What is missing or contradictory in the way into the org."""
    found = _Clashes(settings, places)
    found.ca_file()
    found.two_ways()
    way = settings.sign_in
    if way is SignIn.ACCESS_TOKEN:
        found.must("salesforce_instance_url", way)
    elif way is SignIn.JWT_BEARER:
        found.must("salesforce_client_id", way)
        found.must("salesforce_username", way)
        found.key_file()
    elif way is SignIn.CLIENT_CREDENTIALS:
        found.own_host()
    elif needed or found.given("salesforce_client_id", "salesforce_client_secret", "salesforce_username"):
        found.no_way()
    return tuple(found.problems)


class _Clashes:
    """Gathers what does not fit together."""

    def __init__(self, settings: Settings, places: Mapping[str, Given]) -> None:
        self.settings = settings
        self.places = places
        self.problems: list[Problem] = []

    def given(self, *names: str) -> list[str]:
        """Those of the settings that hold something."""
        return [name for name in names if _plain(getattr(self.settings, name))]

    def add(self, name: str, what: str, mend: str) -> None:
        place = self.places.get(name, Given(variable(name), ENVIRONMENT))
        self.problems.append(Problem(file=place.file, line=place.line, what=what, mend=mend, code="SET06"))

    def two_ways(self) -> None:
        ways = self.given("salesforce_access_token", "salesforce_jwt_key_file", "salesforce_client_secret")
        for other in ways[1:]:
            what = f"{variable(ways[0])} and {variable(other)} are two ways to sign in"
            self.add(other, what, "keep one of them and empty the other")

    def must(self, name: str, way: SignIn) -> None:
        if not self.given(name):
            self.add(name, f"{variable(name)} is missing: {way} needs it", f"set {variable(name)}")

    def key_file(self) -> None:
        path = self.settings.salesforce_jwt_key_file
        if path is not None and not (path.is_file() and os.access(path, os.R_OK)):
            what = f"{variable('salesforce_jwt_key_file')} names no file that can be read: {path}"
            self.add("salesforce_jwt_key_file", what, "give the path of the private key in PEM form")

    def ca_file(self) -> None:
        path = self.settings.salesforce_ca_file
        if path is not None and not holds_certificates(path):
            what = f"{variable('salesforce_ca_file')} names no file with certificates: {path}"
            self.add("salesforce_ca_file", what, "give the path of the authorities' certificates in PEM form")

    def own_host(self) -> None:
        if shared_sign_in_host(self.settings.salesforce_login_url):
            what = f"client credentials do not work at {self.settings.salesforce_login_url}"
            mend = f"set {variable('salesforce_login_url')}=https://<your My Domain>.my.salesforce.com"
            self.add("salesforce_login_url", what, mend)

    def no_way(self) -> None:
        what = "the settings give no complete way to sign in to Salesforce"
        mend = (
            f"set {variable('salesforce_client_id')} with {variable('salesforce_client_secret')}, "
            f"or with {variable('salesforce_username')} and {variable('salesforce_jwt_key_file')}"
        )
        first = next(iter(self.given("salesforce_client_id", "salesforce_client_secret")), "salesforce_client_id")
        self.add(first, what, mend)


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
