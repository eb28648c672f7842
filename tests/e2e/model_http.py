"""The HTTP side of the scripted model server: answers as vLLM sends them, or broken."""

import json
import select
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler

from answers import Broken, Cut, Encoder, Hold, Pause, http_error, say
from model_call import Call, is_probe, prompt_bytes


class Gone(Exception):
    """The client has hung up, or the script says that the connection ends."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.server.upstream.lock:
            self.server.upstream.open.add(self.connection)
            self.server.upstream.connections += 1

    def finish(self):
        with self.server.upstream.lock:
            self.server.upstream.open.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def do_GET(self):
        up = self.server.upstream
        path = self.path.split("?")[0]
        if path == "/health":
            time.sleep(up.health_delay)
            self.send_bytes(200 if up.healthy else 503, b"", {})
        elif path == "/version":
            self.send_json(200, {"version": "0.21.0"})
        elif path == "/v1/models":
            self.send_json(200, {"object": "list", "data": [
                {"id": up.model, "object": "model", "created": 1790000000, "owned_by": "vllm",
                 "root": up.model, "parent": None, "max_model_len": up.window}]})
        else:
            self.send_json(404, {"detail": "Not Found"})

    def do_POST(self):
        up = self.server.upstream
        raw = self.read_body()
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
            up.problems.append(f"the request to {self.path} is no JSON: {raw[:200]!r}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.path, headers, raw, body, time.monotonic())
        if self.path == "/tokenize" and up.tokenizer:
            if not up.vision and b'"image_url"' in raw:
                return self.refuse_images()
            if up.slow_count and up.slow_count.encode() in raw:
                time.sleep(up.count_delay)
            up.counts.append(call)
            count = up.tokens(prompt_bytes(body)) if "messages" in body else up.tokens(
                body.get("prompt", "").encode())
            self.send_json(200, {"count": count, "max_model_len": up.window, "tokens": [],
                                 "token_strs": None})
        elif self.path == "/v1/chat/completions":
            self.chat(up, call)
        else:
            self.send_json(404, {"detail": "Not Found"})

    def refuse_images(self):
        refusal = http_error(400, "At most 0 image(s) may be provided in one prompt.")
        self.send_bytes(400, refusal.body, {"content-type": "application/json"})

    def read_body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def chat(self, up, call):
        if is_probe(call.body):
            up.probes.append(call)
            answer = say("o", finish="length")
        else:
            with up.lock:
                up.calls.append(call)
            answer = up.refusal(call.body, up.tokens(prompt_bytes(call.body)))
            if not up.vision and b'"image_url"' in call.raw:
                return self.refuse_images()
            answer = answer or up.respond(call)
        self.call = call
        try:
            self.answer(up, call, answer)
        except (Gone, OSError):
            self.close_connection = True
            call.gone_at = call.gone_at or time.monotonic()
            call.gone.set()
            hang_up(self.connection, answer.reset)
        call.answered.set()

    def answer(self, up, call, answer):
        self.budget = answer.cut_at
        self.write_size = answer.write_size
        self.events_left = answer.cut_after
        if answer.body is not None:
            kind = "application/json" if answer.body.startswith(b"{") else "text/html"
            self.send_bytes(answer.status, answer.body, {"content-type": kind, **answer.headers})
            return
        prompt = prompt_bytes(call.body)
        cached = up.cached(prompt)
        options = call.body.get("stream_options") or {}
        encoder = Encoder(up.model, len(up.calls), up.tokens(prompt),
                          cached if answer.cached is None else answer.cached,
                          bool(options.get("continuous_usage_stats")))
        if not call.body.get("stream") or answer.as_json:
            for step in answer.steps:
                self.wait(step)
            self.send_bytes(200, encoder.whole(answer).encode(),
                            {"content-type": "application/json"})
            return
        self.stream(answer, encoder, bool(options.get("include_usage")))

    def stream(self, answer, encoder, with_usage):
        first = answer.steps[0] if answer.steps else None
        if isinstance(first, Hold) and first.with_head:
            self.wait(first)
        self.chunked = answer.chunked
        framing = b"transfer-encoding: chunked" if self.chunked else b"connection: close"
        self.write(b"HTTP/1.1 200 OK\r\ndate: Sun, 01 Nov 2026 00:00:00 GMT\r\nserver: uvicorn\r\n"
                   b"content-type: text/event-stream; charset=utf-8\r\n" + framing + b"\r\n\r\n")
        started = False
        for step in answer.steps:
            if isinstance(step, Cut):
                raise Gone
            if self.wait(step):
                continue
            if not started and not isinstance(step, Broken):
                self.event(encoder.first())
                started = True
            for payload in encoder.payloads(step):
                self.event(payload)
        if answer.finish_reason() is not None:
            self.event(encoder.end(answer))
        if answer.usage and with_usage:
            self.event(encoder.chunk([], final=True))
        if answer.done:
            self.event("[DONE]")
        if not self.chunked:
            raise Gone
        self.write(b"0\r\n\r\n")

    def event(self, payload):
        if self.events_left is not None:
            if self.events_left == 0:
                raise Gone
            self.events_left -= 1
        data = f"data: {payload}\n\n".encode(errors="surrogateescape")  # \udcff is the byte 0xff
        self.write(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)

    def wait(self, step):
        """Stands still if the step says so, and notices meanwhile that the client goes."""
        if isinstance(step, Pause):
            until = time.monotonic() + step.seconds
            while (left := until - time.monotonic()) > 0:
                self.look(min(left, 0.02))
            return True
        if isinstance(step, Hold):
            while not step.released.is_set():
                self.look(0.02)
            return True
        return False

    def look(self, seconds):
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if not readable:
            return
        try:
            alive = self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            alive = b""
        if not alive:
            self.call.gone_at = time.monotonic()
            raise Gone
        time.sleep(seconds)

    def write(self, data):
        whole = True
        if self.budget is not None:
            whole = len(data) <= self.budget
            data = data[:self.budget]
            self.budget -= len(data)
        step = self.write_size or max(1, len(data))
        for at in range(0, len(data), step):
            self.connection.sendall(data[at:at + step])
        self.call.sent += len(data)
        if not whole:
            raise Gone

    def send_json(self, status, body):
        self.send_bytes(status, json.dumps(body).encode(), {"content-type": "application/json"})

    def send_bytes(self, status, body, headers):
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        data = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        if getattr(self, "budget", None) is not None:
            self.write(data)
        else:
            self.connection.sendall(data)


def hang_up(connection, reset=False):
    try:
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
