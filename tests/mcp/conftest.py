"""The programs under test and the official clients."""

import json
import os
import pathlib
import subprocess
import threading
import time

import pytest

REPO = pathlib.Path(__file__).resolve().parents[2]
SERVERS = ("fetch", "search", "capabilities", "browser")


def binary():
    return pathlib.Path(os.environ.get("AUTOSRE_BINARY", REPO / "build/autosre")).resolve()


def entry_point(server):
    return binary().parent / f"autosre-mcp-{server}"


def fixture_program():
    default = REPO / "build-dev/tests/mcp/mcp_fixture"
    return pathlib.Path(os.environ.get("AUTOSRE_MCP_FIXTURE", default)).resolve()


def clients():
    return pathlib.Path(os.environ.get("AUTOSRE_TEST_CACHE", REPO / ".cache")) / "mcp-clients"


def package(name):
    return clients() / "npm/node_modules" / name


def wait_until(condition, seconds=10, what="the condition"):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.01)
    return value


def node(*words, timeout=120, **options):
    return subprocess.run([str(clients() / "node"), *map(str, words)], capture_output=True, text=True,
                          timeout=timeout, stdin=subprocess.DEVNULL, **options)


class Stdio:
    """A server as a process, spoken to in lines."""

    def __init__(self, *words, **options):
        self.process = subprocess.Popen([str(w) for w in words], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def send(self, message):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def ask(self, method, params=None, id=1):
        self.send({"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}})
        return self.answer(id)

    def call(self, tool, id=1, **arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments}, id)

    def answer(self, id):
        return wait_until(lambda: next((m for m in self.lines if m.get("id") == id and type(m["id"]) is type(id)), None),
                          20, f"the answer to {id!r}")

    def end(self):
        """Closes stdin; the exit code."""
        self.process.stdin.close()
        code = self.process.wait(10)
        self.reader.join(10)
        return code


@pytest.fixture
def start():
    made = []

    def make(*words, **options):
        made.append(Stdio(*words, **options))
        return made[-1]

    yield make
    for server in made:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait()


@pytest.fixture
def fixture(start):
    return start(fixture_program())


@pytest.fixture(scope="session")
def fixture_url():
    process = subprocess.Popen([fixture_program(), "--http"], stdout=subprocess.PIPE, text=True)
    yield f"http://127.0.0.1:{int(process.stdout.readline())}/mcp"
    process.terminate()
    assert process.wait(10) == 0
