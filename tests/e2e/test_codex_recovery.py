"""Codex gets over a model server that breaks; a Codex that goes away stops the model."""

import os
import signal
import time

import pytest

from answers import Answer, Broken, Hold, Reasoning, Text, Tool, http_error, say
from codex import LOCAL, QUICK, finish, tool_messages
from proxy import Proxy, assert_stopped, wait_until

MARK = Tool("exec_command", {"cmd": "echo ran >> marker"}, pieces=8)


def texts_of(call, role="assistant"):
    return [call.text_of(m) for m in call.messages if m["role"] == role and m["content"]]


BREAKS = {
    "before anything": lambda: Answer([Text("Marking."), MARK], cut_after=0),
    "in the thought": lambda: Answer([Reasoning("Thinking of it.", 6), MARK], cut_after=4),
    "in the text": lambda: Answer([Text("Marking it now.", 6), MARK], cut_after=4),
    "before the arguments": lambda: Answer([Text("Marking."), MARK], cut_after=3),
    "in the arguments": lambda: Answer([Text("Marking."), MARK], cut_after=6),
    "before the end": lambda: Answer([Text("Marking."), MARK], cut_after=11),
    "without a reason": lambda: Answer([Text("Marking."), MARK], finish=None, done=False,
                                       usage=False),
    "by an error": lambda: Answer([Text("Marking."), MARK, Broken("the engine died")],
                                  finish=None, done=False, usage=False),
    "by a reset": lambda: Answer([Text("Marking."), MARK], cut_after=6, reset=True),
}


@pytest.mark.parametrize("place", BREAKS)
def test_a_cut_answer_is_recovered_and_no_tool_runs_twice(place, upstream, cli):
    """Cases 12 39 44 52: wherever the stream ends early, the turn completes, the tool ran once, and
    nothing of the broken answer is in the history."""
    asked = []

    def respond(call_):
        asked.append(call_)
        if len(asked) == 1:
            return BREAKS[place]()
        return say("Marked.") if tool_messages(call_) else Answer([Text("Marking."), MARK])

    upstream.respond = respond
    run = cli.run("Leave a mark.").assert_ok("Marked.")
    assert (cli.project / "marker").read_text() == "ran\n"
    assert len(asked) == 3 and asked[0].body == asked[1].body
    assert texts_of(asked[2]) == ["Marking."], asked[2].messages
    assert run.texts == ["Marking.", "Marked."]


def test_a_server_that_goes_on_breaking_ends_the_turn_with_its_reason(upstream, codex_proxy,
                                                                      make_cli):
    """Case 39: one attempt more than there are retries, no text taken for an answer."""
    cli = make_cli(codex_proxy, **{LOCAL + "stream_max_retries": 1})
    upstream.respond = lambda call: Answer([Text("Half an"), Broken("the engine died")])
    run = cli.run("Hi.")
    assert "the engine died" in run.failure and run.texts == []
    assert len(upstream.calls) == 2


def test_a_silent_model_is_waited_for(upstream, codex_proxy, make_cli):
    """Case 40: typed events hold the line, though the model is silent for longer than Codex waits:
    before the head, before the first token, between two."""
    silences = {"one": [Hold(with_head=True), Text("Here at last.")],
                "two": [Hold(), Text("Here at last.")],
                "three": [Text("Here "), Hold(), Text("at last.")]}
    upstream.respond = lambda call: Answer(next(s for n, s in silences.items()
                                                if f"number {n}" in call.last_text))
    running = [make_cli(codex_proxy, **QUICK, **{LOCAL + "stream_idle_timeout_ms": 10500}).start(
        f"number {name}") for name in silences]
    wait_until(lambda: len(upstream.calls) == 3, 15, "three requests")
    time.sleep(12)  # longer than Codex waits
    for steps in silences.values():
        next(s for s in steps if isinstance(s, Hold)).released.set()
    for process in running:
        assert finish(process).assert_ok("Here at last.").retries == []
    assert len(upstream.calls) == 3


def test_a_server_that_is_busy_at_first_is_asked_again(upstream, cli):
    """503 with retry-after, 429 with retry-after, then an answer."""
    upstream.script(http_error(503, "loading the model", retry_after=1),
                    http_error(429, "too many requests", retry_after=1), say("Here I am."))
    cli.run("Hi.").assert_ok("Here I am.")
    assert len(upstream.calls) == 3
    assert upstream.calls[2].at - upstream.calls[1].at >= 0.9, "retry-after was lost"


REFUSALS = {  # what the server says, requests that Codex makes with two retries each
    "a bad request": (http_error(400, "the kitchen is closed"), 1),
    "no such model there": (http_error(404, "The model `x` does not exist: kitchen is closed"), 1),
    "a wrong key there": (http_error(401, "the kitchen is closed"), 1),
    "other JSON": (http_error(400, body=b'{"detail":"the kitchen is closed"}'), 1),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_will_never_work_is_said_once(kind, upstream, cli):
    """Cases 13 64: no retry, and the server's own words."""
    refusal, requests = REFUSALS[kind]
    upstream.respond = lambda call: refusal
    run = cli.run("Hi.")
    assert "kitchen is closed" in run.failure and run.retries == []
    assert len(upstream.calls) == requests


@pytest.mark.parametrize("status, said", [(500, "the kitchen burns"), (502, "the kitchen burns"),
                                          (503, "the kitchen burns"), (504, "the kitchen burns"),
                                          (429, "429")])
def test_what_may_pass_is_tried_as_often_as_set_and_then_said(status, said, upstream, codex_proxy,
                                                              make_cli):
    """For a 500 Codex would have words of its own."""
    cli = make_cli(codex_proxy, **QUICK)
    upstream.respond = lambda call: http_error(status, "the kitchen burns")
    assert said in cli.run("Hi.").failure
    assert len(upstream.calls) == 1


def test_an_error_page_is_no_answer(upstream, cli):
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    upstream.script(http_error(502, body=page), say("Again."))
    run = cli.run("Hi.").assert_ok("Again.")
    assert "<html>" not in run.stdout


def test_a_model_that_is_not_served_is_named_and_not_asked_for_again(upstream, codex_proxy,
                                                                     make_cli):
    """Case 64: or it is answered by the model that is served; never six requests and a shrug."""
    cli = make_cli(codex_proxy, model="no-such-model")
    upstream.respond = lambda call: say("Answered all the same.")
    run = cli.run("Hi.")
    rows = codex_proxy.wait_log(1)
    assert len(rows) == 1, rows
    if run.code:
        assert "no-such-model" in run.failure and upstream.calls == []
    else:
        assert upstream.calls[0].body["model"] == upstream.model


def test_an_answer_that_the_token_limit_cut_is_said_to_be_incomplete(upstream, cli):
    """Case 45: the text is kept, the call that was cut does not run."""
    half = Tool("exec_command", '{"cmd": "touch half"', pieces=2)
    upstream.respond = lambda call: Answer([Text("Half an answ"), half], finish="length")
    run = cli.run("Hi.")
    assert "ncomplete" in run.failure and len(upstream.calls) == 1
    assert list(cli.project.iterdir()) == []


def test_an_answer_of_thoughts_only_does_not_end_the_turn_in_silence(upstream, cli):
    """Case 46: asked for again, by the proxy or by Codex."""
    asked = []

    def respond(call):
        asked.append(call)
        return Answer([Reasoning("Hm.")]) if len(asked) == 1 else say("Now I say it.")

    upstream.respond = respond
    cli.run("Hi.").assert_ok("Now I say it.")
    assert len(asked) == 2


HELD = {
    "prefill": lambda: Answer([Hold(with_head=True)]),
    "the answer": lambda: Answer([Text("Beginning"), Hold()]),
    "a tool call": lambda: Answer([Text("Now"), Tool("exec_command", '{"cmd": "echo'), Hold()]),
}


@pytest.mark.parametrize("sign", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("phase", HELD)
def test_a_client_that_goes_stops_the_model_within_a_second(phase, sign, upstream, codex_proxy,
                                                            cli):
    """Case 53: Ctrl-C or death of the client, also while the model is silent."""
    upstream.respond = lambda call: HELD[phase]()
    process = cli.start("Hi.")
    call = wait_until(lambda: upstream.calls and upstream.calls[0], 15, "the request")
    if phase != "prefill":
        wait_until(lambda: call.sent > 500, 5, "the first chunks")
    left_at = time.monotonic()
    os.killpg(process.pid, getattr(signal, sign))
    assert_stopped(call, left_at)
    process.communicate(timeout=240)
    wait_until(lambda: codex_proxy.metrics()["autosre_open_streams"] == 0, 2, "no open stream")
    assert codex_proxy.metrics()["autosre_client_aborts_total"] >= 1


def test_a_session_goes_on_after_it_was_interrupted(upstream, cli):
    """Case 20: a call that has no output is mended in the history."""
    upstream.script(Answer([Tool("exec_command", {"cmd": "touch begun; sleep 30"})]),
                    say("Going on."))
    process = cli.start("Wait.")
    wait_until((cli.project / "begun").exists, 15, "the command")
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=240)
    cli.resume("Go on.").assert_ok("Going on.")
    messages = upstream.calls[1].messages
    place = next(i for i, m in enumerate(messages) if m.get("tool_calls"))
    assert messages[place + 1]["role"] == "tool", messages[place:]
    assert [m["role"] for m in messages].count("tool") == 1


def test_codex_that_is_started_before_the_proxy_waits_for_it(upstream, make_proxy, codex_proxy,
                                                             make_cli):
    """Case 63."""
    cli = make_cli(codex_proxy, **{LOCAL + "stream_max_retries": 6})
    port = codex_proxy.port
    codex_proxy.terminate()
    upstream.respond = lambda call: say("Late but here.")
    process = cli.start("Hi.")
    wait_until(lambda: "Reconnecting" in os.read(process.stdout.fileno(), 65536).decode(), 15)
    make_proxy(upstream.url, "--listen", f"127.0.0.1:{port}", kind="codex")
    finish(process).assert_ok("Late but here.")


def test_a_proxy_that_dies_in_mid_answer_is_replaced(upstream, make_proxy, make_cli, tmp_path):
    """Cases 12 63: Codex asks the next one again; nothing ran, nothing is said twice."""
    home = tmp_path / "dying"
    home.mkdir()
    dying = Proxy(home, upstream.url, kind="codex")
    cli = make_cli(dying, **{LOCAL + "stream_max_retries": 6})
    upstream.script(Answer([Text("Half an "), MARK, Hold()]), say("Whole."))
    process = cli.start("Hi.")
    call = wait_until(lambda: upstream.calls and upstream.calls[0], 15, "the request")
    wait_until(lambda: call.sent > 500, 5, "the first chunks")
    dying.process.kill()
    dying.process.wait()
    make_proxy(upstream.url, "--listen", f"127.0.0.1:{dying.port}", kind="codex")
    run = finish(process).assert_ok("Whole.")
    assert run.texts == ["Whole."] and not (cli.project / "marker").exists()
    assert upstream.calls[0].body == upstream.calls[1].body


def test_a_proxy_with_a_token_lets_in_who_shows_it(upstream, make_proxy, make_cli, tmp_path):
    file = tmp_path / "token"
    file.write_text("the-proxys-token\n")
    proxy = make_proxy(upstream.url, "--token-file", str(file), kind="codex")
    upstream.respond = lambda call: say("Let in.")
    shown = {LOCAL + "experimental_bearer_token": None, LOCAL + "env_key": "PROXY_KEY"}
    cli = make_cli(proxy, model="local-local-model", **shown, **QUICK)
    cli.environment["PROXY_KEY"] = "the-proxys-token"
    run = cli.run("Hi.").assert_ok("Let in.")
    assert "etadata" not in run.stdout + run.stderr
    assert b"the-proxys-token" not in upstream.calls[0].raw
    assert "the-proxys-token" not in str(upstream.calls[0].headers)
    cli.environment["PROXY_KEY"] = "another"
    assert "401" in cli.run("Hi.").failure and len(upstream.calls) == 1
