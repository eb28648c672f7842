"""HTTP as clients speak it to the Responses proxy, and the proxy to the model server."""

from answers import http_error, say
from responses_client import PATH, error_of, text_of
from responses_grammar import response_of
from wire import Wire, as_bytes, head


def test_connections_to_the_server_are_used_again(codex):
    """Also after an error, and after a stream."""
    with Wire(codex.port) as wire:
        for number in range(30):
            codex.upstream.respond = lambda call: (
                http_error(429, "no") if number % 3 == 0 else say("ok"))
            body = codex.body("hi", stream=number % 2 == 0)
            assert wire.request("POST", PATH, body).status == (429 if number % 3 == 0 else 200)
    assert codex.upstream.connections <= 3, codex.upstream.connections


def test_pipelined_requests_are_answered_in_order(client):
    client.upstream.respond = lambda call: say("answer to " + call.last_text)
    with Wire(client.port) as wire:
        wire.send(b"".join(head("POST", PATH, b) + b for b in (
            as_bytes(client.body(f"q{n}", stream=n % 2 == 1)) for n in range(4))))
        answers = [wire.response() for _ in range(4)]
    responses = [response_of(a.events()) if n % 2 else a.json() for n, a in enumerate(answers)]
    assert [text_of(r) for r in responses] == [f"answer to q{n}" for n in range(4)]


def test_http_1_0_gets_what_it_understands(client):
    with Wire(client.port) as wire:
        body = client.body("hi", stream=True)
        answer = wire.request("POST", PATH, body, version="HTTP/1.0")
        assert "transfer-encoding" not in answer.headers
        assert text_of(response_of(answer.events())) == "ok"


def test_bodies_come_in_chunks_and_after_100_continue(client):
    raw = as_bytes(client.body("hi"))
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(raw[i:i + 7]), raw[i:i + 7])
                      for i in range(0, len(raw), 7)) + b"0\r\n\r\n"
    with Wire(client.port) as wire:
        wire.send(head("POST", PATH, headers={"Content-Length": None,
                                              "Transfer-Encoding": "chunked"}) + chunks)
        assert wire.response().json()["status"] == "completed"
        wire.send(head("POST", PATH, raw, {"Expect": "100-continue"}))
        assert wire.head().status == 100
        wire.send(raw)
        assert wire.response().json()["status"] == "completed"


def test_a_malformed_head_is_refused_in_openais_shape(client):
    for broken in (b"hello there\r\n\r\n",
                   b"POST /v1/responses HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                   b"POST /v1/responses HTTP/1.1\r\nContent-Length: 2\r\n"
                   b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
        with Wire(client.port) as wire:
            wire.send(broken)
            assert error_of(wire.response(), 400)["type"] == "invalid_request_error"
            assert not wire.more(), "the connection stays open"
