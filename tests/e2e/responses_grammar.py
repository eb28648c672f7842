"""The order and the shape of the events of a streamed response."""

from dataclasses import dataclass, field

TERMINAL = {"response.completed": "completed", "response.failed": "failed",
            "response.incomplete": "incomplete"}
WAITING = ("response.in_progress", "keepalive")  # may come at any time, again and again
NEEDS = {"message": ("id", "role", "status", "content"), "reasoning": ("id", "summary"),
         "function_call": ("id", "call_id", "name", "arguments"),
         "custom_tool_call": ("id", "call_id", "name", "input"),
         "tool_search_call": ("id", "call_id", "execution", "arguments"),
         "compaction": ("id", "encrypted_content")}
USAGE = {"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details",
         "total_tokens"}


def response_of(events):
    """The response of the terminal event, after everything before it was checked."""
    names = [e.name for e in events]
    for number, event in enumerate(events):
        assert event.data["sequence_number"] == number, (number, event)
    assert names[0] == "response.created" and names.count(names[0]) == 1, names
    assert [n for n in names if n in TERMINAL] == [names[-1]], f"one end, and last: {names}"
    responses = [e.data["response"] for e in events if "response" in e.data]
    assert len({r["id"] for r in responses}) == 1, "the response's id changes"
    assert responses[0]["status"] == "in_progress" and responses[0]["output"] == [], responses[0]
    items = []
    for event in events[1:-1]:
        if event.name not in WAITING:
            take(items, event)
    response = responses[-1]
    assert response["status"] == TERMINAL[names[-1]], response
    check_end(response, items)
    return response


def check_end(response, items):
    if response["status"] == "failed":
        assert response["error"]["code"] and response["error"]["message"], response
        return
    assert response["error"] is None, response
    assert response["output"] == [i.done for i in items if i.done], response["output"]
    check_usage(response["usage"])
    if response["status"] == "completed":
        assert items and all(i.done for i in items), "an item is left open, or there is none"
        assert response["incomplete_details"] is None, response
    else:
        assert response["incomplete_details"]["reason"], response


def check_usage(usage):
    """Case 50: Codex asks five times again where one of these is missing."""
    assert USAGE <= set(usage), usage
    for value in (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"],
                  usage["input_tokens_details"]["cached_tokens"],
                  usage["output_tokens_details"]["reasoning_tokens"]):
        assert type(value) is int and value >= 0, usage
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"], usage
    assert usage["input_tokens_details"]["cached_tokens"] <= usage["input_tokens"], usage
    assert usage["output_tokens_details"]["reasoning_tokens"] <= usage["output_tokens"], usage


def check_item(item):
    """Cases 36 and 37: an item without one of these is dropped by Codex, unsaid."""
    assert all(name in item for name in NEEDS[item["type"]]), item
    if item["type"] == "message":
        assert item["role"] == "assistant", item
        assert all(p["type"] == "output_text" and isinstance(p["text"], str)
                   and p["annotations"] == [] for p in item["content"]), item
    elif item["type"] == "reasoning":
        assert isinstance(item["summary"], list), item
    elif item["type"] == "tool_search_call":
        assert isinstance(item["arguments"], dict), item
    for name in ("arguments", "input", "encrypted_content"):
        if item["type"] != "tool_search_call" and item.get(name) is not None:
            assert isinstance(item[name], str), item


@dataclass
class Item:
    """An item while its events come."""

    added: dict
    parts: dict = field(default_factory=dict)  # (kind of text, index) -> what its deltas say
    ended: set = field(default_factory=set)
    done: dict = None

    def text(self, kind):
        return "".join(self.parts[k] for k in sorted(self.parts) if k[0] == kind)


def take(items, event):
    data = event.data
    if event.name == "response.output_item.added":
        assert data["output_index"] == len(items), data
        check_item(data["item"])
        assert data["item"].get("status", "in_progress") == "in_progress", data
        assert not any(data["item"].get(n) for n in ("content", "input", "summary")), data
        assert isinstance(data["item"].get("arguments", ""), dict) or (
            not data["item"].get("arguments")), data
        items.append(Item(data["item"]))
        return
    item = items[data["output_index"]]
    assert not item.done, f"after the item's end: {event}"
    if event.name == "response.output_item.done":
        finish(item, data["item"])
        return
    assert data["item_id"] == item.added["id"], (item.added, event)
    PARTS[event.name](item, data)


def finish(item, done):
    check_item(done)
    for name in ("type", "id", "call_id", "name", "namespace"):
        assert done.get(name) == item.added.get(name), (name, item.added, done)
    assert done.get("status") != "in_progress", done
    if done["type"] == "message":
        assert [p["text"] for p in done["content"]] == [
            item.parts[k] for k in sorted(item.parts)], (item, done)
        assert item.ended == set(item.parts), f"a part has no end: {item}"
    elif done["type"] == "function_call":
        assert item.text("arguments") == done["arguments"] and item.ended, (item, done)
    elif done["type"] == "custom_tool_call":
        assert item.text("input") == done["input"] and item.ended, (item, done)
    elif done["type"] == "reasoning":
        for name, kind in (("content", "reasoning"), ("summary", "summary")):
            told = "".join(p["text"] for p in done.get(name) or [])
            assert told == item.text(kind), (item, done)
    item.done = done


def joined(text):
    """Halves of a character that two deltas brought are one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def grows(kind, index):
    def delta(item, data):
        key = (kind, data[index] if index else 0)
        assert isinstance(data["delta"], str) and key not in item.ended, data
        assert index is None or key in item.parts, f"no part was opened: {data}"
        item.parts[key] = item.parts.get(key, "") + data["delta"]
    return delta


def ends(kind, index, value):
    def end(item, data):
        key = (kind, data[index] if index else 0)
        item.parts[key] = joined(item.parts.get(key, ""))
        assert data[value] == item.parts[key], (item, data)
        item.ended.add(key)
    return end


def open_part(item, data):
    kind = {"output_text": "text", "reasoning_text": "reasoning"}[data["part"]["type"]]
    key = (kind, data["content_index"])
    assert key not in item.parts and data["part"]["text"] == "", data
    item.parts[key] = ""


def close_part(item, data):
    kind = {"output_text": "text", "reasoning_text": "reasoning"}[data["part"]["type"]]
    assert item.parts[kind, data["content_index"]] == data["part"]["text"], data


def open_summary(item, data):
    assert data["part"] == {"type": "summary_text", "text": ""}, data
    item.parts["summary", data["summary_index"]] = ""


def close_summary(item, data):
    assert item.parts["summary", data["summary_index"]] == data["part"]["text"], data


PARTS = {f"response.{name}": work for name, work in {
    "content_part.added": open_part,
    "content_part.done": close_part,
    "output_text.delta": grows("text", "content_index"),
    "output_text.done": ends("text", "content_index", "text"),
    "reasoning_text.delta": grows("reasoning", "content_index"),
    "reasoning_text.done": ends("reasoning", "content_index", "text"),
    "reasoning_summary_part.added": open_summary,
    "reasoning_summary_part.done": close_summary,
    "reasoning_summary_text.delta": grows("summary", "summary_index"),
    "reasoning_summary_text.done": ends("summary", "summary_index", "text"),
    "function_call_arguments.delta": grows("arguments", None),
    "function_call_arguments.done": ends("arguments", None, "arguments"),
    "custom_tool_call_input.delta": grows("input", None),
    "custom_tool_call_input.done": ends("input", None, "input"),
}.items()}
