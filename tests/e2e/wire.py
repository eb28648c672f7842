"""A client of raw sockets: what it sends and receives is what the test says, byte for byte."""

import json
import re
import socket
import struct
import time
from dataclasses import dataclass, field

TERMINAL = ("message_stop", "error")


@dataclass
class Response:
    status: int
    headers: dict
    body: bytes
    version: str = "HTTP/1.1"

    def json(self):
        return json.loads(self.body)

    def events(self):
        return parse_events(self.body)


def is_error(answer, status, kind):
    """Anthropic's error envelope, with the id that the header has; gives the message."""
    body = answer.json()
    assert answer.status == status, answer
    assert body["type"] == "error" and body["error"]["type"] == kind, body
    assert body["request_id"] == answer.headers["request-id"], answer
    return body["error"]["message"]


@dataclass
class Event:
    name: str
    data: dict
    at: float = field(default=0.0, compare=False)


def parse_events(body):
    """The events of a whole stream; refuses what is not `event: NAME\\ndata: JSON\\n\\n`."""
    text = body.decode()
    assert text == "" or text.endswith("\n\n"), f"a frame is cut: {text[-120:]!r}"
    events = []
    for frame in text.split("\n\n")[:-1]:
        match = re.fullmatch(r"event: (\S+)\ndata: (.*)", frame)
        assert match, f"no frame of the protocol: {frame!r}"
        data = json.loads(match[2])
        assert data["type"] == match[1], frame
        events.append(Event(match[1], data))
    return events


DELTAS = {"text": {"text_delta"}, "tool_use": {"input_json_delta"},
          "thinking": {"thinking_delta", "signature_delta"}}


def check_grammar(events):
    """The order that the protocol wants: start, block after block, delta, stop or error."""
    events = [e for e in events if e.name != "ping"]
    names = [e.name for e in events]
    if names == ["error"]:
        return
    assert names[0] == "message_start", names
    assert names.count("message_start") == 1 and names[-1] in TERMINAL, names
    assert events[0].data["message"]["content"] == [], events[0]
    kind, count = None, 0
    for event in events[1:-1]:
        data = event.data
        if event.name == "content_block_start":
            assert kind is None and data["index"] == count, (names, data)
            kind = data["content_block"]["type"]
            assert not data["content_block"].get("input"), "input belongs in the deltas (T11)"
        elif event.name == "content_block_delta":
            assert data["index"] == count, data
            assert data["delta"]["type"] in DELTAS.get(kind, ()), (kind, data)
        elif event.name == "content_block_stop":
            assert kind is not None and data["index"] == count, data
            kind, count = None, count + 1
        else:
            assert event.name == "message_delta" and kind is None, names
    if names[-1] == "message_stop":
        assert names[-2] == "message_delta" and names.count("message_delta") == 1, names
        assert kind is None and count > 0, names
    else:
        error = events[-1].data["error"]
        assert error["type"] and error["message"], events[-1]


def message_of(events):
    """What a client makes of the events: like the answer to the same request unstreamed."""
    check_grammar(events)
    message, blocks = None, []
    for event in events:
        data = event.data
        if event.name == "message_start":
            message = dict(data["message"])
        elif event.name == "content_block_start":
            blocks.append(dict(data["content_block"], partial=""))
        elif event.name == "content_block_delta":
            delta = data["delta"]
            name = {"input_json_delta": "partial", "text_delta": "text",
                    "thinking_delta": "thinking", "signature_delta": "signature"}[delta["type"]]
            part = delta.get(name, delta.get("partial_json"))
            blocks[-1][name] = (blocks[-1].get(name) or "") + part
        elif event.name == "message_delta":
            message.update(data["delta"])
            message["usage"] = {**message["usage"], **data["usage"]}
        elif event.name == "error":
            return dict(message or {}, error=data["error"], content=blocks)
    for block in blocks:
        partial = block.pop("partial")
        if block["type"] == "tool_use":
            block["input"] = json.loads(partial or "{}")
    message["content"] = blocks
    return message


class Wire:
    """One connection."""

    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.inbox = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset_on_close(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def request(self, method, target, body=b"", headers=None, version="HTTP/1.1"):
        self.send(head(method, target, body, headers, version) + as_bytes(body))
        return self.response(method)

    def more(self):
        data = self.socket.recv(65536)
        self.inbox += data
        return bool(data)

    def until(self, mark):
        while mark not in self.inbox:
            if not self.more():
                raise EOFError(f"the server closed after {self.inbox!r}")
        found, self.inbox = self.inbox.split(mark, 1)
        return found

    def exactly(self, size):
        while len(self.inbox) < size:
            if not self.more():
                raise EOFError(f"the server closed {size - len(self.inbox)} bytes early")
        found, self.inbox = self.inbox[:size], self.inbox[size:]
        return found

    def head(self):
        lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        version, status = lines[0].split(" ")[:2]
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        return Response(int(status), headers, b"", version)

    def response(self, method="GET"):
        answer = self.head()
        while answer.status == 100:
            answer = self.head()
        if method == "HEAD" or answer.status in (204, 304):
            return answer
        answer.body = b"".join(self.body(answer))
        return answer

    def body(self, answer):
        """The body's pieces; EOFError when it is cut."""
        headers = answer.headers
        if headers.get("transfer-encoding") == "chunked":
            while size := int(self.until(b"\r\n"), 16):
                yield self.exactly(size)
                assert self.exactly(2) == b"\r\n"
            assert self.until(b"\r\n") == b""
        elif "content-length" in headers:
            yield self.exactly(int(headers["content-length"]))
        else:
            while self.more():
                pass
            found, self.inbox = self.inbox, b""
            yield found

    def stream(self, body, target="/v1/messages?beta=true", headers=None):
        """Sends a request; gives the head, then each event as it comes with its time."""
        self.send(head("POST", target, body, headers) + as_bytes(body))
        return self.head()

    def events(self, answer):
        pending = b""
        for piece in self.body(answer):
            pending += piece
            while b"\n\n" in pending:
                frame, pending = pending.split(b"\n\n", 1)
                event, = parse_events(frame + b"\n\n")
                event.at = time.monotonic()
                yield event


def as_bytes(body):
    if isinstance(body, (dict, list)):
        return json.dumps(body).encode()
    return body.encode() if isinstance(body, str) else body


def head(method, target, body=b"", headers=None, version="HTTP/1.1"):
    lines = {"Host": "127.0.0.1", **({"Content-Type": "application/json"} if body else {})}
    if method == "POST" or body:
        lines["Content-Length"] = str(len(as_bytes(body)))
    lines.update(headers or {})
    text = f"{method} {target} {version}\r\n"
    text += "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return (text + "\r\n").encode()


def ask(port, method, target, body=b"", headers=None, timeout=10):
    """One request on a connection of its own."""
    with Wire(port, timeout) as wire:
        return wire.request(method, target, body, headers)


def user(text, **options):
    """The smallest request with that text."""
    return {"model": "claude-local", "max_tokens": 256,
            "messages": [{"role": "user", "content": text}], **options}


def post(port, body, headers=None, target="/v1/messages", timeout=10):
    return ask(port, "POST", target, body, headers, timeout)
