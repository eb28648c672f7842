"""The tests' own tools refuse what they are there to refuse."""

import json

import pytest

from prompts import assert_append_only, raw_member
from model_call import Call, common
from wire import check_grammar, message_of, parse_events


def call_with(*contents, tools=None):
    body = {"model": "m", "messages": [{"role": "user", "content": c} for c in contents],
            "tools": tools or []}
    raw = json.dumps(body).encode()
    return Call("/", {}, raw, body, 0.0)


def test_a_prompt_that_only_grows_is_let_through():
    assert_append_only([call_with("a"), call_with("a", "b"), call_with("a", "b", "c")])


@pytest.mark.parametrize("after", [
    call_with("A", "b"), call_with(), call_with("a b", "b"),
    call_with([{"type": "text", "text": "a"}], "b"), call_with("a", "b", tools=[{"name": "x"}])])
def test_a_prompt_that_changes_is_refused(after):
    with pytest.raises(AssertionError):
        assert_append_only([call_with("a"), after])


def test_a_member_is_taken_as_it_stands():
    raw = b'{ "x" : {"messages":[]}, "messages" : [ {"a":1 } ] , "y":1}'
    assert raw_member(raw, "messages") == '[ {"a":1 } ]'


def events(*rows):
    return parse_events("".join(
        f"event: {r['type']}\ndata: {json.dumps(r)}\n\n" for r in rows).encode())


START = {"type": "message_start", "message": {"content": [], "usage": {}}}
OPEN = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
DELTA = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x"}}
CLOSE = {"type": "content_block_stop", "index": 0}
END = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}}
STOP = {"type": "message_stop"}
ERROR = {"type": "error", "error": {"type": "api_error", "message": "no"}}
PING = {"type": "ping"}


def test_a_right_stream_is_a_message():
    rows = [PING, START, OPEN, DELTA, PING, DELTA, CLOSE, END, STOP]
    assert message_of(events(*rows))["content"] == [{"type": "text", "text": "xx"}]
    check_grammar(events(START, OPEN, DELTA, ERROR))
    check_grammar(events(ERROR))


@pytest.mark.parametrize("rows", [
    [OPEN, DELTA, CLOSE, END, STOP], [START, DELTA, CLOSE, END, STOP], [START, END, STOP],
    [START, OPEN, DELTA, END, STOP], [START, OPEN, OPEN, CLOSE, END, STOP],
    [START, OPEN, DELTA, CLOSE, STOP], [START, OPEN, DELTA, CLOSE, END],
    [START, OPEN, DELTA, CLOSE, END, END, STOP], [START, OPEN, DELTA],
    [START, START, OPEN, CLOSE, END, STOP], [START, OPEN, CLOSE, END, STOP, ERROR, STOP]])
def test_a_wrong_stream_is_refused(rows):
    with pytest.raises(AssertionError):
        check_grammar(events(*rows))


@pytest.mark.parametrize("body", [b"event: ping\ndata: {}", b"data: {}\n\n",
                                  b"event: a\ndata: {\"type\":\"b\"}\n\n", b"\n\nevent: x\n\n"])
def test_frames_that_are_none_are_refused(body):
    with pytest.raises((AssertionError, KeyError)):
        parse_events(body)


def test_the_common_beginning_is_found():
    assert [common(b"", b"x"), common(b"abc", b"abd"), common(b"ab", b"ab"), common(b"ab", b"abc"),
            common(b"x", b"y")] == [0, 2, 2, 2, 0]
