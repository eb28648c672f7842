"""Claude Code as a person uses it: in a terminal, with Escape."""

import json
import time

import pytest

from answers import Answer, Hold, Text, call, say
from claude import Claude
from prompts import assert_append_only
from proxy import assert_stopped, wait_until
from terminal import Terminal


@pytest.fixture
def terminal(proxy, tmp_path):
    """Claude Code with the traffic beside the conversation that it has by default."""
    claude = Claude(tmp_path / "claude", proxy.url, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=None)
    (claude.config / ".claude.json").write_text(json.dumps({
        "hasCompletedOnboarding": True, "theme": "dark",
        "projects": {str(claude.project): {"hasTrustDialogAccepted": True}}}))
    made = Terminal(claude.words(), claude.project, claude.environment)
    yield made
    made.close()


def is_title(call_):
    return bool(call_.body.get("response_format"))


def test_a_conversation_with_tools_escape_and_the_request_for_a_title(upstream, proxy, terminal):
    """S28 R20 R40: Escape aborts the model within a second, in mid-answer and while it is silent;
    the conversation goes on, the title asked for beside it disturbs nothing."""
    turns, titles = [], []
    held = [Answer([Text("This takes long.\n\nAnd"), Hold()]), Answer([Hold()])]
    script = [call("Bash", command="echo from-the-tool", description="Say"), say("First done."),
              held[0], held[1], say("Last done.")]

    def respond(call_):
        if is_title(call_):
            titles.append(call_)
            return say('{"title":"A title"}')
        turns.append(call_)
        return script[len(turns) - 1]

    upstream.respond = respond
    terminal.wait_for("for shortcuts")
    terminal.enter("first question")
    terminal.wait_for("First done.")
    for number, question in ((2, "second question"), (3, "third question")):
        terminal.enter(question)
        running = wait_until(lambda: len(turns) > number and turns[number], 10, question)
        if number == 2:
            terminal.wait_for("This takes long")
        pressed = time.monotonic()
        terminal.type("\x1b")
        assert_stopped(running, pressed)
        wait_until(lambda: proxy.metrics()["autosre_open_streams"] == 0, 5, "no open stream")
        if number == 2:
            terminal.wait_for("nterrupted")
        else:  # nothing had come: the question is back in the input line
            terminal.settle()
            terminal.type("\x15")
    terminal.enter("fourth question")
    terminal.wait_for("Last done.")
    terminal.enter("/exit")
    wait_until(lambda: terminal.process.poll() is not None, 10, "the end")
    assert terminal.process.returncode == 0 and len(titles) == 1
    assert_append_only([turns[0], turns[1], turns[2]])
    assert "from-the-tool" in json.dumps(turns[-1].messages)
    assert proxy.metrics()["autosre_client_aborts_total"] == 2
