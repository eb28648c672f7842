"""What the proxy's routes answer, to whom, and under which ids."""

import threading

import pytest

from answers import Answer, Text
from proxy import wait_until
from wire import ask, is_error, message_of, post, user


def test_the_query_and_a_doubled_version_do_not_matter(port):
    """R43 R44."""
    for target in ("/v1/messages?beta=true", "/v1/messages?beta=true&x=%2F?", "/v1/v1/messages",
                   "/v1/v1/messages?beta=true"):
        assert post(port, user("hi"), target=target).status == 200, target
    count = {"model": "m", "messages": [{"role": "user", "content": "foo"}]}
    answer = post(port, count, target="/v1/messages/count_tokens?beta=true")
    assert answer.status == 200 and answer.json()["input_tokens"] > 0


def test_small_requests_are_answered(port):
    for target in ("/", "/api/hello"):
        for method in ("HEAD", "GET"):
            assert ask(port, method, target).status == 200
    models = ask(port, "GET", "/v1/models?limit=1000").json()
    first = models["data"][0]
    assert first["id"].startswith("claude-") and first["type"] == "model"
    assert models["first_id"] == first["id"] and models["has_more"] is False
    assert ask(port, "GET", "/v1/models/" + first["id"]).json() == first
    message = is_error(ask(port, "GET", "/v1/models/nope"), 404, "not_found_error")
    assert "nope" in message
    health = ask(port, "GET", "/health").json()
    assert (health["status"], health["backend"]) == ("ok", "ok")


@pytest.mark.parametrize("method, target", [
    ("GET", "/nope"), ("POST", "/v1/complete"), ("POST", "/api/event_logging/batch"),
    ("GET", "/v1/me"), ("GET", "/v1/messages"), ("DELETE", "/v1/messages"), ("POST", "/health"),
    ("GET", "/v1/messages/../../etc/passwd"), ("OPTIONS", "/v1/messages")])
def test_other_routes_are_404_in_the_clients_shape(method, target, port, shared):
    """E03: and nothing of it reaches the model server."""
    before = len(shared[1].calls)
    is_error(ask(port, method, target, b"{}" if method == "POST" else b""), 404, "not_found_error")
    assert len(shared[1].calls) == before


FOREIGN = [{"Origin": "http://evil.example"}, {"Origin": "null"},
           {"Origin": "http://127.0.0.1.evil.example"}, {"Host": "evil.example"},
           {"Host": "evil.example:8011"}, {"Host": "127.0.0.1.evil.example"},
           {"Host": "localhost.evil.example:80"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: "-".join(map(str, h.values())))
def test_web_pages_are_refused(headers, port, shared):
    """E18: under a foreign origin or, by DNS rebinding, a foreign host."""
    before = len(shared[1].calls)
    is_error(post(port, user("hi"), headers), 403, "permission_error")
    for target in ("/v1/models", "/health", "/metrics"):
        assert ask(port, "GET", target, headers=headers).status == 403
    assert len(shared[1].calls) == before


def test_local_names_are_answered(port):
    for host in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert post(port, user("hi"), {"Host": host}).status == 200, host
    assert post(port, user("hi"), {"Origin": f"http://localhost:{port}"}).status == 200


def test_ids_are_unique_and_the_requested_model_is_echoed(port):
    """S24 S25 R45: the name as asked for, whatever is served."""
    names = ["claude-opus-5-5", "claude-sonnet-5", "claude-local[1m]", "some/other-model", "x"]
    answers = [post(port, {**user("hi"), "model": n}) for n in names]
    answers += [post(port, {**user("hi"), "model": n, "stream": True}) for n in names]
    messages = [a.json() for a in answers[:5]] + [message_of(a.events()) for a in answers[5:]]
    assert [m["model"] for m in messages] == names * 2
    ids = [m["id"] for m in messages] + [a.headers["request-id"] for a in answers]
    assert len(set(ids)) == 20 and all(m["id"].startswith("msg_") for m in messages)


def test_every_answer_has_a_request_id(port):
    answers = [ask(port, "GET", t) for t in ("/", "/health", "/metrics", "/v1/models", "/nope")]
    answers += [post(port, b"{"), post(port, user("hi")), post(port, user("hi", stream=True)),
                ask(port, "GET", "/", headers={"Host": "evil.example"})]
    ids = [a.headers["request-id"] for a in answers]
    assert len(set(ids)) == len(ids) and all(i.startswith("req_") for i in ids)


def test_only_the_stream_field_decides_on_streaming(port):
    """S27: neither its absence nor the Accept header."""
    kinds = {}
    for accept in ("application/json", "text/event-stream"):
        for stream in (None, False, True):
            body = user("hi") if stream is None else user("hi", stream=stream)
            answer = post(port, body, {"Accept": accept})
            kinds[accept, stream] = answer.headers["content-type"].split(";")[0]
    assert {k for k, v in kinds.items() if v == "text/event-stream"} == {
        ("application/json", True), ("text/event-stream", True)}


def test_many_clients_at_once_are_all_answered(port, shared):
    """E10 U09: 40 counts and 40 messages in one burst."""
    shared[1].respond = lambda call: Answer([Text("to " + call.last_text, 3)])
    failures = []

    def one(number):
        try:
            count = {"model": "m", "messages": [{"role": "user", "content": f"foo {number % 5}"}]}
            assert post(port, count, target="/v1/messages/count_tokens").status == 200
            answer = post(port, user(f"n{number}", stream=True))
            assert message_of(answer.events())["content"][0]["text"] == f"to n{number}"
        except Exception as failure:  # shown by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failures, failures[:3]
    wait_until(lambda: shared[0].metrics()["autosre_open_streams"] == 0, 3, "no open stream")


def test_metrics_are_prometheus_text(port, shared):
    post(port, user("hi"))
    answer = ask(port, "GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in answer.body.decode().splitlines():
        name, value = line.rsplit(" ", 1)
        assert line.startswith("#") or float(value) >= 0, (name, value)
    metrics = shared[0].metrics()
    buckets = [v for n, v in metrics.items()
               if n.startswith("autosre_request_duration_seconds_bucket")]
    assert buckets == sorted(buckets) and buckets[-1] > 0
    assert any(name.startswith("autosre_requests_total{") for name in metrics)
