"""The parameters of general OpenAI clients, and the store behind previous_response_id."""

import json
import os

import pytest

from answers import Answer, Reasoning, Text, Tool, say
from prompts import assert_append_only, render
from responses_client import (EXEC, calls_of, custom, error_of, function, message, namespace,
                              output_item, text_of)

SCHEMA = {"type": "object", "properties": {"title": {"type": "string", "minLength": 3}},
          "required": ["title"], "additionalProperties": False}
FORMAT = {"format": {"type": "json_schema", "name": "codex_output_schema", "strict": True,
                     "schema": SCHEMA}}


def test_sampling_is_passed_on(client):
    client.create(temperature=0.25, top_p=0.5, max_output_tokens=77)
    sent = client.sent
    assert (sent["temperature"], sent["top_p"]) == (0.25, 0.5)
    assert sent.get("max_tokens", sent.get("max_completion_tokens")) == 77
    client.create(temperature=None, top_p=None, max_output_tokens=None)
    assert not {"temperature", "top_p", "max_tokens", "max_completion_tokens"} & set(client.sent)


def test_a_schema_without_tools_is_the_engines_to_keep(client):
    """Case 24."""
    client.upstream.respond = lambda call: say('{"title":"A talk"}')
    response = client.stream(text=FORMAT)
    assert json.loads(text_of(response)) == {"title": "A talk"}
    wanted = client.sent["response_format"]
    assert wanted["type"] == "json_schema" and wanted["json_schema"]["schema"] == SCHEMA
    assert wanted["json_schema"]["name"] == "codex_output_schema"
    client.create(text={"format": {"type": "json_object"}})
    assert client.sent["response_format"] == {"type": "json_object"}
    for text in ({"format": {"type": "text"}}, {}, None, {"verbosity": "high"}):
        client.create(text=text)
        assert "response_format" not in client.sent


def test_a_schema_beside_tools_does_not_forbid_their_calls(client):
    """Case 24: the engine would have no way to call; so the schema is told in words."""
    client.upstream.respond = lambda call: Answer([Tool("exec_command", {"cmd": "ls"})])
    response = client.stream(text=FORMAT, tools=[EXEC], tool_choice="auto")
    assert len(calls_of(response)) == 1
    assert "response_format" not in client.sent
    assert all(word in render({"messages": client.messages}).decode()
               for word in ("title", "minLength"))
    assert client.messages[0]["role"] == "system" and "title" in client.messages[0]["content"]
    client.create(text={"format": {"type": "json_object"}}, tools=[EXEC])
    assert "response_format" not in client.sent
    assert "JSON" in client.messages[0]["content"]


def test_what_was_asked_is_echoed(client):
    """But for the longest: tools and instructions would be said again three times a stream."""
    asked = {"instructions": "Be brief.", "metadata": {"k": "v"}, "temperature": 0.5, "top_p": 0.25,
             "max_output_tokens": 99, "tool_choice": "required", "parallel_tool_calls": False,
             "truncation": "disabled", "store": False, "tools": [EXEC, custom("apply_patch")],
             "text": FORMAT, "model": "some/name", "user": "u", "reasoning": {"effort": "high"}}
    client.upstream.respond = lambda call: Answer([Tool("exec_command", {})])
    for response in (client.stream(**asked), client.create(**asked)):
        for name in set(asked) - {"user", "reasoning", "text", "tools", "instructions"}:
            assert response[name] == asked[name], name
        assert response["tools"] == [] and response["instructions"] is None
        assert response["text"]["format"]["schema"] == SCHEMA
        assert response["reasoning"]["effort"] == "high"
    plain = client.create()
    assert plain["metadata"] == {} and plain["tools"] == [] and plain["tool_choice"] == "auto"
    assert plain["parallel_tool_calls"] is True and plain["error"] is None
    assert plain["previous_response_id"] is None and plain["instructions"] is None


def test_truncation_and_service_tier_are_taken(client):
    for more in ({"truncation": "auto"}, {"truncation": None}, {"service_tier": "priority"},
                 {"metadata": None}, {"tools": None}, {"tool_choice": None}, {"reasoning": None},
                 {"include": None}, {"store": None}, {"parallel_tool_calls": None},
                 {"instructions": None}, {"previous_response_id": None}, {"stream": None}):
        assert client.create(**more)["status"] == "completed", more


def test_an_answer_is_gone_on_from_by_its_id(client):
    """What was said is kept; the tools and the instructions are each request's own."""
    client.upstream.respond = lambda call: Answer([Reasoning("Hm."), Text("Looking."),
                                                   Tool("exec_command", {"cmd": "ls"})])
    first = client.stream("the question", tools=[EXEC], instructions="first-instructions")
    (call,) = (i for i in first["output"] if i["type"] == "function_call")
    client.upstream.respond = lambda call: say("Two files.")
    second = client.create([output_item(call["call_id"], "a b")], tools=[EXEC],
                           previous_response_id=first["id"], instructions="second-instructions")
    assert second["previous_response_id"] == first["id"] != second["id"]
    roles = [m["role"] for m in client.messages]
    assert roles == ["system", "user", "assistant", "tool"]
    assert client.messages[0]["content"] == "second-instructions"
    assert client.messages[2]["content"] == "Looking." and client.messages[3]["content"] == "a b"
    client.create("thanks", previous_response_id=second["id"])
    prompt = render(client.sent).decode()
    places = [prompt.index(t) for t in ("the question", "Looking.", "a b", "Two files.", "thanks")]
    assert places == sorted(places) and "instructions" not in prompt
    branch = client.create("another way", previous_response_id=first["id"])
    assert branch["status"] == "completed"
    assert "Two files." not in render(client.sent).decode(), "an answer can be gone on from twice"


def test_a_chain_needs_neither_the_tools_again_nor_an_input(client):
    """Names in it are the model's, whatever this request declares; a call may stay unanswered."""
    tools = [EXEC, namespace("mcp__files", function("read"))]
    client.upstream.respond = lambda call: Answer([Tool(call.tool_names[1], {})])
    first = client.create("hi", tools=tools)
    name = client.tools[1]["name"]
    client.upstream.respond = lambda call: say("ok")
    result = output_item(first["output"][0]["call_id"], "r")
    for more in ({"input": [result]}, {"input": []}, {}):
        answer = client.post({"model": "m", "previous_response_id": first["id"], **more})
        assert answer.status == 200, answer.body
        called, answered = client.messages[1:]
        assert called["tool_calls"][0]["function"]["name"] == name
        assert answered["role"] == "tool"
        assert (answered["content"] == "r") == bool(more.get("input"))


def test_a_chain_of_ids_has_the_prompts_of_a_whole_history(codex):
    codex.upstream.respond = lambda call: say("answer to " + call.last_text)
    last = None
    for number in range(5):
        last = codex.stream(f"question {number}", previous_response_id=last)["id"]
    assert_append_only(codex.upstream.calls)
    assert len(codex.messages) == 9


def test_an_unknown_id_is_told_with_its_code(client):
    """Also of an answer that was not to be stored, or that failed."""
    unstored = client.create("hi", store=False)["id"]
    client.upstream.respond = lambda call: Answer([Text("x")], cut_after=2)
    failed = client.events("hi")[-1].data["response"]["id"]
    client.upstream.respond = lambda call: say("ok")
    for unknown in ("resp_nope", unstored, failed, ""):
        for stream in (False, True):
            error = error_of(client.post(client.body("more", previous_response_id=unknown,
                                                     stream=stream)), 400)
            assert error["code"] == "previous_response_not_found", error
            assert error["param"] == "previous_response_id" and unknown in error["message"]


def test_the_store_is_bounded(codex):
    """200 MB of answers to keep; the last can be gone on from."""
    codex.upstream.cached = lambda prompt: 0
    text = "x" * 1_000_000
    last = [codex.create(text)["id"] for _ in range(200)][-1]
    pages = int(open(f"/proc/{codex.proxy.process.pid}/statm").read().split()[1])
    assert pages * os.sysconf("SC_PAGE_SIZE") / 2**20 < 150
    assert codex.create("more", previous_response_id=last)["status"] == "completed"
    assert text[:99] in codex.messages[0]["content"]


def test_a_stored_answer_is_of_no_use_to_another_proxy(codex, make_codex, upstream):
    other = make_codex(upstream)
    answer = other.post(other.body("more", previous_response_id=codex.create("hi")["id"]))
    assert error_of(answer, 400)["code"] == "previous_response_not_found"


@pytest.mark.parametrize("choice", ["auto", "required"])
def test_the_choice_of_tools_stays_with_the_tools(choice, client):
    client.create([message("user", "hi")], tool_choice=choice, parallel_tool_calls=False)
    assert not {"tools", "tool_choice", "parallel_tool_calls"} & set(client.sent)
