"""A request to the scripted model server, and the prompt in it."""

import json
import re
import threading
from dataclasses import dataclass, field


@dataclass
class Call:
    """A request as it came."""

    path: str
    headers: dict
    raw: bytes
    body: dict
    at: float
    gone: threading.Event = field(default_factory=threading.Event)
    gone_at: float = None
    answered: threading.Event = field(default_factory=threading.Event)
    sent: int = 0  # bytes of the answer, head included

    @property
    def messages(self):
        return self.body["messages"]

    def text_of(self, message):
        content = message.get("content")
        if isinstance(content, str):
            return content
        return "".join(p.get("text", "") for p in content or [])

    @property
    def last_text(self):
        return self.text_of(self.messages[-1])

    @property
    def tool_names(self):
        return [t["function"]["name"] for t in self.body.get("tools") or []]


def prompt_bytes(body):
    """What the model would read; the same for a count and for an answer. A picture is 1 KiB."""
    parts = [body.get("tools") or [], body["messages"]]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return re.sub(r"data:image/[^\"]*", "picture " * 128, text).encode()


def common(left, right):
    """The length of the common prefix, by halving."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def is_probe(body):
    asked = body.get("max_tokens") or body.get("max_completion_tokens")
    return asked == 1 and not body.get("tools") and len(body.get("messages", [])) <= 3
