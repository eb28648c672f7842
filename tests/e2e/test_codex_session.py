"""Whole sessions of the real Codex: tools, agents, and prompts that only grow."""

import json
import subprocess

import pytest

from answers import Answer, Pause, Reasoning, Text, Tool, call, calls, say
from codex import LOCAL, PATCH, conversations, finish, mcp_numbers, tool_messages
from files import png
from prompts import assert_append_only


def prepare_files(project):
    (project / "a.txt").write_text("alpha\n")
    (project / "b.txt").write_text("beta\ngamma\n")
    (project / "pic.png").write_bytes(png())


def tool_session():
    """Every way in which a model calls tools; two processes, the second a resumed session."""
    slow = {"cmd": "sleep 0.3; cat a.txt"}
    return [
        Answer([Reasoning("I should look.", 3), Text("I will look ", 2),
                Tool("exec_command", {"cmd": "ls"}, pieces=5)]),
        Answer([Tool("apply_patch", {"input": PATCH}, pieces=9)]),
        calls(("exec_command", slow), ("exec_command", {"cmd": "cat b.txt"}), before="Both now."),
        Answer([Reasoning("A picture."), Tool("view_image", {"path": "pic.png"})]),
        call("mcp__numbers__add", a=2, b=3),
        call("exec_command", cmd="python3 hello.py; exit 3"),
        Answer([Reasoning("That was all."), Text("All done.")]),
    ], [call("exec_command", cmd="cat missing.txt"), say("It is not there.")]


def test_a_session_with_tools_works_and_its_prompts_only_grow(upstream, codex_proxy, make_cli):
    """Cases 3 8 16 17 18 19 25 26 27 30 31 32."""
    cli = make_cli(codex_proxy, **mcp_numbers())
    prepare_files(cli.project)
    first, second = tool_session()
    upstream.script(*first, *second)
    run = cli.run("Write hello.py and read the files and the picture.").assert_ok("All done.")
    again = cli.resume("Now read missing.txt.").assert_ok("It is not there.")

    assert (cli.project / "hello.py").read_text() == 'print("héllo 日本")\n'
    kinds = [e["item"]["type"] for e in run.events if e["type"] == "item.completed"]
    assert [k for k in kinds if k != "reasoning"] == [
        "agent_message", "command_execution", "file_change", "agent_message",
        "command_execution", "command_execution", "mcp_tool_call", "command_execution",
        "agent_message"], kinds
    calls_ = upstream.calls
    results_are_paired_and_complete(calls_[-1])
    parallel = tool_messages(calls_[3])[-2:]
    assert "alpha" in parallel[0]["content"] and "gamma" in parallel[1]["content"], parallel
    picture_is_no_text(calls_[4])
    assert "The sum is 5." in tool_messages(calls_[5])[-1]["content"]
    failed = tool_messages(calls_[6])[-1]["content"]
    assert "héllo 日本" in failed and "code 3" in failed, failed
    assert "No such file" in tool_messages(calls_[8])[-1]["content"]
    assert [e["type"] for e in again.events][0] == "thread.started"
    assert again.events[0]["thread_id"] == run.events[0]["thread_id"]

    assert len(conversations(calls_)) == 1 and len(calls_) == 9
    assert_append_only(calls_)
    roles = [m["role"] for m in calls_[-1].messages]
    assert roles[0] == "system" and set(roles[1:]) == {"user", "assistant", "tool"}, roles
    rows = codex_proxy.wait_log(9)
    metrics = codex_proxy.metrics()
    assert metrics["autosre_prefix_share"] > 0.99
    assert metrics["autosre_prefix_warnings_total"] == 0, codex_proxy.stderr
    assert [r.get("prefix_share") for r in rows[1:]] == [1] * 8, rows
    assert len({r["session"] for r in rows}) == 1 and {r["client"] for r in rows} == {"codex"}


def results_are_paired_and_complete(call_):
    """Each tool call is followed by its result, in call order, and no result is left over."""
    open_calls = []
    for message in call_.messages:
        if message["role"] == "tool":
            assert open_calls and message["tool_call_id"] == open_calls.pop(0), message
        else:
            assert not open_calls, f"{open_calls} have no result before {message}"
            open_calls = [c["id"] for c in message.get("tool_calls") or []]
    assert not open_calls


def picture_is_no_text(call_):
    """A picture in a tool result: short text there, itself in a user message after it."""
    last = tool_messages(call_)[-1]
    assert isinstance(last["content"], str) and 0 < len(last["content"]) < 1000, last
    after = call_.messages[call_.messages.index(last) + 1:]
    parts = [p for m in after if isinstance(m["content"], list) for p in m["content"]]
    urls = [p["image_url"]["url"] for p in parts if p["type"] == "image_url"]
    assert len(urls) == 1 and urls[0].startswith("data:image/png;base64,"), parts
    texts = [call_.text_of(m) for m in call_.messages]
    assert not any("iVBORw0KGgo" in t for t in texts), "base64 as text"


def test_a_greeting_is_answered_and_counted(upstream, codex_proxy, cli):
    """Case 49: what the turn used is what the model server counted."""
    upstream.script(Answer([Text("Hello ", 2), Text("there.")], cached=64))
    run = cli.run("Say hello.").assert_ok("Hello there.")
    assert run.texts == ["Hello there."]
    row = codex_proxy.wait_log(1)[0]
    usage = run.end["usage"]
    assert usage["input_tokens"] == row["input_tokens"] > 1000
    assert usage["output_tokens"] == row["output_tokens"] == 3
    assert usage["cached_input_tokens"] == row["cached_tokens"] == 64
    assert row["error"] in (None, "") and row["stream"] is True, row


def test_without_a_count_from_the_server_there_is_still_a_usage(upstream, cli):
    """Case 49: compaction is driven by it."""
    upstream.script(say("Hello.", usage=False))
    run = cli.run("Say hello.").assert_ok("Hello.")
    assert run.end["usage"]["input_tokens"] > 500, run.end


def test_thinking_goes_back_as_reasoning(upstream, cli):
    """Case 27: within a turn, and by a resumed session."""
    upstream.script(Answer([Reasoning("Think first.", 2), Tool("exec_command", {"cmd": "true"})]),
                    Answer([Reasoning("Think last."), Text("Done.")]), say("Still done."))
    cli.run("Go.").assert_ok("Done.")
    cli.resume("And now?").assert_ok("Still done.")
    thoughts = [[m.get("reasoning") or m.get("reasoning_content") for m in c.messages
                 if m["role"] == "assistant"] for c in upstream.calls]
    assert thoughts == [[], ["Think first."], ["Think first.", "Think last."]]
    assert not any("Think" in c.text_of(m) for c in upstream.calls for m in c.messages)


@pytest.mark.parametrize("vision", [True, False], ids=["seen", "not seen"])
def test_a_picture_of_the_user_never_stops_the_session(vision, make_upstream, make_proxy, make_cli):
    """Case 25: a model without eyes is not sent it, and the turn goes on."""
    upstream = make_upstream(vision=vision)
    cli = make_cli(make_proxy(upstream.url, kind="codex"))
    (cli.project / "pic.png").write_bytes(png())
    upstream.respond = lambda call_: say("A square.") if tool_messages(call_) else call(
        "view_image", path="pic.png")
    cli.run("-i", "pic.png", "--", "What is it?").assert_ok("A square.")
    sent = sum(c.raw.count(b'"image_url":{') for c in upstream.calls[-1:])
    assert sent == (2 if vision else 0)
    assert b"What is it?" in upstream.calls[-1].raw


@pytest.mark.parametrize("effort", ["none", "minimal", "low", "high", "xhigh"])
def test_any_effort_is_one_that_the_server_takes(effort, upstream, codex_proxy, make_cli):
    """Case 33: without a catalog Codex sends what the user wrote."""
    cli = make_cli(codex_proxy, model_reasoning_effort=effort,
                   **{LOCAL + "model_catalog_url": None})
    upstream.script(say("Hello."))
    cli.run("Hi.").assert_ok("Hello.")
    assert upstream.calls[0].body.get("reasoning_effort") in (None, "low", "medium", "high")


def test_a_review_of_changes_runs(upstream, cli):
    """`codex exec review`: another prompt, the same model."""
    subprocess.run(["git", "init", "-q", str(cli.project)], check=True)
    prepare_files(cli.project)
    found = {"findings": [], "overall_correctness": "patch is correct",
             "overall_explanation": "Nothing to mend.", "overall_confidence_score": 0.9}
    upstream.script(call("exec_command", cmd="git status --short"), say(json.dumps(found)))
    run = cli.run("review", "--uncommitted")
    assert run.code == 0 and "Nothing to mend." in run.stdout, run.stdout
    assert "a.txt" in tool_messages(upstream.calls[1])[0]["content"]
    assert_append_only(upstream.calls)


def test_a_fork_begins_with_what_it_was_forked_from(upstream, cli):
    upstream.script(say("One."), say("Two."), say("Three."))
    first = cli.run("First.").assert_ok("One.")
    cli.run("fork", first.events[0]["thread_id"], "Second.").assert_ok("Two.")
    cli.run("resume", first.events[0]["thread_id"], "Third.").assert_ok("Three.")
    one, two, three = upstream.calls
    assert_append_only([one, two])
    assert_append_only([one, three])


def test_an_answer_by_a_schema_comes_after_tools(upstream, cli):
    """Case 24: the schema forbids no tool call."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"],
              "additionalProperties": False}
    (cli.project / "schema.json").write_text(json.dumps(schema))
    upstream.script(call("exec_command", cmd="echo 7"), say('{"n":7}'))
    run = cli.run("--output-schema", "schema.json", "Give n.").assert_ok()
    assert json.loads(run.texts[-1]) == {"n": 7}
    assert len(run.items("command_execution")) == 1
    for call_ in upstream.calls:
        assert call_.tool_names and "response_format" not in call_.body
        assert '"integer"' in call_.text_of(call_.messages[0]) or '"integer"' in call_.last_text
    assert_append_only(upstream.calls)


def test_agents_run_beside_the_session_and_each_prompt_only_grows(upstream, codex_proxy,
                                                                  make_cli):
    """Cases 3 67: two agents, spawned and waited for by namespaced calls."""
    cli = make_cli(codex_proxy, **{"agents.enabled": None})
    seen = {}

    def respond(call_):
        prompt = json.dumps(call_.messages)
        name = next(n for n in ("Ask two", "task-one", "task-two") if n in prompt)
        seen[name] = seen.get(name, 0) + 1
        if name == "Ask two":
            return main_step(call_, prompt)
        return call("exec_command", cmd="ls") if seen[name] == 1 else say(f"Report {name}.")

    def main_step(call_, prompt):
        if not tool_messages(call_):
            return calls(*[("multi_agent_v1__spawn_agent", {"message": f"Do {task}."})
                           for task in ("task-one", "task-two")])
        ids = [json.loads(m["content"])["agent_id"] for m in tool_messages(call_)[:2]]
        left = [i for i, task in zip(ids, ("one", "two")) if f"Report task-{task}" not in prompt]
        return call("multi_agent_v1__wait_agent", targets=left) if left else say("Agents did it.")

    upstream.respond = respond
    run = cli.run("Ask two agents.").assert_ok("Agents did it.")
    assert [i["tool"] for i in run.items("collab_tool_call")].count("spawn_agent") == 2
    groups = conversations(upstream.calls)
    assert seen["task-one"] == seen["task-two"] == 2 and len(groups) == 3, seen
    for group in groups:
        assert_append_only(group)
    rows = codex_proxy.wait_log(len(upstream.calls))
    assert len({r["agent"] for r in rows}) == 3, rows
    assert codex_proxy.metrics()["autosre_prefix_warnings_total"] == 0, codex_proxy.stderr


def test_a_team_of_agents_talks_in_plain_text(upstream, codex_proxy, make_cli):
    """`features.multi_agent_v2`: a task and a report are items of their own, the task in a part
    that is called encrypted; the model reads both."""
    cli = make_cli(codex_proxy, **{"agents.enabled": None, "features.multi_agent_v2": True})
    children = []

    def respond(call_):
        prompt = json.dumps(call_.messages)
        if "newly spawned child agent" in prompt:
            children.append(prompt)
            return say("Report: two files.")
        results = tool_messages(call_)
        if not results:
            return call("collaboration__spawn_agent", task_name="count", message="Count them all.")
        if "Report: two files." not in prompt and len(results) < 5:
            return call("collaboration__wait_agent")
        return say("Counted." if "Report: two files." in prompt else "No report came.")

    upstream.respond = respond
    cli.run("Have the files counted.").assert_ok("Counted.")
    assert len(children) == 1 and children[0].count("Count them all.") == 2, children
    for conversation in conversations(upstream.calls):
        for call_ in conversation:
            results_are_paired_and_complete(call_)


def test_eight_at_once_are_all_served(upstream, codex_proxy, make_cli):
    """Case 67: each gets its own answer, and its prompt only grows."""
    names = [f"<task-{n:02}>" for n in range(8)]

    def respond(call_):
        name = next(n for n in names if n in json.dumps(call_.messages))
        if any(m["role"] == "tool" for m in call_.messages):
            return Answer([Pause(0.3), Text(f"Report {name}")])
        return call("exec_command", cmd=f"echo '{name}' > report")

    upstream.respond = respond
    made = [make_cli(codex_proxy) for _ in names]
    running = [c.start(f"Do {n}.") for c, n in zip(made, names)]
    for cli, name, process in zip(made, names, running):
        finish(process).assert_ok(f"Report {name}")
        assert (cli.project / "report").read_text() == f"{name}\n"
    groups = conversations(upstream.calls)
    assert len(groups) == 8
    for group in groups:
        assert_append_only(group)
    assert len({r["session"] for r in codex_proxy.wait_log(16)}) == 8


def test_the_documented_settings_are_all_known_to_codex(upstream, cli):
    """A renamed setting is an error here before it is one for a user."""
    upstream.script(say("Strict."))
    cli.run("--strict-config", "Hi.").assert_ok("Strict.")
