"""Claude Code gets over a model server that breaks; a client that goes away stops the model."""

import os
import signal
import time

import pytest

from answers import Answer, Hold, Text, Tool, http_error, say
from claude import LEAN, Claude
from ports import free_port
from proxy import assert_stopped, wait_until


def test_a_server_that_is_busy_at_first_is_asked_again(upstream, claude):
    """E05 E07: 503 with retry-after, then an answer."""
    upstream.script(http_error(503, "loading the model", retry_after=1), say("Here I am."))
    begun = time.monotonic()
    claude.run("Hi.", *LEAN).assert_ok("Here I am.")
    assert len(upstream.calls) == 2
    assert upstream.calls[1].at - upstream.calls[0].at >= 0.9, "retry-after was lost"
    assert time.monotonic() - begun < 15


def test_a_server_that_starts_late_is_waited_for(make_upstream, make_proxy, tmp_path):
    """E05: nobody listens at first; the client retries until somebody does."""
    port = free_port()
    proxy = make_proxy(f"http://127.0.0.1:{port}")
    claude = Claude(tmp_path / "claude", proxy.url)
    process = claude.start("Hi.", *LEAN)
    assert "error" in proxy.wait_log(1, 10)[0]
    late = make_upstream(port=port)
    late.respond = lambda call: say("Late but here.")
    stdout, _ = process.communicate(timeout=240)
    assert process.returncode == 0 and "Late but here." in stdout


def marker_session(upstream, broken):
    """Breaks off the first answer, then calls the tool unless its result is there already."""
    command = "echo ran >> marker"
    tool = Tool("Bash", {"command": command, "description": "Leave a mark"}, pieces=8)
    asked = []

    def respond(call_):
        asked.append(call_)
        if len(asked) == 1:
            return broken(tool)
        ran = any(m["role"] == "tool" for m in call_.messages)
        return say("Marked.") if ran else Answer([Text("Marking."), tool])

    upstream.respond = respond
    return asked


BREAKS = {
    "before anything": lambda tool: Answer([Text("Marking."), tool], cut_after=0),
    "in the text": lambda tool: Answer([Text("Marking it now.", 6), tool], cut_after=4),
    "before the arguments": lambda tool: Answer([Text("Marking."), tool], cut_after=3),
    "in the arguments": lambda tool: Answer([Text("Marking."), tool], cut_after=6),
    "before the end": lambda tool: Answer([Text("Marking."), tool], cut_after=11),
    "without a reason": lambda tool: Answer([Text("Marking."), tool], finish=None, done=False,
                                            usage=False),
}


@pytest.mark.parametrize("place", BREAKS)
def test_a_cut_answer_is_recovered_and_no_tool_runs_twice(place, upstream, claude):
    """S18 S19 E06: wherever the stream ends early, the session ends well and the tool ran once."""
    asked = marker_session(upstream, BREAKS[place])
    claude.run("Leave a mark.", *LEAN).assert_ok("Marked.")
    assert (claude.project / "marker").read_text() == "ran\n"
    assert 3 <= len(asked) <= 4, [c.last_text[:80] for c in asked]


HELD = {
    "prefill": lambda: Answer([Hold(with_head=True)]),
    "the answer": lambda: Answer([Text("Beginning"), Hold()]),
    "a tool call": lambda: Answer([Text("Now"), Tool("Bash", '{"command": "echo'), Hold()]),
}


@pytest.mark.parametrize("sign", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("phase", HELD)
def test_a_client_that_goes_stops_the_model_within_a_second(phase, sign, upstream, proxy, claude):
    """S28 S30: Ctrl-C or death of the client, also while the model is silent."""
    upstream.respond = lambda call: HELD[phase]()
    process = claude.start("Hi.", *LEAN)
    call = wait_until(lambda: upstream.calls and upstream.calls[0], 15, "the request")
    if phase != "prefill":
        wait_until(lambda: call.sent > 500, 5, "the first chunks")
    left_at = time.monotonic()
    os.killpg(process.pid, getattr(signal, sign))
    assert_stopped(call, left_at)
    process.communicate(timeout=240)
    wait_until(lambda: proxy.metrics()["autosre_open_streams"] == 0, 2, "no open stream")
    assert proxy.metrics()["autosre_client_aborts_total"] >= 1


def test_what_the_model_refuses_is_said_and_not_repeated_for_ever(upstream, claude):
    """E01 E02: an error page of some server between; the user reads why."""
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    upstream.respond = lambda call: http_error(400, body=b'{"detail":"the kitchen is closed"}')
    run = claude.run("Hi.", *LEAN)
    assert run.code == 1 and "the kitchen is closed" in run.result["result"]
    assert len(upstream.calls) <= 3
    upstream.calls.clear()
    upstream.script(http_error(502, body=page), say("Again."))
    assert "<html>" not in claude.run("Hi.", *LEAN).assert_ok("Again.").stdout
