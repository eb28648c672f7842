"""A model server that dies at any byte of its answer: what came never passes for a whole one."""

import pytest

from answers import Answer, Reasoning, Text, Tool
from proxy import wait_until
from responses_client import EXEC, PATH, custom, without_ids
from responses_grammar import response_of
from wire import Wire

STEPS = [Reasoning("Hm."), Text("Now 日本."), Tool("exec_command", {"cmd": "ls"}, pieces=2),
         Tool("apply_patch", {"input": "x"})]

# How the server's answers end, and at each how many bytes one is cut.
WAYS = {"closed": ({}, 1), "reset": ({"reset": True}, 7), "unframed": ({"chunked": False}, 5)}
BODY = {"model": "m", "input": "hi", "tools": [EXEC, custom("apply_patch")]}


def answers_of(client, stream, options, step):
    """What a client gets: the whole answer first, then the one cut after each number of bytes."""
    body = {**BODY, "stream": stream}
    upstream = client.upstream
    upstream.respond = lambda call: Answer(STEPS, chunked=options.get("chunked", True))
    whole = client.post(body)
    length = upstream.calls[-1].sent
    assert whole.status == 200 and 1000 < length < 4000
    yield length, whole
    wire = Wire(client.port)
    for cut in range(0, length, step):
        upstream.respond = lambda call: Answer(STEPS, cut_at=cut, **options)
        answer = wire.request("POST", PATH, body)
        if answer.headers.get("connection") == "close":
            wire.close()
            wire = Wire(client.port)
        yield cut, answer
    wire.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_cut_at_any_byte_fails_or_is_the_whole_answer(stream, way, client):
    """Cases 39, 44 and 52: one end; without the whole answer nothing is completed or done."""
    options, step = WAYS[way]
    results = answers_of(client, stream, options, step if stream else 5 * step)
    length, whole = next(results)
    wanted = without_ids((response_of(whole.events()) if stream else whole.json())["output"])
    assert len(wanted) == 4
    clean = []
    for cut, answer in results:
        if answer.status >= 400:
            assert answer.status >= 500 and answer.json()["error"]["message"], (cut, answer)
            continue
        if stream:
            events = answer.events()
            response = response_of(events)
            if response["status"] == "failed":
                assert not [e for e in events if e.name == "response.output_item.done"], cut
                continue
        else:
            response = answer.json()
        assert response["status"] == "completed", (cut, response)
        assert without_ids(response["output"]) == wanted, f"cut at {cut} of {length}"
        clean.append(cut)
    # Only the end of the stream can be missed: usage, [DONE], the last chunk.
    assert all(cut > length * 0.6 for cut in clean), clean[:3]
    wait_until(lambda: client.proxy.metrics()["autosre_open_streams"] == 0, 3, "no open stream")
