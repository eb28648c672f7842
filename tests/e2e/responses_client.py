"""A client of OpenAI's Responses API, as Codex is one: builds requests, reads answers."""

import copy
import json

from chat_shape import assert_well_formed
from responses_grammar import response_of
from wire import Wire, as_bytes, head, post

PATH = "/v1/responses"


def message(role, *content, **extra):
    """Texts and ready parts."""
    kind = "output_text" if role == "assistant" else "input_text"
    parts = [{"type": kind, "text": c} if isinstance(c, str) else c for c in content]
    return {"type": "message", "role": role, "content": parts, **extra}


def image(url):
    return {"type": "input_image", "image_url": url, "detail": "high"}


def call_item(call_id, name, arguments, **extra):
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": text, **extra}


def output_item(call_id, output, kind="function_call_output"):
    return {"type": kind, "call_id": call_id, "output": output}


def function(name, description="does it", **properties):
    return {"type": "function", "name": name, "description": description, "strict": False,
            "parameters": {"type": "object", "properties": properties}}


def namespace(name, *tools):
    return {"type": "namespace", "name": name, "description": f"tools of {name}",
            "tools": list(tools)}


GRAMMAR = 'start: begin_patch hunk+ end_patch\nbegin_patch: "*** Begin Patch" LF\n'
PATCH = "*** Begin Patch\n*** Add File: a.txt\n+\"quoted\" \\ 日本 🎈\n*** End Patch\n"


def custom(name, definition=GRAMMAR):
    return {"type": "custom", "name": name, "description": f"Use {name}. FREEFORM: no JSON.",
            "format": {"type": "grammar", "syntax": "lark", "definition": definition}}


EXEC = function("exec_command", "Runs a command", cmd={"type": "string"})
HOSTED = [{"type": "web_search", "external_web_access": False},
          {"type": "web_search_preview"}, {"type": "image_generation"},
          {"type": "code_interpreter", "container": {"type": "auto"}},
          {"type": "file_search", "vector_store_ids": ["v"]}, {"type": "local_shell"},
          {"type": "mcp", "server_label": "x", "server_url": "https://mcp.example"},
          {"type": "computer_use_preview", "display_width": 1, "display_height": 1,
           "environment": "linux"}, {"type": "made_up_2030", "name": 7, "parameters": []}]
SEARCH = {"type": "tool_search", "execution": "client", "description": "Finds tools",
          "parameters": {"type": "object", "properties": {"query": {"type": "string"}},
                         "required": ["query"]}}


class Responses:
    """Asks one proxy; `upstream` is the scripted server behind it."""

    def __init__(self, proxy, upstream):
        self.proxy, self.upstream, self.port = proxy, upstream, proxy.port

    def post(self, body, headers=None, timeout=10):
        return post(self.port, body, headers, PATH, timeout)

    @staticmethod
    def body(input, **options):
        return {"model": "local-model", "input": input, **options}

    def create(self, input="hi", headers=None, **options):
        """The response, not streamed."""
        answer = self.post(self.body(input, **options), headers)
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"].startswith("application/json"), answer.headers
        response = answer.json()
        assert response["object"] == "response", response
        return response

    def events(self, input="hi", headers=None, **options):
        answer = self.post(self.body(input, stream=True, **options), headers)
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"].startswith("text/event-stream"), answer.headers
        return answer.events()

    def stream(self, input="hi", headers=None, **options):
        """The response as its events tell it; their whole grammar is checked."""
        return response_of(self.events(input, headers, **options))

    def both(self, answer, input="hi", **options):
        """The response streamed and not streamed; they must be the same but for their ids."""
        self.upstream.respond = lambda call: answer
        streamed, whole = self.stream(input, **options), self.create(input, **options)
        assert without_ids(streamed["output"]) == without_ids(whole["output"])
        assert streamed["status"] == whole["status"]
        assert streamed.keys() == whole.keys()
        return streamed

    def open(self, input="hi", headers=None, timeout=10, **options):
        """A stream that goes on: (connection, its events as they come)."""
        wire = Wire(self.port, timeout)
        body = self.body(input, stream=True, **options)
        wire.send(head("POST", PATH, body, headers) + as_bytes(body))

        def events():
            yield from wire.events(wire.head())
        return wire, events()

    @property
    def sent(self):
        """The last request to the model, which any chat template can render."""
        body = self.upstream.calls[-1].body
        assert_well_formed(body)
        return body

    @property
    def messages(self):
        return self.sent["messages"]

    @property
    def tools(self):
        """The functions that the model was told of."""
        return [t["function"] for t in self.sent.get("tools", [])]


class Session:
    """A conversation as Codex has it: all items again in each request, ids and all."""

    def __init__(self, client, *items, **options):
        self.client, self.items = client, list(items)
        self.options = {"store": False, "include": ["reasoning.encrypted_content"], **options}

    def turn(self, *items, **options):
        """Asks with these items more; keeps what was answered."""
        self.items += items
        response = self.client.stream(copy.deepcopy(self.items), **{**self.options, **options})
        self.items += response["output"]
        return response["output"]

    def answer_calls(self, output, text="done"):
        """An output item for each call among these items."""
        kinds = {"function_call": "function_call_output",
                 "custom_tool_call": "custom_tool_call_output"}
        return [output_item(i["call_id"], text, kinds[i["type"]])
                for i in output if i["type"] in kinds]


def without_ids(items):
    return [{k: v for k, v in i.items() if k not in ("id", "call_id")} for i in items]


def kinds(response):
    return [i["type"] for i in response["output"]]


def text_of(response):
    return "".join(p["text"] for i in response["output"] if i["type"] == "message"
                   for p in i["content"])


def reasoning_of(response):
    return "".join(p["text"] for i in response["output"] if i["type"] == "reasoning"
                   for p in i.get("content") or i["summary"])


def calls_of(response):
    """(namespace, name, arguments or input) of each call."""
    return [(i.get("namespace"), i["name"],
             json.loads(i["arguments"]) if i["type"] == "function_call" else i["input"])
            for i in response["output"] if i["type"] in ("function_call", "custom_tool_call")]


def error_of(answer, status):
    """The error of an answer in OpenAI's shape."""
    assert answer.status == status, answer
    body = answer.json()
    assert set(body) == {"error"}, body
    assert {"message", "type", "param", "code"} <= set(body["error"]), body
    assert body["error"]["message"] and body["error"]["type"], body
    return body["error"]
