"""A reload that is asked for while the daemon still starts must not end it."""

import os
import signal
from collections.abc import Iterator

import pytest

import sfrouter.cli.settings
import sfrouter.daemon.run
from tests.cli.command import command


@pytest.fixture
def _own_handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("_own_handler")
def test_a_reload_during_the_start_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    signal.signal(signal.SIGHUP, lambda *_: heard.append("it would have ended the process"))

    def reloaded_meanwhile(**_: object) -> object:
        os.kill(os.getpid(), signal.SIGHUP)
        return object()

    monkeypatch.setattr(sfrouter.cli.settings, "load_settings", reloaded_meanwhile)
    monkeypatch.setattr(sfrouter.daemon.run, "run_daemon", lambda *_, **__: 0)
    assert command("run").code == 0
    assert heard == []
