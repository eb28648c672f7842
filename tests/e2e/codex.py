"""Runs the real Codex CLI against a proxy, with every folder of its own."""

import json
import pathlib
import subprocess
import sys
from dataclasses import dataclass, field

import children
from answers import Answer, Tool
from claude import clients, parse_lines
from prompts import compact
from proxy import clean_environment
from wire import ask

VERSION = "0.169.0"
HERE = pathlib.Path(__file__).parent
PATCH = '*** Begin Patch\n*** Add File: hello.py\n+print("héllo 日本")\n*** End Patch\n'
LOCAL = "model_providers.local."
QUICK = {LOCAL + "request_max_retries": 0,
         LOCAL + "stream_max_retries": 0}  # the first failure is the last


def served(proxy):
    """The name under which the proxy offers its model to Codex."""
    return ask(proxy.port, "GET", "/v1/models").json()["models"][0]["slug"]


# What Codex has by itself; the documented settings leave these out.
BY_ITSELF = {"web_search": None, "agents.enabled": None, "features.goals": None}


def mcp_numbers(*arguments):
    """Settings for an MCP server with two tools, or three."""
    return {"mcp_servers.numbers.command": sys.executable,
            "mcp_servers.numbers.args": [str(HERE / "mcp_numbers.py"), *arguments]}


def tool_messages(call):
    return [m for m in call.messages if m["role"] == "tool"]


def named(call, tool):
    """The name under which the tool was declared to the model, alone or in its namespace."""
    found = [n for n in call.tool_names if n == tool or n.endswith("__" + tool)]
    assert len(found) == 1, (tool, call.tool_names)
    return found[0]


def freeform(call, tool, text):
    """The model's call of a tool that takes plain text."""
    name = named(call, tool)
    declared = next(t["function"] for t in call.body["tools"] if t["function"]["name"] == name)
    parameter, = declared["parameters"]["properties"]
    return Answer([Tool(name, {parameter: text}, pieces=7)])


def write_catalog(codex, proxy, **changes):
    """The proxy's own catalog, changed, from a file."""
    models = ask(proxy.port, "GET", "/v1/models").json()["models"]
    file = codex.config / "models.json"
    file.write_text(json.dumps({"models": [{**m, **changes} for m in models]}))
    codex.settings["model_catalog_json"] = str(file)


def conversations(calls):
    """The calls of each agent or session: those with the same messages up to the first answer."""
    groups = {}
    for call in calls:
        roles = [m["role"] for m in call.messages] + ["assistant"]
        groups.setdefault(compact(call.messages[:roles.index("assistant")]), []).append(call)
    return list(groups.values())


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
        folder = home / "tmp"  # in the common one Codex would refuse to keep its helpers
        folder.mkdir(exist_ok=True)
        self.environment = {
            **clean_environment(home), "CODEX_HOME": str(self.config), "TMPDIR": str(folder),
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
        return children.start(self.words("exec", "--json", "--skip-git-repo-check", *words),
                              cwd=self.project, env=self.environment)

    def run(self, *words, timeout=240):
        """`codex exec`; the prompt is the last word."""
        return finish(self.start(*words), timeout)

    def resume(self, prompt, **options):
        return self.run("resume", "--last", prompt, **options)

    def ask(self, *words, timeout=120):
        """Another command of Codex, to its end."""
        return subprocess.run(self.words(*words), cwd=self.project, env=self.environment,
                              text=True, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=timeout)


def finish(process, timeout=240):
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        stdout, stderr = children.kill(process)
        raise AssertionError(f"Codex did not end within {timeout} s:\n"
                             f"{stdout[-3000:]}\n{stderr[-1000:]}") from None
    return Run(process.returncode, stdout, stderr, parse_lines(stdout))
