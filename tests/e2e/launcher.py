"""Runs `autosre claude` with the home of a user who has settings, a login and keys of his own."""

import json
import os
import pathlib

from claude import clients
from proxy import clean_environment

FOREIGN = "https://model.example"


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

    def environment(self, **more):
        """A shell whose variables lead to a cloud; AUTOSRE_* are the test's."""
        base = clean_environment(self.folder)
        return {**base, "PATH": f"{clients() / 'bin'}:{base['PATH']}",
                "ANTHROPIC_API_KEY": "sk-of-the-shell", "ANTHROPIC_BASE_URL": FOREIGN,
                "CLAUDE_CODE_USE_VERTEX": "1", "CLAUDE_CODE_OAUTH_TOKEN": "shell-login",
                "ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-haiku-4-5", "CLAUDECODE": "1", **more}

    def launch_files(self):
        """Files of launches that are still there."""
        return [f for f in self.folder.rglob("launch/*/*")]
