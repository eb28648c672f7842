"""Answers of the model server in all their shapes, as a client of the proxy receives them."""

import json

import pytest

from answers import Answer, Broken, Cut, Interleaved, Raw, Reasoning, Text, Tool, http_error, say
from prompts import raw_member
from proxy import wait_until
from wire import Wire, check_grammar, message_of, post, user

BASH = {"name": "Bash", "input_schema": {"type": "object", "properties": {}}}


def both_ways(proxy, upstream, answer, **options):
    """The message streamed and not streamed; they must be the same but for their ids."""
    upstream.respond = lambda call: answer
    body = user("hi", tools=[BASH], **options)
    events = post(proxy.port, {**body, "stream": True}).events()
    check_grammar(events)
    streamed, whole = message_of(events), post(proxy.port, body).json()
    assert without_ids(streamed) == without_ids(whole)
    for field in ("stop_reason", "stop_sequence", "role", "type", "model"):
        assert streamed[field] == whole[field], field
    for name in ("input_tokens", "output_tokens"):
        assert name in whole["usage"] and name in streamed["usage"]
    return streamed


def without_ids(message):
    return [{k: v for k, v in b.items() if k != "id"} for b in message["content"]]


def kinds(message):
    return [b["type"] for b in message["content"]]


def inputs(message):
    return [b["input"] for b in message["content"] if b["type"] == "tool_use"]


SHAPES = {
    "a call in one chunk (T02)": [Tool("Bash", {"command": "ls"})],
    "a call in fragments (T01)": [Tool("Bash", {"command": "ls"}, pieces=12)],
    "a call after text": [Text("Now"), Tool("Bash", {"command": "ls"})],
    "no arguments (T10)": [Tool("Bash", "")],
    "an empty object": [Tool("Bash", "{}")],
    "Unicode and escapes": [Tool("Bash", {"command": "echo '日本\n\t\"ü\" \\ 🎈'"}, pieces=30)],
    "calls one after the other (T05)": [Tool("Bash", {"n": 1}, 4), Tool("Bash", {"n": 2}, 4)],
    "calls whose fragments take turns (T06)": [
        Interleaved([Tool("Bash", {"n": 1, "text": "one" * 9}, 9), Tool("Bash", {"n": 2}, 5)])],
    "one id twice (T18)": [Tool("Bash", {"n": n}, id="call_0") for n in (1, 2)],
}


@pytest.mark.parametrize("name", SHAPES)
def test_tool_calls_arrive_whole(name, proxy, upstream):
    message = both_ways(proxy, upstream, Answer(SHAPES[name]))
    wanted = []
    for step in SHAPES[name]:
        for tool in step.calls if isinstance(step, Interleaved) else [step]:
            if isinstance(tool, Tool):
                wanted.append({} if tool.arguments in ("", "{}") else tool.arguments)
    assert inputs(message) == wanted
    assert message["stop_reason"] == "tool_use"
    ids = [b["id"] for b in message["content"] if b["type"] == "tool_use"]
    assert len(set(ids)) == len(ids) and all(ids)


def test_thinking_text_and_tools_are_blocks_in_order(proxy, upstream):
    """S01 S06 S07 S09 S10 S11."""
    steps = [Reasoning("Hm. ", 2), Text("One.", 2), Reasoning("Or: "), Text("Two."),
             Tool("Bash", {"n": 1})]
    message = both_ways(proxy, upstream, Answer(steps))
    assert kinds(message) == ["thinking", "text", "thinking", "text", "tool_use"]
    signatures = {b["signature"] for b in message["content"] if b["type"] == "thinking"}
    assert signatures == {"autosre-local"}, "nobody may take it for the real maker's"
    older = [Reasoning("Hm. ", field="reasoning_content"), Text("One.")]
    assert kinds(both_ways(proxy, upstream, Answer(older))) == ["thinking", "text"], "S03"


def test_a_stream_in_single_bytes_is_the_same(proxy, upstream):
    """S16: cut anywhere, also inside a character."""
    steps = [Reasoning("思考"), Text("日本語 🎈"), Tool("Bash", {"text": "ü🎈"}, 5)]
    whole = both_ways(proxy, upstream, Answer(steps))
    bytewise = both_ways(proxy, upstream, Answer(steps, write_size=1))
    assert without_ids(whole) == without_ids(bytewise)


STOPS = {
    "stop": ("stop", None, "end_turn"),
    "length": ("length", None, "max_tokens"),
    "content_filter": ("content_filter", None, "refusal"),
    "a stop sequence (S33)": ("stop", "</block>", "stop_sequence"),
    "tool_calls without a call (T14)": ("tool_calls", None, "end_turn"),
}


@pytest.mark.parametrize("name", STOPS)
def test_reasons_to_stop_are_told(name, proxy, upstream):
    reason, matched, wanted = STOPS[name]
    answer = Answer([Text("text")], finish=reason, matched_stop=matched)
    message = both_ways(proxy, upstream, answer, stop_sequences=["</block>"])
    assert (message["stop_reason"], message["stop_sequence"]) == (wanted, matched)
    assert upstream.calls[-1].body["stop"] == ["</block>"]


def test_calls_that_end_with_stop_are_tool_use(proxy, upstream):
    """T13."""
    message = both_ways(proxy, upstream, Answer([Tool("Bash", {"n": 1})], finish="stop"))
    assert message["stop_reason"] == "tool_use"


def test_an_answer_without_content_still_has_a_block(proxy, upstream):
    """S04 S23: an empty answer would be asked for again, and again."""
    for steps in ([Text("")], [Reasoning("only thought")], [Text("  \n")]):
        message = both_ways(proxy, upstream, Answer(steps))
        assert kinds(message)[-1] == "text" and message["content"][-1]["text"].strip()


def test_cached_tokens_are_counted_apart(proxy, upstream):
    """U01 U02 U03 U04: input = prompt - cached."""
    body = user("word " * 400)
    first = post(proxy.port, body).json()["usage"]
    proxy.wait_log(1)
    second = post(proxy.port, body).json()["usage"]
    assert first.get("cache_read_input_tokens", 0) == 0
    assert second["cache_read_input_tokens"] > 0.9 * first["input_tokens"]
    assert second["input_tokens"] + second["cache_read_input_tokens"] == first["input_tokens"]
    row = proxy.wait_log(2)[1]
    assert row["input_tokens"] == first["input_tokens"]
    assert row["cached_tokens"] == second["cache_read_input_tokens"]
    assert upstream.calls[0].body["stream_options"]["include_usage"] is True


def test_a_whole_answer_in_place_of_a_stream_is_turned_into_one(proxy, upstream):
    """S26."""
    steps = [Reasoning("Hm."), Text("Text."), Tool("Bash", {"n": 1})]
    message = both_ways(proxy, upstream, Answer(steps, as_json=True))
    assert kinds(message) == ["thinking", "text", "tool_use"] and inputs(message) == [{"n": 1}]


ENDS = {
    "an error in the stream (S18)": Answer([Text("begun"), Broken("the GPU is on fire")]),
    "an error before anything": Answer([Broken("the GPU is on fire")]),
    "an error after a whole call (S19)": Answer([Tool("Bash", {"n": 1}), Broken("out of memory")]),
    "the end of the connection (S17)": Answer([Text("begun"), Cut()]),
    "no finish_reason": Answer([Text("begun")], finish=None),
    "finish_reason abort": Answer([Text("begun")], finish="abort"),
    "no JSON": Answer([Text("begun"), Raw('{"choices": [')]),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_broken_answer_is_an_error_and_never_a_clean_end(name, proxy, upstream):
    upstream.respond = lambda call: ENDS[name]
    answer = post(proxy.port, user("hi", stream=True, tools=[BASH]))
    if answer.status == 200:
        events = answer.events()
        check_grammar(events)
        assert events[-1].name == "error", events[-1]
        error = events[-1].data["error"]
    else:
        error = answer.json()["error"]
    for step in ENDS[name].steps:
        assert not isinstance(step, Broken) or step.message in error["message"]
    whole = post(proxy.port, user("hi", tools=[BASH]))
    assert whole.status >= 400 and whole.json()["error"]["message"], whole.body
    wait_until(lambda: proxy.metrics()["autosre_upstream_failures_total"] == 2, 3, "both counted")


LATE = {
    "no [DONE] (S17)": Answer([Text("whole")], done=False),
    "no usage (U05)": Answer([Text("whole")], usage=False),
    "no usage, no [DONE]": Answer([Text("whole")], usage=False, done=False),
}


@pytest.mark.parametrize("name", LATE)
def test_what_may_be_missing_at_the_end_is_not_missed(name, proxy, upstream):
    message = both_ways(proxy, upstream, LATE[name])
    assert message["content"][0]["text"] == "whole" and message["stop_reason"] == "end_turn"


STATUSES = {400: 400, 401: 500, 403: 500, 404: 404, 413: 413, 422: 400, 429: 429, 500: 500,
            502: 500, 503: 529, 504: 504}


@pytest.mark.parametrize("status", STATUSES)
def test_errors_of_the_server_keep_their_text_and_get_the_clients_type(status, proxy, upstream):
    """E01 E02 E04 E12: its 401 is no matter of the client's login."""
    upstream.respond = lambda call: http_error(status, "said in vain")
    for stream in (False, True):
        answer = post(proxy.port, user("hi", stream=stream))
        error = answer.json()["error"]
        assert answer.status == STATUSES[status], answer
        assert "said in vain" in error["message"] and "BadRequest" not in error["type"]
        assert error["type"].endswith("_error") or error["type"] == "request_too_large"


@pytest.mark.parametrize("status", [429, 503])
def test_when_to_come_back_is_passed_on(status, proxy, upstream):
    headers = {"retry-after": "7", "x-should-retry": "false"}
    upstream.respond = lambda call: http_error(status, "busy", headers=headers)
    answer = post(proxy.port, user("hi", stream=True))
    assert answer.status in (429, 503, 529)
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["x-should-retry"] == "false"


def test_a_server_that_fails_is_not_stormed(proxy, upstream):
    """E07: the client retries, so the proxy does not."""
    upstream.respond = lambda call: http_error(500, "no")
    post(proxy.port, user("hi"))
    assert len(upstream.calls) <= 2


def test_a_prompt_that_does_not_fit_is_told_in_the_clients_words(make_upstream, make_proxy):
    """U10 U11 U12 R37 R38: and an answer that would not fit is made shorter, silently."""
    small = make_upstream(window=2000)
    proxy = make_proxy(small.url)
    body = {**user("word " * 2000, stream=True), "max_tokens": 100}
    answer = post(proxy.port, body)
    assert answer.status == 400
    message = answer.json()["error"]["message"]
    assert message.startswith("prompt is too long: ") and "> 2000 maximum" in message, message
    for asked in (32000, 128000):
        assert post(proxy.port, {**user("short"), "max_tokens": asked}).status == 200
        assert 1500 < small.calls[-1].body["max_tokens"] < 2000


def test_the_largest_answers_still_fit_a_prompt_that_nearly_fills_the_window(make_upstream,
                                                                              make_proxy):
    """R37: the engine's own overflow message is translated too."""
    small = make_upstream(window=2000)
    proxy = make_proxy(small.url)
    body = {**user("x" * 7800), "max_tokens": 32000}
    answer = post(proxy.port, body)
    assert answer.status == 200, answer.body
    assert 0 < small.calls[-1].body["max_tokens"] < 60


def test_text_of_many_tokens_gets_a_shorter_answer_too(make_upstream, make_proxy):
    """R37: digits and rare scripts take a token a byte; what fits must not be refused."""
    small = make_upstream(window=2000, tokens_per_byte=1)
    proxy = make_proxy(small.url)
    answer = post(proxy.port, {**user("7" * 1400), "max_tokens": 1000})
    assert answer.status == 200, answer.body
    assert 300 < small.calls[-1].body["max_tokens"] < 600


def test_a_template_that_refuses_system_messages_gets_them_folded(proxy, upstream):
    """R04: once; the proxy remembers."""
    def strict(call):
        roles = [m["role"] for m in call.messages]
        if "system" in roles[1:]:
            return http_error(400, "System message must be at the beginning.")
        return say("folded")

    upstream.respond = strict
    body = user("hi")
    body["messages"] += [{"role": "system", "content": "the-date-marker"}]
    for _ in range(2):
        assert post(proxy.port, body).json()["content"][0]["text"] == "folded"
    assert len(upstream.calls) == 3
    assert "the-date-marker" in raw_member(upstream.calls[-1].raw, "messages")


def test_side_requests_are_what_they_ask_for(proxy, upstream):
    """R39 R40 E13 E14 T27: the title, the classifier, the web search."""
    schema = {"type": "object", "properties": {"title": {"type": "string"}}}
    title = user("a talk", stream=True, output_config={
        "format": {"type": "json_schema", "schema": schema}})
    upstream.respond = lambda call: say('{"title":"A talk"}')
    assert json.loads(message_of(post(proxy.port, title).events())["content"][0]["text"])
    assert json.dumps(schema) in json.dumps(upstream.calls[-1].body["response_format"])

    classifier = {**user("is it safe?"), "model": "claude-sonnet-5", "max_tokens": 64,
                  "stop_sequences": ["</block>"], "thinking": {"type": "disabled"}}
    upstream.respond = lambda call: Answer([Text("<block>no")], matched_stop="</block>")
    assert post(proxy.port, classifier).json()["stop_sequence"] == "</block>"
    assert upstream.calls[-1].body["chat_template_kwargs"]["enable_thinking"] is False

    count = len(upstream.calls)
    search = user("weather", stream=True, tools=[
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 8}])
    text = message_of(post(proxy.port, search).events())["content"][0]["text"]
    assert "not available" in text.lower() and len(upstream.calls) == count


def test_forbidden_parallel_calls_are_one_call(proxy, upstream):
    """T25 T26."""
    choice = {"type": "any", "disable_parallel_tool_use": True}
    message = both_ways(proxy, upstream, Answer([Tool("Bash", {"n": 1}), Tool("Bash", {"n": 2})]),
                        tool_choice=choice)
    assert inputs(message) == [{"n": 1}]
    sent = upstream.calls[-1].body
    assert sent["tool_choice"] == "required" and sent["parallel_tool_calls"] is False


def test_max_tokens_0_asks_for_the_prompt_to_be_cached_only(proxy, upstream):
    message = post(proxy.port, {**user("hi"), "max_tokens": 0}).json()
    assert message["stop_reason"] == "max_tokens" and message["usage"]["input_tokens"] > 0
    asked = [c.body.get("max_tokens") for c in upstream.calls + upstream.probes]
    assert asked == [1]


def test_bytes_that_are_no_text_do_not_reach_the_client(proxy, upstream):
    """R34: what arrives is UTF-8, whatever the server sends."""
    broken = '{"choices":[{"index":0,"delta":{"content":"a\udcff\udce6b"}}]}'
    message = both_ways(proxy, upstream, Answer([Raw(broken), Text("c")]))
    assert message["content"][0]["text"].startswith("a\ufffd")
    assert message["content"][0]["text"].endswith("bc")


def test_half_a_character_in_each_of_two_chunks_is_one(proxy, upstream):
    """S16: a pair of surrogates that the server's chunks part."""
    halves = [Raw('{"choices":[{"index":0,"delta":{"content":"%s"}}]}' % half)
              for half in (r"\ud83c", r"\udf88")]
    upstream.respond = lambda call: Answer([Text("a"), *halves])
    text = message_of(post(proxy.port, user("hi", stream=True)).events())["content"][0]["text"]
    assert text.encode("utf-16", "surrogatepass").decode("utf-16") in ("a🎈", "a\ufffd\ufffd")


def test_connections_to_the_server_are_used_again(proxy, upstream):
    """E09: also after an error answer, and after a stream."""
    with Wire(proxy.port) as wire:
        for number in range(30):
            upstream.respond = lambda call: http_error(429, "no") if number % 3 == 0 else say("ok")
            wire.request("POST", "/v1/messages", user("hi", stream=number % 2 == 0))
    assert upstream.connections <= 3, upstream.connections


def test_without_a_tokenizer_tokens_are_estimated(proxy, upstream):
    """U07 U16: an estimate costs no inference call; an error would."""
    upstream.tokenizer = False
    body = {"model": "m", "messages": [{"role": "user", "content": "word " * 400}]}
    answer = post(proxy.port, body, target="/v1/messages/count_tokens")
    assert answer.status == 200 and 300 < answer.json()["input_tokens"] < 2500
    assert post(proxy.port, {**user("word " * 400), "max_tokens": 128000}).status == 200
    assert upstream.calls[-1].body.get("max_tokens", 1) < 262144
