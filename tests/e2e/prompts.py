"""Whether a session's prompts grow at the end only: what an engine's prefix cache lives on."""

import json


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def render(body):
    """The prompt as a ChatML-like template makes it: tools, then the messages in order."""
    out = "".join(f"<tool>{compact(t)}</tool>\n" for t in body.get("tools") or [])
    kwargs = body.get("chat_template_kwargs")
    if kwargs:
        out += f"<kwargs>{compact(kwargs)}</kwargs>\n"
    for message in body["messages"]:
        out += f"<|im_start|>{message['role']}\n"
        for key in ("tool_call_id", "reasoning", "reasoning_content"):
            if message.get(key):
                out += f"<{key}>{message[key]}</{key}>\n"
        out += content(message.get("content"))
        for call in message.get("tool_calls") or []:
            function = call["function"]
            out += f"<call id={call['id']} {function['name']}>{function['arguments']}</call>\n"
        out += "<|im_end|>\n"
    return out.encode()


def content(value):
    if value is None or isinstance(value, str):
        return value or ""
    return "".join(p["text"] if p.get("type") == "text" else f"<part>{compact(p)}</part>"
                   for p in value)


def raw_member(raw, name):
    """The text of a top-level member of a JSON object, as it stands there."""
    text = raw.decode()
    decoder = json.JSONDecoder()
    at = text.index("{") + 1
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        key, at = decoder.raw_decode(text, at)
        while text[at] in " \t\r\n:":
            at += 1
        _, end = decoder.raw_decode(text, at)
        if key == name:
            return text[at:end]
        at = end


def assert_prefix(before, after, what):
    """`before` is how `after` begins; shows where not."""
    if after.startswith(before):
        return
    at = next((i for i, (x, y) in enumerate(zip(before, after)) if x != y),
              min(len(before), len(after)))
    start = max(0, at - 80)
    raise AssertionError(
        f"{what}: the first {at} of {len(before)} bytes are repeated, then\n"
        f"  before: {before[start:at + 160]!r}\n  after:  {after[start:at + 160]!r}")


def conversations(calls):
    """The calls of each agent or session: those with the same beginning of the conversation.

    The key is the first two messages' text, so a changed beginning is a conversation of its own:
    tests also say how many conversations there are."""
    groups = {}
    for call in calls:
        first_user = next((m for m in call.messages if m["role"] == "user"), None)
        key = compact([call.messages[0], first_user])
        groups.setdefault(key, []).append(call)
    return list(groups.values())


def assert_append_only(calls):
    """Each prompt begins with the whole of the one before it, rendered and as raw JSON."""
    assert len(calls) >= 2, "one prompt proves nothing"
    for number, (before, after) in enumerate(zip(calls, calls[1:]), 1):
        name = f"prompt {number + 1} of {len(calls)}"
        assert_prefix(render(before.body), render(after.body), name)
        assert_prefix(raw_member(before.raw, "messages").removesuffix("]"),
                      raw_member(after.raw, "messages").removesuffix("]"),
                      name + ", raw messages")
        assert before.body.get("tools") == after.body.get("tools"), name + ": other tools"
