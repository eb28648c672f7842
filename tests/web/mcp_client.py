"""A client of one of autosre's MCP servers over stdio."""
import json
import os
import pathlib
import subprocess
import threading

REPO = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("AUTOSRE_BINARY", REPO / "build" / "autosre"))


class Server:
    """`autosre mcp serve NAME`, or another command, with these variables and no others of autosre's. A
    context manager."""

    def __init__(self, name, command=None, **environment):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AUTOSRE_", "SSL_"))}
        self.is_ours = command is None
        self.process = subprocess.Popen(
            command or [BINARY, "mcp", "serve", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=None if self.is_ours else subprocess.DEVNULL,
            env=kept | {key: str(value) for key, value in environment.items()})
        self.answers = {}
        self.arrived = threading.Condition()
        self.last_id = 0
        self.is_closed = False
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                    "clientInfo": {"name": "test", "version": "1"}})
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            if self.is_ours:
                self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            with self.arrived:
                self.answers[message.get("id")] = message
                self.arrived.notify_all()
        with self.arrived:
            self.is_closed = True
            self.arrived.notify_all()

    def _send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def start(self, method, params):
        """Sends a request; its number."""
        self.last_id += 1
        self._send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})
        return self.last_id

    def wait(self, number, deadline=120):
        with self.arrived:
            assert self.arrived.wait_for(lambda: number in self.answers or self.is_closed, deadline), "no answer"
            return self.answers.pop(number)

    def cancel(self, number):
        self._send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})

    def request(self, method, params=None):
        answer = self.wait(self.start(method, params or {}))
        assert "error" not in answer, answer
        return answer["result"]

    def call(self, tool, **arguments):
        return Result(self.request("tools/call", {"name": tool, "arguments": arguments}))


class Result:
    def __init__(self, result):
        self.is_error = result.get("isError", False)
        assert [block["type"] for block in result["content"]] == ["text"]
        self.text = result["content"][0]["text"]

    @property
    def page(self):
        """What is between the marks."""
        begin = self.text.index("<web-content-")
        mark = self.text[begin + 1 : self.text.index(">", begin)]
        return self.text[begin + len(mark) + 3 : self.text.index(f"</{mark}>")].removesuffix("\n")

    def __repr__(self):
        return f"{'error' if self.is_error else 'result'}: {self.text[:2000]}"
