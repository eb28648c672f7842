#!/usr/bin/env python3
"""Stands in for llama-server: loads for a moment, then is healthy; ends at once when its model says so."""

import http.server
import json
import sys
import time

arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
with open(arguments["--model"], "rb") as model:
    if b"refuse" in model.read():
        sys.exit("cannot load this model")
healthy_from = time.monotonic() + 0.3


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        is_healthy = time.monotonic() >= healthy_from
        body = {"status": "ok"} if is_healthy else {"error": {"message": "Loading model"}}
        if self.path == "/v1/models":
            body = {"data": [{"id": arguments["--alias"], "meta": {"n_ctx": 4096}}]}
        data = json.dumps(body).encode()
        self.send_response(200 if is_healthy else 503)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


address = (arguments["--host"], int(arguments["--port"]))
http.server.ThreadingHTTPServer(address, Handler).serve_forever()
