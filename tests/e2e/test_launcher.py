"""`autosre claude`: the real Claude Code, isolated against the local proxy."""

import json
import pathlib
import subprocess

import pytest

import children
from answers import Answer, Hold, Text, call, say
from launcher import FOREIGN, Home, sealed, start
from proxy import binary, wait_until


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "user")


def launch(home, proxy, *words, timeout=240, **variables):
    command = [str(binary()), "claude", "--url", proxy.url, *words]
    return subprocess.run(command, env=home.environment(**variables), cwd=home.project, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout)


@pytest.mark.parametrize("lean", [[], ["--lean"]], ids=["all tools", "lean"])
def test_a_prompt_is_answered_and_the_users_files_stay_as_they_are(lean, upstream, proxy, home):
    upstream.script(call("Bash", command="cat ../.claude/CLAUDE.md"), say("Local answer."))
    done = launch(home, proxy, *lean, "--", "-p", "Hello?", "--allowed-tools", "Bash",
                  AUTOSRE_RUN_ID="my-run")
    assert done.returncode == 0, done
    assert done.stdout.strip() == "Local answer."
    assert home.state() == home.before
    rows = proxy.wait_log(2)
    assert {r["run_id"] for r in rows} == {"my-run"}, rows
    assert {r["model"] for r in rows} == {"claude-local-local-model"}
    assert rows[1]["prefix_share"] == 1
    wait_until(lambda: not home.launch_files(), 5, "the launch's files gone")
    sent = "".join(c.raw.decode() + json.dumps(c.headers) for c in upstream.calls)
    for secret in ("sk-users-own", "sk-from-the-helper", "sk-of-the-shell", "users-login"):
        assert secret not in sent
    assert (len(upstream.calls[0].tool_names) == 4) == bool(lean)
    assert not {"WebFetch", "WebSearch"} & set(upstream.calls[0].tool_names)


def test_the_agents_own_exit_code_comes_back(upstream, proxy, home):
    upstream.respond = lambda call_: say("x")
    assert launch(home, proxy, "-p", "hi", "--no-such-flag").returncode != 0
    assert launch(home, proxy, "--", "--version").stdout.startswith("2.")
    assert launch(home, proxy, "-p", "hi").returncode == 0


def test_its_commands_see_the_same_stack_and_no_key(upstream, proxy, home):
    """What Claude Code starts itself inherits the local addresses."""
    upstream.script(call("Bash", command="env > environment.txt", description="Save"), say("ok"))
    done = launch(home, proxy, "-p", "hi", "--allowed-tools", "Bash")
    assert done.returncode == 0, done
    lines = (home.project / "environment.txt").read_text().splitlines()
    seen = dict(line.split("=", 1) for line in lines if "=" in line)
    assert seen["ANTHROPIC_BASE_URL"] == proxy.url
    assert not any(FOREIGN in v or v.startswith("sk-") or "login" in v for v in seen.values())
    assert seen["CLAUDE_PLAN_REVIEW_CHAIN"] == "local"
    assert seen.get("CLAUDE_CODE_USE_VERTEX", "") == "" == seen.get("CLAUDE_CODE_USE_BEDROCK", "")


def test_two_launches_at_once_do_not_meet_and_clean_up_when_killed(upstream, proxy, home):
    hold = Hold()
    upstream.respond = lambda call_: Answer([hold])
    both = [start("claude", home, proxy, "-p", "hi") for _ in range(2)]
    wait_until(lambda: len(upstream.calls) == 2, 120, "both requests")
    folders = {f.parent for f in home.launch_files()}
    assert len(folders) == 2
    for file in home.launch_files():
        assert file.stat().st_mode & 0o077 == 0
    children.kill(both[0])
    wait_until(lambda: len({f.parent for f in home.launch_files()}) == 1, 5, "one launch's files")
    upstream.respond = lambda call_: say("ok")
    hold.released.set()
    both[1].communicate(timeout=240)
    wait_until(lambda: not home.launch_files(), 5, "no launch's files")
    assert len({r["run_id"] for r in proxy.wait_log(2)}) == 2
    assert home.state() == home.before


def test_without_a_stack_it_says_how_to_start_one(make_upstream, proxy, home):
    proxy.terminate()
    done = launch(home, proxy, "-p", "hi")
    assert done.returncode == 1 and "autosre start" in done.stderr and done.stdout == "", done


def test_without_claude_it_says_how_to_install_it(proxy, home):
    done = launch(home, proxy, "-p", "hi", PATH="/usr/bin:/bin")
    assert done.returncode == 1 and "npm install" in done.stderr, done


@pytest.mark.parametrize("lean", [[], ["--lean"]], ids=["all tools", "lean"])
def test_nothing_but_this_machine_is_contacted(lean, tmp_path):
    """A session with an agent, commands and a hostile configuration: no name is looked up, no
    connection leaves; every model is the local one."""
    seen = sealed(tmp_path / "user", "claude", [*lean, "-p", "Go.", "--allowed-tools", "Bash,Agent"])
    assert seen["code"] == 0 and "Sealed and done." in seen["stdout"], seen["stderr"]
    assert seen["names"] == [] and seen["connections"] == []
    assert seen["untouched"]
    assert {r["model"] for r in seen["log"]} == {"claude-local-local-model"}
    assert {r["run_id"] for r in seen["log"]} == {"sealed-run"}
    assert (len({r["agent"] for r in seen["log"]}) == 2) != bool(lean), seen["log"]


def test_a_proxy_with_a_token_is_shown_it_and_nobody_else_sees_it(upstream, make_proxy, home,
                                                                  tmp_path):
    file = tmp_path / "token"
    file.write_text("the-proxys-token\n")
    file.chmod(0o600)
    proxy = make_proxy(upstream.url, "--token-file", str(file))
    refused = launch(home, proxy, "-p", "hi")
    assert refused.returncode == 1 and "it wants a token" in refused.stderr, refused
    assert "AUTOSRE_TOKEN_FILE" in refused.stderr and "start --local" not in refused.stderr
    hold = Hold()
    upstream.respond = lambda call_: Answer([hold, Text("Let in.")])
    process = start("claude", home, proxy, "-p", "hi", AUTOSRE_TOKEN_FILE=str(file))
    wait_until(lambda: upstream.calls, 15, "the request")
    words = pathlib.Path(f"/proc/{process.pid}/cmdline").read_text()
    hold.released.set()
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0 and stdout.strip() == "Let in."
    assert "the-proxys-token" not in words + stderr + proxy.stderr
    explained = launch(home, proxy, "--dry-run", AUTOSRE_TOKEN_FILE=str(file))
    assert explained.returncode == 0 and "the-proxys-token" not in explained.stdout


def test_a_shell_can_take_the_environment_and_run_claude_itself(upstream, proxy, home):
    upstream.respond = lambda call_: say("From the shell.")
    line = f'eval "$({binary()} claude --url {proxy.url} --print-env)" && claude -p hi'
    (home.folder / ".claude/settings.json").unlink()
    done = subprocess.run(["bash", "-c", line], env=home.environment(), cwd=home.project,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240)
    assert done.returncode == 0 and done.stdout.strip() == "From the shell.", done
