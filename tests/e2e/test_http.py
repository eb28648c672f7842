"""HTTP as clients and strangers speak it to the running proxy: heads, bodies, connections."""

import pytest

from answers import say
from wire import Wire, as_bytes, ask, head, is_error, message_of, post, user

MIB = 1 << 20

MALFORMED = {
    "no request line": b"hello there\r\n\r\n",
    "no version": b"GET /health\r\n\r\n",
    "a version of its own": b"GET /health HTTP/9.9\r\n\r\n",
    "a header without colon": b"GET /health HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n",
    "a space in a name": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX y: z\r\n\r\n",
    "a folded header": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\x01: z\r\n\r\n",
    "a negative length": b"POST /v1/messages HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /v1/messages HTTP/1.1\r\nContent-Length: 2\r\n"
                   b"Content-Length: 3\r\n\r\n{}",
    "length and chunks": b"POST /v1/messages HTTP/1.1\r\nContent-Length: 2\r\n"
                         b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_head_is_refused_and_the_connection_closed(name, port):
    with Wire(port) as wire:
        wire.send(MALFORMED[name])
        answer = wire.response()
        assert answer.status == 400, answer
        is_error(answer, 400, "invalid_request_error")
        assert not wire.more(), "the connection stays open"


def test_a_head_without_end_is_refused(port):
    for filler in (b"GET /" + b"a" * 100_000, b"GET / HTTP/1.1\r\n" + b"X-Y: z\r\n" * 20_000):
        with Wire(port) as wire:
            wire.send(filler)
            assert wire.response().status in (400, 413, 431)
    assert ask(port, "GET", "/health").status == 200


def test_a_large_head_within_the_limit_is_read(port):
    assert ask(port, "GET", "/health", headers={"X-Filler": "f" * 60_000}).status == 200


BAD_BODIES = {
    b"": "",
    b"{": "",
    b'{"messages":[]} trailing': "",
    b"[]": "",
    b"null": "",
    b'{"model":"m","max_tokens":1}': "messages",
    b'{"model":"m","max_tokens":1,"messages":{}}': "messages",
    b'{"model":"m","messages":[{"role":"user","content":"x"}]}': "max_tokens",
    b'{"model":"m","max_tokens":"many","messages":[{"role":"user","content":"x"}]}': "max_tokens",
    b'{"model":7,"max_tokens":1,"messages":[{"role":"user","content":"x"}]}': "model",
    b'{"model":"m","max_tokens":1,"messages":[{"role":"wizard","content":"x"}]}': "messages.0.role",
    b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":7}]}': "messages.0.content",
    b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}':
        "messages.0.content.0.text",
    b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"},'
    b'{"role":"assistant","content":[{"type":"tool_use","id":"i","input":{}}]}]}':
        "messages.1.content.0.name",
    b'{"model":"m","max_tokens":1,"tools":[{"description":"d","input_schema":{}}],'
    b'"messages":[{"role":"user","content":"x"}]}': "tools.0.name",
    b'{"model":"m","max_tokens":1,"system":5,"messages":[{"role":"user","content":"x"}]}': "system",
}


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_bad_body_is_refused_with_the_place_in_it(body, port):
    message = is_error(post(port, body), 400, "invalid_request_error")
    assert BAD_BODIES[body] in message, message


def test_deep_nesting_and_odd_numbers_do_no_harm(port):
    deep = "[" * 200_000 + "]" * 200_000
    assert is_error(post(port, deep), 400, "invalid_request_error")
    inside = '{"model":"m","max_tokens":1,"messages":[{"role":"user","content":%s}]}' % deep
    assert is_error(post(port, inside), 400, "invalid_request_error")
    huge = '{"model":"m","max_tokens":1e400,"messages":[{"role":"user","content":"x"}]}'
    assert is_error(post(port, huge), 400, "invalid_request_error")
    assert post(port, user("still there?")).status == 200


def test_unknown_fields_blocks_and_betas_are_passed_over(port, shared):
    """R26 R27 R28 E20."""
    body = user("hi", foo={"bar": [1]}, context_management={"edits": []}, service_tier="auto",
                temperature=None, safeguards=[{"type": "x"}])
    body["messages"] = [
        {"role": "user", "content": [{"type": "container_upload", "file_id": "f"},
                                     {"type": "text", "text": "hi"}], "output_config": {}},
        {"role": "assistant", "content": [
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
            {"type": "holographic", "data": 1}, {"type": "text", "text": "hello"}]},
        {"role": "user", "content": "and?"}]
    answer = post(port, body, {"anthropic-beta": "future-2030-01-01,x", "anthropic-version": "9"})
    assert answer.status == 200, answer.body
    sent = shared[1].calls[-1].body
    assert "foo" not in sent and sent.get("temperature", 1) is not None


def test_the_largest_body_is_read_and_a_larger_one_refused(port, shared):
    """R41: 64 MiB; one byte more is 413, said before the body is read."""
    body = as_bytes(user("x"))
    body = body[:-1] + b" " * (64 * MIB - len(body)) + b"}"
    assert len(body) == 64 * MIB
    assert post(port, body, timeout=30).status == 200
    with Wire(port) as wire:
        wire.send(head("POST", "/v1/messages", headers={"Content-Length": str(64 * MIB + 1)}))
        is_error(wire.response(), 413, "request_too_large")


def test_a_chunked_body_beyond_the_limit_is_refused(port):
    with Wire(port, timeout=30) as wire:
        wire.send(head("POST", "/v1/messages", headers={"Content-Length": None,
                                                        "Transfer-Encoding": "chunked"}))
        piece = b"%x\r\n%b\r\n" % (MIB, b" " * MIB)
        try:
            for _ in range(80):
                wire.send(piece)
        except OSError:
            pass
        try:
            assert wire.response().status == 413
        except (ConnectionResetError, EOFError):
            pass  # what the proxy did not read can reset its answer away
    assert ask(port, "GET", "/health").status == 200


def test_a_chunked_body_is_read(port):
    """R42: with extensions and trailers, in odd pieces."""
    raw = as_bytes(user("hi"))
    sent = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(raw[i:i + 7]), raw[i:i + 7])
                    for i in range(0, len(raw), 7)) + b"0\r\nX-Trailer: y\r\n\r\n"
    with Wire(port) as wire:
        for _ in range(2):
            wire.send(head("POST", "/v1/messages", headers={
                "Content-Length": None, "Transfer-Encoding": "chunked"}) + sent)
            assert wire.response().json()["content"][0]["text"] == "ok"


def test_a_broken_chunk_is_refused(port):
    with Wire(port) as wire:
        wire.send(head("POST", "/v1/messages", headers={
            "Content-Length": None, "Transfer-Encoding": "chunked"}) + b"zz\r\n{}\r\n")
        is_error(wire.response(), 400, "invalid_request_error")


def test_a_client_that_expects_100_continue_gets_it(port):
    """R42."""
    raw = as_bytes(user("hi"))
    with Wire(port) as wire:
        wire.send(head("POST", "/v1/messages", raw, {"Expect": "100-continue"}))
        assert wire.head().status == 100
        wire.send(raw)
        assert wire.response().status == 200


def test_pipelined_requests_are_answered_in_order(port, shared):
    shared[1].respond = lambda call: say("answer to " + call.last_text)
    with Wire(port) as wire:
        wire.send(b"".join(head("POST", "/v1/messages", b) + b for b in
                           (as_bytes(user(f"question {n}", stream=n == 1)) for n in range(4))))
        answers = [wire.response() for _ in range(4)]
    texts = [message_of(a.events()) if n == 1 else a.json() for n, a in enumerate(answers)]
    assert [t["content"][0]["text"] for t in texts] == [
        f"answer to question {n}" for n in range(4)]


def test_a_connection_is_kept_and_closed_as_asked(port):
    with Wire(port) as wire:
        for _ in range(3):
            assert wire.request("POST", "/v1/messages", user("hi")).status == 200
        assert wire.request("POST", "/v1/messages", user("hi", stream=True)).status == 200
        assert wire.request("GET", "/nope").status == 404
        assert wire.request("GET", "/health", headers={"Connection": "close"}).status == 200
        assert not wire.more()


def test_http_1_0_gets_what_it_understands(port):
    with Wire(port) as wire:
        answer = wire.request("POST", "/v1/messages", user("hi"), version="HTTP/1.0")
        assert answer.json()["content"][0]["text"] == "ok" and not wire.more()
    with Wire(port) as wire:
        answer = wire.request("POST", "/v1/messages", user("hi", stream=True), version="HTTP/1.0")
        assert "transfer-encoding" not in answer.headers
        assert message_of(answer.events())["content"][0]["text"] == "ok"


def test_a_sender_of_single_bytes_is_read(port):
    raw = as_bytes(user("hi"))
    with Wire(port) as wire:
        for byte in head("POST", "/v1/messages", raw) + raw:
            wire.send(bytes([byte]))
        assert wire.response().status == 200
