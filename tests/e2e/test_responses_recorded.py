"""What the real Codex sent (tests/golden/responses), asked of the proxy again."""

import json
import pathlib
import re

import pytest

from answers import Answer, Text, Tool, say
from prompts import assert_prefix, render
from proxy import REPO
from responses_client import PATH, calls_of
from responses_grammar import response_of
from wire import post

FOLDER = REPO / "tests/golden/responses"
NAMES = ["agents", "apply_patch", "compacted", "compaction", "first", "goal", "image", "lite",
         "mcp", "parallel", "resume", "schema", "search", "team", "title", "title_bare",
         "tools_round", "trigger"]


def recorded(name):
    return json.loads(pathlib.Path(FOLDER / f"{name}.json").read_text())


def ask(client, name, **changes):
    answer = client.post(json.dumps({**recorded(name), **changes}, ensure_ascii=False))
    assert answer.status == 200, answer.body
    return response_of(answer.events())


def declared(body):
    """(namespace, name) of all tools of a request, of the hosted ones too."""
    lists = [body.get("tools", [])] + [i["tools"] for i in body["input"] if "tools" in i]
    found = []
    for tool in (t for each in lists for t in each):
        if tool["type"] == "namespace":
            found += [(tool["name"], t["name"]) for t in tool["tools"]]
        else:
            found.append((None, tool.get("name", tool["type"])))
    return found


def test_all_that_was_recorded_is_asked():
    assert sorted(p.stem for p in FOLDER.glob("*.json")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_request_is_answered(name, client):
    """Cases 1, 11, 13, 30: and the model's functions are the request's, in their order."""
    client.upstream.respond = lambda call: say("The answer.")
    response = ask(client, name)
    assert response["status"] == "completed"
    kind = "compaction" if name == "trigger" else "message"
    assert [i["type"] for i in response["output"]] == [kind]
    body, sent = recorded(name), client.sent
    names = [t["name"] for t in client.tools]
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,64}", n) for n in names) and len(set(names)) == len(
        names)
    wanted = [t for t in declared(body) if t[1] != "web_search"]
    if name in ("title", "trigger"):  # nothing is to be called, whether the tools are told or not
        assert not names or sent["tool_choice"] == "none"
    else:
        assert len(names) == len(wanted), (names, wanted)
        assert all(flat.endswith(own) for flat, (_, own) in zip(names, wanted)), (names, wanted)
    assert bool(names) or not {"tools", "tool_choice", "parallel_tool_calls"} & set(sent)
    assert sent["messages"][0]["role"] == "system"


@pytest.mark.parametrize("name", ["first", "mcp", "search", "lite"])
def test_each_tool_can_be_called(name, client):
    """Cases 3, 8, 11, 12: by the name and the namespace that Codex knows."""
    client.upstream.respond = lambda call: Answer([
        Tool(n, {"input": "x"}) for n in call.tool_names if n != "tool_search"])
    response = ask(client, name, parallel_tool_calls=True)
    called = [(space, own) for space, own, _ in calls_of(response)]
    wanted = [t for t in declared(recorded(name)) if t[1] not in ("web_search", "tool_search")]
    if name == "lite":  # whether "functions" is a namespace is the proxy's to say
        called, wanted = ([own for _, own in each] for each in (called, wanted))
    assert called == wanted


@pytest.mark.parametrize("before, after", [("tools_round", "resume"), ("trigger", "compaction")])
def test_the_prompt_of_a_session_grows_at_its_end(before, after, client):
    """Cases 31 and 32: taken up again by another process, and when a summary is asked for."""
    prompts = []
    for name in (before, after):
        client.upstream.respond = lambda call: say("The answer.")
        ask(client, name)
        prompts.append([m for m in client.messages])
    if before == "trigger":  # one ends with the proxy's order to sum up, the other with Codex' own
        prompts[0].pop()
    assert_prefix(*(render({"messages": m}) for m in prompts), f"{before}, then {after}")


def test_a_title_is_less_urgent_than_a_turn(codex):
    """By what Codex says of the request; also where it has tools, as with a catalog."""
    codex.upstream.respond = lambda call: say('{"title":"A talk"}')
    for name in ("title", "title_bare", "first", "schema", "compaction"):
        turn = recorded(name)["client_metadata"]["x-codex-turn-metadata"]
        answer = post(codex.port, recorded(name), {"x-codex-turn-metadata": turn}, PATH)
        assert answer.status == 200
    assert [c.body["priority"] for c in codex.upstream.calls] == [20, 20, 10, 10, 10]


def test_the_summary_of_codex_is_asked_without_the_schema_or_tools(client):
    client.upstream.respond = lambda call: Answer([Text("The summary.")])
    ask(client, "compaction")
    assert not {"tools", "tool_choice", "response_format"} & set(client.sent)
