"""Runs the real Codex CLI against a proxy, with every folder of its own."""

import json
import os
import subprocess
from dataclasses import dataclass, field

from claude import clients, parse_lines
from proxy import clean_environment

VERSION = "0.169.0"
QUICK = {"model_providers.local.request_max_retries": 0,
         "model_providers.local.stream_max_retries": 0}  # the first failure is the last


def settings(url, model, **more):
    """What a user's config.toml would hold; the keys are dotted paths."""
    return {
        "model": model,
        "model_provider": "local",
        "web_search": "disabled",
        "check_for_update_on_startup": False,
        "approval_policy": "never",
        "sandbox_mode": "danger-full-access",
        "analytics.enabled": False,
        "feedback.enabled": False,
        "otel.exporter": "none",
        "otel.metrics_exporter": "none",
        "otel.trace_exporter": "none",
        "features.plugins": False,
        "features.apps": False,
        "features.remote_plugin": False,
        "features.tool_suggest": False,
        "features.goals": False,
        "features.daemon_auto_start": False,
        "agents.enabled": False,
        "model_providers.local.name": "Local",
        "model_providers.local.base_url": f"{url}/v1",
        "model_providers.local.wire_api": "responses",
        "model_providers.local.experimental_bearer_token": "unused",
        "model_providers.local.model_catalog_url": f"{url}/v1/models",
        "model_providers.local.request_max_retries": 2,
        "model_providers.local.stream_max_retries": 2,
        "model_providers.local.supports_websockets": False,
        **more}


@dataclass
class Run:
    code: int
    stdout: str
    stderr: str
    events: list = field(default_factory=list)

    def items(self, kind):
        """The completed items of that type, in order."""
        return [e["item"] for e in self.events
                if e["type"] == "item.completed" and e["item"]["type"] == kind]

    @property
    def texts(self):
        return [i["text"] for i in self.items("agent_message")]

    @property
    def end(self):
        ends = [e for e in self.events if e["type"] in ("turn.completed", "turn.failed")]
        assert ends, f"exit code {self.code}\n{self.stdout[-2000:]}\n{self.stderr[-2000:]}"
        return ends[-1]

    @property
    def failure(self):
        """The message of a turn that failed."""
        assert self.code == 1 and self.end["type"] == "turn.failed", (self.code, self.stdout)
        return self.end["error"]["message"]

    @property
    def retries(self):
        return [e for e in self.events if e["type"] == "error" and "Reconnecting" in e["message"]]

    def assert_ok(self, text=None):
        assert self.code == 0 and self.end["type"] == "turn.completed", (self.stdout, self.stderr)
        if text is not None:
            assert self.texts and text in self.texts[-1], self.stdout
        return self


class Codex:
    def __init__(self, home, url, model="local-model", **config):
        self.project = home / "project"
        self.project.mkdir(parents=True, exist_ok=True)
        self.config = home / "codex"
        self.config.mkdir(exist_ok=True)
        self.settings = settings(url, model, **config)
        self.environment = {
            **clean_environment(home), "CODEX_HOME": str(self.config),
            # What should go anywhere else ends at a closed port of this machine.
            "HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1",
            "NO_PROXY": "127.0.0.1,localhost"}

    def trust(self):
        """The terminal asks for it otherwise."""
        self.settings[f'projects."{self.project}".trust_level'] = "trusted"

    def write_config(self):
        lines = [f"{key} = {json.dumps(value)}" for key, value in self.settings.items()
                 if value is not None]
        (self.config / "config.toml").write_text("\n".join(lines) + "\n")

    def words(self, *options):
        self.write_config()
        return [str(clients() / "bin/codex"), *options]

    def start(self, *words):
        return subprocess.Popen(
            self.words("exec", "--json", "--skip-git-repo-check", *words), cwd=self.project,
            env=self.environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)

    def run(self, *words, timeout=60):
        """`codex exec`; the prompt is the last word."""
        return finish(self.start(*words), timeout)

    def resume(self, prompt, **options):
        return self.run("resume", "--last", prompt, **options)

    def ask(self, *words, timeout=30):
        """Another command of Codex, to its end."""
        return subprocess.run(self.words(*words), cwd=self.project, env=self.environment,
                              text=True, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=timeout)


def finish(process, timeout=60):
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        stdout, stderr = process.communicate()
        raise AssertionError(f"Codex did not end within {timeout} s:\n"
                             f"{stdout[-3000:]}\n{stderr[-1000:]}") from None
    return Run(process.returncode, stdout, stderr, parse_lines(stdout))
