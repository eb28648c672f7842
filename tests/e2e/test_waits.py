"""What only shows after many seconds; everything here waits at the same time."""

import signal
import threading
import time

from answers import Answer, Hold, Text
from proxy import PATIENCE, wait_until
from wire import Wire, ask, head, message_of, post, user


class Waiter(threading.Thread):
    """Runs `work` beside the others and keeps what it gave."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.result, self.failure = work, None, None
        self.start()

    def run(self):
        try:
            self.result = self.work()
        except Exception as failure:  # raised again in `get`
            self.failure = failure

    def get(self, seconds):
        self.join(seconds * PATIENCE)
        assert not self.is_alive(), "still waiting"
        if self.failure:
            raise self.failure
        return self.result


def read_events(port, text, max_tokens=256):
    """The events of one answer, each with the seconds since the request was sent."""
    with Wire(port, 60) as wire:
        sent_at = time.monotonic()
        answer = wire.stream({**user(text, stream=True), "max_tokens": max_tokens})
        return [(e, e.at - sent_at) for e in wire.events(answer)]


def slow_sender(port, beginning):
    """Sends a beginning and no more; the answer, and the seconds it took."""
    with Wire(port, 60) as wire:
        wire.send(beginning)
        sent_at = time.monotonic()
        answer = wire.response()
        assert not wire.more()
        return answer.status, time.monotonic() - sent_at


def stopped_in_mid_answer(proxy, text):
    """SIGTERM while an answer never ends: its last event, the exit code, the seconds it took."""
    with Wire(proxy.port, 60) as wire:
        answer = wire.stream(user(text, stream=True))
        events = wire.events(answer)
        while next(events).name != "content_block_delta":
            pass
        begun = time.monotonic()
        proxy.process.send_signal(signal.SIGTERM)
        *_, last = events
        return last, proxy.process.wait(5), time.monotonic() - begun


def test_silence_is_filled_slow_senders_are_turned_away_and_draining_ends(upstream, make_proxy):
    """S12 S13 S14: the first ping before any byte of the model's, then one every 10 s at most, and
    no second request. A head or a body that does not come is given up. After SIGTERM an answer that
    does not end is ended with an error after 30 s."""
    proxy, leaving = make_proxy(upstream.url), make_proxy(upstream.url)
    holds = {"nothing": Hold(with_head=True), "head": Hold(), "gap": Hold()}
    steps = {"nothing": [holds["nothing"], Text("late ok")],
             "head": [holds["head"], Text("late ok")],
             "gap": [Text("begun "), holds["gap"], Text("late ok")]}
    steps["slow to count"] = [Text("late ok")]
    upstream.slow_count = "slow to count"
    steps["endless"] = [Text("begun "), Hold()]
    upstream.respond = lambda call: Answer(steps[call.last_text])
    drained = Waiter(lambda: stopped_in_mid_answer(leaving, "endless"))
    streams = {name: Waiter(lambda name=name: read_events(proxy.port, name)) for name in holds}
    streams["slow to count"] = Waiter(lambda: read_events(proxy.port, "slow to count", 262144))
    slow_head = Waiter(lambda: slow_sender(proxy.port, b"GET /health HTTP/1.1\r\nHost: loc"))
    slow_body = Waiter(lambda: slow_sender(proxy.port, head(
        "POST", "/v1/messages", headers={"Content-Length": "100"}) + b'{"model":'))
    begun = time.monotonic()
    wait_until(lambda: time.monotonic() - begun > 23, 30, "23 seconds")
    for hold in holds.values():
        hold.released.set()
    for name, waiter in streams.items():
        events = waiter.get(5)
        assert message_of([e for e, _ in events])["content"][-1]["text"].endswith("late ok")
        times = [at for _, at in events]
        gaps = [b - a for a, b in zip([0, *times], times)]
        assert max(gaps) < 10.5, (name, gaps)
        assert [e.name for e, _ in events].count("ping") >= (2 if name in holds else 1), name
    first, at = streams["nothing"].result[0]
    assert first.name == "ping" and at < 10
    assert len(upstream.calls) == 5
    for waiter in (slow_head, slow_body):
        status, seconds = waiter.get(45)
        assert 400 <= status < 600 and 5 < seconds < 60
    last, code, seconds = drained.get(20)
    assert last.name == "error" and code == 0 and 25 < seconds < 40, (last, code, seconds)
    assert ask(proxy.port, "GET", "/health").status == 200


def test_a_server_that_is_slow_to_say_that_it_is_well_is_still_used(upstream, proxy):
    """Its event loop stands still while it reads a long prompt; its clients are not sent away."""
    assert post(proxy.port, user("hi")).status == 200
    upstream.health_delay = 7
    deadline = time.monotonic() + 9
    while time.monotonic() < deadline:
        begun = time.monotonic()
        assert post(proxy.port, user("hi")).status == 200
        assert time.monotonic() - begun < 2
        wait_until(lambda: time.monotonic() - begun > 0.5, 2, "half a second")
    upstream.health_delay = 0
