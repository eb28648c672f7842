"""How the proxy starts, stops, and lives beside a model server that comes and goes."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from answers import Answer, Hold, Pause, Text
from ports import free_port, refuses
from proxy import assert_stopped, binary, clean_environment, read_log, wait_until
from wire import Wire, as_bytes, ask, head, message_of, post, user


def backend_state(proxy):
    health = ask(proxy.port, "GET", "/health")
    assert health.status == 200 and health.json()["status"] == "ok"
    return health.json()["backend"]


def test_sigterm_lets_open_answers_end_and_exits_0(upstream, proxy):
    holds = [Hold() for _ in range(8)]
    left = list(holds)
    upstream.respond = lambda call: Answer([Text("begun "), left.pop(), Text("and ended")])
    wires = [Wire(proxy.port) for _ in holds]
    heads = [wire.stream(user("hi", stream=True)) for wire in wires]
    proxy.process.send_signal(signal.SIGTERM)
    wait_until(lambda: refuses(proxy.port), 3, "new connections are refused")
    assert proxy.process.poll() is None
    for hold in holds:
        hold.released.set()
    for wire, answer in zip(wires, heads):
        events = list(wire.events(answer))
        assert message_of(events)["content"][0]["text"] == "begun and ended"
        wire.close()
    assert proxy.process.wait(5) == 0


def test_sigterm_with_idle_connections_exits_at_once(upstream, proxy):
    with Wire(proxy.port) as wire:
        wire.request("GET", "/health")
        begun = time.monotonic()
        assert proxy.terminate() == 0
        assert time.monotonic() - begun < 2
        assert not wire.more()


def test_a_second_signal_ends_it_now(upstream, proxy):
    upstream.respond = lambda call: Answer([Text("begun"), Hold()])
    with Wire(proxy.port) as wire:
        wire.stream(user("hi", stream=True))
        proxy.process.send_signal(signal.SIGINT)
        wait_until(lambda: refuses(proxy.port), 3, "draining")
        proxy.process.send_signal(signal.SIGINT)
        assert proxy.process.wait(3) == 0


def test_sigterm_under_load_loses_no_answer(upstream, proxy):
    """Clients come as fast as they can: each is answered whole, told to come back, or refused."""
    upstream.respond = lambda call: Answer([Text("a"), Pause(0.05), Text("b")])
    wrong, whole, stop = [], [], threading.Event()

    def client():
        while not stop.is_set():
            try:
                wire = Wire(proxy.port)
            except ConnectionRefusedError:
                return
            try:
                answer = wire.request("POST", "/v1/messages", user("hi", stream=True))
            except (ConnectionResetError, BrokenPipeError):
                return  # accepted by the kernel, never by the proxy
            except EOFError as end:
                if wire.inbox:
                    wrong.append(end)
                return
            if answer.status == 200:
                whole.append(message_of(answer.events())["content"][0]["text"])
            elif answer.status != 529:
                wrong.append(answer)

    threads = [threading.Thread(target=client) for _ in range(12)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(whole) > 24, 10, "some answers")
    assert proxy.terminate() == 0
    stop.set()
    for thread in threads:
        thread.join(5)
    assert not wrong and set(whole) == {"ab"}, (wrong, set(whole))


def test_a_taken_port_is_named_and_exits_3(proxy, upstream, tmp_path):
    words = [str(binary()), "proxy", "anthropic", "--listen", f"127.0.0.1:{proxy.port}",
             "--upstream", upstream.url]
    run = subprocess.run(words, env=clean_environment(tmp_path), capture_output=True, text=True,
                         timeout=10)
    assert run.returncode == 3 and str(proxy.port) in run.stderr, run
    assert run.stderr.count("\n") == 1 and run.stdout == ""


@pytest.mark.parametrize("words", [
    ["--listen", "nowhere"], ["--listen", "127.0.0.1:99999"], ["--upstream", "ftp://x"],
    ["--no-such-option"], ["--token-file", "/does/not/exist"], ["--slots", "-1"],
    ["--reserve", "-1"], ["--max-streams", "0"]])
def test_wrong_options_are_refused_with_a_line_that_says_so(words, tmp_path):
    base = {"--listen": "127.0.0.1:0", "--upstream": "http://127.0.0.1:1"}
    base.update(dict([words]) if len(words) == 2 else {})
    line = [w for pair in base.items() for w in pair] + (words if len(words) == 1 else [])
    run = subprocess.run([str(binary()), "proxy", "anthropic", *line],
                         env=clean_environment(tmp_path), capture_output=True, text=True,
                         timeout=10)
    assert run.returncode in (1, 2) and words[-1] in run.stderr, run


def test_options_come_from_the_environment_too(upstream, tmp_path):
    port = free_port()
    environment = {**clean_environment(tmp_path), "AUTOSRE_LISTEN": f"127.0.0.1:{port}",
                   "AUTOSRE_UPSTREAM": upstream.url, "AUTOSRE_TRUST_PRIORITY": "1",
                   "AUTOSRE_LOG_PROMPTS": "1"}
    process = subprocess.Popen([str(binary()), "proxy", "anthropic"], env=environment,
                               stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: not refuses(port), 5, "the port of AUTOSRE_LISTEN")
        assert post(port, user("remember me"), {"x-autosre-priority": "7"}).status == 200
    finally:
        process.terminate()
        assert process.wait(5) == 0
        process.stderr.close()
    (row,) = read_log(tmp_path / ".local/share")
    assert row["priority"] == 7 and "remember me" in row["prompt"]


def test_a_token_of_two_words_is_refused(tmp_path):
    """No client could show it: a header has one line."""
    (tmp_path / "token").write_text("alpha7\nbeta9\n")
    run = subprocess.run([str(binary()), "proxy", "anthropic", "--listen", "127.0.0.1:0",
                          "--token-file", str(tmp_path / "token")], env=clean_environment(tmp_path),
                         capture_output=True, text=True, timeout=10)
    assert run.returncode == 1 and "more than one word" in run.stderr, run
    assert "alpha7" not in run.stderr and "beta9" not in run.stderr, "the token itself is shown"


def test_a_token_is_asked_of_everything_but_health(upstream, make_proxy, tmp_path):
    """E16: as bearer or as x-api-key; the token itself is in no output."""
    file = tmp_path / "token"
    file.write_text("s3cret-token\n")
    file.chmod(0o600)
    port = (proxy := make_proxy(upstream.url, "--token-file", str(file))).port
    good = [{"Authorization": "Bearer s3cret-token"}, {"x-api-key": "s3cret-token"},
            {"authorization": "bearer s3cret-token", "x-api-key": "other"}]
    bad = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret-token"},
           {"x-api-key": "s3cret-toke"}, {"x-api-key": "s3cret-token2"},
           {"Authorization": "Bearer "}, {"x-api-key": ""}]
    for headers in good:
        assert post(port, user("hi"), headers).status == 200, headers
    for headers in bad:
        for method, target in (("POST", "/v1/messages"), ("GET", "/v1/models"),
                               ("POST", "/v1/messages/count_tokens"), ("GET", "/nope")):
            body = user("hi") if method == "POST" else b""
            answer = ask(port, method, target, body, headers)
            assert answer.status == 401, (headers, target, answer)
            assert answer.json()["error"]["type"] == "authentication_error"
    assert ask(port, "GET", "/health").status == 200
    assert len(upstream.calls) == len(good)
    command_line = open(f"/proc/{proxy.process.pid}/cmdline").read()
    assert "s3cret" not in command_line + proxy.stderr + json.dumps(proxy.wait_log(3))


def test_a_dead_model_server_is_told_at_once(make_proxy):
    """E05 E17: the list of models too."""
    proxy = make_proxy(f"http://127.0.0.1:{free_port()}")
    spent = []
    for _ in range(3):
        begun = time.monotonic()
        models = ask(proxy.port, "GET", "/v1/models?limit=1000")
        spent.append(time.monotonic() - begun)
        assert models.json()["data"][0]["id"].startswith("claude-")
    assert min(spent) < 0.1
    wait_until(lambda: backend_state(proxy) in ("error", "loading"), 3, "the state")
    for stream in (False, True):
        begun = time.monotonic()
        answer = post(proxy.port, user("hi", stream=stream))
        assert time.monotonic() - begun < 1
        assert answer.status in (503, 529) and int(answer.headers["retry-after"]) > 0
        assert answer.json()["error"]["type"] == "overloaded_error"


def test_it_is_ready_when_it_says_so(upstream, make_proxy):
    """From its ready line on: the state is no error, label and window are the model's."""
    upstream.health_delay = 0.3
    proxy = make_proxy(upstream.url)
    assert backend_state(proxy) == "ok"
    model = ask(proxy.port, "GET", "/v1/models").json()["data"][0]
    assert model["id"] == "claude-local-local-model" and model["max_input_tokens"] == 262144


def test_a_server_that_hangs_is_not_waited_for_at_the_start(upstream, make_proxy):
    upstream.health_delay = 20
    begun = time.monotonic()
    proxy = make_proxy(upstream.url)
    assert time.monotonic() - begun < 4
    assert backend_state(proxy) == "loading"


def test_a_loading_model_server_is_said_to_load(make_upstream, make_proxy):
    upstream = make_upstream()
    upstream.healthy = False
    proxy = make_proxy(upstream.url)
    wait_until(lambda: backend_state(proxy) == "loading", 3, "loading")
    answer = post(proxy.port, user("hi"))
    assert answer.status in (503, 529) and answer.headers["retry-after"]
    upstream.healthy = True
    wait_until(lambda: backend_state(proxy) == "ok", 6, "ok")
    assert post(proxy.port, user("hi")).status == 200


def test_a_model_server_that_comes_back_is_used_at_once(make_upstream, proxy, upstream):
    """E09: connections that were kept to it are dead, and nobody is told so."""
    assert post(proxy.port, user("hi")).status == 200
    upstream.stop()
    again = make_upstream(port=upstream.port)
    assert post(proxy.port, user("hi")).status == 200
    assert len(again.calls) == 1


def test_another_model_is_served_under_another_label(make_upstream, make_proxy):
    upstream = make_upstream(model="org/Some-Model.v2", window=65536)
    proxy = make_proxy(upstream.url)
    post(proxy.port, user("hi"))
    model = ask(proxy.port, "GET", "/v1/models").json()["data"][0]
    assert model["id"] == "claude-local-some-model.v2" and model["max_input_tokens"] == 65536
    assert upstream.calls[0].body["model"] == "org/Some-Model.v2"


PHASES = {"silence": Answer([Hold(with_head=True)]), "prefill": Answer([Hold()]),
          "the answer": Answer([Text("begun"), Hold()])}


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_client_that_hangs_up_stops_the_model_within_a_second(phase, stream, reset, upstream,
                                                                proxy):
    """S28 S30: also where nothing was sent yet."""
    upstream.respond = lambda call: PHASES[phase]
    wire = Wire(proxy.port)
    body = as_bytes(user("hi", stream=stream))
    wire.send(head("POST", "/v1/messages", body) + body)
    call = wait_until(lambda: upstream.calls and upstream.calls[0], 5, "the request")
    if phase == "the answer":
        wait_until(lambda: call.sent > 300, 5, "the first chunks")
    if reset:
        wire.reset_on_close()
    left_at = time.monotonic()
    wire.close()
    assert_stopped(call, left_at)
    wait_until(lambda: proxy.metrics()["autosre_open_streams"] == 0, 2, "no open stream")
    assert proxy.metrics()["autosre_client_aborts_total"] == 1


def test_a_client_that_reads_slowly_costs_no_memory(upstream, proxy):
    """S31 S15: the proxy reads from the model server only what the client takes."""
    piece = "x" * 60_000
    upstream.respond = lambda call: Answer([Text(piece) for _ in range(1500)])
    with Wire(proxy.port, 60) as wire:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        answer = wire.stream(user("hi", stream=True))
        call = upstream.calls[0]
        before = -1
        while before != call.sent:  # until the upstream stands still
            before = call.sent
            call.answered.wait(0.5)
        assert not call.answered.is_set()
        assert resident_mib(proxy) < 64
        text = sum(len(e.data["delta"]["text"]) for e in wire.events(answer)
                   if e.name == "content_block_delta")
        assert text == 1500 * len(piece)
    assert resident_mib(proxy) < 64


def resident_mib(proxy):
    pages = int(open(f"/proc/{proxy.process.pid}/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_the_log_does_not_hold_up_the_answers(upstream, proxy):
    """A request log that cannot be written is counted, not waited for."""
    folder = proxy.data / "autosre"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    assert post(proxy.port, user("hi")).status == 200
    wait_until(lambda: proxy.metrics()["autosre_log_lines_dropped_total"] == 1, 3, "the count")
