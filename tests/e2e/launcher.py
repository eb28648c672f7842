"""Runs `autosre claude` and `autosre codex` with the home of a user who has settings, a login and keys
of his own."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import children
from claude import clients
from proxy import binary, clean_environment

HERE = pathlib.Path(__file__).parent
FOREIGN = "https://model.example"


def files_below(folder):
    """Launches remove theirs meanwhile; pathlib's globs fail where a folder goes."""
    return [pathlib.Path(at) / name for at, _, names in os.walk(folder) for name in names]


class Home:
    """A home and a project folder; what is in them before is known."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.project = self.folder / "project"
        self.project.mkdir(parents=True)
        hostile = {"env": {"ANTHROPIC_BASE_URL": FOREIGN, "ANTHROPIC_API_KEY": "sk-users-own",
                           "ANTHROPIC_MODEL": "opus", "CLAUDE_CODE_USE_BEDROCK": "1",
                           "ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-5-5"},
                   "model": "opus[1m]", "availableModels": ["opus", "sonnet"],
                   "apiKeyHelper": "echo sk-from-the-helper"}
        login = {"claudeAiOauth": {"accessToken": "users-login", "refreshToken": "r",
                                   "expiresAt": 4102444800000, "scopes": ["user:inference"]}}
        agent = "---\nname: helper\ndescription: Helps.\nmodel: opus\n---\nYou help with task-one."
        self.write(".claude/settings.json", json.dumps(hostile))
        self.write(".claude/.credentials.json", json.dumps(login))
        self.write(".claude/CLAUDE.md", "Be kind.\n")
        self.write(".claude/agents/helper.md", agent)
        self.write("project/.claude/settings.json", json.dumps({"model": "sonnet"}))
        self.write(".codex/config.toml", f'model = "gpt-6-sol"\nopenai_base_url = "{FOREIGN}/v1"\n')
        self.write(".codex/auth.json", json.dumps({"OPENAI_API_KEY": "sk-users-own"}))
        self.write(".codex/AGENTS.md", "Be unkind.\n")
        self.before = self.state()

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.utime(file, (1_700_000_000, 1_700_000_000))

    def state(self):
        """Content, modification time and mode of each file that was there from the start."""
        names = getattr(self, "before", None) or [
            f for f in self.folder.rglob("*") if f.is_file()]
        return {f: (f.read_bytes(), f.stat().st_mtime_ns, f.stat().st_mode) for f in names}

    def codex_files(self):
        """The names in the user's own folder for Codex."""
        return sorted(f.name for f in (self.folder / ".codex").rglob("*"))

    def environment(self, **more):
        """A shell whose variables lead to a cloud; AUTOSRE_* are the test's."""
        base = clean_environment(self.folder)
        return {**base, "PATH": f"{clients() / 'bin'}:{base['PATH']}",
                "ANTHROPIC_API_KEY": "sk-of-the-shell", "ANTHROPIC_BASE_URL": FOREIGN,
                "CLAUDE_CODE_USE_VERTEX": "1", "CLAUDE_CODE_OAUTH_TOKEN": "shell-login",
                "ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-haiku-4-5", "CLAUDECODE": "1", **more}

    def codex_environment(self, **more):
        base = clean_environment(self.folder)
        return {**base, "PATH": f"{clients() / 'bin'}:{base['PATH']}",
                "OPENAI_API_KEY": "sk-of-the-shell", "OPENAI_BASE_URL": FOREIGN,
                "CODEX_API_KEY": "sk-of-the-shell", "CODEX_HOME": str(self.folder / ".codex"),
                "CODEX_OSS_BASE_URL": FOREIGN, "CODEX_ACCESS_TOKEN": "shell-login", **more}

    def launch_files(self):
        """Files of launches that are still there."""
        return files_below(self.folder / ".local/state/autosre/run/launch")

    def kept_config(self):
        """Of Codex, for shells and for what Codex starts itself."""
        kept, = (f for f in files_below(self.folder)
                 if f.parts[-3:] == ("autosre", "codex", "config.toml"))
        return kept


def start(agent, home, proxy, *words, **variables):
    environment = {"claude": home.environment, "codex": home.codex_environment}[agent]
    return children.start([str(binary()), agent, "--url", proxy.url, *words],
                          env=environment(**variables), cwd=home.project)


def sealed(home_folder, agent, words):
    """Runs sealed_launch.py in a network namespace, or skips with the reason."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("needs unshare and ip (util-linux, iproute2)")
    enter = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    probe = subprocess.run([*enter, "ip", "link", "set", "lo", "up"], capture_output=True,
                           text=True)
    if probe.returncode != 0:
        pytest.skip(f"network namespaces are not permitted here: {probe.stderr.strip()}")
    done = subprocess.run([*enter, sys.executable, str(HERE / "sealed_launch.py"), str(home_folder),
                           agent, json.dumps(words)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
