"""OpenAI's own SDK for Python through the proxy, and its types over everything that comes."""

import base64
import typing

import openai
import pydantic
import pytest
from openai.types import responses as types

from answers import Answer, Broken, Interleaved, Reasoning, Text, Tool, http_error, say
from files import png
from responses_client import (EXEC, HOSTED, PATCH, SEARCH, call_item, custom, function, message,
                              namespace, output_item)

WEATHER = {"type": "function", "name": "get_weather", "description": "Weather of a place",
           "strict": True, "parameters": {
               "type": "object", "properties": {"place": {"type": "string"}},
               "required": ["place"], "additionalProperties": False}}
ASKED = {"model": "local-model", "input": "How is the weather in Köln?"}


class Weather(pydantic.BaseModel):
    place: str
    degrees: int


@pytest.fixture
def sdk(client):
    base = f"{client.proxy.url}/v1"
    with openai.OpenAI(base_url=base, api_key="unused", max_retries=0) as made:
        yield made


EVENTS = {typing.get_args(kind.model_fields["type"].annotation)[0]: kind
          for kind in typing.get_args(typing.get_args(types.ResponseStreamEvent)[0])}
# The codes on which Codex acts are more than the SDK's type has.
OWN_CODES = ("response", "error", "code")


def check_types(kind, data):
    try:
        kind.model_validate(data)
    except pydantic.ValidationError as problem:
        left = [e for e in problem.errors(include_url=False)
                if tuple(e["loc"][-len(OWN_CODES):]) != OWN_CODES]
        assert not left, (left, data)


STREAMS = {
    "everything": Answer([Reasoning("Hm.", 2), Text("Now.", 2), Tool("exec_command", {"n": 1}, 3),
                          Tool("apply_patch", {"input": PATCH}, 3)]),
    "a search": Answer([Tool("tool_search", {"query": "x"})]),
    "a namespace": Answer([Tool("exec_command", {}), Text("after")]),
    "a limit": Answer([Text("begun")], finish="length"),
    "an error": Answer([Text("begun"), Broken("oh no")]),
    "an overflow": Answer([Text("begun"), Broken("maximum context length is 9 tokens", 400)]),
    "nothing": Answer([Text("")]),
}


@pytest.mark.parametrize("name", STREAMS)
def test_every_event_and_response_is_of_the_sdks_types(name, client):
    """Cases 36, 37 and 50, and all that other clients need."""
    client.upstream.respond = lambda call: STREAMS[name]
    options = {"tools": [EXEC, custom("apply_patch"), SEARCH, *HOSTED[:1],
                         namespace("mcp__x", function("y"))],
               "include": ["reasoning.encrypted_content"], "metadata": {"a": "b"},
               "reasoning": {"effort": "high", "summary": "auto"},
               "tool_choice": {"type": "function", "name": "exec_command"}}
    for event in client.events(**options):
        assert event.name in EVENTS, event.name
        check_types(EVENTS[event.name], event.data)
    answer = client.post(client.body("hi", **options))
    if answer.status == 200:
        check_types(types.Response, answer.json())


def test_a_compaction_is_of_the_sdks_types(client):
    client.upstream.respond = lambda call: say("The summary.")
    for event in client.events([message("user", "hi"), {"type": "compaction_trigger"}]):
        check_types(EVENTS[event.name], event.data)


def test_create_gives_a_response(client, sdk):
    client.upstream.respond = lambda call: Answer([
        Reasoning("Hm."), Text("Sunny."), Tool("get_weather", {"place": "Köln"})])
    response = sdk.responses.create(**ASKED, tools=[WEATHER], instructions="Be brief.",
                                    max_output_tokens=300, temperature=0.5)
    assert [i.type for i in response.output] == ["reasoning", "message", "function_call"]
    assert response.output_text == "Sunny." and response.status == "completed"
    assert response.output[2].arguments == '{"place": "Köln"}'
    assert response.model == "local-model" and response.usage.input_tokens > 0
    assert response._request_id and client.messages[0]["role"] == "system"


def test_the_events_are_put_together(client, sdk):
    """Cases 35 and 38: the accumulator refuses a wrong order of events."""
    client.upstream.respond = lambda call: Answer([
        Reasoning("Let me see.", 3), Text("It is ", 2), Text("sunny."),
        Interleaved([Tool("get_weather", {"place": "Köln 🎈"}, 7),
                     Tool("get_weather", {"place": "Bonn"}, 2)])])
    texts, arguments = [], {}
    with sdk.responses.stream(**ASKED, tools=[WEATHER]) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                texts.append(event.delta)
                assert event.snapshot == "".join(texts)
            elif event.type == "response.function_call_arguments.delta":
                arguments[event.output_index] = event.snapshot
        response = stream.get_final_response()
    assert "".join(texts) == response.output_text == "It is sunny."
    calls = [i for i in response.output if i.type == "function_call"]
    assert [c.parsed_arguments for c in calls] == [{"place": "Köln 🎈"}, {"place": "Bonn"}]
    assert [c.arguments for c in calls] == list(arguments.values())
    assert response.usage.output_tokens > 5


def test_events_can_be_read_one_by_one(client, sdk):
    client.upstream.respond = lambda call: Answer([Text("It is sunny.", 3)])
    stream = sdk.responses.create(**ASKED, stream=True)
    types_seen = [event.type for event in stream]
    assert types_seen[0] == "response.created" and types_seen[-1] == "response.completed"
    assert types_seen.count("response.output_text.delta") >= 3


def test_a_tool_loop_comes_to_its_end(client, sdk):
    """With the whole history, and by the id of the answer before."""
    client.upstream.respond = lambda call: Answer([Reasoning("Look."),
                                                   Tool("get_weather", {"place": "Köln"})])
    first = sdk.responses.create(**ASKED, tools=[WEATHER])
    result = output_item(first.output[-1].call_id, "rain")
    client.upstream.respond = lambda call: say("Rain.")
    history = [message("user", ASKED["input"]), *first.output, result]
    whole = sdk.responses.create(model="local-model", input=history, tools=[WEATHER], store=False)
    by_whole = client.messages
    by_id = sdk.responses.create(model="local-model", input=[result], tools=[WEATHER],
                                 previous_response_id=first.id)
    assert whole.output_text == by_id.output_text == "Rain." and client.messages == by_whole
    called, answered = client.messages[-2:]
    assert called["tool_calls"][0]["id"] == answered["tool_call_id"]


def test_structured_output_is_parsed(client, sdk):
    """Case 24."""
    client.upstream.respond = lambda call: say('{"place": "Köln", "degrees": 21}')
    parsed = sdk.responses.parse(**ASKED, text_format=Weather).output_parsed
    assert parsed == Weather(place="Köln", degrees=21)
    schema = client.sent["response_format"]["json_schema"]
    assert schema["name"] == "Weather" and schema["schema"]["required"] == ["place", "degrees"]
    with sdk.responses.stream(**ASKED, text_format=Weather) as stream:
        assert stream.get_final_response().output_parsed == parsed
    client.upstream.respond = lambda call: Answer([Tool("Weather", {"place": "x", "degrees": 1})])
    call, = sdk.responses.parse(**ASKED, tools=[openai.pydantic_function_tool(Weather)]).output
    assert call.parsed_arguments == Weather(place="x", degrees=1)


def test_pictures_reach_the_model(client, sdk):
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    sdk.responses.create(model="m", input=[{"role": "user", "content": [
        {"type": "input_text", "text": "What is it?"},
        {"type": "input_image", "image_url": url, "detail": "auto"}]}])
    text, picture = client.messages[0]["content"]
    assert text["text"] == "What is it?" and picture["image_url"]["url"] == url


ERRORS = {400: openai.BadRequestError, 401: openai.BadRequestError, 404: openai.BadRequestError,
          429: openai.RateLimitError, 500: openai.InternalServerError,
          503: openai.InternalServerError}


@pytest.mark.parametrize("status", ERRORS)
def test_errors_have_their_classes(status, client, sdk):
    client.upstream.respond = lambda call: http_error(status, "no luck today")
    with pytest.raises(ERRORS[status], match="no luck today") as caught:
        sdk.responses.create(**ASKED)
    assert caught.value.request_id and caught.value.type
    with pytest.raises(ERRORS[status], match="no luck today"):
        with sdk.responses.stream(**ASKED) as stream:
            stream.get_final_response()


def test_errors_have_their_codes(client, sdk):
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.responses.create(**ASKED, previous_response_id="resp_nope")
    assert caught.value.code == "previous_response_not_found"
    assert caught.value.param == "previous_response_id"
    client.upstream.respond = lambda call: http_error(
        400, "This model's maximum context length is 9 tokens.")
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.responses.create(**ASKED)
    assert caught.value.code == "context_length_exceeded"
    with pytest.raises(openai.NotFoundError):
        sdk.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])


def test_a_token_is_the_api_key(upstream, make_codex, tmp_path):
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    file.chmod(0o600)
    codex = make_codex(upstream, "--token-file", str(file))
    for key, works in (("s3cret", True), ("wrong", False)):
        with openai.OpenAI(base_url=f"{codex.proxy.url}/v1", api_key=key, max_retries=0) as made:
            if works:
                assert made.responses.create(**ASKED).output_text == "ok"
                continue
            with pytest.raises(openai.AuthenticationError):
                made.responses.create(**ASKED)


def test_an_error_in_the_stream_is_told(client, sdk):
    client.upstream.respond = lambda call: Answer([Text("begun"), Broken("the GPU is on fire")])
    last = list(sdk.responses.create(**ASKED, stream=True))[-1]
    assert last.type == "response.failed" and "on fire" in last.response.error.message
    assert last.response.error.code == "server_error"
    with pytest.raises(RuntimeError):
        with sdk.responses.stream(**ASKED) as stream:
            stream.get_final_response()


def test_the_sdk_retries_what_says_so(client):
    """503 with retry-after, then an answer."""
    client.upstream.script(http_error(503, "loading", retry_after=1), say("Now."))
    base = f"{client.proxy.url}/v1"
    with openai.OpenAI(base_url=base, api_key="unused", max_retries=2) as patient:
        assert patient.responses.create(**ASKED).output_text == "Now."
    assert client.upstream.calls[1].at - client.upstream.calls[0].at >= 0.9


def test_models_are_listed(client, sdk):
    first, *_ = list(sdk.models.list())
    assert first.id and first.object == "model"


def test_a_history_of_the_sdks_own_types_is_taken(client, sdk):
    sdk.responses.create(model="m", input=[
        {"role": "developer", "content": "Be brief."}, {"role": "user", "content": "hi"},
        call_item("c1", "get_weather", {"place": "Köln"}), output_item("c1", "rain")],
        tools=[WEATHER], tool_choice="auto", truncation="auto", user="u", store=True)
    assert [m["role"] for m in client.messages] == ["system", "user", "assistant", "tool"]
