"""The official SDKs as clients."""

import json
import pathlib
import subprocess

import pytest

from conftest import clients, fixture_program, node

HERE = pathlib.Path(__file__).parent


def check(output, server="fixture"):
    seen = json.loads(output)
    assert seen["server"] == server
    assert seen["names"][0] == "test_simple_text" and len(seen["names"]) == 11
    assert seen["text"] == seen["after"] == "This is a simple text response for testing."
    assert seen["progress"] == [0, 50, 100]
    assert seen["failed"] is True and seen["cancelled"] is True
    assert seen["wrong"].startswith("millis: there is no such argument")


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("line, era", [("1", "legacy"), ("2", "legacy"), ("2", "auto"), ("2", "modern")])
def test_typescript(line, era, transport, fixture_url):
    target = fixture_program() if transport == "stdio" else fixture_url
    done = node(HERE / "sdk_client.mjs", line, era, transport, target, env={"MCP_CLIENTS": str(clients() / "npm")})
    assert done.returncode == 0, done.stderr[-3000:]
    check(done.stdout)


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("era", ["legacy", "auto", "2026-07-28"])
def test_python(era, transport, fixture_url):
    target = str(fixture_program()) if transport == "stdio" else fixture_url
    done = subprocess.run([clients() / "venv/bin/python", HERE / "sdk_client.py", era, target], capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    # With the version pinned nothing is asked before the first request.
    check(done.stdout, None if era.startswith("2026") else "fixture")
