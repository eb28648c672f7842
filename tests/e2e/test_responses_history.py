"""The items of a conversation become messages that any chat template takes, and only ever grow."""

import base64
import json

import pytest

from answers import Answer, Reasoning, Text, Tool, http_error, say
from files import png
from prompts import assert_append_only, raw_member, render
from responses_client import (EXEC, PATCH, Session, call_item, custom, error_of, function, image,
                              message, namespace, output_item, reasoning_of)

USER = message("user", "hi")
PICTURE = "data:image/png;base64," + base64.b64encode(png()).decode()


def roles(client):
    return [m["role"] for m in client.messages]


def prompt(client):
    """The messages as a template renders them."""
    return render({"messages": client.messages}).decode()


def in_order(text, *marks):
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places), (marks, text)


def test_what_leads_is_one_system_message(client):
    """Cases 16, 17 and 31: what comes later keeps its place, as "system" if the template lets it."""
    client.create([message("developer", "first-developer"), message("system", "a-system"),
                   message("developer", "of-two-", "parts"), message("user", "environment"),
                   message("user", "question"), message("assistant", "answer"),
                   message("developer", "late-developer"), message("user", "more")],
                  instructions="the-instructions")
    assert roles(client)[:2] == ["system", "user"] and "developer" not in roles(client)
    first = client.messages[0]["content"]
    in_order(first, "the-instructions", "first-developer", "a-system", "of-two-", "parts")
    assert "\n\n" in first and "late" not in first
    in_order(prompt(client), "environment", "question", "answer", "late-developer", "more")
    client.create([message("user", "question"), message("developer", "after it")])
    assert roles(client)[0] == "user"
    assert "instructions" not in prompt(client)


def test_a_template_that_refuses_late_system_messages_gets_them_folded(codex):
    """Case 17: once; the proxy remembers, and the place is the same."""
    def strict(call):
        refused = "system" in [m["role"] for m in call.messages][1:]
        words = "System message must be at the beginning."
        return http_error(400, words) if refused else say("folded")

    codex.upstream.respond = strict
    items = [message("developer", "base"), USER, message("developer", "the-mode"),
             message("user", "next")]
    for _ in range(2):
        assert codex.create(items)["status"] == "completed"
    assert len(codex.upstream.calls) <= 3 and roles(codex).count("system") == 1
    assert "<system-reminder>" in prompt(codex)
    in_order(prompt(codex), "base", "hi", "the-mode", "next")


def test_a_text_is_a_text_however_it_comes(client):
    """Case 23: as a string, as an easy message, as parts, without type, id or status."""
    forms = ["hi", [{"role": "user", "content": "hi"}], [USER],
             [{"type": "message", "role": "user", "content": "hi"}],
             [{**USER, "id": "msg_1", "status": None, "phase": None, "unknown": [1]}]]
    for form in forms:
        client.create(form)
    assert len({raw_member(c.raw, "messages") for c in client.upstream.calls}) == 1
    assert client.messages == [{"role": "user", "content": "hi"}]


def test_text_between_a_call_and_its_output_is_folded(client):
    """Cases 15 of the facts and 18."""
    client.create([USER, message("assistant", "before"), call_item("c1", "exec_command", {"n": 1}),
                   message("assistant", "between"), output_item("c1", "result"),
                   message("user", "go on")])
    assert roles(client) == ["user", "assistant", "tool", "user"]
    in_order(client.messages[1]["content"], "before", "between")
    assert client.messages[2]["content"] == "result"


def test_a_developer_message_between_a_call_and_its_output_does_not_part_them(client):
    client.create([USER, call_item("c1", "exec_command", {}), message("developer", "note"),
                   message("user", "interjection"), output_item("c1", "result")])
    assert roles(client)[:3] == ["user", "assistant", "tool"]
    assert client.messages[2]["content"] == "result"
    in_order(prompt(client), "note", "interjection")


def test_parallel_calls_are_one_message_and_their_outputs_in_its_order(client):
    """Case 19."""
    calls = [call_item(f"c{n}", "exec_command", {"n": n}) for n in range(3)]
    outputs = [output_item(f"c{n}", f"result {n}") for n in (2, 0, 1)]
    client.create([USER, *calls, *outputs])
    assert roles(client) == ["user", "assistant", "tool", "tool", "tool"]
    assert [m["content"] for m in client.messages[2:]] == [f"result {n}" for n in range(3)]
    client.create([USER, calls[0], calls[1], outputs[1], outputs[2], calls[2], outputs[0]])
    assert roles(client) == ["user", "assistant", "tool", "tool", "assistant", "tool"]


ORPHANS = {
    "a call without output": [call_item("c1", "exec_command", {"cmd": "sleep"})],
    "one of two without": [call_item("c1", "exec_command", {}), call_item("c2", "read", {}),
                           output_item("c2", "r")],
    "an output without call": [output_item("c9", "orphan-text")],
    "an output before its call": [output_item("c1", "orphan-text"),
                                  call_item("c1", "exec_command", {})],
    "a custom call without output": [{"type": "custom_tool_call", "call_id": "c1",
                                      "name": "apply_patch", "input": PATCH}],
    "an output of the other kind": [call_item("c1", "exec_command", {}),
                                    output_item("c1", "r", "custom_tool_call_output")],
    "two calls of one id": [call_item("c1", "exec_command", {"n": n}) for n in (1, 2)] + [
        output_item("c1", "r1"), output_item("c1", "r2")],
    "one id in two rounds": [call_item("c1", "exec_command", {}), output_item("c1", "r1"),
                             call_item("c1", "exec_command", {}), output_item("c1", "r2")],
    "ids that are empty or long": [call_item("", "exec_command", {}), output_item("", "r1"),
                                   call_item("i" * 90, "read", {}), output_item("i" * 90, "r2")],
    "a call at the end": [message("assistant", "x"), call_item("c1", "exec_command", {})],
}


@pytest.mark.parametrize("name", ORPHANS)
def test_orphans_make_no_invalid_conversation(name, client):
    """Case 20: `sent` proves that each call has one result behind it, and no result is alone."""
    client.create([USER, *ORPHANS[name], message("user", "and now?")])
    text = prompt(client)
    in_order(text, "hi", "and now?")
    for part in ("orphan-text", "r1", "r2"):
        assert (part in text) == (part in json.dumps(ORPHANS[name])), (part, text)
    client.create([USER, *ORPHANS[name]])
    assert "hi" in prompt(client)


@pytest.mark.parametrize("broken", ['{"cmd": "echo ', "", "[1]", '"text"', "null", "7", "{}{}",
                                    '{"a":1,}', "\ud800"])
def test_arguments_that_the_engine_could_not_read_are_mended(broken, client):
    """Case 21: otherwise they poison the session for ever."""
    client.create([USER, call_item("c1", "exec_command", broken), output_item("c1", "r")])
    arguments = client.messages[1]["tool_calls"][0]["function"]["arguments"]
    assert isinstance(json.loads(arguments), dict)
    client.create([USER, {**call_item("c1", "x", ""), "arguments": {"cmd": "ls"}},
                   output_item("c1", "r")])
    assert client.messages[1]["tool_calls"], "an object is taken too"


def test_right_arguments_stay_as_they_are(client):
    """Case 32: byte for byte, or the prefix changes."""
    for text in ('{"b":1,"a":2.50}', '{ "cmd" : "\\u00e9 \\ud83c\\udf88" }', "{}"):
        client.create([USER, call_item("c1", "exec_command", text), output_item("c1", "r")])
        sent = client.messages[1]["tool_calls"][0]["function"]["arguments"]
        assert json.loads(sent) == json.loads(text)
        assert list(json.loads(sent)) == list(json.loads(text))


def test_empty_contents_are_taken(client):
    """Case 23."""
    client.create([USER, message("assistant"), {"role": "assistant", "content": ""},
                   message("assistant", ""), message("user"), message("user", "and?"),
                   call_item("c1", "exec_command", {}), output_item("c1", ""),
                   call_item("c2", "exec_command", {}), output_item("c2", [])])
    in_order(prompt(client), "hi", "and?")
    client.create("")
    assert client.messages


def test_pictures_in_outputs_follow_in_a_message_of_the_user(client):
    """Case 25: after all results of the round; no base64 in a text."""
    parts = [{"type": "input_text", "text": "a picture"}, image(PICTURE)]
    client.create([USER, call_item("c1", "view_image", {}), call_item("c2", "view_image", {}),
                   output_item("c1", parts), output_item("c2", [image(PICTURE)]),
                   message("assistant", "seen")])
    assert roles(client) == ["user", "assistant", "tool", "tool", "user", "assistant"]
    assert "a picture" in client.messages[2]["content"]
    pictures = [p["image_url"]["url"] for p in client.messages[4]["content"]
                if p["type"] == "image_url"]
    assert pictures == [PICTURE, PICTURE]
    assert "base64" not in json.dumps(client.messages[2:4])


def test_pictures_of_the_user_are_passed_on(client):
    client.create([message("user", "before", image(PICTURE),
                           {"type": "input_image", "image_url": "https://x.example/cat.png"},
                           "after")])
    content = client.messages[0]["content"]
    assert [p["type"] for p in content] == ["text", "image_url", "image_url", "text"]
    assert content[1]["image_url"]["url"] == PICTURE
    assert content[2]["image_url"]["url"] == "https://x.example/cat.png"


def test_a_model_without_eyes_hears_that_there_was_a_picture(make_upstream, make_codex):
    blind = make_codex(make_upstream(vision=False))
    blind.create([message("user", image(PICTURE), "What is it?"),
                  call_item("c1", "view_image", {}), output_item("c1", [image(PICTURE)])])
    sent = blind.upstream.calls[-1].raw.decode()
    assert "image_url" not in sent and "base64" not in sent and "What is it?" in sent
    assert "image" in blind.messages[0]["content"]


def test_outputs_in_parts_are_one_text(client):
    """Case 26: every result of an MCP server is an array; a blank line is between its texts."""
    texts = [{"type": "input_text", "text": t} for t in ("a", "b")]
    client.create([USER, call_item("c1", "x", {}), output_item("c1", texts),
                   {"type": "custom_tool_call", "call_id": "c2", "name": "apply_patch",
                    "input": "p"}, output_item("c2", texts, "custom_tool_call_output"),
                   call_item("c3", "x", {}), output_item("c3", [
                       *texts, {"type": "made_up", "x": 1}])])
    assert [m["content"] for m in client.messages if m["role"] == "tool"][:2] == ["a\n\nb"] * 2


def thought(text="the-thought", **more):
    return {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": None,
            "content": [{"type": "reasoning_text", "text": text}], **more}


def thoughts(client):
    return [m.get("reasoning") or m.get("reasoning_content") for m in client.messages
            if m["role"] == "assistant"]


def test_reasoning_is_given_back_with_its_turn(client):
    """Cases 16 of the facts and 27."""
    call = [call_item("c1", "exec_command", {}), output_item("c1", "r")]
    client.create([USER, thought(), message("assistant", "text"), *call])
    assert thoughts(client) == ["the-thought"] and "the-thought" not in json.dumps(
        [m["content"] for m in client.messages])
    client.create([USER, thought("one"), call[0], call[1], thought("two"),
                   call_item("c2", "exec_command", {}), output_item("c2", "r")])
    assert thoughts(client) == ["one", "two"]
    client.create([USER, thought(content=None, summary=[]), *call])
    client.create([USER, thought("alone"), message("user", "go on"), thought("at the end")])
    assert client.messages


def test_encrypted_reasoning_comes_back_without_its_text(client):
    """Cases 27 and 29: the proxy's own envelope."""
    client.upstream.respond = lambda call: Answer([Reasoning("geheim-gedacht 日本", 3),
                                                   Tool("exec_command", {"cmd": "ls"})])
    response = client.stream([USER], tools=[EXEC], store=False,
                             include=["reasoning.encrypted_content"])
    reasoning, call = response["output"]
    assert reasoning_of(response) == "geheim-gedacht 日本" and reasoning["encrypted_content"]
    for content in (None, []):
        client.create([USER, {**reasoning, "content": content, "summary": []}, call,
                       output_item(call["call_id"], "r")], tools=[EXEC])
        assert thoughts(client) == ["geheim-gedacht 日本"]
    client.create([USER, reasoning, call, output_item(call["call_id"], "r")], tools=[EXEC])
    assert thoughts(client) == ["geheim-gedacht 日本"], "once, not twice"


@pytest.mark.parametrize("blob", ["gAAAAABmForeignBlob==", "", "%%%", "A" * 100_000])
def test_a_foreign_blob_is_passed_over(blob, client):
    """Case 29."""
    client.create([USER, thought(content=None, encrypted_content=blob),
                   message("assistant", "text"), message("user", "more")])
    assert blob == "" or blob[:40] not in prompt(client)
    in_order(prompt(client), "hi", "text", "more")


EVERY_ITEM = [
    {"type": "local_shell_call", "id": "lsh_1", "call_id": "c5", "status": "completed",
     "action": {"type": "exec", "command": ["ls"], "env": {}}},
    {"type": "local_shell_call_output", "id": "c5", "output": "listing"},
    {"type": "web_search_call", "id": "ws_1", "status": "completed",
     "action": {"type": "search", "query": "q"}},
    {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": "aGk="},
    {"type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["q"]},
    {"type": "code_interpreter_call", "id": "ci_1", "status": "completed", "code": "1"},
    {"type": "mcp_list_tools", "id": "m_1", "server_label": "x", "tools": []},
    {"type": "compaction", "encrypted_content": "gAAAAforeign"},
    {"type": "compaction_summary", "encrypted_content": "gAAAAforeign"},
    {"type": "context_compaction"},
    {"type": "agent_message", "author": "a", "recipient": "b", "content": [
        {"type": "input_text", "text": "from-an-agent"}]},
    {"type": "configuration_update", "settings": {"x": 1}},
    {"type": "item_reference", "id": "msg_1"},
    {"type": "tool_search_call", "call_id": "c6", "execution": "client", "arguments": {"q": 1}},
    {"type": "tool_search_output", "call_id": "c6", "status": "completed", "execution": "client",
     "tools": []},
    {"type": "made_up_2030", "content": {"deep": [1]}, "role": 7},
    message("user", {"type": "input_audio", "audio_url": "data:audio/wav;base64,aGk="}, "heard"),
    message("user", {"type": "input_file", "filename": "a.txt", "file_data": "data:,x"}, "filed"),
    message("user", {"type": "made_up_part"}, "unknown-part"),
    message("assistant", {"type": "refusal", "refusal": "I-will-not"}),
]


@pytest.mark.parametrize("item", EVERY_ITEM, ids=lambda i: i["type"])
def test_every_type_of_item_is_taken(item, client):
    """Cases 29 and 30: an unknown one is no reason to fail."""
    client.create([USER, message("assistant", "so far"), item, message("user", "the-last")])
    in_order(prompt(client), "hi", "so far", "the-last")


def test_all_items_in_one_conversation_are_taken(client):
    client.create([USER, *EVERY_ITEM, message("user", "the-last")], tools=[EXEC])
    in_order(prompt(client), "hi", "heard", "filed", "unknown-part", "the-last")
    assert "gAAAA" not in prompt(client)


def test_a_conversation_only_grows(codex):
    """Cases 31 and 32: each prompt begins with the whole of the one before it."""
    tools = [EXEC, custom("apply_patch"), namespace("mcp__files", function("read"))]
    session = Session(codex, message("developer", "base prompt"), message("developer", "more"),
                      message("user", "environment"), tools=tools, instructions="Be brief.")
    codex.upstream.script(
        Answer([Reasoning("Hm.", 2), Text("Now."), Tool("exec_command", {"cmd": "ls \"é\" 🎈"}, 5),
                Tool("apply_patch", {"input": PATCH})]),
        Answer([Reasoning("And?"), Tool("shell", {"b": 1, "a": [1.0, None]})]),
        say("That is it."), Answer([Text("x"), Tool("exec_command", {"cmd": "pwd"})]), say("end"))
    output = session.turn(message("user", "question"))
    output = session.turn(*reversed(session.answer_calls(output, "result 日本")))
    output = session.turn(output_item(output[-1]["call_id"], [
        {"type": "input_text", "text": "Wall time: 1"}, {"type": "input_text", "text": "r"}]))
    output = session.turn(message("developer", "the mode is now plan"), message("user", "next"))
    session.turn(*session.answer_calls(output), message("user", "an interjection"))
    assert len(codex.upstream.calls) == 5
    assert_append_only(codex.upstream.calls)


@pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max",
                                    "ultra", "made-up", None])
def test_every_effort_is_one_that_the_engine_knows(effort, client):
    """Case 33."""
    client.create(reasoning={"effort": effort, "summary": "auto", "context": "all_turns"})
    assert client.sent.get("reasoning_effort", "low") in ("none", "low", "medium", "high")
    if effort == "none":
        assert client.sent["chat_template_kwargs"]["enable_thinking"] is False
    elif effort in ("xhigh", "max", "ultra"):
        assert client.sent.get("reasoning_effort", "high") == "high"
    assert "reasoning" not in client.sent


def test_a_request_without_a_model_gets_the_served_one(client):
    """Case 34."""
    for body in ({"input": "hi"}, {"input": "hi", "model": None}, {"input": "hi", "model": ""}):
        answer = client.post(body)
        assert answer.status == 200, answer.body
        assert client.sent["model"] == "local-model" and answer.json()["model"]
    assert client.create(model="some/other")["model"] == "some/other"
    assert client.sent["model"] == "local-model"


def test_thousands_of_items_and_20_mb_are_taken(client):
    """Case 66."""
    items = [message("user", f"m{n}") if n % 2 else message("assistant", f"m{n}")
             for n in range(1, 6000)]
    client.create(items)
    assert prompt(client).count("<|im_start|>") >= 3000
    big = "data:image/png;base64," + base64.b64encode(bytes(15_000_000)).decode()
    answer = client.post(client.body([message("user", image(big))]), timeout=30)
    assert answer.status == 200, answer.body[:300]


def test_what_is_only_the_apis_own_is_not_passed_on(client):
    """vLLM's own fields are not to be set by accident either."""
    client.create(prompt_cache_key="k", client_metadata={"a": "b"}, service_tier="flex", user="u",
                  include=["reasoning.encrypted_content"], background=False, safety_identifier="s",
                  top_logprobs=0, unknown={"x": 1}, stream_options={"include_obfuscation": False},
                  cache_salt="x", structured_outputs={"regex": "a"}, n=3,
                  text={"verbosity": "low", "format": {"type": "text"}})
    assert set(client.sent) <= {"model", "messages", "stream", "stream_options", "priority",
                                "chat_template_kwargs", "reasoning_effort"}, client.sent


def test_a_wrong_item_is_named(client):
    error = error_of(client.post(client.body([USER, 7])), 400)
    assert error["type"] == "invalid_request_error" and "input" in error["message"]
