"""The official Inspector, as its command line."""

import json

import pytest

from conftest import SERVERS, entry_point, node, package


def inspect(server, *words):
    return node(package("@modelcontextprotocol/inspector") / "clients/launcher/build/index.js", "--cli", *words,
                entry_point(server))


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_it_lists_the_tools_and_finds_no_fault_in_their_schemas(server, era):
    done = inspect(server, "--protocol-era", era, "--strict", "--method", "tools/list")
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    assert json.loads(done.stdout)["tools"]


@pytest.mark.parametrize("era", ["legacy", "auto", "modern"])
def test_it_calls_a_tool(era):
    done = inspect("capabilities", "--protocol-era", era, "--method", "tools/call", "--tool-name", "get_command",
                   "--tool-args-json", json.dumps({"command": "logs"}))
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    assert "autosre logs" in json.loads(done.stdout)["content"][0]["text"]
