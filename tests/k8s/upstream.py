"""A scripted model server: what the pods, which no container stands behind, cannot be asked."""

import http.server
import json
import threading


class Upstream:
    def __init__(self, model="openai/gpt-oss-20b", window=131072):
        self.model, self.window = model, window
        self.is_healthy = True
        self.chats = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/health":
                    self._answer(200 if outer.is_healthy else 503, {"backend": "ok"} if outer.is_healthy else {})
                elif self.path == "/v1/models":
                    self._answer(200, {"data": [{"id": outer.model, "max_model_len": outer.window}]})
                else:
                    self._answer(404, {})

            def do_POST(self):
                outer.chats.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._answer(200, {"choices": [{"message": {"role": "assistant", "content": "ready"}}]})

            def _answer(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
