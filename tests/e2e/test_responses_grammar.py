"""The tests' own check of a stream: it takes a right one, and refuses what Codex would trip over."""

import copy

import pytest

from responses_grammar import response_of
from wire import Event

ITEM = {"type": "message", "id": "msg_1", "role": "assistant"}
DONE = {**ITEM, "status": "completed",
        "content": [{"type": "output_text", "text": "hi", "annotations": []}]}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "ls"}
CALLED = {**CALL, "status": "completed", "arguments": "{}"}
USAGE = {"input_tokens": 3, "input_tokens_details": {"cached_tokens": 1}, "output_tokens": 2,
         "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 5}
PLACE = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
CALL_PLACE = {"item_id": "fc_1", "output_index": 1}


def response(status, **more):
    return {"response": {"id": "resp_1", "status": status, "output": [], "error": None,
                         "incomplete_details": None, **more}}


def right():
    rows = [
        ("created", response("in_progress")), ("in_progress", response("in_progress")),
        ("output_item.added", {"output_index": 0,
                               "item": {**ITEM, "status": "in_progress", "content": []}}),
        ("content_part.added", {**PLACE, "part": {"type": "output_text", "text": ""}}),
        ("output_text.delta", {**PLACE, "delta": "h"}),
        ("output_text.delta", {**PLACE, "delta": "i"}),
        ("output_text.done", {**PLACE, "text": "hi"}),
        ("content_part.done", {**PLACE, "part": {"type": "output_text", "text": "hi"}}),
        ("output_item.added", {"output_index": 1, "item": {**CALL, "arguments": ""}}),
        ("function_call_arguments.delta", {**CALL_PLACE, "delta": "{}"}),
        ("function_call_arguments.done", {**CALL_PLACE, "arguments": "{}"}),
        ("in_progress", response("in_progress")),
        ("output_item.done", {"output_index": 0, "item": DONE}),
        ("output_item.done", {"output_index": 1, "item": CALLED}),
        ("completed", response("completed", output=[DONE, CALLED], usage=USAGE))]
    return [Event(f"response.{name}", copy.deepcopy({"sequence_number": n, **data}))
            for n, (name, data) in enumerate(rows)]


def numbered(events):
    for number, event in enumerate(events):
        event.data["sequence_number"] = number
    return events


def last(events):
    return events[-1].data["response"]


DAMAGES = {
    "no created": lambda e: e.pop(0),
    "no end": lambda e: e.pop(),
    "two ends": lambda e: e.append(copy.deepcopy(e[-1])),
    "something after the end": lambda e: e.append(copy.deepcopy(e[1])),
    "no item added": lambda e: e.pop(2),
    "no part added": lambda e: e.pop(3),
    "a lost delta": lambda e: e.pop(5),
    "a part without end": lambda e: e.pop(6),
    "arguments without end": lambda e: e.pop(10),
    "a call not done": lambda e: e.pop(13),
    "done twice": lambda e: e.insert(14, copy.deepcopy(e[13])),
    "another id at its end": lambda e: e[13].data["item"].update(id="fc_2"),
    "no namespace in added": lambda e: e[13].data["item"].update(namespace="x"),
    "another output in the end": lambda e: last(e).update(output=[DONE]),
    "no usage": lambda e: last(e).update(usage=None),
    "usage without details": lambda e: last(e)["usage"].pop("output_tokens_details"),
    "another response id": lambda e: last(e).update(id="resp_2"),
    "a failure without error": lambda e: e.append(
        Event("response.failed", response("failed"))) or e.pop(-2),
    "an empty completed": lambda e: e.__delitem__(slice(2, -1)) or last(e).update(output=[]),
}


def test_a_right_stream_is_taken():
    assert response_of(right())["status"] == "completed"


@pytest.mark.parametrize("name", DAMAGES)
def test_a_wrong_stream_is_refused(name):
    events = right()
    DAMAGES[name](events)
    with pytest.raises((AssertionError, KeyError, TypeError, IndexError)):
        response_of(numbered(events))


def test_a_wrong_number_is_refused():
    events = right()
    events[4].data["sequence_number"] = 7
    with pytest.raises(AssertionError):
        response_of(events)
