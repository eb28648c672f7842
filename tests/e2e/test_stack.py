"""`autosre start --local` before a scripted model server: its life, and Claude Code and Codex in it."""

import json
import os
import pathlib
import signal
import socket
import subprocess

import pytest

import children
from answers import Answer, Hold, Text, call, say
from claude import clients
from ports import free_port, refuses
from proxy import binary, clean_environment, read_log, wait_until
from wire import Wire, ask, message_of, user


class Stack:
    def __init__(self, home, upstream):
        self.home, self.upstream = home, upstream
        self.port, self.codex_port = free_port(), free_port()
        self.project = home / "project"
        self.project.mkdir(parents=True)
        base = clean_environment(home)
        self.environment = {**base, "PATH": f"{clients() / 'bin'}:{base['PATH']}"}

    def run(self, *words, **variables):
        return subprocess.run([str(binary()), *words], env={**self.environment, **variables},
                              cwd=self.project, capture_output=True, text=True, timeout=240,
                              stdin=subprocess.DEVNULL)

    def start(self, *words):
        return self.run("start", "--local", "--upstream", self.upstream.url, "--proxy-port",
                        str(self.port), "--codex-proxy-port", str(self.codex_port), *words)

    def start_agent(self, *words):
        return children.start([str(binary()), *words], env=self.environment, cwd=self.project)

    def status(self):
        return json.loads(self.run("status", "--json").stdout)

    def logged_clients(self):
        return {row["client"] for row in read_log(self.home / ".local/share")}

    def part(self, name):
        found = [p for p in self.status()["parts"] if p["name"] == name]
        return found[0] if found else {}

    def restarted_part(self, name):
        """Once the state says that it is well again."""
        return wait_until(lambda: (p := self.part(name)).get("restarts") and p["health"] == "ok"
                          and p, 10, f"the restart of the {name}")


@pytest.fixture
def stack(upstream, tmp_path):
    made = Stack(tmp_path / "home", upstream)
    yield made
    assert made.run("stop").returncode == 0
    assert refuses(made.port) and refuses(made.codex_port), "a proxy still listens"


def test_the_stack_starts_serves_claude_and_stops(upstream, stack):
    """No address is given: `claude` finds the stack that runs."""
    started = stack.start()
    assert started.returncode == 0 and str(stack.port) in started.stdout, started
    assert str(stack.codex_port) in started.stdout
    status = stack.status()
    assert status["phase"] == "ready" and status["healthy"] and status["model"] == "local-model"
    upstream.script(call("Bash", command="echo 1"), say("From the stack."))
    done = stack.run("claude", "--lean", "-p", "hi", "--allowed-tools", "Bash")
    assert done.returncode == 0 and done.stdout.strip() == "From the stack.", done
    upstream.script(call("exec_command", cmd="echo 1"), say("From the same stack."))
    done = stack.run("codex", "--lean", "exec", "--skip-git-repo-check", "hi")
    assert done.returncode == 0 and done.stdout.strip() == "From the same stack.", done
    wait_until(lambda: stack.logged_clients() == {"claude", "codex"}, what="both clients' log lines")
    again = stack.start()
    assert again.returncode == 0 and "already" in again.stderr
    assert stack.status()["supervisor_pid"] == status["supervisor_pid"]
    assert stack.run("stop").returncode == 0
    assert refuses(stack.port) and refuses(stack.codex_port)
    assert stack.status()["phase"] == "stopped"
    assert "nothing" in stack.run("stop").stderr
    ours = [f for f in stack.home.rglob("*") if "autosre" in f.name]
    assert {f.parent.name for f in ours} <= {"share", "state", "config", ".cache"}, ours


def test_a_proxy_that_dies_is_started_again_and_the_session_goes_on(upstream, stack):
    assert stack.start().returncode == 0
    proxy = stack.part("proxy")
    hold = Hold()
    cut = Answer([Text("first "), hold])
    upstream.respond = lambda call_: cut if len(upstream.calls) == 1 else say("After the fall.")
    process = stack.start_agent("claude", "--lean", "-p", "hi")
    wait_until(lambda: upstream.calls and upstream.calls[0].sent > 300, 15, "the first chunks")
    os.kill(proxy["pid"], signal.SIGKILL)
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0 and "After the fall." in stdout, (stdout, stderr)
    after = stack.restarted_part("proxy")
    assert after["restarts"] == 1 and after["pid"] != proxy["pid"]


def test_codex_waits_for_its_proxy_to_be_started_again(upstream, stack):
    assert stack.start().returncode == 0
    proxy = stack.part("codex-proxy")
    hold = Hold()
    cut = Answer([Text("first "), hold])
    upstream.respond = lambda call_: cut if len(upstream.calls) == 1 else say("After the fall.")
    process = stack.start_agent("codex", "--lean", "exec", "--skip-git-repo-check", "hi")
    wait_until(lambda: upstream.calls and upstream.calls[0].sent > 300, 15, "the first chunks")
    os.kill(proxy["pid"], signal.SIGKILL)
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0 and "After the fall." in stdout, (stdout, stderr)
    after = stack.restarted_part("codex-proxy")
    assert after["restarts"] == 1 and after["pid"] != proxy["pid"]
    assert stack.part("proxy")["restarts"] == 0


def test_a_supervisor_that_dies_leaves_nothing_behind(stack):
    assert stack.start().returncode == 0
    status = stack.status()
    proxy = stack.part("proxy")["pid"]
    os.kill(status["supervisor_pid"], signal.SIGKILL)
    wait_until(lambda: not pathlib.Path(f"/proc/{proxy}").exists() or refuses(stack.port), 10,
               "the proxy's end")
    assert stack.status()["phase"] != "ready"
    assert stack.start().returncode == 0 and stack.status()["phase"] == "ready"


def test_a_taken_port_is_exit_code_3(stack):
    for port in (stack.port, stack.codex_port):
        with socket.create_server(("127.0.0.1", port)):
            done = stack.start()
            assert done.returncode == 3 and str(port) in done.stderr, done
            assert stack.status()["phase"] != "ready"


def test_stopping_lets_an_open_answer_end(upstream, stack):
    assert stack.start().returncode == 0
    hold = Hold()
    upstream.respond = lambda call_: Answer([Text("begun "), hold, Text("and ended")])
    with Wire(stack.port) as wire:
        answer = wire.stream(user("hi", stream=True))
        stopping = children.start([str(binary()), "stop"], env=stack.environment)
        wait_until(lambda: refuses(stack.port), 5, "draining")
        hold.released.set()
        assert message_of(list(wire.events(answer)))["content"][0]["text"] == "begun and ended"
        stopping.communicate(timeout=240)
        assert stopping.returncode == 0


def test_a_stack_whose_server_is_away_says_so(make_upstream, stack):
    assert stack.start().returncode == 0
    port = stack.upstream.port
    stack.upstream.stop()
    wait_until(lambda: stack.part("proxy").get("health") != "ok", 10, "the state")
    done = stack.run("claude", "--lean", "-p", "hi")
    assert done.returncode == 1 and done.stderr.startswith("error: "), done
    back = make_upstream(port=port)
    back.respond = lambda call_: say("Back.")
    wait_until(lambda: ask(stack.port, "GET", "/health").json()["backend"] == "ok", 10, "ok")
    assert stack.run("claude", "--lean", "-p", "hi").stdout.strip() == "Back."
