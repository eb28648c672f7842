"""The official conformance suite, over HTTP."""

import pathlib

import pytest

from conftest import node, package

HERE = pathlib.Path(__file__).parent


@pytest.mark.parametrize("revision", ["2025-11-25", "2026-07-28"])
def test_the_suite_passes_but_for_what_is_not_offered(revision, fixture_url, tmp_path):
    done = node(package("@modelcontextprotocol/conformance") / "dist/index.js", "server", "--url", fixture_url,
                "--requirements", revision, "--expected-failures",
                HERE / f"conformance_{revision}.yaml", "-o", tmp_path, cwd=tmp_path, timeout=300)
    summary = done.stdout[done.stdout.find("=== SUMMARY"):]
    assert done.returncode == 0, summary + done.stderr[-2000:]
    assert "✓ tools-call-with-progress" in summary
