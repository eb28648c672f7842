"""Errors in OpenAI's shape, with the statuses and codes on which Codex does the right thing."""

import functools
import time

import pytest

from answers import Answer, Text, http_error, say
from ports import free_port
from proxy import wait_until
from responses_client import EXEC, PATH, error_of, function, message
from wire import Wire, as_bytes, ask, head

MIB = 1 << 20

# 401 and 403 are no matter of the client's login; 404, 409 and 422 would be asked again five times;
# of a 500 Codex does not show the text.
STATUSES = {400: 400, 401: 400, 403: 400, 404: 400, 409: 400, 413: 400, 422: 400, 429: 429,
            500: 502, 502: 502, 503: 503, 504: 504}


@pytest.mark.parametrize("status", STATUSES)
def test_errors_of_the_server_keep_their_text_and_get_the_clients_status(status, client):
    """Cases 13 of the facts and 64."""
    client.upstream.respond = lambda call: http_error(status, "said in vain")
    for stream in (False, True):
        error = error_of(client.post(client.body("hi", stream=stream)), STATUSES[status])
        assert "said in vain" in error["message"] and "BadRequest" not in error["type"]


def test_the_missing_model_is_told_with_those_there_are(client):
    """Case 64: one request, not six."""
    client.upstream.respond = lambda call: http_error(404, "The model `x` does not exist.")
    error = error_of(client.post(client.body("hi", stream=True)), 400)
    assert "does not exist" in error["message"]


@pytest.mark.parametrize("status", [429, 503])
def test_when_to_come_back_is_passed_on(status, client):
    client.upstream.respond = lambda call: http_error(status, "busy", retry_after=7)
    for stream in (False, True):
        answer = client.post(client.body("hi", stream=stream))
        error_of(answer, status)
        assert answer.headers["retry-after"] == "7"


OVERFLOWS = {
    "vLLM": "This model's maximum context length is 2000 tokens. However, you requested 1 output "
            "tokens and your prompt contains 2500 input tokens, for a total of 2501 tokens. Please "
            "reduce the length of the input prompt or the number of requested output tokens.",
    "vLLM, older": "This model's maximum context length is 2000 tokens. However, you requested "
                   "2600 tokens (2500 in the messages, 100 in the completion). Please reduce the "
                   "length of the messages or completion.",
    "vLLM, prompt": "The decoder prompt (length 2500) is longer than the maximum model length of "
                    "2000. Make sure that `max_model_len` is no smaller than the number of text "
                    "tokens.",
    "vLLM, input_tokens": "You passed 2500 input tokens and requested 1 output tokens. However, "
                          "the model's context length is only 2000 tokens, resulting in a maximum "
                          "input length of 1999 tokens. Please reduce the length of the input "
                          "prompt. (parameter=input_tokens, value=2500)",
    "vLLM, fits": "The prompt (total length 2500) is too long to fit into the model (context "
                  "length 2000). Make sure that `max_model_len` is no smaller than the number of "
                  "text tokens.",
    "vLLM, field": "input_tokens 2500 exceeds the model's limit of 2000",
    "SGLang": "The input (2500 tokens) is longer than the model's context length (2000 tokens).",
    "llama.cpp": "the request exceeds the available context size, try increasing it",
    "llama.cpp, numbers": "request (2500 tokens) exceeds the available context size (2000 tokens), "
                          "try increasing it",
}


@pytest.mark.parametrize("name", OVERFLOWS)
def test_a_prompt_that_does_not_fit_has_the_code_that_codex_knows(name, client):
    """Cases 11 of the facts, 55 and 56: Codex compacts, or drops its oldest item."""
    client.upstream.respond = lambda call: http_error(400, OVERFLOWS[name])
    for stream in (False, True):
        error = error_of(client.post(client.body("hi", stream=stream)), 400)
        assert error["code"] == "context_length_exceeded", error
        assert error["type"] == "invalid_request_error" and error["message"]


def test_another_400_has_another_code(client):
    client.upstream.respond = lambda call: http_error(400, "temperature must be non-negative")
    error = error_of(client.post(client.body("hi")), 400)
    assert error["code"] != "context_length_exceeded"


def test_llama_cpps_own_shape_of_an_error_is_read(client):
    body = (b'{"error":{"code":400,"message":"request (2500 tokens) exceeds the available context '
            b'size (2000 tokens), try increasing it","type":"exceed_context_size_error",'
            b'"n_prompt_tokens":2500,"n_ctx":2000}}')
    client.upstream.respond = lambda call: http_error(400, body=body)
    error = error_of(client.post(client.body("hi", stream=True)), 400)
    assert error["code"] == "context_length_exceeded"
    for odd in (b"Bad Gateway", b"<html>oh no</html>", b'{"detail":"odd"}', b'{"error":"odd"}',
                b""):
        client.upstream.respond = lambda call: http_error(500, body=odd)
        error_of(client.post(client.body("hi", stream=True)), 502)


def test_the_engines_own_window_is_kept(make_upstream, make_codex):
    """Cases 55 and 57: a prompt near the window is accepted, whatever length is asked for."""
    small = make_codex(make_upstream(window=2000))
    error = error_of(small.post(small.body("word " * 2000, stream=True)), 400)
    assert error["code"] == "context_length_exceeded"
    for asked in (32000, 128000):
        assert small.create("short", max_output_tokens=asked)["status"] == "completed"
        assert small.create("x" * 7800, max_output_tokens=asked)["status"] == "completed"
    assert small.create("x" * 7800)["status"] == "completed"


def test_a_dead_model_server_is_told_at_once(make_proxy, make_upstream):
    """The research's advice: 503, which Codex asks again."""
    proxy = make_proxy(f"http://127.0.0.1:{free_port()}", kind="codex")
    wait_until(lambda: ask(proxy.port, "GET", "/health").json()["backend"] != "ok", 3, "the state")
    for stream in (False, True):
        begun = time.monotonic()
        answer = ask(proxy.port, "POST", PATH, {"model": "m", "input": "hi", "stream": stream})
        assert time.monotonic() - begun < 1
        error_of(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
    begun = time.monotonic()
    models = ask(proxy.port, "GET", "/v1/models?client_version=0.169.0").json()
    assert time.monotonic() - begun < 1
    assert models["models"] and models["data"], "the list is there while the model is down"


def test_the_window_is_known_before_the_model_server_is_there(upstream, make_proxy, tmp_path):
    """A Codex that is started while the model loads asks but once."""
    proxy_again = functools.partial(make_proxy, kind="codex", home=tmp_path / "home")
    window = upstream.window
    proxy = proxy_again(upstream.url)
    wait_until(lambda: ask(proxy.port, "GET", "/health").json()["backend"] == "ok", 3, "ok")
    known = ask(proxy.port, "GET", "/v1/models?client_version=0.169.0").json()["models"][0]
    assert known["context_window"] == window
    assert proxy.terminate() == 0
    upstream.healthy = False
    proxy = proxy_again(upstream.url)
    wait_until(lambda: ask(proxy.port, "GET", "/health").json()["backend"] == "loading", 3, "it")
    models = ask(proxy.port, "GET", "/v1/models?client_version=0.169.0").json()["models"]
    assert models == [known]
    error_of(ask(proxy.port, "POST", PATH, {"model": "m", "input": "hi"}), 503)
    kept, = proxy.home.rglob("models/*.json")
    assert proxy.terminate() == 0
    kept.write_text('{"model": 1')  # nothing that was kept stops a proxy
    upstream.healthy, upstream.window = True, 4096
    proxy = proxy_again(upstream.url)
    wait_until(lambda: ask(proxy.port, "GET", "/health").json()["backend"] == "ok", 3, "ok")
    models = ask(proxy.port, "GET", "/v1/models?client_version=0.169.0").json()["models"]
    assert models[0]["context_window"] == 4096
    wait_until(lambda: '"window": 4096' in kept.read_text(), 3, "the new window kept")


def test_a_loading_model_server_is_said_to_load(make_upstream, make_codex):
    upstream = make_upstream()
    upstream.healthy = False
    codex = make_codex(upstream)
    state = lambda: ask(codex.port, "GET", "/health").json()["backend"]
    wait_until(lambda: state() == "loading", 3, "loading")
    answer = codex.post(codex.body("hi", stream=True))
    error_of(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    upstream.healthy = True
    wait_until(lambda: state() == "ok", 6, "ok")
    assert codex.stream()["status"] == "completed"


def test_a_server_that_dies_before_it_answers_is_a_503_or_502(codex, upstream):
    upstream.respond = lambda call: Answer([Text("x")], cut_at=0)
    for stream in (False, True):
        answer = codex.post(codex.body("hi", stream=stream))
        assert error_of(answer, answer.status) and answer.status in (502, 503)
    assert upstream.connections <= 8, "no storm"


BAD_BODIES = {
    b"": "", b"{": "", b'{"input":"x"} trailing': "", b"[]": "", b"null": "", b"\xff\xfe": "",
    b'{"model":"m"}': "input",
    b'{"model":"m","input":7}': "input",
    b'{"model":"m","input":{}}': "input",
    b'{"model":7,"input":"x"}': "model",
    b'{"model":"m","input":["x"]}': "input.0",
    b'{"model":"m","input":[{"role":"user","content":7}]}': "input.0.content",
    b'{"model":"m","input":[{"role":"user","content":"x"},'
    b'{"type":"function_call","call_id":"c","arguments":"{}"}]}': "input.1.name",
    b'{"model":"m","input":[{"type":"function_call_output","call_id":7,"output":"x"}]}':
        "input.0.call_id",
    b'{"model":"m","input":"x","tools":{}}': "tools",
    b'{"model":"m","input":"x","tools":[{"type":"function","parameters":{}}]}': "tools.0.name",
    b'{"model":"m","input":"x","max_output_tokens":"many"}': "max_output_tokens",
    b'{"model":"m","input":"x","instructions":7}': "instructions",
}


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_bad_body_is_refused_with_the_place_in_it(body, client):
    error = error_of(client.post(body), 400)
    assert error["type"] == "invalid_request_error" and client.upstream.calls == []
    said = f"{error['message']} {error['param']}".replace("[", ".").replace("]", "")
    assert BAD_BODIES[body] in said, error


def test_deep_nesting_and_odd_numbers_do_no_harm(client):
    deep = "[" * 200_000 + "]" * 200_000
    for body in (deep, '{"model":"m","input":%s}' % deep,
                 '{"model":"m","input":"x","max_output_tokens":1e400}',
                 '{"model":"m","input":"x","tools":%s}' % deep):
        error_of(client.post(body), 400)
    assert client.create()["status"] == "completed"


def test_the_largest_body_is_read_and_a_larger_one_refused(client):
    """64 MiB; one byte more is 413, said before the body is read."""
    body = as_bytes(client.body("x"))
    body = body[:-1] + b" " * (64 * MIB - len(body)) + b"}"
    assert client.post(body, timeout=30).status == 200
    with Wire(client.port) as wire:
        wire.send(head("POST", PATH, headers={"Content-Length": str(64 * MIB + 1)}))
        error_of(wire.response(), 413)


def test_half_a_character_is_no_reason_to_fail(client):
    for half in (b"half \\ud83d", b"half \xff"):
        raw = as_bytes(client.body([message("user", "HERE")])).replace(b"HERE", half)
        assert client.post(raw).status == 200
        client.upstream.calls[-1].raw.decode()


def test_a_server_without_the_field_is_asked_without(codex, upstream):
    """vLLM without priority scheduling refuses the field; once is enough."""
    upstream.respond = lambda call: http_error(
        400, "Got priority 10 but Priority scheduling is not enabled.") if (
        call.body.get("priority")) else say("ok")
    for _ in range(3):
        codex.create(tools=[EXEC, function("x")])
    assert ["priority" in c.body for c in upstream.calls] == [True, False, False, False]
