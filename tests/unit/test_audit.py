"""The audit of known vulnerabilities: what fails the build, and what it says without a network."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

CI = Path(__file__).resolve().parents[2] / ".ci"
TOLD = {
    "A-1": {"id": "A-1", "aliases": ["CVE-1"], "summary": "bad zip", "affected": [
        {"package": {"name": "Pillow"}, "ranges": [
            {"type": "GIT", "events": [{"fixed": "abcdef"}]},
            {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}]},
        {"package": {"name": "another"}, "ranges": [
            {"type": "ECOSYSTEM", "events": [{"fixed": "5"}]}]}]},
    "A-2": {"id": "A-2", "aliases": ["CVE-2"], "summary": "no fix", "affected": []},
    "A-3": {"id": "A-3", "withdrawn": "2026-01-01", "affected": []},
}  # fmt: skip


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ci_audit", CI / "audit.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ci_audit"] = module
    spec.loader.exec_module(module)
    return module


class Database(BaseHTTPRequestHandler):
    """Speaks as the open database does: a batch of questions, then each vulnerability by its id."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = {"pillow": ["A-1", "A-3"], "rich": ["A-2"]}
        results = [
            {"vulns": [{"id": each} for each in known[query["package"]["name"]]]}
            if query["package"]["name"] in known else {}
            for query in body["queries"]
        ]  # fmt: skip
        self._answer({"results": results})

    def do_GET(self) -> None:
        self._answer(TOLD[self.path.rpartition("/")[2]])

    def _answer(self, content: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *words: object) -> None:
        return


@pytest.fixture
def database() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Database)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_fixable_one_fails_an_accepted_one_does_not(audit: ModuleType, database: str) -> None:
    packages = {"pillow": "13.0.0", "rich": "15.0.0", "typer": "0.29.2"}
    found = audit.ask(packages, database)
    assert [(each.package, each.id, each.fixed) for each in found] == [
        ("pillow", "A-1", ("99.1",)), ("rich", "A-2", ()),
    ]  # fmt: skip
    lines, code = audit.judge(found, {"CVE-2": "never called"})
    assert code == 1 and "99.1" in lines[0] and "never called" in lines[1]
    assert audit.judge(found[:1], {"A-1": "we do not want to update"})[1] == 1
    assert audit.judge(found[1:], {"A-2": "never called"})[1] == 0
    assert audit.judge(found[1:], {})[1] == 1, "nobody has looked at it"
    assert audit.judge([], {}) == ([], 0)


def test_without_a_network_it_says_so_and_fails_nothing(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(audit.ADDRESS_VARIABLE, "http://127.0.0.1:9")
    assert audit.main() == 0
    said = capsys.readouterr().out
    assert said.startswith("NOT AUDITED") and "audited 1" not in said


def test_the_whole_lock_is_asked(audit: ModuleType) -> None:
    packages = audit.locked(CI.parent / "requirements.lock")
    assert len(packages) > 80 and packages["Jinja2"]
    assert audit.accepted(CI / "known-vulnerabilities.toml") == {}


def test_an_acceptance_without_reason_is_none(audit: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text('[[accepted]]\nid = "A"\nreason = " "\n[[accepted]]\nid = "B"\nreason = "r"\n')
    assert audit.accepted(path) == {"B": "r"}
