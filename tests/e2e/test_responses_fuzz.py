"""Requests and answers that are nearly right: refused with the place, mended, or told as failed."""

import copy
import json
import random

import pytest

from answers import Answer, Raw, say
from chat_shape import assert_well_formed
from damage import spoil
from responses_client import (EXEC, PATCH, PATH, SEARCH, call_item, custom, function, image,
                              message, namespace, output_item)
from responses_grammar import response_of
from wire import Wire, as_bytes, head

ROUNDS = 700
URL = "data:image/png;base64,aGk="


def whole_request():
    """One of everything."""
    return {
        "model": "local-model", "instructions": "Be brief.", "store": False, "temperature": 1,
        "tools": [EXEC, custom("apply_patch"), namespace("mcp__x", function("read")), SEARCH],
        "tool_choice": "auto", "parallel_tool_calls": True, "max_output_tokens": 100,
        "reasoning": {"effort": "high", "summary": "auto"}, "include": [],
        "metadata": {"k": "v"}, "text": {"format": {"type": "json_schema", "name": "n",
                                                    "schema": {"type": "object"}}},
        "input": [
            message("developer", "base"), message("user", "one", image(URL)),
            {"type": "additional_tools", "role": "developer",
             "tools": [namespace("functions", function("wait"))]},
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x",
             "content": [{"type": "reasoning_text", "text": "hm"}]},
            message("assistant", "two"), call_item("c1", "exec_command", {"cmd": "ls"}),
            {"type": "custom_tool_call", "call_id": "c2", "name": "apply_patch", "input": PATCH},
            call_item("c3", "read", {}, namespace="mcp__x"), message("assistant", "between"),
            output_item("c2", "r2", "custom_tool_call_output"),
            output_item("c1", [{"type": "input_text", "text": "r1"}, image(URL)]),
            output_item("c3", "r3"), message("developer", "late"),
            {"type": "tool_search_call", "call_id": "c4", "execution": "client",
             "arguments": {"query": "x"}},
            {"type": "tool_search_output", "call_id": "c4", "execution": "client",
             "tools": [namespace("mcp__y", function("found"))]},
            {"type": "compaction", "encrypted_content": "x"}, message("user", "five")]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_spoilt_request_is_refused_or_makes_a_prompt_that_is_right(seed, client):
    """Cases 20, 21, 23 and 30: never a 500, never a prompt that a template cannot render."""
    client.upstream.respond = lambda call: say("ok")
    dice = random.Random(seed)
    taken = refused = 0
    with Wire(client.port) as wire:
        for number in range(ROUNDS):
            body = copy.deepcopy(whole_request())
            spoil(body, dice)
            client.upstream.calls.clear()
            raw = as_bytes(body)
            wire.send(head("POST", PATH, raw) + raw)
            answer = wire.response()
            about = f"seed {seed}, round {number}: {raw.decode()}\n{answer.body.decode()}"
            assert answer.status in (200, 400), about
            if answer.status == 400:
                refused += 1
                error = answer.json()["error"]
                assert error["type"] == "invalid_request_error" and error["message"], about
                assert not client.upstream.calls, about
                continue
            taken += 1
            try:
                for call in client.upstream.calls:
                    assert_well_formed(call.body)
            except (AssertionError, KeyError, ValueError, TypeError) as failure:
                raise AssertionError(f"{failure!r}\n{about}\n"
                                     f"{client.upstream.calls[0].raw.decode()}") from None
    assert taken > ROUNDS / 10 and refused > ROUNDS / 10, (taken, refused)


def chunk(delta, **more):
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": delta, "finish_reason": None, "logprobs": None, **more}]}


def call_part(index, text, **more):
    return chunk({"tool_calls": [{"index": index, **more, "function": {
        "arguments": text, **({"name": "exec_command"} if more else {})}}]})


def whole_answer():
    """The chunks of one of everything."""
    usage = {"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 17,
             "prompt_tokens_details": {"cached_tokens": 3}}
    patch = chunk({"tool_calls": [{"index": 1, "id": "b", "type": "function", "function": {
        "name": "apply_patch", "arguments": '{"input":"x"}'}}]})
    return [chunk({"role": "assistant", "content": ""}), chunk({"reasoning": "hm"}),
            chunk({"content": "one"}), chunk({"content": " two"}),
            call_part(0, '{"cmd":', id="a", type="function"), call_part(0, '"ls"}'), patch,
            chunk({}, finish_reason="tool_calls"), {"choices": [], "usage": usage}]


@pytest.mark.parametrize("seed", [5, 6])
def test_a_spoilt_answer_keeps_the_grammar(seed, client):
    """Cases 38, 39, 43, 51 and 54: an end, and only one, behind items that are whole."""
    dice = random.Random(seed)
    ends = {"completed": 0, "failed": 0}
    for number in range(ROUNDS // 2):
        chunks = whole_answer()
        spoil(chunks, dice)
        answer = Answer([Raw(json.dumps(c)) for c in chunks], finish=None, usage=False)
        client.upstream.respond = lambda call: answer
        got = client.post(client.body("hi", stream=number % 4 > 0, tools=[EXEC, custom(
            "apply_patch")]))
        about = f"seed {seed}, round {number}: {json.dumps(chunks)}\n{got.body.decode()}"
        try:
            response = check_answer(got)
        except (AssertionError, KeyError, ValueError, TypeError, IndexError) as failure:
            raise AssertionError(f"{failure!r}\n{about}") from None
        ends[response["status"]] = ends.get(response["status"], 0) + 1
    assert ends["completed"] > ROUNDS / 20 and ends["failed"] > ROUNDS / 50, ends


def check_answer(answer):
    if answer.status != 200:
        assert answer.status >= 500 and answer.json()["error"]["message"]
        return {"status": "failed"}
    if answer.headers["content-type"].startswith("application/json"):
        response = answer.json()
    else:
        response = response_of(answer.events())
    for item in response["output"]:
        assert item.get("name", "x") and item.get("call_id", "x"), item
    return response
