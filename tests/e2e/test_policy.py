"""Who goes first, and how many at a time."""

import base64
import threading

import pytest

from answers import Answer, Hold, Text, Tool, http_error, say
from files import pdf, png
from proxy import wait_until
from wire import Wire, as_bytes, ask, head, message_of, post, user


class Streams:
    """Requests that go on until they are released, each on a connection of its own."""

    def __init__(self, proxy, upstream):
        self.proxy, self.upstream, self.wires = proxy, upstream, []
        self.holds = {}
        upstream.respond = self.respond
        self.lock = threading.Lock()

    def respond(self, call):
        with self.lock:
            hold = self.holds.setdefault(call.last_text, Hold())
        return Answer([hold, Text("done " + call.last_text)])

    def open(self, name, **options):
        wire = Wire(self.proxy.port)
        body = user(name, stream=True, **options)
        wire.send(head("POST", "/v1/messages", body) + as_bytes(body))
        self.wires.append(wire)
        return wire

    def at_the_model(self):
        return [c.last_text for c in self.upstream.calls]

    def close(self):
        for wire in self.wires:
            wire.close()


@pytest.fixture
def streams(upstream, make_proxy):
    made = []

    def make(*options):
        proxy = make_proxy(upstream.url, *options)
        post(proxy.port, user("warm up"))
        wait_until(lambda: proxy.metrics()["autosre_open_streams"] == 0, 5, "the warm-up's end")
        upstream.calls.clear()
        made.append(Streams(proxy, upstream))
        return made[-1]

    yield make
    for each in made:
        each.close()


SIDE = {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}


def test_side_calls_leave_a_slot_for_a_person(streams):
    """A title does not take the last slot; a message does, and what waits is let in by urgency."""
    s = streams("--slots", "2", "--reserve", "1")
    s.open("title 1", **SIDE)
    wait_until(lambda: s.at_the_model() == ["title 1"], 5, "the first title")
    s.open("title 2", **SIDE)
    wait_until(lambda: s.proxy.metrics()["autosre_waiting_requests"] == 1, 5, "a waiting title")
    s.open("message 1")
    wait_until(lambda: "message 1" in s.at_the_model(), 5, "the message in the reserve")
    s.open("message 2")
    wait_until(lambda: s.proxy.metrics()["autosre_waiting_requests"] == 2, 5, "two waiting")
    s.holds["title 1"].released.set()
    wait_until(lambda: len(s.at_the_model()) == 3, 5, "the next")
    assert s.at_the_model()[2] == "message 2", "the title went first"
    s.holds["message 1"].released.set()
    s.holds["message 2"].released.set()
    wait_until(lambda: "title 2" in s.at_the_model(), 5, "the last title")


def test_one_who_waits_and_leaves_is_forgotten(streams):
    """S28: no place in the queue is lost, and the model never hears of it."""
    s = streams("--slots", "1")
    s.open("first")
    wait_until(lambda: s.at_the_model() == ["first"], 5, "the first")
    second = s.open("second")
    s.open("third")
    wait_until(lambda: s.proxy.metrics()["autosre_waiting_requests"] == 2, 5, "two waiting")
    second.close()
    wait_until(lambda: s.proxy.metrics()["autosre_waiting_requests"] == 1, 5, "one waiting")
    s.holds["first"].released.set()
    wait_until(lambda: s.at_the_model() == ["first", "third"], 5, "the third")


def test_more_streams_than_allowed_are_told_to_come_back(streams):
    s = streams("--max-streams", "3")
    for number in range(3):
        s.open(f"n{number}")
    wait_until(lambda: len(s.at_the_model()) == 3, 5, "three streams")
    answer = post(s.proxy.port, user("one too many"))
    assert answer.status == 529 and int(answer.headers["retry-after"]) > 0
    assert ask(s.proxy.port, "GET", "/health").status == 200
    s.holds["n0"].released.set()
    message = message_of(s.wires[0].response().events())
    assert message["content"][0]["text"] == "done n0"
    wait_until(lambda: s.proxy.metrics()["autosre_open_streams"] == 2, 3, "two streams")
    s.holds["next"] = Hold()
    s.holds["next"].released.set()
    assert post(s.proxy.port, user("next")).status == 200


def test_side_calls_are_less_urgent_and_clients_are_not_believed(upstream, proxy):
    urgent = {"x-autosre-priority": "-5"}
    post(proxy.port, user("a message"), urgent)
    post(proxy.port, user("a title", **SIDE), urgent)
    post(proxy.port, user("another", priority=-100), urgent)
    assert [c.body["priority"] for c in upstream.calls] == [10, 20, 10]
    assert sorted(r["priority"] for r in proxy.wait_log(3)) == [10, 10, 20]


def test_a_trusted_client_says_how_urgent_it_is(upstream, make_proxy):
    proxy = make_proxy(upstream.url, "--trust-priority")
    for value in ("-5", "70", "", "high"):
        post(proxy.port, user("hi"), {"x-autosre-priority": value})
    assert [c.body["priority"] for c in upstream.calls] == [-5, 70, 10, 10]


def test_sub_agents_are_side_calls_when_so_set(upstream, make_proxy):
    agent = {"x-claude-code-session-id": "s-1", "x-claude-code-agent-id": "a-1"}
    for options in ([], ["--background-agents"]):
        proxy = make_proxy(upstream.url, *options)
        for headers in ({}, agent):
            post(proxy.port, user("hi"), headers)
    assert [c.body["priority"] for c in upstream.calls] == [10, 10, 10, 20]


def test_an_engine_without_priorities_is_asked_without(upstream, proxy):
    """vLLM without priority scheduling refuses the field; once is enough."""
    upstream.respond = lambda call: http_error(
        400, "Got priority 10 but Priority scheduling is not enabled.") if (
        call.body.get("priority")) else say("ok")
    for _ in range(3):
        assert post(proxy.port, user("hi")).status == 200
    assert ["priority" in c.body for c in upstream.calls] == [True, False, False, False]


def test_a_refused_request_is_somebodys_too(upstream, proxy):
    """The log and the counts name the client and its session, though the body says nothing."""
    session = {"x-claude-code-session-id": "s-1", "x-claude-code-agent-id": "a-1"}
    assert post(proxy.port, b"{broken", session).status == 400
    (row,) = proxy.wait_log(1)
    assert (row["client"], row["session"], row["agent"]) == ("claude", "s-1", "a-1"), row
    assert "JSON" in row["error"]
    assert not any('client=""' in name for name in proxy.metrics())


def test_prompts_are_logged_when_asked_for(upstream, make_proxy):
    proxy = make_proxy(upstream.url, "--log-prompts")
    post(proxy.port, user("remember me"))
    assert "remember me" in proxy.wait_log(1)[0]["prompt"]
    silent = make_proxy(upstream.url, "--no-request-log")
    assert post(silent.port, user("hi")).status == 200
    assert silent.terminate() == 0 and silent.log() == []


def test_long_tool_names_come_back_as_they_were(upstream, proxy):
    """T21 T22: a name of 90 characters, and one that a server tool has too."""
    name = "mcp__" + "a-very-long-server-name__" * 3 + "tool_name1"
    assert len(name) > 64
    names = [name, name + "b", "web_search"]
    tools = [{"name": n, "input_schema": {"type": "object"}} for n in names]
    upstream.respond = lambda call: Answer([Tool(n, {"n": 1}) for n in call.tool_names])
    message = message_of(post(proxy.port, user("hi", stream=True, tools=tools)).events())
    assert [b["name"] for b in message["content"]] == names
    sent = upstream.calls[0].tool_names
    assert len(set(sent)) == 3
    history = [{"role": "user", "content": "hi"},
               {"role": "assistant", "content": message["content"]},
               {"role": "user", "content": [{"type": "tool_result", "tool_use_id": b["id"],
                                             "content": "r"} for b in message["content"]]}]
    post(proxy.port, {**user("x", tools=tools), "messages": history})
    called = upstream.calls[1].messages[1]["tool_calls"]
    assert [c["function"]["name"] for c in called] == sent == upstream.calls[1].tool_names


def test_documents_and_pictures_are_not_lost(upstream, proxy):
    """R11 R12 R16 R41 R50: 20 MB of them."""
    big = base64.b64encode(png() + bytes(15_000_000)).decode()
    paper = base64.b64encode(pdf("Paper of one line")).decode()
    source = lambda kind, data: {"type": "base64", "media_type": kind, "data": data}
    body = user("hi")
    body["messages"][0]["content"] = [
        {"type": "image", "source": source("image/png", big)},
        {"type": "image", "source": {"type": "url", "url": "https://pictures.example/cat.png"}},
        {"type": "document", "source": source("application/pdf", paper)},
        {"type": "document", "title": "Notes", "source": {
            "type": "text", "media_type": "text/plain", "data": "Notes of one line"}},
        {"type": "document", "source": source("application/pdf", "bm90IGEgcGRm")},
        {"type": "text", "text": "What is it?"}]
    assert post(proxy.port, body, timeout=30).status == 200
    parts = upstream.calls[0].messages[-1]["content"]
    texts = " ".join(p["text"] for p in parts if p["type"] == "text")
    for wanted in ("Paper of one line", "Notes of one line", "What is it?"):
        assert wanted in texts, texts
    images = [p["image_url"]["url"] for p in parts if p["type"] == "image_url"]
    assert f"data:image/png;base64,{big}" in images
    assert {p["type"] for p in parts} <= {"text", "image_url"}


def test_a_model_without_eyes_hears_that_there_was_a_picture(make_upstream, make_proxy):
    """R15: a picture must not poison the rest of the session."""
    blind = make_upstream(vision=False)
    proxy = make_proxy(blind.url)
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                         "data": base64.b64encode(png()).decode()}}
    body = user("hi")
    body["messages"][0]["content"] = [image, {"type": "text", "text": "What is it?"}]
    assert post(proxy.port, body).status == 200
    assert "image_url" not in blind.calls[0].raw.decode()
    assert "image" in blind.calls[0].last_text and "What is it?" in blind.calls[0].last_text
