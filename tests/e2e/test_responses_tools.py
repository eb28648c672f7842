"""Tools of the Responses API become functions of the model, and its calls become theirs again."""

import json
import re

import pytest

from answers import Answer, Text, Tool
from responses_client import (EXEC, GRAMMAR, HOSTED, PATCH, SEARCH, Session, call_item, calls_of,
                              custom, error_of, function, kinds, message, namespace, output_item,
                              text_of)


def call_all(call):
    """The model calls each of its functions once."""
    return Answer([Tool(name, {"n": number}) for number, name in enumerate(call.tool_names)])


def test_tools_of_every_type_are_taken_and_only_functions_go_on(client):
    """Cases 1, 5 and 9."""
    tools = [EXEC, *HOSTED, custom("apply_patch"),
             namespace("mcp__files", function("read"), function("write")), SEARCH]
    client.create(tools=tools, tool_choice="auto", parallel_tool_calls=True)
    assert all(t["type"] == "function" for t in client.sent["tools"])
    names = [t["name"] for t in client.tools]
    assert len(set(names)) == len(names) == 5, names
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,64}", n) for n in names), names
    assert {"exec_command", "apply_patch"} <= set(names)
    assert client.tools[0]["description"] == "Runs a command"


def test_no_tools_are_no_field(client):
    """Cases 13 and 18 of the facts: engines refuse an empty list."""
    for tools in ([], HOSTED):
        client.create(tools=tools, tool_choice="auto", parallel_tool_calls=False)
        assert not {"tools", "tool_choice", "parallel_tool_calls"} & set(client.sent), client.sent


def test_a_namespaced_call_comes_back_with_name_and_namespace(client):
    """Cases 2 and 3: in `added`, in `done` and in the response's output."""
    client.upstream.respond = call_all
    tools = [namespace("mcp__files", function("read"), function("write")), EXEC]
    events = client.events(tools=tools)
    wanted = [("mcp__files", "read"), ("mcp__files", "write"), (None, "exec_command")]
    for name in ("response.output_item.added", "response.output_item.done"):
        items = [e.data["item"] for e in events if e.name == name]
        assert [(i.get("namespace"), i["name"]) for i in items] == wanted, name
    output = events[-1].data["response"]["output"]
    assert [(i.get("namespace"), i["name"]) for i in output] == wanted
    assert "namespace" not in output[2] or output[2]["namespace"] is None
    assert client.stream(tools=tools)["status"] == "completed"
    assert [(n, t) for n, t, _ in calls_of(client.create(tools=tools))] == wanted


NAMES = {
    "long children (case 6)": [("mcp__server", "t" * 79 + c) for c in "ab"],
    "long namespaces (case 6)": [("mcp__" + "s" * 80 + c, "tool") for c in "ab"],
    "long functions (case 6)": [(None, "f" * 90 + c) for c in "ab"],
    "a function of the flat name (case 7)": [(None, "a__b"), ("a", "b")],
    "two ways to join (case 7)": [("a", "b__c"), ("a__b", "c"), ("a", "_b"), ("a_", "b")],
    "one name in two namespaces": [("a", "read"), ("b", "read"), (None, "read")],
    "signs that functions have not": [("mcp__ü.x", "add num"), ("mcp__ü.x", "add.num")],
}


@pytest.mark.parametrize("order", [1, -1], ids=["", "reversed"])
@pytest.mark.parametrize("name", NAMES)
def test_names_are_apart_and_come_back(name, order, client):
    client.upstream.respond = call_all
    wanted = NAMES[name][::order]
    tools = [namespace(space, function(tool)) if space else function(tool)
             for space, tool in wanted]
    response = client.stream(tools=tools)
    names = [t["name"] for t in client.tools]
    assert len(set(names)) == len(wanted), names
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,64}", n) for n in names), names
    assert [(space, tool) for space, tool, _ in calls_of(response)] == wanted
    # The history has the same names, also where the tools are told of no more.
    outputs = [output_item(i["call_id"], "r") for i in response["output"]]
    for again in (tools, tools[:1]):
        client.upstream.respond = lambda call: Answer([Text("ok")])
        client.create([message("user", "hi"), *response["output"], *outputs], tools=again)
        called = client.messages[1]["tool_calls"]
        if again is tools:
            assert [c["function"]["name"] for c in called] == names
        assert len({c["function"]["name"] for c in called}) == len(wanted)


def test_a_custom_tool_is_a_function_with_one_text(client):
    """Case 9: with its grammar told."""
    client.create(tools=[custom("apply_patch"), custom("exec", "start: /.+/")])
    for tool, grammar in zip(client.tools, (GRAMMAR, "start: /.+/")):
        (name, schema), = tool["parameters"]["properties"].items()
        assert (name, schema["type"]) == ("input", "string")
        assert tool["parameters"]["required"] == ["input"]
        assert "FREEFORM" in tool["description"] and grammar.strip() in tool["description"]


@pytest.mark.parametrize("pieces", [1, 5, 1000])
def test_a_custom_call_comes_back_with_its_raw_input(pieces, client):
    """Case 8: escapes and characters cut anywhere."""
    answer = Answer([Text("Now."), Tool("apply_patch", {"input": PATCH}, pieces)])
    response = client.both(answer, tools=[custom("apply_patch")])
    assert kinds(response) == ["message", "custom_tool_call"]
    assert calls_of(response) == [(None, "apply_patch", PATCH)]


WRAPPED = {
    "another name": {"patch": PATCH},
    "a command line": {"command": ["apply_patch", PATCH]},
    "a fence": {"input": f"```\n{PATCH}```"},
    "a fence of a language": {"input": f"```diff\n{PATCH}\n```\n"},
    "a fence in another name": {"patch": f"```patch\n{PATCH}```"},
    "a JSON string": json.dumps(PATCH),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_wrapped_patch_is_unwrapped(name, client):
    """Case 10: Codex wants `*** Begin Patch` in the first line."""
    response = client.both(Answer([Tool("apply_patch", WRAPPED[name], 7)]),
                           tools=[custom("apply_patch")])
    (_, tool, text), = calls_of(response)
    assert tool == "apply_patch" and text.strip() == PATCH.strip(), text


def test_what_other_custom_tools_are_given_is_left_as_it_is(client):
    """Case 10: a fence may be meant."""
    for text in ("```js\nlet a = 1;\n```", '{"input": "x"}', '"quoted"', ""):
        response = client.both(Answer([Tool("exec", {"input": text})]), tools=[custom("exec")])
        assert calls_of(response) == [(None, "exec", text)]


def test_a_custom_tool_in_a_namespace_keeps_both(client):
    client.upstream.respond = lambda call: Answer([Tool(call.tool_names[0], {"input": "x y"})])
    response = client.stream(tools=[namespace("editor", custom("edit"))])
    assert kinds(response) == ["custom_tool_call"]
    assert calls_of(response) == [("editor", "edit", "x y")]


def test_tools_that_come_in_the_input_are_told_of(client):
    """Case 11: the form for lite models, no `tools` at all; also in mid-conversation."""
    lite = {"type": "additional_tools", "role": "developer", "tools": [
        namespace("functions", EXEC, custom("exec")),
        namespace("mcp__files", function("read"), namespace("deep", function("dig")))]}
    later = {"type": "additional_tools", "role": "developer",
             "tools": [namespace("mcp__late", function("find"))]}
    items = [lite, message("developer", "Be brief."), message("user", "hi")]
    client.create(items, parallel_tool_calls=False)
    before = client.sent["tools"]
    assert len(before) == 4 and any("exec_command" in t["function"]["name"] for t in before)
    client.upstream.respond = call_all
    response = client.stream([*items, message("assistant", "ok"), later, message("user", "go")])
    assert client.sent["tools"][:4] == before and len(client.sent["tools"]) == 5
    found = [(space, tool) for space, tool, _ in calls_of(response)]
    assert ("mcp__files", "read") in found and ("mcp__late", "find") in found
    assert kinds(response).count("custom_tool_call") == 1
    texts = json.dumps(client.messages)
    assert "additional_tools" not in texts and "Be brief." in texts


def test_tool_search_is_called_and_what_it_finds_is_told_of(client):
    """Case 12: arguments are an object; found tools are called by name and namespace."""
    session = Session(client, message("user", "find a tool"), tools=[EXEC, SEARCH])

    def search(call):
        name, = (n for n in call.tool_names if n != "exec_command")
        return Answer([Tool(name, {"query": "files", "limit": 3}, 4)])

    client.upstream.respond = search
    found, = session.turn()
    assert found["type"] == "tool_search_call" and found["execution"] == "client"
    assert found["arguments"] == {"query": "files", "limit": 3} and found["call_id"]
    assert client.create(session.items[:1], tools=[EXEC, SEARCH])["output"][0]["arguments"] == {
        "query": "files", "limit": 3}
    before = client.sent["tools"]
    tool = {**function("read", path={"type": "string"}), "defer_loading": True}
    client.upstream.respond = lambda call: Answer([Tool(call.tool_names[-1], {"path": "a"})])
    called, = session.turn({"type": "tool_search_output", "call_id": found["call_id"],
                            "status": "completed", "execution": "client",
                            "tools": [namespace("mcp__files", tool)]})
    assert calls_of({"output": [called]}) == [("mcp__files", "read", {"path": "a"})]
    assert client.sent["tools"][:2] == before and len(client.sent["tools"]) == 3
    assert client.tools[2]["parameters"] == tool["parameters"]
    assert [m["role"] for m in client.messages[-2:]] == ["assistant", "tool"]
    assert "read" in client.messages[-1]["content"]


def test_a_tool_that_was_not_declared_is_called_all_the_same(client):
    """Case 14: Codex tells the model that there is none; silence would end the turn."""
    response = client.both(Answer([Tool("shell", {"command": ["ls"]})]), tools=[EXEC])
    assert kinds(response) == ["function_call"]
    assert calls_of(response) == [(None, "shell", {"command": ["ls"]})]
    assert kinds(client.both(Answer([Tool("apply_patch", {"input": "x"})]))) == ["function_call"]


def test_schemas_go_on_as_they_are(client):
    """Case 15: cycles, type arrays, references, deep nesting."""
    schema = {
        "type": "object", "$defs": {"node": {"type": "object", "properties": {
            "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            "value": {"type": ["string", "integer", "null"], "pattern": "^\\d+\u2028é$"}}}},
        "properties": {"list": {"$ref": "#/$defs/node"}, "all": {"$ref": "#"},
                       "Case": {"enum": [1, 1.0, 1e300, -0.5, "x", None, True]}},
        "required": ["list"], "x-extension": {"b": 1, "a": [[[[{}]]]]}}
    deep = {"type": "object"}
    for _ in range(60):
        deep = {"type": "object", "properties": {"d": deep}}
    tools = [{"type": "function", "name": n, "parameters": p, "strict": False}
             for n, p in (("cyclic", schema), ("deep", deep))]
    client.create(tools=[*tools, namespace("mcp__x", {**tools[0], "name": "child"})])
    assert [t["parameters"] for t in client.tools] == [schema, deep, schema]
    assert json.dumps(client.tools[0]["parameters"]) == json.dumps(schema), "in the same order"


def test_a_function_without_a_schema_gets_an_empty_one(client):
    client.create(tools=[{"type": "function", "name": "now"},
                         {"type": "function", "name": "then", "parameters": None}])
    assert [t["name"] for t in client.tools] == ["now", "then"]
    assert all(t["parameters"]["type"] == "object" for t in client.tools)


def test_the_same_tools_are_told_in_the_same_bytes(client):
    """Case 32: in the order that they came in."""
    tools = [function(n) for n in ("zeta", "alpha", "mid")] + [namespace("n", function("a"))]
    for _ in range(2):
        client.create(tools=tools)
    first, second = client.upstream.calls
    assert first.raw == second.raw
    assert [t["name"] for t in client.tools][:3] == ["zeta", "alpha", "mid"]


def test_a_whole_loop_of_all_kinds_of_calls_works(client):
    """Cases 3, 8 and 19: what was called is in the history as the model knows it."""
    tools = [EXEC, custom("apply_patch"), namespace("mcp__files", function("read"))]
    session = Session(client, message("user", "do it"), tools=tools)
    client.upstream.respond = lambda call: Answer([
        Text("Doing."), Tool(call.tool_names[0], {"cmd": "ls"}),
        Tool(call.tool_names[1], {"input": PATCH}), Tool(call.tool_names[2], {})])
    output = session.turn()
    names = [t["name"] for t in client.tools]
    client.upstream.respond = lambda call: Answer([Text("Done.")])
    assert text_of({"output": session.turn(*session.answer_calls(output))}) == "Done."
    _, said, *results = client.messages
    assert [c["function"]["name"] for c in said["tool_calls"]] == names
    assert json.loads(said["tool_calls"][1]["function"]["arguments"]) == {"input": PATCH}
    assert said["content"] == "Doing." and [r["content"] for r in results] == ["done"] * 3


def test_tool_choice_is_the_models_name_for_it(client):
    """The choices of general clients."""
    tools = [EXEC, custom("apply_patch"), namespace("mcp__files", function("read"))]
    for choice in ("auto", "none", "required"):
        client.create(tools=tools, tool_choice=choice)
        sent = client.sent
        if choice == "none":
            assert sent.get("tool_choice") == "none" or "tools" not in sent
        else:
            assert sent.get("tool_choice", "auto") == choice
    for choice in ({"type": "function", "name": "exec_command"},
                   {"type": "custom", "name": "apply_patch"}):
        client.create(tools=tools, tool_choice=choice)
        assert client.sent["tool_choice"] == {"type": "function",
                                              "function": {"name": choice["name"]}}
    client.create(tools=tools, tool_choice={"type": "function", "name": "read",
                                            "namespace": "mcp__files"})
    assert client.sent["tool_choice"]["function"]["name"] == client.tools[2]["name"]
    client.create(tools=tools, tool_choice={"type": "web_search"})
    assert client.sent.get("tool_choice", "auto") == "auto", "what is not there is not chosen"


def test_a_choice_of_no_tool_is_refused_with_its_place(client):
    """The engine's own refusal would name no field of the client's."""
    body = client.body("hi", tools=[EXEC], tool_choice={"type": "function", "name": "nope"})
    error = error_of(client.post(body), 400)
    assert "tool_choice" in error["message"] and "nope" in error["message"]
    assert client.upstream.calls == []


@pytest.mark.parametrize("mode", ["auto", "required"])
def test_only_allowed_tools_can_be_called(mode, client):
    tools = [EXEC, function("other"), custom("apply_patch")]
    choice = {"type": "allowed_tools", "mode": mode, "tools": [
        {"type": "function", "name": "other"}, {"type": "custom", "name": "apply_patch"}]}
    client.create(tools=tools, tool_choice=choice)
    assert [t["name"] for t in client.tools] == ["other", "apply_patch"]
    assert client.sent.get("tool_choice", "auto") == mode


@pytest.mark.parametrize("finish", ["tool_calls", "stop"])
def test_forbidden_parallel_calls_are_one_call(finish, client):
    answer = Answer([Tool("exec_command", {"cmd": str(n)}, 3) for n in range(3)], finish=finish)
    response = client.both(answer, tools=[EXEC], parallel_tool_calls=False)
    assert calls_of(response) == [(None, "exec_command", {"cmd": "0"})]
    assert client.sent.get("parallel_tool_calls") is False
    assert len(calls_of(client.both(answer, tools=[EXEC], parallel_tool_calls=True))) == 3


def test_history_of_calls_needs_no_tools(client):
    """Compaction sends the calls of a session without its tools."""
    items = [message("user", "hi"), call_item("c1", "read", {"a": 1}, namespace="mcp__files"),
             output_item("c1", "r")]
    client.create([*items, message("user", "summarise")], tools=[])
    assert client.messages[1]["tool_calls"][0]["function"]["arguments"]
    assert "tools" not in client.sent


TWO = [namespace("a", function("read")), namespace("b", function("read"), function("write")),
       function("read"), SEARCH]
CHOSEN = {
    "of a namespace": ({"type": "function", "namespace": "b", "name": "read"}, "b__read"),
    "of no namespace": ({"type": "function", "namespace": "", "name": "read"}, "read"),
    "of none, beside namespaces": ({"type": "function", "name": "read"}, "read"),
    "of any": ({"type": "function", "name": "write"}, "b__write"),
    "by its flat name": ({"type": "function", "name": "b__write"}, "b__write"),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_chosen_tool_is_that_of_its_namespace(name, client):
    choice, wanted = CHOSEN[name]
    client.create(tools=TWO, tool_choice=choice)
    assert client.sent["tool_choice"]["function"]["name"] == wanted


ALLOWED = {
    "a tool of one namespace": ([{"type": "function", "namespace": "b", "name": "read"}],
                                ["b__read"]),
    "one beside namespaces": ([{"type": "function", "name": "read"}], ["read"]),
    "a namespace": ([{"type": "namespace", "name": "b"}], ["b__read", "b__write"]),
    "the search": ([{"type": "tool_search"}], ["tool_search"]),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_only_allowed_tools_are_shown(name, client):
    allowed, wanted = ALLOWED[name]
    client.create(tools=TWO, tool_choice={"type": "allowed_tools", "mode": "auto",
                                          "tools": allowed})
    assert [t["name"] for t in client.tools] == wanted


def test_a_patch_that_comes_as_it_is_may_hold_brackets(client):
    """Case 10: text that was never JSON is not cut JSON."""
    patch = "*** Begin Patch\n*** Update File: a.c\n-int f() {\n+int g() {\n*** End Patch"
    client.upstream.respond = lambda call: Answer([Tool("apply_patch", patch, 7)])
    response = client.stream(tools=[custom("apply_patch")])
    assert response["status"] == "completed" and response["output"][0]["input"] == patch
