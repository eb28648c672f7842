"""Codex with the documented settings contacts this machine only, and sends what was recorded."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden/responses"
sys.path.append(str(GOLDEN))

import record  # noqa: E402


def test_nothing_but_the_proxy_is_contacted(tmp_path):
    """Case 68: no name is looked up, no connection leaves."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("needs unshare and ip (util-linux, iproute2)")
    enter = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    probe = subprocess.run([*enter, "ip", "link", "set", "lo", "up"], capture_output=True,
                           text=True)
    if probe.returncode != 0:
        pytest.skip(f"network namespaces are not permitted here: {probe.stderr.strip()}")
    done = subprocess.run([*enter, sys.executable, str(HERE / "sealed_codex.py"), str(tmp_path)],
                          capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["code"] == 0 and "Sealed and done." in seen["stdout"], seen
    assert seen["names"] == [] and seen["connections"] == []
    assert len(seen["log"]) == 2


def shape(body):
    """The types in it, and the fields of each: what a translator has to know."""
    known = {("body", key) for key in body}
    for item in body["input"]:
        known |= {(item["type"], key) for key in item}
        for part in item.get("content") or []:
            known.add((item["type"], part["type"]))
    tools = [t for i in body["input"] for t in i.get("tools", [])] + body.get("tools", [])
    for tool in tools:
        known |= {("tool " + tool["type"], key) for key in tool}
    return known


def test_codex_sends_what_was_recorded():
    """A new version that sends other fields is noticed here; record.py writes the files again."""
    cases = sorted(f.stem for f in GOLDEN.glob("*.json"))
    assert len(cases) >= 18
    with ThreadPoolExecutor(4) as pool:
        fresh = pool.map(lambda name: record.record(name, getattr(record, f"case_{name}")), cases)
        for name, body in zip(cases, fresh):
            kept = json.loads((GOLDEN / f"{name}.json").read_text())
            assert shape(body) == shape(kept), name
