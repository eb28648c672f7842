"""`autosre setup` and `autosre backends` on a machine made of files."""

import json
import os
import pathlib
import subprocess

import pytest

from proxy import binary, clean_environment
from terminal import Terminal


class Machine:
    """A home of its own, a PATH of its own, a copy of the program of its own."""

    def __init__(self, folder):
        self.home = folder / "home"
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        self.home.mkdir()
        self.program = folder / "opt/autosre"
        self.program.parent.mkdir()
        os.link(binary(), self.program) if same_device(binary(), folder) else copy(binary(), self.program)
        self.environment = {**clean_environment(self.home), "PATH": str(self.bin),
                            "AUTOSRE_API_URL": "http://127.0.0.1:1", "AUTOSRE_PROXY_URL": "http://127.0.0.1:1"}

    def has(self, name, script="exit 0"):
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def run(self, *words):
        return subprocess.run([self.program, *words], text=True, capture_output=True, timeout=120,
                              stdin=subprocess.DEVNULL, env=self.environment)

    def items(self, *words):
        done = self.run("setup", "--json", *words)
        return {item["code"]: item for item in json.loads(done.stdout)["items"]}


def same_device(a, b):
    return os.stat(a).st_dev == os.stat(b).st_dev


def copy(source, target):
    target.write_bytes(pathlib.Path(source).read_bytes())
    target.chmod(0o755)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


# Installs the agent that is asked for, as npm would.
NPM = """for package; do :; done
case $package in
  *claude-code) name=claude; says='2.1.330 (Claude Code)' ;;
  *codex) name=codex; says='codex-cli 0.169.0' ;;
esac
printf '#!/bin/sh\\necho "%s"\\n' "$says" > {bin}/$name
/bin/chmod 755 {bin}/$name
echo "$@" >> {bin}/npm.log"""


def test_a_bare_machine_is_told_what_to_do(machine):
    done = machine.run("setup")
    assert done.returncode == 1
    for text in ("claude is not on PATH", "Node.js", "no NVIDIA GPU", "autosre configure vllm --node <ip>",
                 "docs.k3s.io"):
        assert text in " ".join(done.stdout.split()), done.stdout
    assert "could link autosre-mcp-fetch" in done.stderr
    assert not list(machine.program.parent.glob("autosre-mcp-*"))


def test_what_can_be_done_is_done_and_only_once(machine):
    machine.has("npm", NPM.format(bin=machine.bin))
    would = machine.run("setup", "--dry-run").stderr
    assert "would run `npm install -g @anthropic-ai/claude-code`" in would
    assert not (machine.bin / "claude").exists()
    items = machine.items("--yes")
    assert items["claude"]["met"] and items["codex"]["met"] and items["mcp"]["met"], items
    assert "2.1.330" in items["claude"]["evidence"]
    links = sorted(machine.program.parent.glob("autosre-mcp-*"))
    assert len(links) >= 4 and {os.readlink(link) for link in links} == {"autosre"}
    again = machine.run("setup", "--yes")
    assert (machine.bin / "npm.log").read_text().count("\n") == 2, again.stderr
    assert "would" not in again.stderr and "could" not in again.stderr


def test_weights_are_offered_where_there_is_a_gpu(machine):
    assert machine.items()["weights"]["action"] is None
    machine.has("nvidia-smi", """case $1 in --query-gpu=*)
echo '0, GPU-a, NVIDIA GB10, 580.142, [N/A], [N/A], [N/A], 0, 36, 3.10, [N/A], 208, 3003' ;; esac""")
    items = machine.items()
    assert items["gpu"]["met"] and "NVIDIA GB10" in items["gpu"]["evidence"]
    assert items["weights"]["action"] == "run `autosre models pull qwen3.6-nvfp4`"


def test_on_a_terminal_it_asks_first(machine, tmp_path):
    machine.has("npm", NPM.format(bin=machine.bin))
    terminal = Terminal([machine.program, "setup"], tmp_path, machine.environment, columns=200)
    try:
        terminal.wait_for("run `npm install -g @anthropic-ai/claude-code`? [y/N]", 60)
        terminal.type("y\n")
        terminal.wait_for("run `npm install -g @openai/codex`? [y/N]", 60)
        terminal.type("\n")
        terminal.wait_for("autosre-mcp-browser in", 60)
        terminal.type("n\n")
        terminal.process.wait(60)
    finally:
        terminal.close()
    assert (machine.bin / "claude").exists()
    assert not (machine.bin / "codex").exists()
    assert not list(machine.program.parent.glob("autosre-mcp-*"))


def test_backends_say_what_is_missing_and_how_it_is(machine):
    done = machine.run("backends", "--json")
    assert done.returncode == 0, done.stderr
    (vllm,) = json.loads(done.stdout)
    assert (vllm["name"], vllm["default"], vllm["health"]) == ("vllm", True, "unreachable")
    assert {need["code"] for need in vllm["needs"] if not need["met"]} == {
        "kubectl", "helm", "gpu", "gpu-runtime", "nodes", "weights"}
    assert all(need["remedy"] for need in vllm["needs"])
    done = machine.run("backends", "ollama")
    assert done.returncode == 2
    assert done.stderr == 'error: no backend "ollama" — there is: vllm — leave it out, or say vllm\n'


def test_the_backend_finds_model_and_label(machine, proxy, upstream):
    machine.environment.update(AUTOSRE_PROXY_URL=proxy.url, AUTOSRE_API_URL=upstream.url)
    (vllm,) = json.loads(machine.run("backends", "--json").stdout)
    assert vllm["health"] == "ok"
    assert vllm["label"].startswith("claude-")
    assert vllm["model"]
