"""`autosre mcp setup`, `status` and `remove` with the real Claude Code."""

import json
import os
import pathlib
import subprocess

import pytest

from conftest import SERVERS, binary, entry_point

OWN = '{\n\t"permissions": {\n\t\t"allow": ["Bash"],\n\t\t"deny": ["Read(./secret)"]\n\t},\n  "theme" : "dark"\n}'


class User:
    def __init__(self, folder):
        self.home = folder / "home"
        self.project = folder / "project"
        self.home.mkdir()
        self.project.mkdir()
        self.settings = self.project / ".claude/settings.json"
        path = f"{os.environ['AUTOSRE_TEST_CLAUDE']}:/usr/local/bin:/usr/bin:/bin"
        self.environment = {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8", "DISABLE_AUTOUPDATER": "1",
                            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}

    def run(self, *words, code=0):
        done = subprocess.run([binary(), "mcp", *words], env=self.environment, cwd=self.project, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        assert done.returncode == code, done
        return done.stdout

    @property
    def registered(self):
        file = self.home / ".claude.json"
        return json.loads(file.read_text()).get("mcpServers", {}) if file.exists() else {}

    def write(self, text):
        self.settings.parent.mkdir(exist_ok=True)
        self.settings.write_text(text)


@pytest.fixture
def user(tmp_path):
    return User(tmp_path)


def denied(user):
    return json.loads(user.settings.read_text())["permissions"]["deny"]


def test_setup_registers_and_denies_and_removal_takes_back_just_that(user):
    user.write(OWN)
    assert "claude mcp add -s user autosre-fetch" in user.run("setup", "--dry-run")
    assert user.registered == {} and user.settings.read_text() == OWN
    user.run("setup")
    assert set(user.registered) == {f"autosre-{name}" for name in SERVERS}
    assert user.registered["autosre-fetch"]["command"] == str(entry_point("fetch"))
    assert denied(user) == ["Read(./secret)", "WebFetch", "WebSearch"]
    state = json.loads(user.run("status", "--json"))
    assert all(s["registered"] for s in state["servers"]) and state["denied"] == ["WebFetch", "WebSearch"]
    before = user.settings.read_text()
    assert user.run("setup") == "" and user.settings.read_text() == before
    user.run("remove")
    assert user.registered == {} and user.settings.read_text() == OWN
    assert user.run("remove") == ""


def test_what_the_user_denied_himself_stays_denied(user):
    text = OWN.replace('"Read(./secret)"', '"WebFetch", "Read(./secret)"')
    user.write(text)
    user.run("setup")
    user.write(user.settings.read_text().replace('"dark"', '"light"'))
    user.run("remove")
    assert user.settings.read_text() == text.replace('"dark"', '"light"')


def test_a_file_that_setup_made_goes_with_it(user):
    user.run("setup")
    assert denied(user) == ["WebFetch", "WebSearch"]
    user.run("remove")
    assert not user.settings.parent.exists()


def test_settings_that_are_not_json_are_left_alone(user):
    user.write("{ // mine\n}")
    user.run("setup", code=1)
    assert user.settings.read_text() == "{ // mine\n}" and user.registered == {}


def test_a_server_of_the_same_name_is_replaced(user):
    claude = pathlib.Path(os.environ["AUTOSRE_TEST_CLAUDE"]) / "claude"
    subprocess.run([claude, "mcp", "add", "-s", "user", "autosre-fetch", "--", "/bin/false"], check=True,
                   env=user.environment, cwd=user.project, capture_output=True, timeout=60)
    assert "another program" in user.run("status")
    user.run("setup")
    assert user.registered["autosre-fetch"]["command"] == str(entry_point("fetch"))
