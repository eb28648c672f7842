"""Runs `autosre proxy anthropic` or `codex` and reads what it says of itself."""

import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

from wire import ask

REPO = pathlib.Path(__file__).resolve().parents[2]
READY = re.compile(
    r"^autosre: (anthropic|codex) proxy ready on http://127\.0\.0\.1:(\d+) \(upstream (\S+?)\)$",
    re.M)


def binary():
    return pathlib.Path(os.environ.get("AUTOSRE_BINARY", REPO / "build/autosre")).resolve()


PATIENCE = 5  # on a busy machine all takes longer; what must be quick a test measures itself


def wait_until(condition, seconds=5, what="the condition"):
    """Polls to the deadline, that many times PATIENCE; gives the condition's value."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.01)


def assert_stopped(call, left_at):
    """The model server was left within a second of its client's going."""
    assert call.gone.wait(3 * PATIENCE), "the model goes on"
    assert call.gone_at - left_at < 1, call.gone_at - left_at


def clean_environment(home):
    """Nothing of the caller's but the path; every folder in `home`."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
            "USER": "tester", "SHELL": "/bin/bash", "TERM": "xterm-256color"}


def read_log(data):
    """The request log's whole lines so far; at midnight a file is put aside."""
    name = "proxy-requests.jsonl"
    files = sorted((pathlib.Path(data) / "autosre").glob(name + "*"),
                   key=lambda f: (f.name == name, f))
    try:
        texts = [f.read_text() for f in files]
    except FileNotFoundError:  # put aside just now
        return []
    return [json.loads(line) for text in texts
            for line in text[:text.rfind("\n") + 1].splitlines()]


class Proxy:
    def __init__(self, home, upstream_url, *options, kind="anthropic"):
        self.home = pathlib.Path(home)
        self.data = self.home / "data"
        environment = {**clean_environment(home), "XDG_DATA_HOME": str(self.data),
                       "XDG_STATE_HOME": str(self.home / "state"),
                       "XDG_CONFIG_HOME": str(self.home / "config"),
                       "XDG_CACHE_HOME": str(self.home / "cache")}
        words = [str(binary()), "proxy", kind, "--listen", "127.0.0.1:0",
                 "--upstream", upstream_url, *options]
        self.process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.stderr = ""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        try:
            ready = wait_until(self.ready_line, 10, "the proxy's ready line")
        except AssertionError:
            self.process.kill()
            raise
        assert ready[1] == kind, ready[0]
        self.port = int(ready[2])
        self.url = f"http://127.0.0.1:{self.port}"

    def ready_line(self):
        match = READY.search(self.stderr)
        assert match or self.process.poll() is None, f"the proxy ended: {self.stderr}"
        return match

    def read(self):
        for line in self.process.stderr:
            self.stderr += line

    def terminate(self, seconds=40):
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the proxy did not end within {seconds} s of SIGTERM") from None
        self.reader.join(2)
        self.process.stdout.close()
        return code

    def metrics(self):
        text = ask(self.port, "GET", "/metrics").body.decode()
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in rows}

    def log(self):
        return read_log(self.data)

    def wait_log(self, count, seconds=5):
        return wait_until(lambda: len(rows := self.log()) >= count and rows, seconds,
                          f"{count} lines in the request log")
