"""Anthropic's own SDK for Python through the proxy."""

import anthropic
import pytest

from answers import Answer, Broken, Reasoning, Text, Tool, http_error, say

TOOL = {"name": "get_weather", "description": "Weather of a place", "input_schema": {
    "type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}}
ASKED = {"model": "claude-local", "max_tokens": 300,
         "messages": [{"role": "user", "content": "How is the weather in Köln?"}]}


@pytest.fixture
def client(proxy):
    with anthropic.Anthropic(base_url=proxy.url, api_key="unused", max_retries=0) as made:
        yield made


def test_create_gives_a_message(upstream, client):
    upstream.respond = lambda call: Answer([Reasoning("Hm."), Text("Sunny."),
                                            Tool("get_weather", {"place": "Köln"})])
    message = client.messages.create(**ASKED, tools=[TOOL], system="Be brief.")
    assert [b.type for b in message.content] == ["thinking", "text", "tool_use"]
    assert message.content[2].input == {"place": "Köln"} and message.stop_reason == "tool_use"
    assert message.model == "claude-local" and message.role == "assistant"
    assert message.usage.input_tokens > 0 and message.usage.output_tokens == 3
    assert message._request_id.startswith("req_")
    assert upstream.calls[0].tool_names == ["get_weather"]


def test_stream_puts_the_message_together(upstream, client):
    """S01 S10 T01: the SDK's accumulator refuses a wrong order of events."""
    upstream.respond = lambda call: Answer([
        Reasoning("Let me see.", 3), Text("It is ", 2), Text("sunny."),
        Tool("get_weather", {"place": "Köln", "days": [1, 2]}, pieces=7),
        Tool("get_weather", {"place": "Bonn"}, pieces=2)])
    with client.messages.stream(**ASKED, tools=[TOOL]) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text == "It is sunny."
    assert [b.type for b in message.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert message.content[0].thinking == "Let me see." and message.content[0].signature
    assert [b.input for b in message.content[2:]] == [
        {"place": "Köln", "days": [1, 2]}, {"place": "Bonn"}]
    assert message.stop_reason == "tool_use" and message.usage.output_tokens > 5


def test_a_tool_loop_comes_to_its_end(upstream, client):
    upstream.script(Answer([Reasoning("Look."), Tool("get_weather", {"place": "Köln"})]),
                    say("Rain."))
    first = client.messages.create(**ASKED, tools=[TOOL])
    result = {"type": "tool_result", "tool_use_id": first.content[-1].id, "content": "rain"}
    history = [*ASKED["messages"], {"role": "assistant", "content": first.content},
               {"role": "user", "content": [result]}]
    second = client.messages.create(**{**ASKED, "messages": history}, tools=[TOOL])
    assert second.content[0].text == "Rain." and second.stop_reason == "end_turn"
    called, answered = upstream.calls[1].messages[-2:]
    assert called["tool_calls"][0]["id"] == answered["tool_call_id"] == first.content[-1].id


def test_count_tokens_counts(upstream, client):
    """U07 U08."""
    asked = {k: v for k, v in ASKED.items() if k != "max_tokens"}
    bare = client.messages.count_tokens(**asked).input_tokens
    with_tool = client.messages.count_tokens(**asked, tools=[TOOL]).input_tokens
    assert 0 < bare < with_tool and upstream.calls == []
    assert client.messages.create(**ASKED, tools=[TOOL]).usage.input_tokens == with_tool


def test_models_are_listed(client):
    models = list(client.models.list())
    assert models[0].id.startswith("claude-")
    assert client.models.retrieve(models[0].id).id == models[0].id
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("nope")


ERRORS = {400: anthropic.BadRequestError, 404: anthropic.NotFoundError,
          413: anthropic.APIStatusError, 429: anthropic.RateLimitError,
          500: anthropic.InternalServerError, 503: anthropic.InternalServerError}


@pytest.mark.parametrize("status", ERRORS)
def test_errors_have_their_classes(status, upstream, client):
    """E12."""
    upstream.respond = lambda call: http_error(status, "no luck today")
    with pytest.raises(ERRORS[status], match="no luck today") as caught:
        client.messages.create(**ASKED)
    assert caught.value.body["type"] == "error"
    assert caught.value.request_id.startswith("req_")
    with pytest.raises(ERRORS[status], match="no luck today"):
        with client.messages.stream(**ASKED) as stream:
            stream.get_final_message()


def test_a_wrong_request_is_a_bad_request(upstream, client):
    with pytest.raises(anthropic.BadRequestError, match=r"messages\.0\.role"):
        client.messages.create(**{**ASKED, "messages": [{"role": "wizard", "content": "x"}]})


def test_an_error_in_the_stream_is_raised(upstream, client):
    """S18."""
    upstream.respond = lambda call: Answer([Text("begun"), Broken("the GPU is on fire")])
    with pytest.raises(anthropic.APIStatusError, match="on fire"):
        with client.messages.stream(**ASKED) as stream:
            stream.get_final_message()


def test_the_sdk_retries_what_says_so(upstream, proxy):
    """E05: 503 with retry-after, then an answer."""
    upstream.script(http_error(503, "loading", retry_after=1), say("Now."))
    with anthropic.Anthropic(base_url=proxy.url, api_key="unused", max_retries=2) as patient:
        assert patient.messages.create(**ASKED).content[0].text == "Now."
    assert upstream.calls[1].at - upstream.calls[0].at >= 0.9
