"""Anthropic's own SDK for Node through the proxy."""

import json
import pathlib
import subprocess

import pytest

from answers import Answer, Broken, Interleaved, Reasoning, Text, Tool, http_error
from claude import clients

SCRIPT = pathlib.Path(__file__).with_name("sdk_stream.mjs")


@pytest.fixture
def stream(node, proxy):
    def run():
        words = [node, str(SCRIPT), str(clients() / "npm/node_modules"), proxy.url]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return run


def test_the_accumulator_puts_the_message_together(upstream, stream):
    """S01 S02 T01 T06: whatever the model sends, and in which turns."""
    upstream.respond = lambda call: Answer([
        Reasoning("Let me see.", 3), Text("It is sunny.", 4), Reasoning("Still."),
        Interleaved([Tool("get_weather", {"place": "Köln 🎈"}, 6),
                     Tool("get_weather", {"place": "Bonn"}, 3)])])
    done = stream()
    blocks = done["message"]["content"]
    assert [b["type"] for b in blocks] == ["thinking", "text", "thinking", "tool_use", "tool_use"]
    assert done["seen"] == {"text": "It is sunny.", "thinking": "Let me see.Still.",
                            "inputs": [{"place": "Köln 🎈"}, {"place": "Bonn"}]}
    assert [b["input"] for b in blocks[3:]] == done["seen"]["inputs"]
    assert done["message"]["stop_reason"] == "tool_use" and done["count"] > 0


def test_errors_are_api_errors(upstream, stream):
    """S18 E12: as a status, and in the stream."""
    upstream.respond = lambda call: http_error(503, "the model is loading")
    done = stream()
    assert done["status"] in (503, 529) and "the model is loading" in done["error"]
    upstream.respond = lambda call: Answer([Text("begun"), Broken("the GPU is on fire")])
    done = stream()
    assert "the GPU is on fire" in done["error"] and done["seen"]["text"] == "begun"
