"""Codex as a person uses it: in a terminal of 80 by 24, with Ctrl-C."""

import json
import time

import pytest

from answers import Answer, Hold, Reasoning, Text, call, say
from codex import tool_messages
from prompts import assert_append_only
from proxy import assert_stopped, wait_until
from terminal import Terminal

WARNINGS = ("etadata", "warning", "reconnecting", "disconnected", "error")


def open_terminal(cli):
    cli.trust()
    made = Terminal(cli.words(), cli.project, cli.environment, 24, 80)
    made.wait_for("permissions:")
    return made


@pytest.fixture
def terminal(cli):
    """Codex with all that it does beside the conversation."""
    made = open_terminal(cli)
    yield made
    made.close()


def is_title(call_):
    return "concise, single-line task title" in call_.last_text


def test_a_conversation_with_tools_and_an_interrupt(upstream, codex_proxy, terminal):
    """Cases 13 53 67: text is shown while it comes; Ctrl-C stops the model within a second; the
    conversation goes on, and the title asked for beside it disturbs nothing."""
    turns, titles, held = [], [], Hold()
    script = [call("exec_command", cmd="echo from-the-tool"), say("First done."),
              Answer([Reasoning("Thought of before."), Text("This comes at once.\n\n"), held]),
              say("Last done.")]

    def respond(call_):
        if is_title(call_):
            titles.append(call_)
            return say('{"title":"A title"}')
        turns.append(call_)
        return script[len(turns) - 1]

    upstream.respond = respond
    terminal.enter("first question")
    terminal.wait_for("First done.")
    terminal.enter("second question")
    terminal.wait_for("This comes at once.")
    running = turns[2]
    pressed = time.monotonic()
    terminal.type("\x03")
    assert_stopped(running, pressed)
    wait_until(lambda: codex_proxy.metrics()["autosre_open_streams"] == 0, 5, "no open stream")
    terminal.wait_for("nterrupted")
    terminal.enter("third question")
    terminal.wait_for("Last done.")
    assert_append_only(turns)
    assert "from-the-tool" in tool_messages(turns[-1])[0]["content"]
    assert len(titles) == 1 and len(turns) == 4
    assert not titles[0].tool_names and titles[0].body["response_format"]["type"] == "json_schema"
    terminal.wait_for("A title")
    rows = {r["class"]: r["priority"] for r in codex_proxy.wait_log(4)}
    assert rows == {"main": 10, "title": 20}
    ends_well(terminal, codex_proxy)


def ends_well(terminal, proxy):
    shown = terminal.everything.lower()
    assert not [w for w in WARNINGS if w in shown], shown[-3000:]
    terminal.enter("/quit")
    wait_until(lambda: terminal.process.poll() is not None, 10, "the end")
    assert terminal.process.returncode == 0
    assert proxy.metrics()["autosre_prefix_warnings_total"] == 0, proxy.stderr


def test_thoughts_are_shown_while_they_come(upstream, cli):
    """With `show_raw_agent_reasoning`; Codex hides them otherwise."""
    held = Hold()
    upstream.respond = lambda call_: say('{"title":"A title"}') if is_title(call_) else Answer(
        [Reasoning("Thinking aloud."), held, Text("The answer.")])
    cli.settings["show_raw_agent_reasoning"] = True
    terminal = open_terminal(cli)
    try:
        terminal.enter("a question")
        terminal.wait_for("Thinking aloud.")
        held.released.set()
        terminal.wait_for("The answer.")
    finally:
        terminal.close()


def test_a_change_of_mode_and_a_compaction_keep_the_prompt_in_order(upstream, codex_proxy,
                                                                    terminal):
    """Case 31: instructions that come late stay late; what the user runs is told to the model; the
    summary takes the place of the history."""
    turns, compactions = [], []

    def respond(call_):
        if is_title(call_):
            return say('{"title":"A title"}')
        if "CONTEXT CHECKPOINT" in call_.last_text:
            compactions.append(call_)
            return say("The summary so far.")
        turns.append(call_)
        return say(f"Answer number {len(turns)}.")

    upstream.respond = respond
    terminal.enter("first question")
    terminal.wait_for("Answer number 1.")
    terminal.enter("!echo from-the-shell")
    terminal.wait_for("You ran")
    terminal.enter("/plan")
    terminal.wait_for("Plan mode")
    terminal.enter("second question")
    terminal.wait_for("Answer number 2.")
    terminal.enter("/compact")
    terminal.wait_for("Context compacted")
    terminal.enter("third question")
    terminal.wait_for("Answer number 3.")
    assert_append_only(turns[:2])
    assert "from-the-shell" in json.dumps(turns[1].messages)
    place = next(i for i, m in enumerate(turns[1].messages) if "# Plan Mode" in str(m["content"]))
    assert place > len(turns[0].messages), "hoisted"
    assert len(compactions) == 1 and compactions[0].body["tool_choice"] == "none"
    last = json.dumps(turns[2].messages)
    assert "The summary so far." in last and "Answer number" not in last
    ends_well(terminal, codex_proxy)
