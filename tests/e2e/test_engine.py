"""The whole stack with a real engine and the small model: `autosre start --local`.

The engine's program and the weights are kept in the test cache; the first run fetches and builds
them, which takes minutes. AUTOSRE_ENGINE names a llama-server that is there already."""

import json
import os
import pathlib
import subprocess
import uuid

import pytest

from claude import clients
from ports import free_port
from proxy import binary, clean_environment, read_log, wait_until
from wire import Wire, ask, check_grammar, message_of, parse_events, post, user

pytestmark = pytest.mark.engine

FIRST_START = 1500  # seconds, with the engine's build

# With a date or a folder in its prompt the small model may go on until its limit.
SAME_EVERYWHERE = ["--bare", "--tools", "", "--system-prompt",
                   "You are a helpful assistant. Answer in one short sentence.\n" * 40]


class Stack:
    def __init__(self, folder):
        self.project = folder / "project"
        self.project.mkdir(parents=True)
        kept = clients().parent / "stack"
        self.data = kept / "data"
        self.port, self.codex_port, self.api_port = free_port(), free_port(), free_port()
        base = clean_environment(folder)
        self.environment = {
            **os.environ, **base, "PATH": f"{clients() / 'bin'}:{os.environ['PATH']}",
            "XDG_DATA_HOME": str(self.data), "XDG_CACHE_HOME": str(kept / "cache"),
            "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config"),
            "AUTOSRE_PROXY_PORT": str(self.port), "AUTOSRE_API_PORT": str(self.api_port),
            "AUTOSRE_CODEX_PROXY_PORT": str(self.codex_port)}

    def run(self, *words, timeout=600, **variables):
        return subprocess.run([str(binary()), *words], env={**self.environment, **variables},
                              cwd=self.project, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=timeout)

    def log(self, run_id):
        return [row for row in read_log(self.data) if row["run_id"] == run_id]

    def wait_log(self, run_id, count):
        return wait_until(lambda: len(rows := self.log(run_id)) >= count and rows, 5,
                          f"{count} lines in the request log")


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("stack"))
    started = made.run("start", "--local", timeout=FIRST_START)
    try:
        assert started.returncode == 0, started.stderr[-3000:]
        assert len(engines(made.api_port)) == 1
        yield made
    finally:
        stopped = made.run("stop")
    assert stopped.returncode == 0, stopped
    assert not engines(made.api_port), "the engine still runs"


def engines(port):
    """Processes that were told that port for an option of their own."""
    wanted = f"--port\0{port}\0".encode()
    return [p for p in pathlib.Path("/proc").glob("[0-9]*/cmdline") if wanted in read_quietly(p)]


def read_quietly(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_the_stack_answers_and_says_so(stack):
    health = ask(stack.port, "GET", "/health").json()
    assert (health["status"], health["backend"]) == ("ok", "ok")
    status = json.loads(stack.run("status", "--json").stdout)
    assert str(stack.port) in json.dumps(status)
    again = stack.run("start", "--local")
    assert again.returncode == 0 and "already" in again.stderr


def test_a_message_is_streamed_by_the_model(stack):
    answer = post(stack.port, user("Say hello.", stream=True), timeout=60)
    events = parse_events(answer.body)
    check_grammar(events)
    message = message_of(events)
    assert message["content"][0]["text"].strip() and message["usage"]["output_tokens"] > 0
    same = {"model": "m", "messages": user("Say hello.")["messages"]}
    count = post(stack.port, same, target="/v1/messages/count_tokens").json()["input_tokens"]
    usage = message["usage"]
    assert count == usage["input_tokens"] + usage["cache_read_input_tokens"], "U08"


def test_a_second_turn_uses_the_first_ones_computation(stack):
    """The engine's own count: at least 95 % of the second prompt was in its cache."""
    words = ["claude", "--lean", "--", *SAME_EVERYWHERE, "-p", "--output-format", "json"]
    run_id = str(uuid.uuid4())
    first = stack.run(*words, "What is the capital of France?", AUTOSRE_RUN_ID=run_id)
    assert first.returncode == 0, first
    end = json.loads(first.stdout)
    assert end["subtype"] == "success" and not end["is_error"] and end["result"].strip()
    before = len(stack.wait_log(run_id, 1))
    second = stack.run(*words, "--continue", "What is the capital of Italy?", AUTOSRE_RUN_ID=run_id)
    assert second.returncode == 0 and not json.loads(second.stdout)["is_error"], second
    rows = stack.wait_log(run_id, before + 1)
    turn = rows[before]
    assert turn["session"] == rows[0]["session"] and turn["prefix_share"] == 1, turn
    assert turn["cached_tokens"] / turn["input_tokens"] >= 0.95, turn


def test_codex_is_answered_within_the_small_window(stack):
    run_id = str(uuid.uuid4())
    done = stack.run("codex", "--lean", "exec", "--skip-git-repo-check",
                     "What is the capital of France?", AUTOSRE_RUN_ID=run_id)
    assert done.returncode == 0 and done.stdout.strip(), done
    row, = stack.wait_log(run_id, 1)
    assert row["client"] == "codex" and row["error"] is None, row


def test_a_client_that_leaves_frees_the_engine(stack):
    """S29: the engine itself stops computing."""
    with Wire(stack.port, 60) as wire:
        wire.stream({**user("Tell me a very long story. " * 40, stream=True), "max_tokens": 4000})
        wait_until(lambda: busy_slots(stack) > 0, 10, "a busy slot")
    wait_until(lambda: busy_slots(stack) == 0, 5, "no busy slot")


def busy_slots(stack):
    slots = ask(stack.api_port, "GET", "/slots").json()
    return sum(1 for slot in slots if slot["is_processing"])
