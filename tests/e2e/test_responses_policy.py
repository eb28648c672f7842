"""Who goes first, what is logged and counted, and what happens when the client leaves."""

import json
import signal
import time

import pytest

from answers import Answer, Hold, Text, Tool, http_error, say
from ports import refuses
from proxy import assert_stopped, wait_until
from responses_client import (EXEC, PATH, Session, custom, error_of, message, text_of)
from responses_grammar import response_of
from wire import Wire, as_bytes, ask, head

SESSION = "01990000-1111-7222-8333-444444444444"
HEADERS = {"session-id": SESSION, "thread-id": SESSION, "originator": "codex_exec"}
TURN = {"x-codex-turn-metadata": json.dumps(
    {"session_id": SESSION, "thread_source": "thread_title", "request_kind": "turn"})}
TITLE = {**HEADERS, **TURN}
TITLE_BODY = {"tools": [], "client_metadata": TURN, "text": {"format": {
    "type": "json_schema", "name": "codex_output_schema", "strict": True,
    "schema": {"type": "object", "properties": {"title": {"type": "string"}}}}}}

PHASES = {"silence": Answer([Hold(with_head=True)]), "prefill": Answer([Hold()]),
          "the answer": Answer([Text("begun"), Hold()]),
          "a call": Answer([Tool("exec_command", {"cmd": "ls"}), Hold()])}


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_client_that_leaves_stops_the_model_within_a_second(phase, stream, reset, codex):
    """Case 53: also during prefill, where nothing was sent yet."""
    codex.upstream.respond = lambda call: PHASES[phase]
    wire = Wire(codex.port)
    body = as_bytes(codex.body("hi", stream=stream, tools=[EXEC]))
    wire.send(head("POST", PATH, body) + body)
    call = wait_until(lambda: codex.upstream.calls and codex.upstream.calls[0], 5, "the request")
    if phase in ("the answer", "a call"):
        wait_until(lambda: call.sent > 300, 5, "the first chunks")
    if reset:
        wire.reset_on_close()
    left_at = time.monotonic()
    wire.close()
    assert_stopped(call, left_at)
    wait_until(lambda: codex.proxy.metrics()["autosre_open_streams"] == 0, 2, "no open stream")
    assert codex.proxy.metrics()["autosre_client_aborts_total"] == 1


def test_a_request_is_a_line_in_the_log(codex):
    codex.upstream.respond = lambda call: Answer([Text("Now."), Tool("exec_command", {})])
    codex.stream([message("user", "Geheimnis")], HEADERS, tools=[EXEC, custom("apply_patch")])
    *_, first = codex.proxy.wait_log(1)
    codex.upstream.respond = lambda call: say("ok")
    codex.create("Geheimnis")
    *_, second = codex.proxy.wait_log(2)
    codex.upstream.respond = lambda call: http_error(400, "no such thing")
    codex.post(codex.body("Geheimnis"), HEADERS)
    *_, failed = codex.proxy.wait_log(3)
    codex.upstream.respond = lambda call: Answer([Text("x")], finish="length")
    codex.stream("Geheimnis")
    *_, cut = codex.proxy.wait_log(4)
    assert first["client"] == "codex" and first["model"] == "local-model"
    assert first["session"] == first["run_id"] == SESSION and first["stream"] is True
    assert (first["tools"], first["messages"], first["priority"]) == (2, 1, 10)
    assert first["input_tokens"] > 0 and first["output_tokens"] > 0 and first["cached_tokens"] == 0
    assert first["error"] is None and 0 <= first["ttft_ms"] <= first["elapsed_ms"]
    assert second["stream"] is False and not second["session"]
    assert failed["error"] and cut["stop_reason"] not in (None, first["stop_reason"])
    texts = [f.read_text() for f in codex.proxy.home.rglob("*") if f.is_file()]
    assert not any("Geheimnis" in t for t in [*texts, codex.proxy.stderr])


def test_requests_are_counted(codex):
    codex.stream("hi")
    codex.create("hi")
    codex.upstream.respond = lambda call: Answer([Text("x")], cut_after=2)
    codex.events("hi")
    codex.proxy.wait_log(3)
    metrics = codex.proxy.metrics()
    assert metrics["autosre_upstream_failures_total"] == 1
    rows = {n: v for n, v in metrics.items() if n.startswith("autosre_requests_total{")}
    assert sum(rows.values()) == 3 and all('client="codex"' in n for n in rows), rows
    assert metrics["autosre_input_tokens_total"] > 0 < metrics["autosre_output_tokens_total"]
    wait_until(lambda: codex.proxy.metrics()["autosre_open_streams"] == 0, 3, "no open stream")


def test_a_refused_request_is_somebodys_too(codex):
    assert codex.post(b"{broken", {"session-id": "s-1"}).status == 400
    (row,) = codex.proxy.wait_log(1)
    assert (row["client"], row["session"]) == ("codex", "s-1"), row
    assert not any('client=""' in name for name in codex.proxy.metrics())


def test_the_share_of_a_growing_conversation_is_measured(codex):
    """Cases 31 and 32: all of it is repeated."""
    session = Session(codex, message("developer", "base prompt " * 50), tools=[EXEC])
    codex.upstream.respond = lambda call: Answer([Text("Now."), Tool("exec_command", {"n": 1})])
    ask_in = lambda *items: session.items.extend(items) or codex.stream(
        session.items, HEADERS, tools=[EXEC])["output"]
    session.items += ask_in(message("user", "question"))
    codex.proxy.wait_log(1)
    session.items += ask_in(*session.answer_calls(session.items))
    rows = codex.proxy.wait_log(2)
    assert "prefix_share" not in rows[0] and rows[1]["prefix_share"] == 1
    assert codex.proxy.metrics()["autosre_prefix_share"] == 1
    assert codex.proxy.metrics()["autosre_prefix_warnings_total"] == 0
    session.items[0] = message("developer", "another prompt " * 50)
    ask_in(message("user", "next"))
    wait_until(lambda: "repeats only" in codex.proxy.stderr, 3, "the warning")
    assert codex.proxy.metrics()["autosre_prefix_warnings_total"] == 1
    assert codex.proxy.wait_log(3)[2]["prefix_share"] < 0.5


def test_titles_are_less_urgent_and_clients_are_not_believed(codex):
    urgent = {"x-autosre-priority": "-5"}
    codex.create("a question", {**HEADERS, **urgent}, tools=[EXEC])
    codex.proxy.wait_log(1)
    codex.create("a title", {**TITLE, **urgent}, **TITLE_BODY)
    codex.proxy.wait_log(2)
    codex.create("another", HEADERS, tools=[EXEC], priority=-100)
    assert [c.body["priority"] for c in codex.upstream.calls] == [10, 20, 10]
    assert [r["priority"] for r in codex.proxy.wait_log(3)] == [10, 20, 10]


def test_a_trusted_client_says_how_urgent_it_is(upstream, make_codex):
    codex = make_codex(upstream, "--trust-priority")
    for value in ("-5", "70", "high"):
        codex.create("hi", {"x-autosre-priority": value})
    assert [c.body["priority"] for c in upstream.calls] == [-5, 70, 10]


def test_titles_leave_a_slot_for_a_person(upstream, make_codex):
    codex = make_codex(upstream, "--slots", "2", "--reserve", "1")
    hold = Hold()
    upstream.respond = lambda call: Answer([hold, Text('"done"')])
    at_the_model = lambda: [c.last_text for c in upstream.calls]
    waiting = lambda: codex.proxy.metrics()["autosre_waiting_requests"]
    opened = [codex.open("title 1", TITLE, **TITLE_BODY)]
    wait_until(lambda: at_the_model() == ["title 1"], 5, "the first title")
    opened.append(codex.open("title 2", TITLE, **TITLE_BODY))
    wait_until(lambda: waiting() == 1, 5, "a waiting title")
    opened.append(codex.open("question", HEADERS, tools=[EXEC]))
    wait_until(lambda: at_the_model() == ["title 1", "question"], 5, "the question first")
    hold.released.set()
    for wire, events in opened:
        assert text_of(response_of(list(events))) == '"done"'
        wire.close()


def test_more_streams_than_allowed_are_told_to_come_back(upstream, make_codex):
    codex = make_codex(upstream, "--max-streams", "2")
    upstream.respond = lambda call: Answer([Hold()])
    opened = [codex.open(f"n{n}") for n in range(2)]
    wait_until(lambda: len(upstream.calls) == 2, 5, "two streams")
    answer = codex.post(codex.body("one too many"))
    error_of(answer, answer.status)
    assert answer.status in (503, 529) and int(answer.headers["retry-after"]) > 0
    assert ask(codex.port, "GET", "/health").status == 200
    for wire, _ in opened:
        wire.close()


def test_sigterm_lets_open_answers_end_and_exits_0(codex):
    hold = Hold()
    codex.upstream.respond = lambda call: Answer([Text("begun "), hold, Text("and ended")])
    wire, events = codex.open()
    before = [next(events)]
    while "output_text.delta" not in before[-1].name:
        before.append(next(events))
    codex.proxy.process.send_signal(signal.SIGTERM)
    wait_until(lambda: refuses(codex.port), 3, "new connections are refused")
    hold.released.set()
    assert text_of(response_of(before + list(events))) == "begun and ended"
    wire.close()
    assert codex.proxy.process.wait(5) == 0


def test_a_client_that_reads_slowly_loses_nothing(codex):
    piece = "x" * 60_000
    codex.upstream.respond = lambda call: Answer([Text(piece) for _ in range(50)])
    with Wire(codex.port, 60) as wire:
        wire.socket.setsockopt(1, 8, 65536)  # SO_RCVBUF
        answer = wire.stream(codex.body("hi", stream=True), PATH)
        call, before = codex.upstream.calls[0], -1
        while before != call.sent and not call.answered.is_set():
            before = call.sent
            call.answered.wait(0.3)
        response = response_of(list(wire.events(answer)))
    assert len(text_of(response)) == 50 * len(piece)


def test_sub_agents_are_side_calls_when_so_set(upstream, make_codex):
    """A title is one anyway; a main agent never."""
    for options in ([], ["--background-agents"]):
        codex = make_codex(upstream, *options)
        for source in ("user", "subagent", "thread_title"):
            turn = json.dumps({"thread_source": source, "request_kind": "turn"})
            codex.create(client_metadata={"x-codex-turn-metadata": turn})
    assert [c.body["priority"] for c in upstream.calls] == [10, 10, 20, 10, 20, 20]


def test_a_name_that_codex_takes_for_another_model_is_a_warning(codex):
    """Case 61: once, whoever comes."""
    tools = {"type": "additional_tools", "role": "developer", "tools": [EXEC]}
    codex.create([message("user", "hi")])
    assert "OpenAI's" not in codex.proxy.stderr
    for _ in range(2):
        codex.create([tools, message("user", "hi")], model="gpt-5.6-sol")
    wait_until(lambda: "OpenAI's" in codex.proxy.stderr, 5, "the warning")
    line, = [line for line in codex.proxy.stderr.splitlines() if "OpenAI's" in line]
    assert "gpt-5.6-sol" in line and 'name the model "local-' in line, line
