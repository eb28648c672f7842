"""What only shows after many seconds; everything here waits at the same time."""

import signal
import threading
import time

import openai

from answers import Answer, Hold, Text, http_error
from proxy import wait_until
from responses_client import text_of
from responses_grammar import WAITING, response_of
from test_waits import Waiter

OVERFLOW = ("This model's maximum context length is 2000 tokens. However, your prompt contains "
            "2500 input tokens.")


def read(client, text, **options):
    """The events of one answer, each with the seconds since the request was sent."""
    sent_at = time.monotonic()
    wire, events = client.open(text, timeout=60, **options)
    with wire:
        return [(e, e.at - sent_at) for e in events]


def with_sdk(client, text):
    with openai.OpenAI(base_url=f"{client.proxy.url}/v1", api_key="x", max_retries=0) as sdk:
        with sdk.responses.stream(model="m", input=text) as stream:
            return stream.get_final_response().output_text


def stopped_in_mid_answer(client, text):
    """SIGTERM while an answer never ends: its events, the exit code, the seconds it took."""
    wire, events = client.open(text, timeout=60)
    seen = []
    while not seen or "delta" not in seen[-1].name:
        seen.append(next(events))
    begun = time.monotonic()
    client.proxy.process.send_signal(signal.SIGTERM)
    seen += events
    wire.close()
    return seen, client.proxy.process.wait(5), time.monotonic() - begun


def test_silence_is_filled_with_events_and_late_errors_have_their_codes(upstream, make_codex):
    """Cases 40 and 41: a typed event every 10 s at most, the first before any byte of the model's;
    Codex does not count comments. After that an error is response.failed with its code."""
    client, leaving = make_codex(upstream), make_codex(upstream)
    late = threading.Event()
    holds = {"nothing": Hold(with_head=True), "head": Hold(), "gap": Hold(), "sdk": Hold()}
    steps = {"nothing": [holds["nothing"], Text("late ok")],
             "head": [holds["head"], Text("late ok")],
             "gap": [Text("begun "), holds["gap"], Text("late ok")],
             "sdk": [Text("begun "), holds["sdk"], Text("late ok")],
             "endless": [Text("begun "), Hold()]}
    refusals = {"overflow": (400, OVERFLOW), "broken": (500, "on fire"), "wrong": (400, "odd"),
                "unknown": (404, "no such model"), "busy": (429, "later")}

    def respond(call):
        if call.last_text in refusals:
            late.wait(60)
            return http_error(*refusals[call.last_text])
        return Answer(steps[call.last_text])

    upstream.respond = respond
    drained = Waiter(lambda: stopped_in_mid_answer(leaving, "endless"))
    streams = {name: Waiter(lambda name=name: read(client, name))
               for name in [*holds, *refusals] if name != "sdk"}
    sdk = Waiter(lambda: with_sdk(client, "sdk"))
    wait_until(lambda: len(upstream.calls) == len(steps) + len(refusals), 10, "all requests")
    begun = time.monotonic()
    wait_until(lambda: time.monotonic() - begun > 5, 10, "a begun stream")
    late.set()
    wait_until(lambda: time.monotonic() - begun > 21, 30, "21 seconds")
    for hold in holds.values():
        hold.released.set()
    for name in ("nothing", "head", "gap"):
        events = streams[name].get(5)
        assert text_of(response_of([e for e, _ in events])).endswith("late ok")
        times = [at for _, at in events]
        assert max(b - a for a, b in zip([0, *times], times)) < 10.5, (name, times)
        assert [e.name in WAITING for e, _ in events].count(True) >= 2, name
    assert streams["nothing"].result[0][1] < 10
    assert sdk.get(5) == "begun late ok"
    errors = {name: response_of([e for e, _ in streams[name].get(5)])["error"]
              for name in refusals}
    assert {name: error["code"] for name, error in errors.items()} == {
        "overflow": "context_length_exceeded", "broken": "server_error",
        "busy": "rate_limit_exceeded", "wrong": "invalid_prompt", "unknown": "invalid_prompt"}
    for name, (_, text) in refusals.items():
        assert text in errors[name]["message"], errors[name]
    events, code, seconds = drained.get(20)
    assert response_of(events)["status"] == "failed" and code == 0
    assert 25 < seconds < 40, seconds
