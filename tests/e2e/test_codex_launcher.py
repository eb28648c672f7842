"""`autosre codex`: the real Codex, isolated against the local proxy."""

import json
import pathlib
import subprocess

import pytest

import children
from answers import Answer, Hold, Text, call, say
from claude import clients, parse_lines
from codex import served
from launcher import FOREIGN, Home, files_below, sealed, start
from proxy import binary, wait_until

EXEC = ["exec", "--strict-config", "--skip-git-repo-check", "--json"]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "user")


@pytest.fixture
def proxy(codex_proxy):
    return codex_proxy


def launch(home, proxy, *words, timeout=240, **variables):
    process = start("codex", home, proxy, *words, **variables)
    stdout, stderr = process.communicate(timeout=timeout)
    return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)


def texts(done):
    items = [e["item"] for e in parse_lines(done.stdout) if e["type"] == "item.completed"]
    assert not [i for i in items if i["type"] == "error"], done.stdout
    return [i["text"] for i in items if i["type"] == "agent_message"]


@pytest.mark.parametrize("lean", [[], ["--lean"]], ids=["all tools", "lean"])
def test_a_prompt_is_answered_and_the_users_files_stay_as_they_are(lean, upstream, proxy, home):
    upstream.script(call("exec_command", cmd="cat ../.codex/config.toml"), say("Local answer."))
    own = home.codex_files()
    done = launch(home, proxy, *lean, *EXEC, "Hello?", AUTOSRE_RUN_ID="my-run")
    assert done.returncode == 0 and texts(done) == ["Local answer."], done
    assert home.state() == home.before and home.codex_files() == own
    rows = proxy.wait_log(2)
    assert {r["run_id"] for r in rows} == {"my-run"} and {r["client"] for r in rows} == {"codex"}
    assert rows[1]["prefix_share"] == 1
    wait_until(lambda: not home.launch_files(), 5, "the launch's files gone")
    sent = "".join(c.raw.decode() + json.dumps(c.headers) for c in upstream.calls)
    for secret in ("sk-users-own", "sk-of-the-shell", "shell-login", "Be unkind"):
        assert secret not in sent
    assert "apply_patch" in upstream.calls[0].tool_names
    assert (len(upstream.calls[0].tool_names) == 3) == bool(lean), upstream.calls[0].tool_names
    assert (len(upstream.calls[0].raw) < 6000) == bool(lean)


def test_a_session_goes_on_in_the_next_launch(upstream, proxy, home):
    upstream.script(say("First answer."), say("Second answer."))
    assert texts(launch(home, proxy, *EXEC, "First question")) == ["First answer."]
    done = launch(home, proxy, "exec", "resume", "--last", "--skip-git-repo-check", "--json",
                  "Second question")
    assert done.returncode == 0 and texts(done) == ["Second answer."], done
    assert upstream.calls[1].messages[:len(upstream.calls[0].messages)] == \
        upstream.calls[0].messages
    assert "First answer." in json.dumps(upstream.calls[1].messages)
    rows = proxy.wait_log(2)
    assert len({r["run_id"] for r in rows}) == 2 and len({r["session"] for r in rows}) == 1


def test_the_agents_own_exit_code_and_options_come_through(upstream, proxy, home):
    assert launch(home, proxy, "--", "--version").stdout.startswith("codex-cli ")
    assert launch(home, proxy, "exec", "--no-such-flag").returncode != 0
    assert "Usage: codex exec" in launch(home, proxy, "exec", "--help").stdout
    models = json.loads(launch(home, proxy, "debug", "models").stdout)["models"]
    assert [m["slug"] for m in models] == [served(proxy)]


def test_what_it_starts_itself_finds_the_same_stack(upstream, proxy, home):
    """A Codex in a command of Codex has none of the options, only the environment."""
    inner = f"{clients() / 'bin/codex'} exec --skip-git-repo-check --json"
    upstream.respond = lambda call_: (
        say("Inner.") if "the inner question" in json.dumps(call_.messages[-1]) else
        say("Outer.") if any(m["role"] == "tool" for m in call_.messages) else
        call("exec_command", yield_time_ms=20000,
             cmd=f"env > environment.txt; {inner} 'the inner question' < /dev/null > inner.txt"))
    done = launch(home, proxy, *EXEC, "-s", "danger-full-access", "Go")
    assert done.returncode == 0 and texts(done) == ["Outer."], done
    inner = (home.project / "inner.txt").read_text()
    assert "Inner." in inner and "fallback" not in inner
    lines = (home.project / "environment.txt").read_text().splitlines()
    seen = dict(line.split("=", 1) for line in lines if "=" in line)
    assert not any(FOREIGN in v or v.startswith("sk-") or "login" in v for v in seen.values())
    assert len({r["run_id"] for r in proxy.wait_log(3)}) == 1


def test_in_the_users_home_their_own_folder_is_no_projects(upstream, proxy, home):
    """Codex reads `.codex` of a project that it was told to trust."""
    started = home.folder / "mcp-started"
    home.write(".codex/config.toml", 'developer_instructions = "the words of ~/.codex"\n'
               f'[mcp_servers.mine]\ncommand = "touch"\nargs = ["{started}"]\n')
    assert launch(home, proxy, *EXEC, "make the folder").returncode == 0
    kept = home.kept_config()
    trusted = f'"{home.folder}" = {{ trust_level = "trusted" }}'
    kept.write_text(kept.read_text() + f"projects = {{ {trusted} }}\n")
    home.project = home.folder
    assert launch(home, proxy, *EXEC, "hi").returncode == 0
    sent = upstream.calls[-1].raw.decode()
    assert "the words of" not in sent and not started.exists()
    assert "`sandbox_mode` is `read-only`" in sent
    assert launch(home, proxy, "-c", f"projects={{ {trusted} }}", *EXEC, "-s", "workspace-write",
                  "hi").returncode == 0
    sent = upstream.calls[-1].raw.decode()
    assert "the words of" in sent and "`workspace-write`" in sent, "the test shows nothing"


def test_a_shells_codex_and_what_that_starts_find_the_stack(upstream, proxy, home):
    """The function is not there in a script; the folder is."""
    environment = home.codex_environment()
    printed = subprocess.run([str(binary()), "codex", "--url", proxy.url, "--print-env"],
                             env=environment, text=True, capture_output=True, check=True).stdout
    script = home.folder / "script"
    script.write_text("exec codex exec --skip-git-repo-check --json 'from a script' < /dev/null\n")
    done = subprocess.run(["bash", "-c", f'eval "$1"; bash {script}', "bash", printed],
                          env=environment, cwd=home.project, text=True, capture_output=True,
                          timeout=60)
    assert done.returncode == 0 and texts(done), done
    assert "from a script" in json.dumps(upstream.calls[-1].messages)
    kept = home.kept_config()
    assert kept.stat().st_mode & 0o077 == 0


def test_two_launches_at_once_do_not_meet_and_clean_up_when_killed(upstream, proxy, home):
    hold = Hold()
    upstream.respond = lambda call_: Answer([hold])
    both = [start("codex", home, proxy, *EXEC, "hi") for _ in range(2)]
    wait_until(lambda: len(upstream.calls) == 2, 20, "both requests")
    assert len({f.parent for f in home.launch_files()}) == 2
    for file in home.launch_files():
        assert file.stat().st_mode & 0o077 == 0
    children.kill(both[0])
    wait_until(lambda: len(home.launch_files()) == 1, 5, "one launch's files")
    upstream.respond = lambda call_: say("ok")
    hold.released.set()
    both[1].communicate(timeout=240)
    wait_until(lambda: not home.launch_files(), 5, "no launch's files")
    assert len({r["run_id"] for r in proxy.wait_log(2)}) == 2
    assert home.state() == home.before


def test_without_a_stack_it_says_how_to_start_one(proxy, home):
    proxy.terminate()
    done = launch(home, proxy, *EXEC, "hi")
    assert done.returncode == 1 and "autosre start --local" in done.stderr and not done.stdout, done


@pytest.mark.parametrize("lean", [[], ["--lean"]], ids=["all tools", "lean"])
def test_nothing_but_this_machine_is_contacted(lean, tmp_path):
    seen = sealed(tmp_path / "user", "codex",
                  [*lean, "exec", "--skip-git-repo-check", "--json", "Go."])
    assert seen["code"] == 0 and "Sealed and done." in seen["stdout"], seen
    assert seen["names"] == [] and seen["connections"] == []
    assert seen["untouched"]
    assert {r["run_id"] for r in seen["log"]} == {"sealed-run"} and len(seen["log"]) == 2


def test_a_proxy_with_a_token_is_shown_it_and_nobody_else_sees_it(upstream, make_proxy, home,
                                                                  tmp_path):
    file = tmp_path / "token"
    file.write_text("the-proxys-token\n")
    file.chmod(0o600)
    proxy = make_proxy(upstream.url, "--token-file", str(file), kind="codex")
    refused = launch(home, proxy, *EXEC, "hi")
    assert refused.returncode == 1 and "it wants a token" in refused.stderr, refused
    hold = Hold()
    upstream.respond = lambda call_: Answer([hold, Text("Let in.")])
    process = start("codex", home, proxy, *EXEC, "hi", AUTOSRE_TOKEN_FILE=str(file))
    wait_until(lambda: upstream.calls, 15, "the request")
    words = pathlib.Path(f"/proc/{process.pid}/cmdline").read_text()
    files = "".join(f.read_text() for f in home.launch_files())
    hold.released.set()
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0 and "Let in." in stdout, (stdout, stderr)
    assert "the-proxys-token" not in words + files + stderr + proxy.stderr
    wait_until(lambda: not home.launch_files(), what="the launch's files to go")
    kept = files_below(home.folder / ".local")
    assert kept and not [f for f in kept if b"the-proxys-token" in f.read_bytes()]
    explained = launch(home, proxy, "--dry-run", AUTOSRE_TOKEN_FILE=str(file))
    assert explained.returncode == 0 and "the-proxys-token" not in explained.stdout


def test_a_shell_can_take_the_environment_and_run_codex_itself(upstream, proxy, home):
    upstream.respond = lambda call_: say("From the shell.")
    line = (f'eval "$({binary()} codex --url {proxy.url} --print-env)" && '
            f'codex {" ".join(EXEC)} hi')
    done = subprocess.run(["bash", "-c", line], env=home.codex_environment(), cwd=home.project,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240)
    assert done.returncode == 0 and texts(done) == ["From the shell."], done
    assert home.state() == home.before
