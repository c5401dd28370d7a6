"""Known vulnerabilities of the locked packages, asked of the open database OSV (osv.dev).

``python .ci/audit.py`` ends with 1 where a locked version has a vulnerability that a newer version
mends, or one that nobody has looked at; with 0 where there is none, or where there is no network:
then it says so. What cannot be mended is listed with its reason in ``known-vulnerabilities.toml``.
Only the names and versions of open packages are sent.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ADDRESS_VARIABLE = "MSOKO_OSV"
ADDRESS = "https://api.osv.dev"
TIMEOUT_S = 20


@dataclass(frozen=True)
class Found:
    """A vulnerability of a locked package; ``fixed`` are the versions that mend it."""

    package: str
    version: str
    id: str
    aliases: tuple[str, ...]
    summary: str
    fixed: tuple[str, ...]


def locked(path: Path) -> dict[str, str]:
    """Package → version of a lock file."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {name: version for name, version in pairs}


def accepted(path: Path) -> dict[str, str]:
    """Id of a vulnerability → why it is accepted."""
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    return {str(item["id"]): str(item["reason"]) for item in listed if item["reason"].strip()}


def ask(packages: dict[str, str], address: str) -> list[Found]:
    """Vulnerabilities of the packages.

    Raises
    ------
    OSError
        If the database does not answer.
    """
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in packages.items()
    ]
    answer = _call(f"{address}/v1/querybatch", {"queries": queries})
    found = []
    for (name, version), result in zip(packages.items(), answer["results"], strict=True):
        for each in result.get("vulns") or []:
            told = _call(f"{address}/v1/vulns/{each['id']}")
            if not told.get("withdrawn"):
                found.append(_found(name, version, told))
    return found


def _found(name: str, version: str, told: dict[str, Any]) -> Found:
    fixed = {
        event["fixed"]
        for item in told.get("affected", [])
        if item.get("package", {}).get("name", "").lower() == name.lower()
        for each in item.get("ranges", [])
        if each.get("type") != "GIT"
        for event in each.get("events", [])
        if "fixed" in event
    }
    aliases = tuple(told.get("aliases", []))
    return Found(name, version, told["id"], aliases, told.get("summary", ""), tuple(sorted(fixed)))


def _call(address: str, body: object = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        address, data=data, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        loaded: dict[str, Any] = json.load(answer)
    return loaded


def judge(found: list[Found], reasons: dict[str, str]) -> tuple[list[str], int]:
    """Lines to print and the exit code: a fixable or an unknown one fails the build."""
    lines, failed = [], False
    for each in sorted(found, key=lambda item: (item.package, item.id)):
        known = next((reasons[name] for name in (each.id, *each.aliases) if name in reasons), "")
        what = f"{each.package} {each.version}: {each.id} {each.summary}".strip()
        if each.fixed:
            lines.append(f"FIXABLE {what}; fixed in {', '.join(each.fixed)}")
            failed = True
        elif known:
            lines.append(f"accepted {what}: {known}")
        else:
            lines.append(f"UNKNOWN {what}; no fix yet: look at it, then list it with its reason")
            failed = True
    return lines, int(failed)


def main() -> int:
    """Ask, print, decide."""
    packages = locked(HERE.parent / "requirements.lock")
    address = os.environ.get(ADDRESS_VARIABLE, ADDRESS)
    try:
        found = ask(packages, address)
    except (OSError, ValueError, KeyError) as problem:
        reason = getattr(problem, "reason", problem)
        print(f"NOT AUDITED: {address} does not answer ({reason}). Nothing is known about the "
              f"{len(packages)} locked packages; run this again with a network.")  # fmt: skip
        return 0
    lines, code = judge(found, accepted(HERE / "known-vulnerabilities.toml"))
    print("\n".join([*lines, f"audited {len(packages)} packages, vulnerabilities: {len(found)}"]))
    return code


if __name__ == "__main__":
    sys.exit(main())
