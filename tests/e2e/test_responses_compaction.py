"""Codex' remote compaction: a trigger in, one item with the summary out, and its way back."""

import pytest

from answers import Answer, Broken, Cut, Reasoning, Text, Tool, http_error, say
from prompts import render
from responses_client import (EXEC, call_item, custom, error_of, message, output_item,
                              text_of)
from responses_grammar import response_of

TRIGGER = {"type": "compaction_trigger"}
TOOLS = [EXEC, custom("apply_patch")]
LOCAL = {"client_metadata": {"x-codex-turn-metadata": '{"request_kind":"compaction"}'}}
HISTORY = [message("developer", "base prompt"), message("user", "the question"),
           message("assistant", "I look."), call_item("c1", "exec_command", {"cmd": "ls"}),
           output_item("c1", "the listing"), message("assistant", "the answer")]


def compact(client, stream=True):
    body = client.body([*HISTORY, TRIGGER], stream=stream, tools=TOOLS, tool_choice="auto",
                       store=False, text={"format": {"type": "json_schema", "name": "x",
                                                     "schema": {"type": "object"}}})
    return client.post(body)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_trigger_gives_exactly_one_item(stream, client):
    """Case 58: and the model sees the conversation, an order to sum up, and may call nothing."""
    client.upstream.respond = lambda call: Answer([
        Reasoning("Hm."), Text("The summary: 日本 was asked for.", 5)])
    answer = compact(client, stream)
    response = response_of(answer.events()) if stream else answer.json()
    item, = response["output"]
    assert item["type"] == "compaction" and item["encrypted_content"]
    assert response["status"] == "completed" and response["usage"]["input_tokens"] > 0
    assert "tools" not in client.sent or client.sent["tool_choice"] == "none"
    assert "response_format" not in client.sent
    prompt = render(client.sent).decode()
    places = [prompt.index(m) for m in ("base prompt", "the question", "the listing", "the answer")]
    assert places == sorted(places)
    assert client.messages[-1]["role"] == "user", "the order comes last: the prefix stays"
    assert "summar" in client.upstream.calls[-1].last_text.lower()
    assert "compaction_trigger" not in prompt


def test_nothing_of_the_summary_is_shown_as_an_answer(client):
    client.upstream.respond = lambda call: Answer([Reasoning("Hm."), Text("The summary.", 4)])
    events = compact(client).events()
    shown = [e.name for e in events if "output_text" in e.name or "content_part" in e.name]
    assert shown == []
    added = [e.data["item"]["type"] for e in events if e.name == "response.output_item.added"]
    assert added == ["compaction"]


@pytest.mark.parametrize("kind", ["compaction", "compaction_summary", "context_compaction"])
def test_the_summary_comes_back_as_text(kind, client):
    """Case 58: also in the name that older versions give it."""
    client.upstream.respond = lambda call: say("The summary: 日本 \"was\" asked for.")
    item, = response_of(compact(client).events())["output"]
    client.upstream.respond = lambda call: say("ok")
    client.create([HISTORY[0], {"type": kind, "encrypted_content": item["encrypted_content"]},
                   message("user", "go on")])
    prompt = render(client.sent).decode()
    places = [prompt.index(m) for m in ("base prompt", "The summary: 日本 \"was\" asked for.",
                                        "go on")]
    assert places == sorted(places) and item["encrypted_content"] not in prompt
    with_it = next(m for m in client.messages if "The summary" in m["content"])
    assert with_it["role"] == "user"


def test_a_compacted_conversation_can_be_compacted_again(client):
    client.upstream.respond = lambda call: say("The first summary.")
    item, = response_of(compact(client).events())["output"]
    client.upstream.respond = lambda call: say("The second summary.")
    again, = client.stream([HISTORY[0], item, message("user", "more"), TRIGGER])["output"]
    assert "The first summary." in render(client.sent).decode()
    assert again["type"] == "compaction"
    assert again["encrypted_content"] != item["encrypted_content"]


@pytest.mark.parametrize("blob", ["gAAAAABforeign==", "", "ÿ", "autosre", None])
def test_a_foreign_summary_is_no_reason_to_fail(blob, client):
    client.create([message("user", "before"), {"type": "compaction", "encrypted_content": blob},
                   message("user", "after")])
    prompt = render(client.sent).decode()
    assert prompt.index("before") < prompt.index("after")
    assert not isinstance(blob, str) or len(blob) < 10 or blob not in prompt


BAD = {
    "cut by the limit": Answer([Text("The summ")], finish="length"),
    "empty": Answer([Text("")]),
    "white space": Answer([Text(" \n")]),
    "only a thought": Answer([Reasoning("Hm.")]),
    "a call": Answer([Tool("exec_command", {"cmd": "ls"})]),
    "an error in it": Answer([Text("The summ"), Broken("oh no")]),
    "the end of the connection": Answer([Text("The summ"), Cut()]),
    "filtered": Answer([Text("The summ")], finish="content_filter"),
    "words and a call": Answer([Text("First I look."), Tool("exec_command", {"cmd": "ls"})]),
    "words and a call that was not taken out": Answer([Text(
        'I look.\n  <function=exec_command>', 3)]),
    "a call that was not taken out": Answer([Text('<tool_call>\n{"name": "exec_command"}')]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_summary_is_a_failure(name, client):
    """Case 59: it would be all that is left of the conversation."""
    client.upstream.respond = lambda call: BAD[name]
    answer = compact(client)
    if answer.status == 200:
        events = answer.events()
        assert response_of(events)["status"] == "failed" and events[-1].name == "response.failed"
        assert not [e for e in events if e.name == "response.output_item.done"]
    else:
        error_of(answer, answer.status)
    whole = compact(client, stream=False)
    assert whole.status >= 400 or whole.json()["status"] == "failed", whole.body


def test_a_conversation_too_long_to_sum_up_has_the_code(client):
    """Case 56: Codex drops its oldest item and asks again."""
    client.upstream.respond = lambda call: http_error(
        400, "This model's maximum context length is 2000 tokens. However, your prompt contains "
             "2500 input tokens.")
    assert error_of(compact(client), 400)["code"] == "context_length_exceeded"


def test_local_compaction_is_a_request_as_others_are(client):
    """Codex' own order to sum up: no tools, the answer is a message."""
    client.upstream.respond = lambda call: say("The summary.")
    response = client.stream([*HISTORY, message("user", "You are performing a CONTEXT CHECKPOINT "
                                                        "COMPACTION.")],
                             tools=[], parallel_tool_calls=False)
    assert [i["type"] for i in response["output"]] == ["message"]
    assert "tools" not in client.sent


@pytest.mark.parametrize("name", ["a call", "words and a call", "a call that was not taken out",
                                  "words and a call that was not taken out",
                                  "empty", "an error in it", "the end of the connection"])
def test_a_bad_summary_of_local_compaction_is_a_failure(name, client):
    """Case 47, 59: Codex takes whatever is completed for the summary."""
    client.upstream.respond = lambda call: BAD[name]
    for stream in (False, True):
        answer = client.post(client.body([*HISTORY, message("user", "Sum up.")], stream=stream,
                                         tools=[], **LOCAL))
        if stream and answer.status == 200:
            assert response_of(answer.events())["status"] == "failed"
        else:
            assert answer.status >= 400 or answer.json()["status"] == "failed", answer.body


def test_a_summary_may_be_about_tool_calls(client):
    words = "The user wants the parser of `<tool_call>` mended.\nDone: <function= is read."
    client.upstream.respond = lambda call: say(words)
    response = client.stream([*HISTORY, message("user", "Sum up.")], tools=[], **LOCAL)
    assert response["status"] == "completed" and text_of(response) == words


def test_a_chosen_tool_is_not_chosen_for_a_summary(client):
    client.upstream.respond = lambda call: say("The summary.")
    choice = {"type": "function", "name": EXEC["name"]}
    client.stream([*HISTORY, message("user", "Sum up.")], tools=TOOLS, tool_choice=choice, **LOCAL)
    assert client.sent["tool_choice"] == "none"
