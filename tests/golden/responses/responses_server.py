"""A scripted Responses server, which Codex is recorded against: it keeps each body as it came."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REQUIRED = {"supported_reasoning_levels": [{"effort": "low", "description": "Less"},
                                           {"effort": "medium", "description": "More"}],
            "shell_type": "unified_exec", "visibility": "list", "supported_in_api": True,
            "priority": 1, "support_verbosity": False, "experimental_supported_tools": [],
            "truncation_policy": {"mode": "tokens", "limit": 10000},
            "base_instructions": "You are a coding agent. Use the tools; be brief.",
            "apply_patch_tool_type": "freeform", "input_modalities": ["text", "image"],
            "supports_parallel_tool_calls": True}


def message(text):
    return {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed",
            "content": [{"type": "output_text", "text": text, "annotations": []}]}


def reasoning(text, number=1):
    return {"type": "reasoning", "id": f"rs_{number}", "encrypted_content": None, "summary": [],
            "content": [{"type": "reasoning_text", "text": text}]}


def function(name, call_id="call_1", **arguments):
    space, _, child = name.rpartition("/")
    item = {"type": "function_call", "id": "fc_" + call_id, "call_id": call_id, "name": child,
            "arguments": json.dumps(arguments), "status": "completed"}
    return {**item, "namespace": space} if space else item


def custom(name, text, call_id="call_1"):
    return {"type": "custom_tool_call", "id": "ctc_" + call_id, "call_id": call_id, "name": name,
            "input": text, "status": "completed"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, kind, body):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        models = [{"slug": s, "display_name": s, **REQUIRED, **more}
                  for s, more in self.server.catalog.items()]
        self.send("application/json", json.dumps({"models": models}).encode())

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.headers.append(dict(self.headers.items()))
        self.server.bodies.append(body)
        items, tokens = self.server.respond(body)
        events = [{"type": "response.output_item.done", "output_index": i, "item": item}
                  for i, item in enumerate(items)]
        usage = {"input_tokens": tokens, "output_tokens": 10, "total_tokens": tokens + 10}
        events.append({"type": "response.completed", "response": {"id": "resp_1", "usage": usage}})
        text = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
        self.send("text/event-stream", text.encode())


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that goes is no error."""


def serve(catalog):
    """`respond` of the server is to be set: a body to (items, input tokens)."""
    server = Server(("127.0.0.1", 0), Handler)
    server.catalog, server.bodies, server.headers = catalog, [], []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
