"""The proxy measures how much of each prompt a session repeats, and warns when that falls."""

import json
import re

import pytest

from answers import say
from prompts import assert_append_only, raw_member, render
from proxy import wait_until
from wire import post, user

TOOL = {"name": "Bash", "description": "Runs a command", "input_schema": {
    "type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}}


def turn(text, *history, tools=(TOOL,), system="You are a coding agent."):
    return {"model": "claude-local", "max_tokens": 100, "system": system, "tools": list(tools),
            "messages": [*history, {"role": "user", "content": text}]}


def said(user_text, answer):
    return [{"role": "user", "content": user_text}, {"role": "assistant", "content": answer}]


def send(proxy, body, session="11111111-2222-3333-4444-555555555555"):
    answer = post(proxy.port, body, {"x-claude-code-session-id": session})
    assert answer.status == 200, answer.body


def share(proxy):
    return proxy.metrics()["autosre_prefix_share"]


def warnings(proxy):
    return [line for line in proxy.stderr.splitlines() if "repeats only" in line]


def test_a_changed_history_gives_a_warning_that_names_the_block(upstream, proxy):
    """R02: what is sent again in another form costs the whole prompt's computation."""
    long = "first question " * 200
    send(proxy, turn(long))
    proxy.wait_log(1)
    send(proxy, turn("and then?", *said(long, "answer")))
    proxy.wait_log(2)
    assert share(proxy) == 1 and not warnings(proxy)
    send(proxy, turn("and now?", *said("another beginning", "answer")))
    line, = wait_until(lambda: warnings(proxy), 3, "the warning")
    assert re.search(r"message \d+ \(user\)", line), line
    rows = proxy.wait_log(3)  # written when a request is done with, a moment after its answer
    metrics = proxy.metrics()
    assert metrics["autosre_prefix_warnings_total"] == 1
    assert metrics["autosre_prefix_share"] < 0.5
    assert "prefix_share" not in rows[0] and rows[1]["prefix_share"] == 1
    assert rows[2]["prefix_share"] < 0.5


def test_changed_tools_and_a_changed_system_prompt_are_named(upstream, proxy):
    """R29: the first blocks of the prompt."""
    send(proxy, turn("a question " * 50))
    send(proxy, turn("a question " * 50, tools=[dict(TOOL, description="Other words")]))
    send(proxy, turn("a question " * 50, tools=[dict(TOOL, description="Other words")],
                     system="You are somebody else."))
    found = wait_until(lambda: len(w := warnings(proxy)) == 2 and w, 3, "two warnings")
    assert found[0].rstrip().endswith("tools") and "(system)" in found[1], found


def test_sessions_are_measured_apart(upstream, proxy):
    """Two sessions with nothing in common take turns: no warning."""
    for number in range(3):
        for name in ("a", "b"):
            history = [m for i in range(number) for m in said(f"{name} {i} " * 40, "yes")]
            send(proxy, turn(f"{name} {number} " * 40, *history), session=name)
    assert proxy.metrics()["autosre_prefix_warnings_total"] == 0, proxy.stderr


def test_the_shape_of_the_content_does_not_change_the_prompt(upstream, proxy):
    """R29 R30 T23: string or array, cache marks, billing block: one canonical form."""
    plain = turn("next", *said("question", "answer"))
    fancy = json.loads(json.dumps(plain))
    mark = {"cache_control": {"type": "ephemeral"}}
    fancy["system"] = [
        {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.330.b1f; cch=0a1b2;"},
        {"type": "text", "text": "You are a coding agent.", **mark}]
    fancy["tools"][0].update(mark, defer_loading=False)
    for message in fancy["messages"]:
        message["content"] = [{"type": "text", "text": message["content"], **mark}]
    send(proxy, plain)
    send(proxy, fancy)
    first, second = upstream.calls
    assert raw_member(first.raw, "messages") == raw_member(second.raw, "messages")
    assert raw_member(first.raw, "tools") == raw_member(second.raw, "tools")
    assert first.body["messages"][0] == {"role": "system", "content": "You are a coding agent."}


def test_a_user_who_writes_of_the_billing_header_keeps_his_text(upstream, proxy):
    """R31."""
    text = "x-anthropic-billing-header: what is that?"
    send(proxy, turn(text))
    assert upstream.calls[0].last_text == text


def test_system_messages_keep_their_place(upstream, proxy):
    """R01 R02 R03 R05: in place or folded, never on top, never between call and result."""
    call = {"role": "assistant", "content": [
        {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}}]}
    result = {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": "a.txt"}]}
    late = {"role": "system", "content": "late-marker: the date is today"}
    body = turn("go on")
    body["messages"] = [{"role": "user", "content": "question"},
                        {"role": "system", "content": "early-marker: the folder is /x"}, call]
    # A count of tokens has the same prompt, and no last message is missing its result.
    bodies = [dict(body, messages=[*body["messages"], result, late]),
              dict(body, messages=[*body["messages"], result, late,
                                   {"role": "assistant", "content": "ok"},
                                   {"role": "user", "content": "more"}])]
    for each in bodies:
        send(proxy, each)
    assert_append_only(upstream.calls)
    prompt = render(upstream.calls[1].body).decode()
    places = [prompt.index(mark) for mark in ("question", "early-marker", "call id=", "a.txt",
                                              "late-marker", "more")]
    assert places == sorted(places)
    roles = [m["role"] for m in upstream.calls[1].messages]
    assert roles[roles.index("tool") - 1] == "assistant", roles


def test_a_count_has_the_prompt_of_the_request_itself(upstream, proxy):
    """U08 U17: count_tokens says what the answer's usage will say."""
    body = turn("how long am I? " * 30, *said("question", "日本語"))
    count = post(proxy.port, {k: v for k, v in body.items() if k != "max_tokens"},
                 target="/v1/messages/count_tokens").json()["input_tokens"]
    usage = post(proxy.port, body).json()["usage"]
    assert count == usage["input_tokens"] + usage["cache_read_input_tokens"]
    counted = upstream.counts[-1].body
    for name in ("messages", "tools", "chat_template_kwargs"):
        assert counted.get(name) == upstream.calls[0].body.get(name), name


def test_text_beyond_ascii_is_the_same_however_it_was_escaped(upstream, proxy):
    """R33 R34: in texts, results and arguments; half a character is no reason to fail."""
    odd = "日本語 ü 🎈 \x7f \u2028 \" \\ \n"
    call = {"role": "assistant", "content": [
        {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": odd}}]}
    result = {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": odd}]}
    body = turn("go on")
    body["messages"] = [{"role": "user", "content": odd}, call, result]
    for raw in (json.dumps(body), json.dumps(body, ensure_ascii=False)):
        send(proxy, raw)
    for call_ in upstream.calls:
        question, called, answer = call_.messages[1:]
        assert question["content"] == odd
        assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"command": odd}
        assert "日本語" in called["tool_calls"][0]["function"]["arguments"]
        assert answer["content"] == odd
    assert render(upstream.calls[0].body) == render(upstream.calls[1].body)


@pytest.mark.parametrize("half", [b"half \\ud83d", b"half \\udc00 \\ud83d\\ud83d", b"half \xff",
                                  "half \ud83d".encode(errors="surrogatepass")])
def test_half_a_character_is_no_reason_to_fail(half, upstream, proxy):
    """R34: what a terminal printed."""
    send(proxy, json.dumps(turn("HERE")).encode().replace(b"HERE", half))
    upstream.calls[0].raw.decode()
    assert set(upstream.calls[0].last_text.removeprefix("half ")) <= {"\ufffd", " "}


def test_what_was_asked_is_logged_nowhere(upstream, proxy):
    """E11 E19."""
    upstream.respond = lambda call: say("Wurst")
    send(proxy, {**turn("Geheimnis"), "metadata": {"user_id": "u"}})
    post(proxy.port, {**turn("Geheimnis"), "messages": [{"role": "Geheimnis", "content": 1}]})
    proxy.wait_log(2)
    files = [f.read_text() for f in proxy.home.rglob("*") if f.is_file()]
    assert files and not any("Geheimnis" in t or "Wurst" in t for t in [*files, proxy.stderr])
    log = proxy.data / "autosre/proxy-requests.jsonl"
    assert log.stat().st_mode & 0o077 == 0


def test_the_smallest_request_needs_no_session(upstream, proxy):
    """E16: another client sends neither session nor token."""
    assert post(proxy.port, user("hi")).json()["content"] == [{"type": "text", "text": "ok"}]
    assert "prefix_share" not in proxy.wait_log(1)[0]
