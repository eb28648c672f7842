"""Clients and model servers that come, stall, break off and go at random, all at once."""

import os
import pathlib
import random
import resource
import threading
import time

from answers import Answer, Broken, Pause, Reasoning, Text, Tool, http_error
from proxy import wait_until
from wire import Wire, as_bytes, check_grammar, head, message_of, post, user

SECONDS = 5
CLIENTS = 24


def random_answer(dice, call):
    """Now and then whole; the client's text says how the answer begins."""
    steps = [Text(f"[{call.last_text[:12]}]")]
    for _ in range(dice.randrange(6)):
        steps.append(dice.choice([
            Text("word " * dice.randrange(1, 4000), dice.randrange(1, 9)), Reasoning("hm " * 9, 3),
            Pause(dice.random() / 20), Tool("Bash", {"command": "x" * dice.randrange(500)}, 4)]))
    fate = dice.randrange(10)
    if fate == 0:
        return http_error(dice.choice([400, 429, 500, 503]), "chaos", retry_after=1)
    if fate == 1:
        return Answer(steps + [Broken("chaos")])
    cut = dice.randrange(6000) if fate in (2, 3) else None
    return Answer(steps, cut_at=cut, reset=fate == 3, chunked=fate != 4,
                  write_size=dice.choice([None, None, 1400]), as_json=fate == 5)


class Client(threading.Thread):
    path = "/v1/messages"

    def __init__(self, port, seed, until):
        super().__init__(daemon=True)
        self.port, self.dice, self.until = port, random.Random(seed), until
        self.name, self.whole, self.failure = f"client-{seed}", 0, None

    def run(self):
        try:
            while time.monotonic() < self.until:
                self.once()
        except Exception as failure:  # raised again by the test
            self.failure = failure

    def once(self):
        manner = self.dice.randrange(6)
        text = f"{self.name:12}" + "x" * self.dice.randrange(2000)
        raw = as_bytes(self.body(text, manner != 5))
        with Wire(self.port, 20) as wire:
            if manner == 0:  # never sends it all
                wire.send((head("POST", self.path, raw) + raw)[:self.dice.randrange(400)])
                return
            wire.send(head("POST", self.path, raw) + raw)
            if manner in (1, 2):  # goes, sometimes with a reset
                time.sleep(self.dice.random() / 10)
                if manner == 2:
                    wire.reset_on_close()
                return
            if manner == 3:  # reads late
                time.sleep(self.dice.random() / 3)
            self.check(wire.response())

    def body(self, text, stream):
        return user(text, stream=stream)

    def check(self, answer):
        """Whatever happened, what arrives is of the protocol, and this client's own."""
        if answer.status != 200:
            assert answer.json()["type"] == "error"
            return
        if answer.headers["content-type"].startswith("application/json"):
            message = answer.json()
        else:
            check_grammar(events := answer.events())
            message = message_of(events)
        if "error" not in message:
            first = next(b["text"] for b in message["content"] if b["type"] == "text")
            assert first.startswith(f"[{self.name:12}]"), message
            self.whole += 1


def descriptors(proxy):
    return len(os.listdir(f"/proc/{proxy.process.pid}/fd"))


def resident_mib(proxy):
    pages = int(pathlib.Path(f"/proc/{proxy.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_the_proxy_survives_everything_at_once(upstream, proxy):
    """S28 S30 S31 E06: no answer of another's, no stream or descriptor left over, no crash."""
    post(proxy.port, user("warm up"))
    survive(upstream, proxy, Client)


def survive(upstream, proxy, kind, seconds=SECONDS):
    dice, lock = random.Random(7), threading.Lock()

    def respond(call):
        with lock:
            seed = dice.random()
        return random_answer(random.Random(seed), call)

    before = descriptors(proxy)
    upstream.respond = respond
    until = time.monotonic() + seconds
    clients = [kind(proxy.port, seed, until) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(seconds + 30)
        assert not client.is_alive(), f"{client.name} hangs"
    failures = [c.failure for c in clients if c.failure]
    assert proxy.process.poll() is None, proxy.stderr[-2000:]
    assert not failures, failures[0]
    assert sum(c.whole for c in clients) > CLIENTS
    wait_until(lambda: proxy.metrics()["autosre_open_streams"] == 0, 5, "no open stream")
    kept = 64  # connections to the model server
    wait_until(lambda: descriptors(proxy) <= before + kept, 5, "closed descriptors")
    assert resident_mib(proxy) < 96
    assert upstream.problems == []


def test_connections_wait_until_there_are_descriptors(upstream, proxy):
    pid = proxy.process.pid
    taken = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
    lowest_free = min(set(range(len(taken) + 1)) - taken)
    _, most = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (lowest_free, most))
    wires = [Wire(proxy.port, 20) for _ in range(4)]
    for wire in wires:
        raw = as_bytes(user("hello"))
        wire.send(head("POST", "/v1/messages", raw) + raw)
    wait_until(lambda: "cannot accept a connection" in proxy.stderr, 5, "a warning")
    assert len(upstream.calls) == 0
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))
    for wire in wires:
        with wire:
            assert wire.response().status == 200
