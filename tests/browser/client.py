"""A plain MCP client over stdio, for the tests of the browser server."""
import base64
import json
import os
import queue
import signal
import subprocess
import threading
import time

DEADLINE = 120


class Result:
    def __init__(self, result):
        self.is_error = result.get("isError", False)
        self.text = "".join(b["text"] for b in result["content"] if b["type"] == "text")
        self.images = [
            (b["mimeType"], base64.b64decode(b["data"]))
            for b in result["content"]
            if b["type"] == "image"
        ]


class Client:
    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
        self.last_id = 0
        self.answers = {}
        self.changed = threading.Condition()
        self.errors = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()
        self.request(
            "initialize",
            {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "0"},
            },
        )
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            with self.changed:
                if "id" in message:
                    self.answers[message["id"]] = message
                self.changed.notify_all()
        with self.changed:
            self.answers[None] = True
            self.changed.notify_all()

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def _send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def start(self, method, params):
        self.last_id += 1
        self._send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})
        return self.last_id

    def wait(self, number):
        with self.changed:
            there = self.changed.wait_for(
                lambda: number in self.answers or None in self.answers, DEADLINE
            )
        assert there, f"no answer to request {number}"
        assert number in self.answers, "the server has ended: " + "".join(self.errors)
        answer = self.answers.pop(number)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def request(self, method, params):
        return self.wait(self.start(method, params))

    def start_call(self, tool, **arguments):
        return self.start("tools/call", {"name": tool, "arguments": arguments})

    def finish_call(self, number):
        return Result(self.wait(number))

    def call(self, tool, **arguments):
        return self.finish_call(self.start_call(tool, **arguments))

    # Steps that must succeed.
    def ok(self, tool, **arguments):
        result = self.call(tool, **arguments)
        assert not result.is_error, result.text
        return result

    def refused(self, tool, **arguments):
        result = self.call(tool, **arguments)
        assert result.is_error, result.text
        return result.text

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.kill(self.process.pid, signal.SIGKILL)
                self.process.wait()
                raise


class Session:
    """A browser session as a model uses it: by the text of its snapshots."""

    def __init__(self, client, url, **arguments):
        self.client = client
        self.base = url[: url.index("/", 8)]
        self.opened = client.ok("browser_session_open", url=url, **arguments).text
        self.id = self.opened.split("session_id: ")[1].split("\n")[0]

    def snapshot(self, **arguments):
        return self.client.ok("browser_snapshot", session_id=self.id, **arguments).text

    def act(self, action, **arguments):
        return self.client.ok("browser_act", session_id=self.id, action=action, **arguments).text

    def refused(self, action, **arguments):
        return self.client.refused("browser_act", session_id=self.id, action=action, **arguments)

    def ref(self, what, snapshot=None):
        """The ref of the one line that begins with, say, `button "Log in"`."""
        text = snapshot if snapshot is not None else self.snapshot()
        lines = [line for line in text.splitlines() if line.strip().startswith("- " + what)]
        assert len(lines) == 1, f"{len(lines)} lines begin with {what!r} in:\n{text}"
        return lines[0].split("[ref=")[1].split("]")[0]

    def sees(self, first, *parts, seconds=30):
        """`first`, or a later snapshot, that has all the parts: for what another page, another
        process of the browser's, has to show."""
        text, end = first, time.monotonic() + seconds
        while not all(part in text for part in parts) and time.monotonic() < end:
            time.sleep(0.3)
            text = self.snapshot()
        assert all(part in text for part in parts), text
        return text

    def client_url(self, path):
        return self.base + path
