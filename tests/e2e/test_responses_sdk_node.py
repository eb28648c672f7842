"""OpenAI's own SDK for Node through the proxy."""

import json
import pathlib
import subprocess

import pytest

from answers import Answer, Broken, Interleaved, Reasoning, Text, Tool, http_error, say
from claude import clients

SCRIPT = pathlib.Path(__file__).with_name("sdk_responses.mjs")


@pytest.fixture
def run(node, client):
    def go():
        words = [node, str(SCRIPT), str(clients() / "npm/node_modules"), f"{client.proxy.url}/v1"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return go


def test_the_accumulator_puts_the_response_together(client, run):
    """Cases 35 and 43: whatever the model sends, in which turns; then by its id, then parsed."""
    client.upstream.script(
        Answer([Reasoning("Let me see.", 3), Text("It is sunny.", 4),
                Interleaved([Tool("get_weather", {"place": "Köln 🎈"}, 6),
                             Tool("get_weather", {"place": "Bonn"}, 3)])]),
        say("Rain."), say('{"place": "Köln"}'))
    done = run()
    output = done["streamed"]["output"]
    assert [i["type"] for i in output] == ["reasoning", "message", "function_call", "function_call"]
    assert [i["parsed_arguments"] for i in output[2:]] == [{"place": "Köln 🎈"}, {"place": "Bonn"}]
    assert done["streamed"]["output_text"] == done["seen"]["text"] == "It is sunny."
    assert done["seen"]["snapshot"] == "It is sunny."
    assert done["streamed"]["usage"]["output_tokens"] > 0
    assert done["next"]["output_text"] == "Rain." and done["parsed"] == {"place": "Köln"}
    assert done["next"]["previous_response_id"] == done["streamed"]["id"]


def test_errors_are_api_errors(client, run):
    client.upstream.respond = lambda call: http_error(503, "the model is loading")
    done = run()
    assert (done["status"], done["name"]) == (503, "InternalServerError")
    assert "the model is loading" in done["error"] and done["requestID"]
    client.upstream.respond = lambda call: http_error(
        400, "This model's maximum context length is 9 tokens.")
    done = run()
    assert (done["name"], done["code"]) == ("BadRequestError", "context_length_exceeded")


def test_an_error_in_the_stream_is_a_failed_response(client, run):
    client.upstream.respond = lambda call: Answer([Text("begun"), Broken("the GPU is on fire")])
    done = run()
    assert done["seen"]["types"][-1] == "response.failed" and done["seen"]["text"] == "begun"
