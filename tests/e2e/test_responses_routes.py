"""What the Responses proxy answers beside /v1/responses, to whom, and under which ids."""

import json
import threading

import pytest

from answers import Answer, Text
from proxy import wait_until
from responses_client import PATH, error_of, text_of
from responses_grammar import response_of
from wire import Wire, ask, post

LEVELS = {"effort", "description"}


def test_both_lists_of_models_are_one_answer(client):
    """Case 60: each required field, for Codex rejects the whole list for one that is missing."""
    for target in ("/v1/models", "/v1/models?client_version=0.169.0"):
        answer = ask(client.port, "GET", target)
        assert answer.status == 200 and answer.headers["content-type"] == "application/json"
        body = answer.json()
        assert body["object"] == "list" and body["data"] and body["models"]
        for model in body["data"]:
            assert model["object"] == "model" and type(model["created"]) is int, model
            assert model["id"] and model["owned_by"], model
        for model in body["models"]:
            check_model(model)
        assert [m["slug"] for m in body["models"]] == [m["id"] for m in body["data"]]


def check_model(model):
    for name in ("slug", "display_name", "shell_type", "visibility"):
        assert model[name] and isinstance(model[name], str), (name, model)
    assert model["visibility"] == "list" and model["supported_in_api"] is True
    assert type(model["priority"]) is int and model["support_verbosity"] is False
    levels = model["supported_reasoning_levels"]
    assert isinstance(levels, list) and all(LEVELS <= set(level) for level in levels)
    limit = model["truncation_policy"]
    assert limit["mode"] in ("tokens", "bytes") and type(limit["limit"]) is int
    assert isinstance(model["experimental_supported_tools"], list)
    assert isinstance(model["base_instructions"], str) and model["base_instructions"]
    assert model["context_window"] == 262144 and model.get("max_context_window", 262144) == 262144
    assert "tool_mode" not in model and not model.get("use_responses_lite")
    assert not model.get("supports_search_tool")
    assert model.get("default_reasoning_level") in (None, *(v["effort"] for v in levels))
    assert set(model.get("input_modalities", ["text"])) <= {"text", "image"}
    # Case 61: Codex would take the metadata of a bundled model, and JavaScript for its tools.
    assert not model["slug"].split("/")[-1].startswith(("gpt-5", "gpt-6", "gpt-daybreak"))


def test_the_window_is_the_models(make_upstream, make_codex):
    codex = make_codex(make_upstream(model="org/Some-Model.v2", window=65536, vision=False))
    codex.create()
    model, = ask(codex.port, "GET", "/v1/models").json()["models"]
    assert model["context_window"] == 65536
    assert "image" not in model.get("input_modalities", [])
    assert codex.sent["model"] == "org/Some-Model.v2"


def test_a_websocket_is_told_to_use_http(client):
    """Case 62: 426 is the one answer after which Codex goes on at once."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
               "OpenAI-Beta": "responses_websockets=2026-02-06"}
    with Wire(client.port) as wire:
        error_of(wire.request("GET", PATH, headers=upgrade), 426)
    error_of(ask(client.port, "GET", PATH, headers=upgrade), 426)
    assert client.upstream.calls == []
    assert client.stream()["status"] == "completed"


@pytest.mark.parametrize("method, target", [
    ("GET", "/nope"), ("POST", "/v1/chat/completions"), ("POST", "/v1/messages"),
    ("POST", "/v1/memories/trace_summarize"), ("POST", "/v1/alpha/search"),
    ("GET", PATH), ("DELETE", PATH), ("POST", "/health"), ("GET", "/v1/models/nope"),
    ("GET", "/v1/responses/../../etc/passwd"), ("OPTIONS", PATH), ("GET", "/v1/responses/resp_1")])
def test_other_routes_are_404_in_openais_shape(method, target, client):
    error_of(ask(client.port, method, target, b"{}" if method == "POST" else b""), 404)
    assert client.upstream.calls == []


def test_the_query_and_a_doubled_version_do_not_matter(client):
    """A provider's query_params go behind the path."""
    for target in (PATH + "?api-version=1", PATH + "?x=%2F?", "/v1/v1/responses"):
        answer = post(client.port, client.body("hi"), target=target)
        assert answer.status == 200, (target, answer)


def test_health_and_metrics(client):
    health = ask(client.port, "GET", "/health").json()
    assert (health["status"], health["backend"]) == ("ok", "ok")
    client.create()
    client.stream()
    answer = ask(client.port, "GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in answer.body.decode().splitlines():
        assert line.startswith("#") or float(line.rsplit(" ", 1)[1]) >= 0, line
    counted = lambda: sum(v for n, v in client.proxy.metrics().items()
                          if n.startswith("autosre_requests_total{") and 'client="codex"' in n)
    wait_until(lambda: counted() >= 2, 3, "the count of both")  # a moment after their answers


def test_a_head_has_no_body(client):
    """The connection is of use afterwards: nothing came behind the head."""
    with Wire(client.port) as wire:
        for target in ("/health", "/v1/models", "/", "/nope"):
            head = wire.request("HEAD", target)
            assert head.status == wire.request("GET", target).status or head.status == 404, target
        assert wire.request("HEAD", "/health").status == 200


FOREIGN = [{"Origin": "http://evil.example"}, {"Origin": "null"},
           {"Origin": "http://127.0.0.1.evil.example"}, {"Host": "evil.example"},
           {"Host": "localhost.evil.example:80"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: "-".join(map(str, h.values())))
def test_web_pages_are_refused(headers, client):
    error_of(client.post(client.body("hi"), headers), 403)
    for target in ("/v1/models", "/health", "/metrics"):
        assert ask(client.port, "GET", target, headers=headers).status == 403
    assert client.upstream.calls == []


def test_a_token_is_asked_of_everything_but_health(upstream, make_codex, tmp_path):
    file = tmp_path / "token"
    file.write_text("s3cret-token\n")
    file.chmod(0o600)
    codex = make_codex(upstream, "--token-file", str(file))
    for good in ({"Authorization": "Bearer s3cret-token"}, {"x-api-key": "s3cret-token"}):
        assert codex.create(headers=good)["status"] == "completed"
    for bad in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret-token"},
                {"x-api-key": "s3cret-token2"}, {"Authorization": "Bearer "}):
        error_of(codex.post(codex.body("hi"), bad), 401)
        for target in ("/v1/models", "/nope"):
            error_of(ask(codex.port, "GET", target, headers=bad), 401)
    assert ask(codex.port, "GET", "/health").status == 200
    assert len(upstream.calls) == 2
    assert "s3cret" not in codex.proxy.stderr + json.dumps(codex.proxy.wait_log(2))


def test_every_answer_has_its_own_request_id(client):
    """And no header by which Codex would think that the model changed."""
    answers = [ask(client.port, "GET", t) for t in ("/health", "/v1/models", "/nope")]
    answers += [client.post(b"{"), client.post(client.body("hi")),
                client.post(client.body("hi", stream=True))]
    ids = [a.headers["x-request-id"] for a in answers]
    assert len(set(ids)) == len(ids)
    for answer in answers:
        assert not {"openai-model", "x-models-etag", "x-codex-turn-state"} & set(answer.headers)


def test_only_the_stream_field_decides_on_streaming(client):
    """Case 65: a JSON object for who does not ask for events."""
    for accept in ("application/json", "text/event-stream"):
        for more, wanted in (({}, "application/json"), ({"stream": None}, "application/json"),
                             ({"stream": False}, "application/json"),
                             ({"stream": True}, "text/event-stream")):
            answer = client.post(client.body("hi", **more), {"Accept": accept})
            assert answer.headers["content-type"].split(";")[0] == wanted
    warm_up = client.post({"model": "m", "input": "", "max_output_tokens": 1})
    assert warm_up.status == 200 and warm_up.json()["object"] == "response"


def test_many_clients_at_once_are_all_answered(client):
    """Case 67: each its own, and no stream is left over."""
    client.upstream.respond = lambda call: Answer([Text("to " + call.last_text, 3)])
    failures = []

    def one(number):
        try:
            response = response_of(post(client.port, client.body(f"n{number}", stream=True),
                                        {"session-id": f"s{number % 8}"}, PATH).events())
            assert text_of(response) == f"to n{number}"
        except Exception as failure:  # shown by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failures, failures[:3]
    wait_until(lambda: client.proxy.metrics()["autosre_open_streams"] == 0, 3, "no open stream")
