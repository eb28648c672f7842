"""What the scripted model server answers: a list of steps, and their bytes as vLLM streams them."""

import json
from dataclasses import dataclass, field
from threading import Event


@dataclass
class Text:
    text: str
    pieces: int = 1


@dataclass
class Reasoning:
    text: str
    pieces: int = 1
    field: str = "reasoning"


@dataclass
class Tool:
    """A tool call; `arguments` as text goes out as it is, broken or not."""

    name: str
    arguments: object
    pieces: int = 1
    id: str = ""


@dataclass
class Interleaved:
    """Parallel calls whose fragments take turns."""

    calls: list


@dataclass
class Pause:
    seconds: float


@dataclass
class Hold:
    """Stands still until `released`, or until the client has gone; as the first step it holds back
    the head too."""

    released: Event = field(default_factory=Event)
    with_head: bool = False


@dataclass
class Broken:
    """An error inside the stream."""

    message: str
    code: int = 500


@dataclass
class Raw:
    """A `data:` payload, as it is."""

    payload: str


@dataclass
class Cut:
    """The connection ends here."""


@dataclass
class Answer:
    steps: list
    finish: str = ""  # by default "tool_calls" after a tool call, else "stop"; None: none
    matched_stop: object = None
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = None  # in place of the steps
    as_json: bool = False  # though a stream was asked for
    usage: bool = True
    cached: int = None  # by default what an earlier prompt shares with this one
    done: bool = True
    cut_at: int = None  # bytes of the whole answer, head included, after which the connection ends
    cut_after: int = None  # events after which the connection ends
    write_size: int = None  # bytes at a time
    reset: bool = False  # the connection ends with a reset
    chunked: bool = True  # else the body ends with the connection

    def finish_reason(self):
        if self.finish != "":
            return self.finish
        has_tool = any(isinstance(s, (Tool, Interleaved)) for s in self.steps)
        return "tool_calls" if has_tool else "stop"


def say(*texts, **options):
    return Answer([Text(t) for t in texts], **options)


def call(tool, before="", **arguments):
    return Answer(([Text(before)] if before else []) + [Tool(tool, arguments)])


def calls(*pairs, before=""):
    return Answer(([Text(before)] if before else []) + [Tool(n, a) for n, a in pairs])


def http_error(status, message="", retry_after=None, headers=None, body=None):
    """An error in vLLM's shape, or with `body` as it is."""
    kind = {400: "BadRequestError", 404: "NotFoundError"}.get(status, "InternalServerError")
    envelope = {"error": {"message": message, "type": kind, "param": None, "code": status}}
    extra = dict(headers or {})
    if retry_after is not None:
        extra["retry-after"] = str(retry_after)
    raw = json.dumps(envelope).encode() if body is None else body
    return Answer([], status=status, headers=extra, body=raw)


def cut_into(text, pieces):
    size = max(1, -(-len(text) // max(1, pieces)))
    return [text[i:i + size] for i in range(0, len(text), size)] or [text]


class Encoder:
    """Turns the steps of one answer into chunks; counts its tokens."""

    def __init__(self, model, number, prompt_tokens, cached, running_usage):
        self.model = model
        self.number = number
        self.prompt_tokens = prompt_tokens
        self.cached = cached
        self.running_usage = running_usage
        self.output_tokens = 0
        self.tools = 0
        self.texts = []
        self.thoughts = []
        self.calls = []

    def usage(self, final):
        usage = {"prompt_tokens": self.prompt_tokens,
                 "total_tokens": self.prompt_tokens + self.output_tokens,
                 "completion_tokens": self.output_tokens}
        if final:
            usage["prompt_tokens_details"] = {"cached_tokens": self.cached}
        return usage

    def chunk(self, choices, final=False):
        body = {"id": f"chatcmpl-{self.number:08x}", "object": "chat.completion.chunk",
                "created": 1790000000, "model": self.model, "choices": choices}
        if final or self.running_usage:
            body["usage"] = self.usage(final)
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False)

    def delta(self, delta):
        return self.chunk([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None,
                            "token_ids": None}])

    def first(self):
        return self.delta({"role": "assistant", "content": ""})

    def end(self, answer):
        return self.chunk([{"index": 0, "delta": {}, "logprobs": None,
                            "finish_reason": answer.finish_reason(),
                            "stop_reason": answer.matched_stop, "token_ids": None}])

    def payloads(self, step):
        """The `data:` payloads of a step that speaks."""
        if isinstance(step, Text):
            self.texts.append(step.text)
            return [self.spoken({"content": p}) for p in cut_into(step.text, step.pieces)]
        if isinstance(step, Reasoning):
            self.thoughts.append(step.text)
            return [self.spoken({step.field: p}) for p in cut_into(step.text, step.pieces)]
        if isinstance(step, Tool):
            return list(self.fragments(step))
        if isinstance(step, Interleaved):
            return self.interleave(step)
        if isinstance(step, Broken):
            kind = "InternalServerError"
            return [json.dumps({"error": {"message": step.message, "type": kind, "param": None,
                                          "code": step.code}})]
        return [step.payload]

    def spoken(self, delta):
        self.output_tokens += 1
        return self.delta(delta)

    def fragments(self, tool):
        index = self.tools
        self.tools += 1
        identity = tool.id or f"chatcmpl-tool-{self.number:08x}{index:04x}"
        raw = tool.arguments
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        self.calls.append({"id": identity, "type": "function",
                           "function": {"name": tool.name, "arguments": text}})
        head = {"id": identity, "type": "function", "index": index,
                "function": {"name": tool.name}}
        if tool.pieces <= 1:
            head["function"]["arguments"] = text
        yield self.spoken({"tool_calls": [head]})
        if tool.pieces > 1:
            for piece in cut_into(text, tool.pieces):
                yield self.spoken({"tool_calls": [{"index": index,
                                                   "function": {"arguments": piece}}]})

    def interleave(self, step):
        rows = [list(self.fragments(t)) for t in step.calls]
        longest = max(len(row) for row in rows)
        return [row[i] for i in range(longest) for row in rows if i < len(row)]

    def whole(self, answer):
        """The same answer, not streamed."""
        for step in answer.steps:
            if not isinstance(step, (Pause, Hold, Cut)):
                self.payloads(step)
        message = {"role": "assistant", "content": "".join(self.texts) or None,
                   "reasoning": "".join(self.thoughts) or None, "tool_calls": self.calls}
        return json.dumps({
            "id": f"chatcmpl-{self.number:08x}", "object": "chat.completion",
            "created": 1790000000, "model": self.model,
            "choices": [{"index": 0, "message": message, "logprobs": None,
                         "finish_reason": answer.finish_reason(),
                         "stop_reason": answer.matched_stop}],
            "usage": self.usage(True)}, ensure_ascii=False)
