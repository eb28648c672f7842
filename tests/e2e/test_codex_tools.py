"""Every kind of tool that Codex declares, called by a model that knows functions only."""

import json
import re

import pytest

from answers import Answer, Interleaved, Tool, call, calls, say
from codex import BY_ITSELF, PATCH, freeform, mcp_numbers, named, tool_messages, write_catalog
from prompts import assert_append_only

FILE = "hello.py"
WRITTEN = 'print("héllo 日本")\n'
PATCHES = {
    "as declared": {"input": PATCH},
    "under another name": {"patch": PATCH},
    "in a fence": {"input": f"```\n{PATCH}```"},
    "as a command": {"command": ["apply_patch", PATCH]},
    "after the program's name": {"input": f"apply_patch <<'EOF'\n{PATCH}EOF"},
}


@pytest.mark.parametrize("form", PATCHES)
def test_a_patch_is_applied_however_the_model_wraps_it(form, upstream, cli):
    """Cases 8 9 10."""
    upstream.script(call("apply_patch", **PATCHES[form]), say("Done."))
    run = cli.run("Create hello.py.").assert_ok("Done.")
    assert (cli.project / FILE).read_text() == WRITTEN
    change = run.items("file_change")[0]
    assert change["status"] == "completed" and change["changes"][0]["kind"] == "add", change
    assert "Success" in tool_messages(upstream.calls[1])[0]["content"]
    assert_append_only(upstream.calls)


def test_a_patch_that_does_not_fit_is_the_models_to_mend(upstream, cli):
    """Case 8: the error goes to the model, the corrected patch is applied."""
    wrong = PATCH.replace("Add File", "Update File").replace("\n+", "\n@@\n-nothing\n+")
    upstream.script(call("apply_patch", input=wrong), call("apply_patch", input=PATCH),
                    say("Mended."))
    cli.run("Create hello.py.").assert_ok("Mended.")
    assert "Success" not in tool_messages(upstream.calls[1])[0]["content"]
    assert (cli.project / FILE).read_text() == WRITTEN


def test_every_tool_that_codex_has_by_itself_reaches_the_model(upstream, codex_proxy, make_cli):
    """Cases 1 2 9: a search of the web cannot be declared to it, all else can."""
    cli = make_cli(codex_proxy, **BY_ITSELF)
    upstream.script(call("create_goal", objective="Say hello."), say("Hello."))
    cli.run("Hi.").assert_ok("Hello.")
    names = upstream.calls[0].tool_names
    assert {"exec_command", "write_stdin", "apply_patch", "view_image", "update_goal"} <= {*names}
    assert len([n for n in names if n.startswith("multi_agent_v1")]) == 5
    assert {t["type"] for t in upstream.calls[0].body["tools"]} == {"function"}
    assert "hello" in tool_messages(upstream.calls[1])[0]["content"]


def test_a_command_that_runs_on_is_written_to(upstream, cli):
    """A session of a shell across two calls."""
    def respond(call_):
        results = [m["content"] for m in tool_messages(call_)]
        if not results:
            return call("exec_command", cmd="read line; echo got-$line", tty=True,
                        yield_time_ms=250)
        if len(results) == 1:
            number = int(re.search(r"session ID (\d+)", results[0])[1])
            return call("write_stdin", session_id=number, chars="it\n", yield_time_ms=20000)
        return say("Done.")

    upstream.respond = respond
    cli.run("Go.").assert_ok("Done.")
    assert "got-it" in tool_messages(upstream.calls[2])[1]["content"]
    assert_append_only(upstream.calls)


def test_tools_of_an_mcp_server_are_called_in_their_namespace(upstream, codex_proxy, make_cli):
    """Cases 2 3 7 15 26: with references in the schema; failure and success in one answer."""
    cli = make_cli(codex_proxy, **mcp_numbers())
    upstream.respond = lambda call_: (
        say("5.") if tool_messages(call_) else
        calls((named(call_, "add"), {"a": 2, "b": 3}), (named(call_, "fail"), {})))
    run = cli.run("Add 2 and 3.").assert_ok("5.")
    items = {i["tool"]: i for i in run.items("mcp_tool_call")}
    assert {i["server"] for i in items.values()} == {"numbers"}
    assert items["add"]["status"] == "completed" and items["fail"]["status"] == "failed", items
    added, failed = (m["content"] for m in tool_messages(upstream.calls[1]))
    assert "The sum is 5." in added and "It failed, as always." in failed
    declared = next(t["function"] for t in upstream.calls[0].body["tools"]
                    if t["function"]["name"] == named(upstream.calls[0], "add"))
    assert "number" in declared["parameters"]["$defs"] and len(declared["name"]) <= 64


def test_two_servers_with_names_too_long_for_a_function(upstream, codex_proxy, make_cli):
    """Case 6: both tools have names of their own, within 64 characters, and are told apart."""
    cli = make_cli(codex_proxy)
    name = "a_server_whose_name_is_so_long_that_it_is_the_same_for_64_characters_"
    servers = [name + letter for letter in "ab"]
    for server in servers:
        cli.settings |= {k.replace("numbers", server): v for k, v in mcp_numbers().items()}

    def respond(call_):
        names = [n for n in call_.tool_names if "add" in n]
        assert len(set(names)) == 2 and max(map(len, names)) <= 64, names
        return say("Done.") if tool_messages(call_) else calls(
            *[(n, {"a": place, "b": 1}) for place, n in enumerate(names)])

    upstream.respond = respond
    items = cli.run("Go.").assert_ok("Done.").items("mcp_tool_call")
    assert sorted(i["server"] for i in items) == servers
    assert {i["status"] for i in items} == {"completed"}


def test_a_picture_from_an_mcp_server_is_seen(upstream, codex_proxy, make_cli):
    """Cases 25 26: text to the result, the picture to a message after the results."""
    cli = make_cli(codex_proxy, **mcp_numbers("draw"))
    upstream.respond = lambda call_: say("A square.") if tool_messages(call_) else calls(
        (named(call_, "draw"), {}), (named(call_, "add"), {"a": 1, "b": 1}))
    cli.run("Draw.").assert_ok("A square.")
    *_, drawn, added, picture = upstream.calls[1].messages
    assert "Drawn:" in drawn["content"] and "The sum is 2." in added["content"]
    assert picture["role"] == "user"
    assert [p["type"] for p in picture["content"]].count("image_url") == 1
    assert "iVBORw0KGgo" not in drawn["content"]


def test_a_tool_found_by_search_can_be_called(upstream, codex_proxy, make_cli):
    """Case 12: the search is answered by Codex; what it finds is appended to the tools."""
    cli = make_cli(codex_proxy, **mcp_numbers())
    write_catalog(cli, codex_proxy, supports_search_tool=True)

    def respond(call_):
        results = tool_messages(call_)
        if not results:
            return call(named(call_, "tool_search"), query="add numbers")
        if len(results) == 1:
            return call(named(call_, "add"), a=2, b=3)
        return say("5.")

    upstream.respond = respond
    run = cli.run("Add 2 and 3.").assert_ok("5.")
    assert run.items("mcp_tool_call")[0]["status"] == "completed"
    before, after, last = (c.body["tools"] for c in upstream.calls)
    assert after[:len(before)] == before and len(after) == len(before) + 2 and last == after
    assert "add" in tool_messages(upstream.calls[1])[0]["content"]


def test_a_tool_that_was_not_declared_is_refused_by_codex_and_the_turn_goes_on(upstream, cli):
    """Case 14: passed on as a function call, so that the model reads why."""
    upstream.script(call("shell", command=["ls"]), say("Understood."))
    cli.run("Go.").assert_ok("Understood.")
    assert "unsupported call: shell" in tool_messages(upstream.calls[1])[0]["content"]
    assert_append_only(upstream.calls)


COMMANDS = [Tool("exec_command", {"cmd": f"echo {word} >> log-{word}"}, pieces=40)
            for word in ("one", "two")]
SHAPES = {
    "in fragments": COMMANDS,
    "taking turns": [Interleaved(COMMANDS)],
    "whole": [Tool(t.name, t.arguments) for t in COMMANDS],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_two_calls_at_once_run_once_each(shape, upstream, cli):
    """Cases 19 42 43."""
    upstream.script(Answer(SHAPES[shape]), say("Both."))
    run = cli.run("Go.").assert_ok("Both.")
    assert len(run.items("command_execution")) == 2
    for word in ("one", "two"):
        assert (cli.project / f"log-{word}").read_text() == f"{word}\n"
    asked, first, second = upstream.calls[1].messages[-3:]
    assert [c["id"] for c in asked["tool_calls"]] == [
        first["tool_call_id"], second["tool_call_id"]]


def test_text_after_a_call_does_not_part_it_from_its_result(upstream, cli):
    """Cases 15 of history, 18 38: text, call, text again, as some servers stream them."""
    upstream.script(Answer([*say("Before.").steps, COMMANDS[0], *say("After.").steps],
                           finish="tool_calls"), say("Done."))
    cli.run("Go.").assert_ok("Done.")
    messages = upstream.calls[1].messages
    place = next(i for i, m in enumerate(messages) if m.get("tool_calls"))
    assert messages[place + 1]["role"] == "tool" and len(messages) == place + 2, messages[place:]
    text = "".join(m["content"] or "" for m in messages if m["role"] == "assistant")
    assert text.index("Before.") < text.index("After.") and text.count("Before.") == 1


def test_code_mode_works_through_a_freeform_tool(upstream, codex_proxy, make_cli):
    """Cases 11 61: a name that begins like one of OpenAI's own makes Codex send its tools in an
    input item, and take JavaScript."""
    cli = make_cli(codex_proxy, model="gpt-5.6-sol-local",
                       **{"model_providers.local.model_catalog_url": None})
    program = 'const r = await tools.exec_command({cmd: "echo from-js > log"}); text("ran " + 42);'
    upstream.respond = lambda call_: (
        say("Done.") if tool_messages(call_) else freeform(call_, "exec", program))
    cli.run("Go.").assert_ok("Done.")
    assert (cli.project / "log").read_text() == "from-js\n"
    assert "ran 42" in tool_messages(upstream.calls[1])[0]["content"]
    assert_append_only(upstream.calls)


BROKEN = ['{"cmd": "echo hi >> log"', '{"cmd": "echo hi >> log",}', '["echo hi >> log"]', ""]


@pytest.mark.parametrize("arguments", BROKEN)
def test_broken_arguments_never_stop_the_session(arguments, upstream, cli):
    """Cases 21 22: mended, refused or asked for again; what goes back to the server is JSON."""
    state = []

    def respond(call_):
        state.append(call_)
        return Answer([Tool("exec_command", arguments)]) if len(state) == 1 else say("Went on.")

    upstream.respond = respond
    cli.run("Go.").assert_ok("Went on.")
    log = cli.project / "log"
    assert not log.exists() or log.read_text() == "hi\n"
    assert len(state) == 2
    for message in state[1].messages:
        for made in message.get("tool_calls") or []:
            assert isinstance(json.loads(made["function"]["arguments"]), dict), made


def test_a_call_that_was_cut_is_not_run(upstream, cli):
    """Case 22: though the server says that the call is complete."""
    asked = []

    def respond(call_):
        asked.append(call_)
        broken = Tool("exec_command", '{"cmd": "touch half', pieces=3)
        return Answer([broken], finish="tool_calls") if len(asked) == 1 else say("Went on.")

    upstream.respond = respond
    cli.run("Go.").assert_ok("Went on.")
    assert list(cli.project.iterdir()) == [] and len(asked) == 2
