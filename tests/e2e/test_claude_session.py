"""Whole sessions of the real Claude Code: tools, agents, and prompts that only grow."""

import json

import pytest

from answers import Answer, Pause, Reasoning, Text, Tool, call, calls, say
from claude import LEAN, LEAN_ENV, Claude
from files import pdf, png
from prompts import assert_append_only, conversations


def tool_messages(call_):
    return [m for m in call_.messages if m["role"] == "tool"]


def prepare_files(project):
    (project / "a.txt").write_text("alpha\n")
    (project / "b.txt").write_text("beta\ngamma\n")
    (project / "pic.png").write_bytes(png())


def tool_session(project):
    """Every way in which a model calls tools; two processes, the second with --continue."""
    at = str(project) + "/"
    hello = {"file_path": at + "hello.py", "content": 'print("héllo 日本")\n'}
    edit = {"file_path": at + "hello.py", "old_string": "héllo", "new_string": "goodbye"}
    slow = {"command": f"sleep 0.4; cat {at}a.txt", "description": "Show a"}
    return [
        Answer([Reasoning("I should look.", 3), Text("I will look ", 2),
                Tool("Bash", {"command": "ls", "description": "List files"}, pieces=5)]),
        Answer([Tool("Write", hello, pieces=9)]),
        call("Read", file_path=at + "hello.py"),
        calls(("Bash", slow), ("Read", {"file_path": at + "b.txt"}), before="Both at once."),
        Answer([Reasoning("A picture."), Tool("Read", {"file_path": at + "pic.png"})]),
        call("Edit", **edit),
        call("Bash", command="python3 hello.py; exit 3", description="Run it"),
        say("All done."),
    ], [call("Read", file_path=at + "missing.txt"), say("It is not there.")]


@pytest.fixture(params=["all tools", "lean"])
def session(request, upstream, proxy, tmp_path):
    """The upstream's calls of a finished tool session, the runs and the project's folder."""
    lean = request.param == "lean"
    claude = Claude(tmp_path / "claude", proxy.url, **(LEAN_ENV if lean else {}))
    options = LEAN if lean else []
    prepare_files(claude.project)
    first, second = tool_session(claude.project)
    upstream.script(*first, *second)
    runs = [claude.run("Write hello.py and read the files and the picture.", *options),
            claude.run("Now read missing.txt.", *options, "--continue")]
    return upstream.calls, runs, claude.project


def test_a_session_with_tools_works_and_its_prompts_only_grow(session, proxy):
    """R08 R12 R13 R14 R17 R30 R32 R33 T01 T05 S01 S24."""
    calls_, runs, project = session
    runs[0].assert_ok("All done.")
    runs[1].assert_ok("It is not there.")
    assert (project / "hello.py").read_text() == 'print("goodbye 日本")\n'
    assert [b["name"] for b in runs[0].blocks("tool_use")] == [
        "Bash", "Write", "Read", "Bash", "Read", "Read", "Edit", "Bash"]
    assert runs[0].blocks("thinking")[0]["thinking"] == "I should look."
    results_are_paired_and_complete(calls_[-1])
    parallel = tool_messages(calls_[4])[-2:]
    assert "alpha" in parallel[0]["content"] and "gamma" in parallel[1]["content"], parallel
    picture_is_no_text(calls_[5])
    assert "exit code 3" in tool_messages(calls_[7])[-1]["content"].lower()
    assert "does not exist" in tool_messages(calls_[9])[-1]["content"]

    assert len(conversations(calls_)) == 1 and len(calls_) == 10
    assert_append_only(calls_)
    rows = proxy.wait_log(10)
    metrics = proxy.metrics()
    mean = metrics["autosre_prefix_share_sum"] / metrics["autosre_prefix_share_count"]
    assert mean > 0.99 and metrics["autosre_prefix_share"] > 0.99
    assert metrics["autosre_prefix_warnings_total"] == 0, proxy.stderr
    assert [r.get("prefix_share") for r in rows[1:]] == [1] * 9, rows
    assert len({r["session"] for r in rows}) == 1 and {r["client"] for r in rows} == {"claude"}
    cached = [r["cached_tokens"] / r["input_tokens"] for r in rows[1:]]
    assert min(cached) > 0.75, cached


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
    """A picture in a tool result: short text there, itself in a user message or gone."""
    last = tool_messages(call_)[-1]
    assert isinstance(last["content"], str) and 0 < len(last["content"]) < 1000, last
    place = call_.messages.index(last)
    for message in call_.messages:
        for part in message["content"] if isinstance(message["content"], list) else []:
            if part["type"] == "image_url":
                assert message["role"] == "user" and call_.messages.index(message) > place
    texts = [call_.text_of(m) for m in call_.messages]
    assert not any("iVBORw0KGgo" in t for t in texts), "base64 as text"


def test_thinking_goes_back_as_reasoning(upstream, claude):
    """R25 R46 R48: what the model thought before its call is in the next prompt, as reasoning."""
    upstream.script(Answer([Reasoning("Think first."), Tool("Bash", {"command": "true"})]),
                    say("Done."))
    claude.run("Go.", *LEAN).assert_ok("Done.")
    assistant = [m for m in upstream.calls[1].messages if m["role"] == "assistant"][-1]
    assert assistant.get("reasoning", assistant.get("reasoning_content")) == "Think first."
    assert "Think first." not in (assistant["content"] or "")


def test_agents_run_beside_the_session_and_each_prompt_only_grows(upstream, proxy, claude):
    """Two agents started at once (E10); the session and each agent is a conversation of its own."""
    seen = {}

    def respond(call_):
        first = call_.text_of(next(m for m in call_.messages if m["role"] == "user"))
        name = next((n for n in ("task-one", "task-two") if n in first), "main")
        seen[name] = seen.get(name, 0) + 1
        if name != "main":
            return call("Bash", command="ls", description="List") if seen[name] == 1 else say(
                f"Report of {name}.")
        if seen[name] > 1:
            return say("Agents are done.")
        return calls(*[("Agent", {"description": "look", "prompt": f"List the files: {task}",
                                  "subagent_type": kind})
                       for task, kind in [("task-one", "general-purpose"),
                                          ("task-two", "Explore")]])

    upstream.respond = respond
    run = claude.run("Ask two agents.").assert_ok("Agents are done.")
    assert [b["name"] for b in run.blocks("tool_use")][:2] == ["Agent", "Agent"]
    groups = conversations(upstream.calls)
    assert sorted(len(g) for g in groups)[:2] == [2, 2] and len(groups) == 3, seen
    for group in groups:
        assert_append_only(group)
    rows = proxy.wait_log(len(upstream.calls))
    assert len({r["agent"] for r in rows}) == 3, rows
    assert {r["session"] for r in rows} == {rows[0]["session"]}
    assert all(r.get("prefix_share", 1) > 0.99 for r in rows), rows
    assert proxy.metrics()["autosre_prefix_warnings_total"] == 0, proxy.stderr


def test_without_any_switch_the_prompts_still_only_grow(upstream, proxy, tmp_path):
    """R29 T23: billing block, tool search and reminders as Claude Code sends them by itself."""
    claude = Claude(tmp_path / "claude", proxy.url, ENABLE_TOOL_SEARCH=None,
                    CLAUDE_CODE_ATTRIBUTION_HEADER=None, CLAUDE_CODE_TOTAL_TOKENS_REMINDER=None)
    upstream.script(call("Bash", command="echo one"), call("Bash", command="echo two"),
                    say("Plain."))
    claude.run("Go.").assert_ok("Plain.")
    assert_append_only(upstream.calls)
    assert b"x-anthropic-billing-header" not in upstream.calls[0].raw
    assert "DeferredToolPlaceholder" not in upstream.calls[0].tool_names


def test_a_deferred_tool_can_be_called_once_it_was_searched(upstream, proxy, tmp_path):
    """R09 R10 T23: tool search; the tool that it finds is appended to the list, not inserted."""
    claude = Claude(tmp_path / "claude", proxy.url, ENABLE_TOOL_SEARCH=None)
    upstream.script(call("ToolSearch", query="select:NotebookEdit", max_results=1), say("Found."))
    claude.run("Find the notebook tool.").assert_ok("Found.")
    before, after = (c.body["tools"] for c in upstream.calls)
    assert after[:len(before)] == before
    assert "NotebookEdit" not in upstream.calls[0].tool_names
    assert "NotebookEdit" in upstream.calls[1].tool_names[len(before):]
    results = tool_messages(upstream.calls[1])
    assert len(results) == 1 and "NotebookEdit" in results[0]["content"], results


def test_compact_extends_the_prompt_that_it_summarises(upstream, claude):
    """E15: the summary is asked for at the end of the old prompt, so the engine has it computed."""
    upstream.script(call("Bash", command="echo 42", description="Say"), say("42."),
                    say("<analysis>a</analysis>\n<summary>\nThe number is 42.\n</summary>"),
                    say("It was 42."))
    claude.run("Remember the number.").assert_ok("42.")
    compacted = claude.run("/compact", "--continue")
    assert compacted.code == 0 and len(compacted.compactions) == 1
    claude.run("Which number?", "--continue").assert_ok("It was 42.")
    assert_append_only(upstream.calls[:3])
    assert "The number is 42." in upstream.calls[3].raw.decode()


def test_a_pdf_is_read_as_its_text(upstream, claude):
    """R11: never dropped in silence, never sent as base64."""
    (claude.project / "paper.pdf").write_bytes(pdf("The answer is forty-two"))
    upstream.script(call("Read", file_path=str(claude.project / "paper.pdf")), say("Read."))
    claude.run("Read the paper.", *LEAN).assert_ok("Read.")
    prompt = upstream.calls[1].raw.decode()
    assert "The answer is forty-two" in prompt and "JVBERi0" not in prompt


def test_a_web_search_is_said_to_be_missing(upstream, claude):
    """T27 E14: the model hears that nothing was searched, in place of invented results."""
    settings = claude.settings.read_text().replace(', "WebSearch"', "")
    claude.settings.write_text(settings)
    upstream.script(call("WebSearch", query="weather"), say("I could not search."))
    claude.run("Search.", "--allowed-tools", "WebSearch").assert_ok("I could not search.")
    result = tool_messages(upstream.calls[1])[0]["content"]
    assert "not available" in result.lower(), result


def test_structured_output_is_a_tool_that_works(upstream, claude):
    """--json-schema."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    upstream.script(call("StructuredOutput", n=7), say("Done."))
    run = claude.run("Give n.", "--json-schema", json.dumps(schema))
    assert run.code == 0 and run.result["structured_output"] == {"n": 7}, run.result


def test_twelve_agents_at_once_are_all_served(upstream, proxy, claude):
    """E10: each gets its own answer, and its prompt only grows."""
    names = [f"<task-{n:02}>" for n in range(12)]
    counts = {}

    def respond(call_):
        first = call_.text_of(next(m for m in call_.messages if m["role"] == "user"))
        name = next((n for n in names if n in first), "main")
        counts[name] = counts.get(name, 0) + 1
        if name == "main" and counts[name] == 1:
            return calls(*[("Agent", {"description": "work", "subagent_type": "general-purpose",
                                      "prompt": "Do " + n}) for n in names])
        if name == "main":
            return say("All agents are done.")
        return call("Bash", command=f"echo '{name}'") if counts[name] == 1 else Answer(
            [Pause(0.3), Text(f"Report {name}")])

    upstream.respond = respond
    claude.run("Ask twelve agents.", timeout=360).assert_ok("All agents are done.")
    assert all(counts[n] == 2 for n in names), counts
    groups = conversations(upstream.calls)
    assert len(groups) == 13
    for group in groups:
        assert_append_only(group)
    assert proxy.metrics()["autosre_prefix_warnings_total"] == 0, proxy.stderr
