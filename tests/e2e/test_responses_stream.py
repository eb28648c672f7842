"""Answers of the model server in all their shapes, as the events of the Responses API."""

import json
import re
import time

import pytest

from answers import Answer, Hold, Interleaved, Raw, Reasoning, Text, Tool
from proxy import wait_until
from responses_client import (EXEC, PATCH, calls_of, custom, kinds, reasoning_of, text_of,
                              without_ids)
from responses_grammar import response_of


def test_every_item_has_its_whole_life(client):
    """Case 35: added, its parts, its deltas, done; the grammar is checked by `stream`."""
    client.upstream.respond = lambda call: Answer([
        Reasoning("Hm.", 2), Text("Now.", 2), Tool("exec_command", {"cmd": "ls"}, 3),
        Tool("apply_patch", {"input": PATCH}, 3)])
    events = client.events(tools=[EXEC, custom("apply_patch")])
    response = response_of(events)
    assert kinds(response) == ["reasoning", "message", "function_call", "custom_tool_call"]
    names = {e.name.removeprefix("response.") for e in events}
    assert {"created", "in_progress", "output_item.added", "content_part.added",
            "output_text.delta", "output_text.done", "content_part.done", "output_item.done",
            "function_call_arguments.delta", "function_call_arguments.done",
            "custom_tool_call_input.delta", "custom_tool_call_input.done",
            "completed"} <= names, names
    prefixes = [i["id"].split("_")[0] for i in response["output"]]
    assert prefixes == ["rs", "msg", "fc", "ctc"]
    assert response["id"].startswith("resp_") and response["created_at"] > 1.7e9
    ids = [i["id"] for i in response["output"]] + [i["call_id"] for i in response["output"][2:]]
    assert len(set(ids)) == 6


def test_ids_are_unique_over_responses(client):
    """The server's own ids may repeat."""
    client.upstream.respond = lambda call: Answer([Text("x"), Tool("exec_command", {}, id="c0")])
    responses = [client.stream() for _ in range(3)] + [client.create() for _ in range(3)]
    ids = [i["id"] for r in responses for i in r["output"]] + [r["id"] for r in responses]
    assert len(set(ids)) == len(ids)


SHAPES = {
    "a call in one chunk": [Tool("exec_command", {"cmd": "ls"})],
    "a call in fragments of one character (case 42)": [
        Tool("exec_command", {"cmd": "echo 'x'"}, 400)],
    "Unicode and escapes": [Tool("exec_command", {"cmd": "'日本\n\t\"ü\" \\ 🎈'"}, 30)],
    "calls one after the other": [Tool("exec_command", {"n": n}, 4) for n in (1, 2, 3)],
    "calls whose fragments take turns (case 43)": [
        Interleaved([Tool("exec_command", {"n": 1, "text": "one" * 9}, 9),
                     Tool("exec_command", {"n": 2}, 5)])],
    "one id twice": [Tool("exec_command", {"n": n}, id="call_0") for n in (1, 2)],
    "empty arguments": [Tool("exec_command", "{}")],
}


@pytest.mark.parametrize("name", SHAPES)
def test_calls_arrive_whole(name, client):
    response = client.both(Answer(SHAPES[name]), tools=[EXEC])
    wanted = []
    for step in SHAPES[name]:
        wanted += step.calls if isinstance(step, Interleaved) else [step]
    assert [a for _, _, a in calls_of(response)] == [
        {} if w.arguments == "{}" else w.arguments for w in wanted]
    ids = [i["call_id"] for i in response["output"]]
    assert len(set(ids)) == len(ids) and all(ids)
    assert all(i["status"] == "completed" for i in response["output"])


def test_no_arguments_are_an_empty_object(client):
    """Codex fails on an empty text."""
    for nothing in ("", None):
        raw = json.dumps([{"index": 0, "id": "c", "type": "function", "function": {
            "name": "now", "arguments": nothing}}])
        response = client.both(Answer([chunk(raw)], finish="tool_calls"))
        assert response["output"][0]["arguments"] == "{}"


def chunk(calls):
    return Raw('{"id":"x","choices":[{"index":0,"delta":{"tool_calls":%s},'
               '"finish_reason":null}]}' % calls)


def part(index=0, name=None, arguments=None, **more):
    """A fragment of a call; what is None is left out."""
    function = {k: v for k, v in (("name", name), ("arguments", arguments)) if v is not None}
    place = {} if index is None else {"index": index}
    return {**place, **more, "function": function}


WHOLE = '{"cmd":"ls"}'
FRAGMENTS = {
    "id null in later fragments": [[part(0, "exec_command", "", id="a")],
                                   [part(0, None, '{"cmd":', id=None)],
                                   [part(0, None, '"ls"}', id=None, type=None)]],
    "name null and empty in later fragments": [
        [part(0, "exec_command", '{"cmd":', id="a")],
        [{"index": 0, "function": {"name": None, "arguments": '"ls'}}],
        [{"index": 0, "id": "", "function": {"name": "", "arguments": '"}'}}]],
    "the name comes late": [[part(0, None, None, id="a")], [part(0, None, '{"cmd":')],
                            [part(0, "exec_command", '"ls"}')]],
    "the id comes late": [[part(0, "exec_command", '{"cmd":')], [part(0, None, '"ls"}', id="a")]],
    "no id at all": [[part(0, "exec_command", '{"cmd":')], [part(0, None, '"ls"}')]],
    "no index": [[part(None, "exec_command", '{"cmd":', id="a")], [part(None, None, '"ls"}')]],
    "no index, the id repeated": [[part(None, "exec_command", '{"cmd":', id="a")],
                                  [part(None, None, '"ls"}', id="a")]],
    "arguments null at first": [[{"index": 0, "id": "a", "function": {
        "name": "exec_command", "arguments": None}}], [part(0, None, WHOLE)]],
    "two fragments in a chunk": [[part(0, "exec_command", '{"cmd":', id="a"),
                                  part(0, None, '"ls"}')]],
    "empty fragments between": [[part(0, "exec_command", '{"cmd":', id="a")], [],
                                [part(0, None, "")], [part(0, None, '"ls"}')]],
    "no function in a fragment": [[part(0, "exec_command", WHOLE, id="a")], [{"index": 0}]],
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragments_in_every_shape_are_one_call(name, client):
    """Cases 42 and 43."""
    steps = [chunk(json.dumps(f)) for f in FRAGMENTS[name]]
    response = client.both(Answer(steps, finish="tool_calls"), tools=[EXEC])
    assert calls_of(response) == [(None, "exec_command", {"cmd": "ls"})]
    assert response["output"][0]["call_id"]


TWO = {
    "in one chunk": [[part(0, "exec_command", WHOLE, id="a"), part(1, "other", "{}", id="b")]],
    "without index": [[part(None, "exec_command", WHOLE, id="a")],
                      [part(None, "other", "{}", id="b")]],
    "without index or id": [[part(None, "exec_command", WHOLE)], [part(None, "other", "{}")]],
    "from index 1": [[part(1, "exec_command", WHOLE, id="a")], [part(3, "other", "{}", id="b")]],
}


@pytest.mark.parametrize("name", TWO)
def test_two_calls_stay_two(name, client):
    """Case 43."""
    steps = [chunk(json.dumps(f)) for f in TWO[name]]
    response = client.both(Answer(steps, finish="tool_calls"))
    assert calls_of(response) == [(None, "exec_command", {"cmd": "ls"}), (None, "other", {})]


def test_items_come_in_the_order_of_the_model(client):
    """Case 38: what comes again is an item of its own."""
    steps = [Reasoning("Hm. ", 2), Text("One.", 2), Reasoning("Or: "), Text("Two.")]
    response = client.both(Answer(steps))
    assert kinds(response) == ["reasoning", "message", "reasoning", "message"]
    assert text_of(response) == "One.Two." and reasoning_of(response) == "Hm. Or: "
    older = [Reasoning("Hm.", field="reasoning_content"), Text("One.")]
    assert reasoning_of(client.both(Answer(older))) == "Hm.", "case 28"
    mixed = client.both(Answer([Text("a"), Tool("exec_command", {"n": 1}), Text("b")]))
    assert text_of(mixed) == "ab" and len(calls_of(mixed)) == 1


def test_reasoning_items_have_a_summary_and_their_text(client):
    """Case 37: an empty list at least, from the first event on."""
    client.upstream.respond = lambda call: Answer([Reasoning("Hm.", 3), Text("x")])
    for event in client.events(include=["reasoning.encrypted_content"]):
        item = event.data.get("item", {})
        assert item.get("type") != "reasoning" or isinstance(item["summary"], list), event
    assert reasoning_of(client.stream()) == "Hm."
    item = client.create(include=["reasoning.encrypted_content"])["output"][0]
    assert item["type"] == "reasoning" and item["encrypted_content"]


def test_thoughts_in_the_text_lose_nothing(client):
    """Case 48: taken out or left in, the answer is there."""
    response = client.both(Answer([Text("<think>a</think>b", 9)]))
    assert text_of(response).endswith("b") and "a" in text_of(response) + reasoning_of(response)


def until(events, mark, seconds=5):
    """The events up to the first delta of that name; keep-alives do not make it wait longer."""
    deadline, seen = time.monotonic() + seconds, []
    for event in events:
        seen.append(event)
        if mark in event.name and "delta" in event.data:
            return seen
        assert time.monotonic() < deadline, f"no {mark} among {[e.name for e in seen]}"
    raise AssertionError(f"the end, and no {mark} among {[e.name for e in seen]}")


def test_nothing_is_done_before_the_model_is(client):
    """Cases 44 and 52: Codex runs a call as soon as it is done, and keeps a text that is done."""
    hold = Hold()
    client.upstream.respond = lambda call: Answer([
        Reasoning("Hm."), Text("Now."), Tool("apply_patch", {"input": PATCH}),
        Tool("exec_command", {"cmd": "ls"}), hold])
    wire, events = client.open(tools=[EXEC, custom("apply_patch")])
    before = until(events, "function_call_arguments")
    assert not [e for e in before if e.name == "response.output_item.done"]
    hold.released.set()
    assert response_of(before + list(events))["status"] == "completed"
    wire.close()


@pytest.mark.parametrize("step, mark", [
    (Text("begun"), "output_text"), (Reasoning("begun"), "reasoning"),
    (Tool("exec_command", '{"cmd": "l'), "function_call_arguments"),
    (Tool("apply_patch", '{"input": "*** Begin Patch\\n'), "custom_tool_call_input")],
    ids=["text", "reasoning", "call", "patch"])
def test_no_delta_waits_for_the_next(step, mark, client):
    client.upstream.respond = lambda call: Answer([step, Hold()])
    wire, events = client.open(tools=[EXEC, custom("apply_patch")])
    with wire:
        assert until(events, mark, 2)[-1].data["delta"] in (
            "begun", '{"cmd": "l', "*** Begin Patch\n")


def test_a_stream_in_single_bytes_is_the_same(client):
    """Case 51: cut anywhere, also inside a character."""
    steps = [Reasoning("思考"), Text("日本語 🎈"), Tool("exec_command", {"text": "ü🎈"}, 5)]
    whole = client.both(Answer(steps))
    bytewise = client.both(Answer(steps, write_size=1))
    assert without_ids(whole["output"]) == without_ids(bytewise["output"])


def raw_stream(*frames, tail=""):
    """A whole answer of exact bytes."""
    text = "".join(frames) + tail
    return Answer([], body=text.encode(), headers={"content-type": "text/event-stream"})


def delta(content, **more):
    return json.dumps({"choices": [{"index": 0, "delta": {"content": content}, **more}]})


STOP = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
BYTES = {
    "no space": raw_stream(*(f"data:{d}\n\n" for d in (delta("whole"), STOP, "[DONE]"))),
    "CRLF": raw_stream(*(f"data: {d}\r\n\r\n" for d in (delta("whole"), STOP, "[DONE]"))),
    "nothing behind the last line": raw_stream(
        f"data: {delta('whole')}\n\ndata: {STOP}\n\ndata: [DONE]"),
    "the last frame has no end": raw_stream(f"data: {delta('whole')}\n\ndata: {STOP}"),
    "comments, names, ids": raw_stream(": hi\n\n", "event: x\nid: 1\nretry: 5\n",
                                       f"data: {delta('whole')}\n\n", f"data: {STOP}\n\n"),
    "null and empty frames": raw_stream("data: null\n\n", "data:\n\n", 'data: {"choices":[]}\n\n',
                                        'data: {"choices":null}\n\n', f"data: {delta('who')}\n\n",
                                        f"data: {delta(None)}\n\n", f"data: {delta('le')}\n\n",
                                        f"data: {STOP}\n\n", "data: [DONE]\n\n"),
    "the end in the last delta": raw_stream(f"data: {delta('whole', finish_reason='stop')}\n\n"),
}


@pytest.mark.parametrize("name", BYTES)
def test_streams_in_every_dialect_are_read(name, client):
    """Case 51."""
    response = client.both(BYTES[name])
    assert response["status"] == "completed" and text_of(response) == "whole"


def test_what_comes_after_the_end_is_ignored(client):
    """Case 54: exactly one end, and nothing after it."""
    late = [f"data: {d}\n\n" for d in (delta("late"), STOP, "[DONE]", delta("later"))]
    for first in ([STOP, "[DONE]"], [STOP]):
        frames = [f"data: {d}\n\n" for d in (delta("whole"), *first)]
        response = client.both(raw_stream(*frames, *late))
        assert response["status"] == "completed"
        assert text_of(response) == "whole" or "[DONE]" not in first


def test_a_whole_answer_in_place_of_a_stream_is_turned_into_one(client):
    steps = [Reasoning("Hm."), Text("Text."), Tool("exec_command", {"n": 1})]
    response = client.both(Answer(steps, as_json=True))
    assert kinds(response) == ["reasoning", "message", "function_call"]
    assert calls_of(response) == [(None, "exec_command", {"n": 1})]


def test_markup_of_calls_in_the_text_is_told_to_the_user(codex):
    """Case 47: the engine has no parser for the model's calls."""
    codex.upstream.respond = lambda call: Answer([
        Text('<tool_call>\n{"name": "exec_command", "arguments": {}}\n</tool_call>')])
    codex.stream(tools=[EXEC])
    wait_until(lambda: codex.proxy.metrics()["autosre_raw_tool_markup_total"] == 1, 3, "the count")
    wait_until(lambda: re.search("tool.call", codex.proxy.stderr), 3, "the warning")


def test_bytes_that_are_no_text_do_not_reach_the_client(client):
    broken = '{"choices":[{"index":0,"delta":{"content":"a\udcff\udce6b"}}]}'
    text = text_of(client.both(Answer([Raw(broken), Text("c")])))
    assert text.startswith("a\ufffd") and text.endswith("bc")


def test_half_a_character_in_each_of_two_chunks_is_one(client):
    halves = [Raw('{"choices":[{"index":0,"delta":{"content":"%s"}}]}' % half)
              for half in (r"\ud83c", r"\udf88")]
    client.upstream.respond = lambda call: Answer([Text("a"), *halves])
    text = text_of(client.stream())
    assert text.encode("utf-16", "surrogatepass").decode("utf-16") in ("a🎈", "a\ufffd\ufffd")
