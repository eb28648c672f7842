"""A model server that dies at any byte of its answer: what came never passes for a whole one."""

import pytest

from answers import Answer, Reasoning, Text, Tool
from proxy import wait_until
from wire import Wire, check_grammar, message_of, user

STEPS = [Reasoning("Hm."), Text("Now 日本."), Tool("Bash", {"command": "ls"}, pieces=2)]

# How the server's answers end, and at each how many bytes one is cut.
WAYS = {"closed": ({}, 1), "reset": ({"reset": True}, 3), "unframed": ({"chunked": False}, 1)}


def answers_of(proxy, upstream, stream, options, step):
    """What a client gets: the whole answer first, then the one cut after each number of bytes."""
    body = user("hi", stream=stream)
    upstream.respond = lambda call: Answer(STEPS, chunked=options.get("chunked", True))
    with Wire(proxy.port) as wire:
        whole = wire.request("POST", "/v1/messages", body)
    length = upstream.calls[-1].sent
    assert whole.status == 200 and 1000 < length < 4000
    yield length, whole
    wire = Wire(proxy.port)
    for cut in range(0, length, step):
        upstream.respond = lambda call: Answer(STEPS, cut_at=cut, **options)
        answer = wire.request("POST", "/v1/messages", body)
        if answer.headers.get("connection") == "close":
            wire.close()
            wire = Wire(proxy.port)
        yield cut, answer
    wire.close()


def content(message):
    """Without the ids, which the answers do not share."""
    return [{k: v for k, v in b.items() if k != "id"} for b in message["content"]] + [
        message["stop_reason"]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_cut_at_any_byte_is_an_error_or_the_whole_answer(stream, way, proxy, upstream):
    """S17 S18 S19 E06: error, or the very content of the whole answer; never less."""
    options, step = WAYS[way]
    results = answers_of(proxy, upstream, stream, options, step if stream else 5 * step)
    length, whole = next(results)
    wanted = content(message_of(whole.events()) if stream else whole.json())
    clean = []
    for cut, answer in results:
        if answer.status >= 400:
            assert answer.json()["error"]["message"]
            continue
        if stream:
            events = answer.events()
            check_grammar(events)
            if events[-1].name == "error":
                continue
            message = message_of(events)
        else:
            message = answer.json()
        assert content(message) == wanted, f"cut at {cut} of {length}"
        clean.append(cut)
    # Only the end of the stream can be missed: usage, [DONE], the last chunk.
    assert all(cut > length * 0.6 for cut in clean), clean[:3]
    assert upstream.problems == []
    wait_until(lambda: proxy.metrics()["autosre_open_streams"] == 0, 3, "no open stream")
