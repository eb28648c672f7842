"""Servers that mean harm: web_fetch ends within its limits, keeps its memory, and says what happened."""
import gzip
import threading
import time

import pytest
from mcp_client import Server
from scripted import Scripted, read_request

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def url(server):
    return f"http://127.0.0.1:{server.port}/"


def resident(server):
    """KiB of the server's process at its most."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def endless(client):
    read_request(client)
    client.sendall(OK + b"\r\n")
    line = b"And so on and on.\n" * 4000
    while True:
        client.sendall(line)


def test_an_endless_body_is_cut(fetch):
    with Scripted(endless) as server:
        result = fetch.call("web_fetch", url=url(server))
    assert not result.is_error
    assert "too long, only its first 20 MB were read" in result.text
    assert "MORE FOLLOWS" in result.text


def test_a_bomb_is_bounded(certificates):
    bomb = gzip.compress(gzip.compress(bytes(200 << 20), 9), 9)

    def serve(client):
        read_request(client)
        client.sendall(OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)

    with Scripted(serve) as server, Server("fetch", AUTOSRE_FETCH_ALLOW="127.0.0.1") as fetch:
        result = fetch.call("web_fetch", url=url(server))
        assert "only its first" in result.text, result
        assert resident(fetch) < 400_000


DAMAGED = {
    "bad chunk size": (OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "chunks are damaged"),
    "negative chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", "chunks are damaged"),
    "huge chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "chunks are damaged"),
    "broken off chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "broke off after 3 bytes"),
    "broken off body": (OK + b"Content-Length: 100\r\n\r\nhello", "broke off after 5 bytes"),
    "both lengths": (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "not HTTP"),
    "no head": (b"hello\r\n\r\n", "not HTTP"),
    "nothing": (b"", "without an answer"),
    "long head": (b"HTTP/1.1 200 OK\r\n" + b"X-Much: 1234567890\r\n" * 20_000, "too long"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-", "broke off in its head"),
    "interim without end": (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, "does not begin"),
    "not gzip": (OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "gzip coding is damaged"),
    "unknown coding": (OK + b"Content-Encoding: x-own\r\nContent-Length: 5\r\n\r\nhello", "is not known"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_answer_is_named(fetch, name):
    sent, why = DAMAGED[name]

    def serve(client):
        read_request(client)
        client.sendall(sent)

    with Scripted(serve) as server:
        result = fetch.call("web_fetch", url=url(server))
    assert result.is_error
    assert why in result.text, result


def test_a_coding_that_ends_early_gives_what_there_is(fetch):
    whole = gzip.compress(b"".join(b"line %d\n" % number for number in range(20_000)))

    def serve(client):
        read_request(client)
        part = whole[: len(whole) // 2]
        client.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(part) + part)

    with Scripted(serve) as server:
        result = fetch.call("web_fetch", url=url(server))
    assert result.page.startswith("line 0\nline 1\n")
    assert "not whole: its gzip coding ends too early" in result.text


def drip(client):
    read_request(client)
    client.sendall(OK + b"\r\n")
    while True:
        client.sendall(b".")
        time.sleep(0.2)


def drip_head(client):
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        client.sendall(b"X: y\r\n")
        time.sleep(0.5)


def silent(client):
    client.recv(1)
    time.sleep(60)


def test_nothing_takes_longer_than_the_deadline(fetch):
    begun = time.monotonic()
    with Scripted(drip) as one, Scripted(drip_head) as two, Scripted(silent) as three:
        urls = [url(one), url(two), url(three), url(three).replace("http:", "https:")]
        calls = [fetch.start("tools/call", {"name": "web_fetch", "arguments": {"url": each}}) for each in urls]
        answers = [fetch.wait(call)["result"] for call in calls]
    assert all(each["isError"] for each in answers)
    assert all("took longer than 30 s" in each["content"][0]["text"] for each in answers)
    assert time.monotonic() - begun >= 29


def test_a_cancelled_call_closes_its_connection(fetch):
    begun, closed = threading.Event(), threading.Event()

    def serve(client):
        read_request(client)
        client.sendall(OK + b"\r\nsome")
        begun.set()
        if not client.recv(1):
            closed.set()

    with Scripted(serve) as server:
        call = fetch.start("tools/call", {"name": "web_fetch", "arguments": {"url": url(server)}})
        assert begun.wait(30)
        fetch.cancel(call)
        assert closed.wait(20)
    assert call not in fetch.answers
    assert fetch.request("tools/list")["tools"]
