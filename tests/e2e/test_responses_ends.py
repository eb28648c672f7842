"""How answers end: whole, cut by a limit, broken; and what they cost."""

import json

import pytest

from answers import Answer, Broken, Cut, Raw, Reasoning, Text, Tool
from responses_client import EXEC, calls_of, custom, error_of, kinds, text_of
from responses_grammar import response_of

CALL_DONE = ("function_call", "custom_tool_call")


def calls_done(events):
    return [e.data["item"] for e in events if e.name == "response.output_item.done"
            and e.data["item"]["type"] in CALL_DONE]


LIMITS = {
    "in a text": [Text("begun")],
    "in a thought": [Reasoning("Hm.")],
    "after a text, in a call": [Text("Now."), Tool("exec_command", '{"cmd": "ec', 3)],
    "in a call": [Tool("exec_command", '{"cmd": "ec', 3)],
    "after a whole call": [Tool("exec_command", {"cmd": "ls"}, 3)],
    "in a patch": [Tool("apply_patch", '{"input": "*** Beg', 3)],
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_reached_is_incomplete_and_runs_no_call(name, client):
    """Case 45."""
    client.upstream.respond = lambda call: Answer(LIMITS[name], finish="length")
    tools = [EXEC, custom("apply_patch")]
    events = client.events(tools=tools)
    response = response_of(events)
    assert response["status"] == "incomplete", response
    assert response["incomplete_details"]["reason"] == "max_output_tokens"
    assert calls_done(events) == []
    assert text_of(response) == "".join(s.text for s in LIMITS[name] if isinstance(s, Text))
    whole = client.create(tools=tools)
    assert whole["status"] == "incomplete" and calls_of(whole) == []
    assert whole["incomplete_details"] == {"reason": "max_output_tokens"}


@pytest.mark.parametrize("arguments", ['{"cmd": "ec', '{"cmd": "ls"', '{"cmd', "{"])
def test_a_cut_call_is_not_run_whatever_the_server_says(arguments, client):
    """Case 22: vLLM says "tool_calls" though max_tokens cut it."""
    client.upstream.respond = lambda call: Answer([Tool("exec_command", arguments, 2)])
    events = client.events(tools=[EXEC])
    assert calls_done(events) == []
    assert response_of(events)["status"] in ("incomplete", "failed")
    answer = client.post(client.body("hi", tools=[EXEC]))
    assert answer.status >= 400 or answer.json()["status"] == "incomplete"
    assert answer.status >= 400 or calls_of(answer.json()) == []


def test_calls_that_end_with_stop_are_run(client):
    response = client.both(Answer([Tool("exec_command", {"n": 1})], finish="stop"))
    assert response["status"] == "completed" and len(calls_of(response)) == 1
    response = client.both(Answer([Text("no call")], finish="tool_calls"))
    assert response["status"] == "completed" and text_of(response) == "no call"


def test_filtered_content_is_not_whole(client):
    for steps in ([Text("begun")], [Text("begun"), Tool("exec_command", {})]):
        client.upstream.respond = lambda call: Answer(steps, finish="content_filter")
        events = client.events(tools=[EXEC])
        response = response_of(events)
        assert response["status"] == "incomplete" and calls_done(events) == []
        assert response["incomplete_details"]["reason"] == "content_filter"
        # Codex asks again, and would keep what is done of each answer.
        assert response["output"] == []
        assert client.create(tools=[EXEC])["incomplete_details"] == {"reason": "content_filter"}


def test_a_refusal_is_the_text_of_the_answer(client):
    """Codex drops a message with a part that is no text."""
    refusal = Raw('{"choices":[{"index":0,"delta":{"refusal":"I will not."}}]}')
    response = client.both(Answer([refusal]))
    assert response["status"] == "completed" and text_of(response) == "I will not."


EMPTY = {"only a thought": [Reasoning("Hm.", 2)], "nothing": [Text("")],
         "white space": [Reasoning("Hm."), Text("\n\n")]}


@pytest.mark.parametrize("name", EMPTY)
def test_an_answer_without_content_is_a_failure(name, client):
    """Case 46: an empty turn would end the agent's work without a word."""
    client.upstream.respond = lambda call: Answer(EMPTY[name])
    response = client.stream(tools=[EXEC])
    assert response["status"] == "failed" and response["error"]["code"] == "server_error"
    assert len(client.upstream.calls) <= 2, "asked again once at most"
    answer = client.post(client.body("hi"))
    assert answer.status >= 500 or answer.json()["status"] == "failed", answer


BROKEN = {
    "an error in the stream": Answer([Text("begun"), Broken("the GPU is on fire")]),
    "an error before anything": Answer([Broken("the GPU is on fire")]),
    "an error after a whole call": Answer([Tool("exec_command", {}), Broken("out of memory")]),
    "an error after a patch": Answer([Tool("apply_patch", {"input": "x"}), Broken("oh no")]),
    "the end of the connection": Answer([Text("begun"), Cut()]),
    "the end after a call": Answer([Tool("exec_command", {"cmd": "ls"}), Cut()]),
    "no finish_reason nor [DONE]": Answer([Text("begun")], finish=None, done=False),
    "no finish_reason after a call": Answer([Tool("exec_command", {})], finish=None, done=False),
    "finish_reason abort": Answer([Text("begun")], finish="abort"),
    "no JSON": Answer([Text("begun"), Raw('{"choices": [')]),
    "no chunk at all": Answer([], finish=None, done=False, usage=False),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_fails_and_runs_no_call(name, client):
    """Cases 10 of the facts, 39, 44 and 52: never a clean end, and one that Codex acts on."""
    client.upstream.respond = lambda call: BROKEN[name]
    tools = [EXEC, custom("apply_patch")]
    answer = client.post(client.body("hi", stream=True, tools=tools))
    wanted = [s.message for s in BROKEN[name].steps if isinstance(s, Broken)]
    if answer.status == 200:
        events = answer.events()
        error = response_of(events)["error"]
        assert events[-1].name == "response.failed"
        assert not [e for e in events if e.name == "response.output_item.done"]
    else:
        error = error_of(answer, answer.status)
        assert answer.status >= 500
    assert all(w in error["message"] for w in wanted), error
    whole = client.post(client.body("hi", tools=tools))
    error = error_of(whole, whole.status)
    assert whole.status >= 500 and all(w in error["message"] for w in wanted), error


def test_an_overflow_inside_the_stream_has_the_code_that_codex_knows(client):
    """Case 11 of the facts, case 55."""
    text = ("This model's maximum context length is 2000 tokens. However, your prompt contains "
            "2001 input tokens.")
    client.upstream.respond = lambda call: Answer([Text("begun"), Broken(text, 400)])
    response = client.stream()
    assert response["status"] == "failed"
    assert response["error"]["code"] == "context_length_exceeded"
    assert text in response["error"]["message"]


LATE = {"no [DONE]": Answer([Text("whole")], done=False),
        "no usage (case 49)": Answer([Text("whole")], usage=False),
        "neither": Answer([Text("whole")], usage=False, done=False),
        "a body without a frame": Answer([Text("whole")], chunked=False)}


@pytest.mark.parametrize("name", LATE)
def test_what_may_be_missing_at_the_end_is_not_missed(name, client):
    """Case 49: usage is estimated, or compaction would never come."""
    response = client.both(LATE[name], input="word " * 400)
    assert response["status"] == "completed" and text_of(response) == "whole"
    assert response["usage"]["output_tokens"] > 0
    assert 100 < response["usage"]["input_tokens"] < 2500, response["usage"]


def test_usage_is_asked_for_and_told(codex):
    """Cases 49 and 50: cached tokens are part of the input."""
    first = codex.stream("word " * 400)["usage"]
    codex.proxy.wait_log(1)
    second = codex.stream("word " * 400)["usage"]
    assert codex.sent["stream_options"]["include_usage"] is True
    assert first["input_tokens_details"]["cached_tokens"] == 0
    assert first["input_tokens"] == second["input_tokens"] > 300
    assert second["input_tokens_details"]["cached_tokens"] > 0.9 * first["input_tokens"]
    rows = codex.proxy.wait_log(2)
    assert [r["input_tokens"] for r in rows] == [first["input_tokens"]] * 2
    assert rows[1]["cached_tokens"] == second["input_tokens_details"]["cached_tokens"]
    assert codex.create("word " * 400)["usage"] == second


USAGES = [{"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 17,
           "completion_tokens_details": {"reasoning_tokens": 5}},
          {"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 17,
           "prompt_tokens_details": None, "completion_tokens_details": None},
          {"prompt_tokens": 9, "completion_tokens": 8},
          {"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 17,
           "prompt_tokens_details": {"cached_tokens": None}, "completion_tokens_details": {}}]


@pytest.mark.parametrize("usage", USAGES, ids=range(len(USAGES)))
def test_usage_is_whole_whatever_the_server_tells(usage, client):
    """Case 50."""
    chunk = Raw(json.dumps({"choices": [], "usage": usage}))
    stop = Raw('{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}')
    answer = Answer([Reasoning("Hm."), Text("x"), stop, chunk], finish=None, usage=False)
    told = client.both(answer)["usage"]
    assert (told["input_tokens"], told["output_tokens"], told["total_tokens"]) == (9, 8, 17)
    reasoning = told["output_tokens_details"]["reasoning_tokens"]
    assert reasoning == 5 if usage is USAGES[0] else 0 <= reasoning <= 8


def test_an_item_that_is_kept_is_whole(client):
    """The last response is what a client without events has."""
    client.upstream.respond = lambda call: Answer([Text("a"), Tool("exec_command", {"n": 1})])
    events = client.events(tools=[EXEC])
    assert kinds(events[-1].data["response"]) == ["message", "function_call"]
    assert text_of(events[-1].data["response"]) == "a"
