"""The shipped service and container files harden the process, and agree with the daemon and the Dockerfile."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sfrouter.base.errors import ExitCode
from sfrouter.config.settings import Settings, variable
from sfrouter.daemon.run import FATAL, STOP_WITHIN

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "docs" / "deploy" / "compose.yaml").read_text("utf-8"))
SERVICE: dict[str, Any] = COMPOSE["services"]["sfrouter"]


def unit() -> dict[str, dict[str, list[str]]]:
    """The sections of the systemd unit; a key may stand several times."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in (ROOT / "docs" / "deploy" / "sfrouter.service").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, sign, value = line.partition("=")
            assert sign, f"systemd would refuse: {line}"
            assert not key.endswith(" "), line
            section.setdefault(key, []).append(value)
    return found


def test_the_unit_is_an_ini_file_with_the_three_sections_of_a_service() -> None:
    reader = configparser.ConfigParser(strict=False, interpolation=None)
    reader.read(ROOT / "docs" / "deploy" / "sfrouter.service")
    assert set(reader.sections()) == set(unit()) == {"Unit", "Service", "Install"}


@pytest.mark.parametrize(
    ("key", "value"),
    {
        "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
        "NoNewPrivileges": "yes", "UMask": "0077", "CapabilityBoundingSet": "", "StateDirectoryMode": "0700",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "RestrictSUIDSGID": "yes", "LockPersonality": "yes",
        "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectControlGroups": "yes",
        "RestrictNamespaces": "yes", "SystemCallArchitectures": "native",
    }.items(),
)  # fmt: skip
def test_the_unit_takes_every_right_that_the_daemon_does_not_need(key: str, value: str) -> None:
    assert unit()["Service"][key] == [value]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_itself_rates_the_unit_as_the_docs_say() -> None:
    """`systemd-analyze security` prints it, from 250 on also for a file: 10 is unprotected, 0 the best."""
    asked = ["systemd-analyze", "security", "--offline=true", "--no-pager", "docs/deploy/sfrouter.service"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if "unrecognized option" in said.stderr:
        pytest.skip("this systemd-analyze judges no files")
    rating = re.search(r"exposure level for sfrouter.service: ([0-9.]+) (\w+)", said.stdout)
    assert rating, said.stdout[-500:] + said.stderr
    assert float(rating[1]) < 2.0
    version = subprocess.run([asked[0], "--version"], capture_output=True, text=True, timeout=60, check=False)
    words = (ROOT / "docs" / "operations.md").read_text("utf-8")
    told = re.search(r"of version\s+(\d+)\s+rates\s+it\s+([0-9.]+),\s+\"(\w+)\"", words)
    assert told, "docs/operations.md tells the rating no more"
    if version.stdout.split()[1] == told[1]:
        assert (rating[1], rating[2]) == (told[2], told[3])


def test_the_unit_runs_the_daemon_as_its_own_user_and_gives_it_time_to_stop() -> None:
    service = unit()["Service"]
    assert service["User"] not in ([], ["root"])
    assert service["ExecStart"][0].endswith("/sfrouter run")
    assert int(service["TimeoutStopSec"][0]) > STOP_WITHIN
    assert service["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert service["SystemCallFilter"][0] == "@system-service"


MENDED_BY_A_RESTART = {
    ExitCode.OK: False,  # it was told to stop
    ExitCode.FAILED: True,  # the watchdog, or a fault of ours
    ExitCode.USAGE: False,
    ExitCode.BAD_FILES: False,
    ExitCode.SIGN_IN_REFUSED: False,
    ExitCode.ORG_UNREACHABLE: True,
    ExitCode.ALREADY_RUNNING: True,  # the one before it is still ending
    ExitCode.ORG_CHANGED: False,
    ExitCode.STORE_UNUSABLE: False,  # a damaged mirror never ends the process, see tests/days/test_files.py
    ExitCode.INTERRUPTED: True,  # ended in the middle of its orderly end
}


def test_what_a_restart_cannot_mend_is_not_restarted() -> None:
    """Every exit code there is, against the unit and against what ends the daemon."""
    assert set(MENDED_BY_A_RESTART) == set(ExitCode)
    useless = {int(code) for code, mended in MENDED_BY_A_RESTART.items() if not mended and code is not ExitCode.OK}
    service = unit()["Service"]
    assert service["Restart"] == ["on-failure"]
    assert {int(code) for code in service["RestartPreventExitStatus"][0].split()} == useless
    assert {int(code) for code in FATAL} == useless - {ExitCode.USAGE}


def test_the_container_is_restarted_after_a_failure_only_and_not_for_ever() -> None:
    """A container's restarts know no exit codes: a fault that a restart does not mend is tried five times."""
    assert re.fullmatch(r"on-failure:[1-9]", SERVICE["restart"])


def test_every_setting_that_a_file_gives_exists() -> None:
    files = [*(ROOT / "docs" / "deploy").iterdir(), ROOT / "Dockerfile"]
    known = {variable(name) for name in Settings.model_fields}
    for file in files:
        named = set(re.findall(r"SFROUTER_[A-Z_]+", file.read_text("utf-8")))
        assert named <= known, file.name


def test_the_container_can_write_to_its_volume_and_nowhere_else() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICE
    assert "ports" not in SERVICE
    writable = [one for one in SERVICE["volumes"] if not one.endswith(":ro")]
    assert writable == ["data:/data"]
    assert "noexec" in SERVICE["tmpfs"][0]


def test_the_container_has_time_to_stop() -> None:
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > STOP_WITHIN


def test_the_image_runs_as_a_plain_user_and_holds_no_secret() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\S+)", final, re.MULTILINE)
    assert users == ["sfrouter"]
    assert final.index("USER sfrouter") < final.index("ENTRYPOINT")
    uid = re.search(r"--uid (\d+)", final)
    assert uid
    assert SERVICE["user"] == uid[1]
    assert int(uid[1]) >= 1000
    assert "--require-hashes" in DOCKERFILE
    assert not re.search(r"^ADD |^COPY (--\S+ )?\.( |env)|_SECRET=|_TOKEN=", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in final


def sbom() -> str:
    """What the script prints."""
    command = [sys.executable, str(ROOT / "scripts" / "sbom")]
    closed = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=closed).stdout


def test_the_list_of_parts_holds_every_pin_of_the_lock_once() -> None:
    bom = json.loads(sbom())
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert len(pins) >= 30
    assert [(one["name"], one["version"]) for one in bom["components"]] == [(n.lower(), v) for n, v in pins]
    refs = {one["bom-ref"] for one in bom["components"]}
    assert len(refs) == len(pins)
    for one in bom["components"]:
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert any(item["name"] == "sfrouter:allowed-sha256" for item in one["properties"]), one["name"]
    (depends,) = bom["dependencies"]
    assert set(depends["dependsOn"]) <= refs
    assert any("simple-salesforce" in ref for ref in depends["dependsOn"])


def test_the_list_of_parts_is_the_same_every_time_and_names_no_registry() -> None:
    first = sbom()
    assert first == sbom()
    assert "://" not in first
    assert re.search(r'"serialNumber": "urn:uuid:[0-9a-f-]{36}"', first)
