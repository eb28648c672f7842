"""Runs the real Claude Code against a proxy, with every folder of its own."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass, field

import children
from proxy import REPO, clean_environment

LABEL = "claude-local"
LEAN = ["--tools", "Bash,Read,Write,Edit", "--strict-mcp-config", "--disable-slash-commands",
        "--system-prompt", "You are a coding agent. Use the tools; be brief."]
LEAN_ENV = {"CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1", "CLAUDE_CODE_DISABLE_GIT_INSTRUCTIONS": "1",
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1", "CLAUDE_CODE_DISABLE_TERMINAL_TITLE": "1"}


def clients():
    cache = os.environ.get("AUTOSRE_TEST_CACHE", REPO / ".cache")
    return pathlib.Path(cache) / "clients"


@dataclass
class Run:
    code: int
    stdout: str
    stderr: str
    events: list = field(default_factory=list)

    @property
    def result(self):
        """The last line of the stream: how the run ended."""
        ends = [e for e in self.events if e.get("type") == "result"]
        assert ends, f"exit code {self.code}\n{self.stdout[-2000:]}\n{self.stderr[-2000:]}"
        return ends[-1]

    def assert_ok(self, text=None):
        end = self.result
        assert self.code == 0 and not end["is_error"] and end["subtype"] == "success", end
        if text is not None:
            assert text in end["result"], end["result"]
        return self

    def blocks(self, kind):
        """The content blocks of that type in the conversation, in order."""
        found = []
        for event in self.events:
            content = (event.get("message") or {}).get("content")
            if isinstance(content, list):
                found += [b for b in content if b.get("type") == kind]
        return found

    @property
    def compactions(self):
        return [e for e in self.events if e.get("subtype") == "compact_boundary"]


class Claude:
    def __init__(self, home, url, window=262144, **environment):
        self.home = pathlib.Path(home)
        self.project = self.home / "project"
        self.project.mkdir(parents=True, exist_ok=True)
        self.config = self.home / "claude-config"
        self.config.mkdir(exist_ok=True)
        names = ["ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "CLAUDE_CODE_SUBAGENT_MODEL"]
        names += [f"ANTHROPIC_DEFAULT_{t}_MODEL" for t in ("OPUS", "SONNET", "HAIKU", "FABLE")]
        self.environment = {
            **clean_environment(self.home), "CLAUDE_CONFIG_DIR": str(self.config),
            "ANTHROPIC_BASE_URL": url, "ANTHROPIC_AUTH_TOKEN": "unused",
            **{name: LABEL for name in names}, "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1",
            "CLAUDE_CODE_MAX_CONTEXT_TOKENS": str(window),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL": "1",
            "CLAUDE_CODE_DISABLE_1M_CONTEXT": "1", "CLAUDE_CODE_ATTRIBUTION_HEADER": "0",
            "CLAUDE_CODE_TOTAL_TOKENS_REMINDER": "off", "ENABLE_TOOL_SEARCH": "false",
            "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1", "DISABLE_AUTOUPDATER": "1",
            # What should go anywhere else ends at a closed port of this machine.
            "HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1",
            "NO_PROXY": "127.0.0.1,localhost", **environment}
        self.environment = {n: v for n, v in self.environment.items() if v is not None}
        self.settings = self.home / "settings.json"
        self.settings.write_text(json.dumps({
            "permissions": {"defaultMode": "default", "deny": ["WebFetch", "WebSearch"],
                            "allow": ["Bash", "Read", "Write", "Edit", "Agent"]},
            "disableAutoMode": "disable", "availableModels": [LABEL]}))

    def words(self, *options):
        return [str(clients() / "bin/claude"), "--settings", str(self.settings), *options]

    def start(self, prompt, *options):
        words = self.words(*options, "-p", prompt, "--output-format", "stream-json", "--verbose")
        return children.start(words, cwd=self.project, env=self.environment)

    def run(self, prompt, *options, timeout=240):
        process = self.start(prompt, *options)
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            stdout, stderr = children.kill(process)
            raise AssertionError(f"Claude Code did not end within {timeout} s:\n"
                                 f"{stdout[-3000:]}\n{stderr[-1000:]}") from None
        return Run(process.returncode, stdout, stderr, parse_lines(stdout))


def parse_lines(text):
    events = []
    for line in text.splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            pass
    return events
