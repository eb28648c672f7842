"""A tiny MCP server over stdio: `add` with a schema of references, `fail`, and with the argument
`draw` one more that gives a picture."""

import base64
import json
import sys

from files import png

NUMBER = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
TOOLS = [
    {"name": "add", "description": "Adds two numbers.", "inputSchema": {
        "type": "object", "$defs": {"number": NUMBER},
        "properties": {"a": {"$ref": "#/$defs/number"}, "b": {"$ref": "#/$defs/number"}},
        "required": ["a", "b"]}},
    {"name": "fail", "description": "Always fails.", "inputSchema": {"type": "object"}},
]
DRAW = {"name": "draw", "description": "Draws a square.", "inputSchema": {"type": "object"}}


def called(params):
    arguments = params.get("arguments") or {}
    if params["name"] == "add":
        text = f"The sum is {arguments['a'] + arguments['b']}."
        return {"content": [{"type": "text", "text": text}], "isError": False}
    if params["name"] == "draw":
        data = base64.b64encode(png()).decode()
        picture = {"type": "image", "mimeType": "image/png", "data": data}
        return {"content": [{"type": "text", "text": "Drawn:"}, picture], "isError": False}
    return {"content": [{"type": "text", "text": "It failed, as always."}], "isError": True}


def answer(request):
    method, params = request["method"], request.get("params") or {}
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                "serverInfo": {"name": "numbers", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS + ([DRAW] if "draw" in sys.argv else [])}
    if method == "tools/call":
        return called(params)
    return {}


for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        reply = {"jsonrpc": "2.0", "id": asked["id"], "result": answer(asked)}
        print(json.dumps(reply), flush=True)
