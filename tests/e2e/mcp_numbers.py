"""A tiny MCP server over stdio: `add` with a schema of references, and `fail`."""

import json
import sys

NUMBER = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
TOOLS = [
    {"name": "add", "description": "Adds two numbers.", "inputSchema": {
        "type": "object", "$defs": {"number": NUMBER},
        "properties": {"a": {"$ref": "#/$defs/number"}, "b": {"$ref": "#/$defs/number"}},
        "required": ["a", "b"]}},
    {"name": "fail", "description": "Always fails.", "inputSchema": {"type": "object"}},
]


def called(params):
    arguments = params.get("arguments") or {}
    if params["name"] == "add":
        text = f"The sum is {arguments['a'] + arguments['b']}."
        return {"content": [{"type": "text", "text": text}], "isError": False}
    return {"content": [{"type": "text", "text": "It failed, as always."}], "isError": True}


def answer(request):
    method, params = request["method"], request.get("params") or {}
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                "serverInfo": {"name": "numbers", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return called(params)
    return {}


for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        reply = {"jsonrpc": "2.0", "id": asked["id"], "result": answer(asked)}
        print(json.dumps(reply), flush=True)
