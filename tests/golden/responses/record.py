"""Records what the real Codex sends: `record.py FOLDER` writes each case's last body there.

Identifiers, folders and dates are replaced, so a second recording differs only where Codex does.
"""

import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "e2e")]

from codex import BY_ITSELF, Codex, mcp_numbers  # noqa: E402
from files import png  # noqa: E402
from proxy import wait_until  # noqa: E402
from responses_server import custom, function, message, reasoning, serve  # noqa: E402
from terminal import Terminal  # noqa: E402

CATALOG = {"local-model": {"context_window": 262144}, "small": {"context_window": 16000},
           "searching": {"context_window": 262144, "supports_search_tool": True}}
PATCH = "*** Begin Patch\n*** Add File: hello.txt\n+hello\n+world\n*** End Patch\n"
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"],
          "additionalProperties": False}
UUID = r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])"
SHELL = {"cmd": "cat a.txt"}
ROUNDS = [[reasoning("I should look."), message("I will look."), function("exec_command", **SHELL)],
          [reasoning("Now the other.", 2), function("exec_command", "call_2", cmd="cat b.txt")],
          [message("Done.")]]
NO_CATALOG = {"model_providers.local.model_catalog_url": None}


def script(server, *answers):
    left = list(answers)
    server.respond = lambda body: (left.pop(0), 5000)


def case_first(server, make):
    script(server, [message("Hello.")])
    """With every tool that Codex has by itself, and its prompt for models that it does not know."""
    make(**NO_CATALOG, **BY_ITSELF).run("Say hello.").assert_ok()


def case_tools_round(server, make):
    script(server, *ROUNDS)
    make().run("Read a.txt, then b.txt.").assert_ok()


def case_parallel(server, make):
    both = [message("Both."), function("exec_command", "call_1", cmd="sleep 0.3; cat a.txt"),
            function("exec_command", "call_2", cmd="cat b.txt")]
    script(server, both, [message("Done.")])
    make().run("Read both files at once.").assert_ok()


def case_apply_patch(server, make):
    script(server, [custom("apply_patch", PATCH)], [message("Done.")])
    make().run("Create hello.txt.").assert_ok()


def case_mcp(server, make):
    script(server, [function("mcp__numbers/add", a=2, b=3)], [message("5.")])
    make(**mcp_numbers()).run("Add 2 and 3.").assert_ok()


def case_image(server, make):
    script(server, [function("view_image", path="pic.png")], [message("A square.")])
    make().run("Look at pic.png.").assert_ok()


def case_resume(server, make):
    script(server, *ROUNDS, [message("Still done.")])
    codex = make()
    codex.run("Read a.txt, then b.txt.").assert_ok()
    codex.resume("And now?").assert_ok()


def case_compaction(server, make):
    asked = itertools.count()

    def respond(body):
        if "CONTEXT CHECKPOINT" in json.dumps(body["input"][-1]):
            return [message("The files were read.")], 5000
        return ROUNDS[0] if next(asked) == 0 else ROUNDS[2], 15000

    server.respond = respond
    make("small").run("Read a.txt.").assert_ok()
    return next(b for b in server.bodies if not b["tools"])


def case_schema(server, make):
    codex = make()
    (codex.project / "schema.json").write_text(json.dumps(SCHEMA))
    script(server, [message('{"n":7}')])
    codex.run("--output-schema", "schema.json", "Give n.").assert_ok()


def case_lite(server, make):
    script(server, [message("Hello.")])
    make("gpt-5.6-sol-local", **NO_CATALOG).run(
        "Say hello.").assert_ok()


def case_trigger(server, make):
    """Compaction as Codex asks of OpenAI's own server, and the summary as it comes back."""
    asked = itertools.count()

    def respond(body):
        if body["input"][-1]["type"] == "compaction_trigger":
            return [{"type": "compaction", "encrypted_content": "c3VtbWFyeQ=="}], 5000
        return ROUNDS[0] if next(asked) == 0 else ROUNDS[2], 15000

    server.respond = respond
    make("small", **{"model_providers.local.name": "OpenAI"}).run("Read a.txt.").assert_ok()
    return next(b for b in server.bodies if b["input"][-1]["type"] == "compaction_trigger")


def case_compacted(server, make):
    case_trigger(server, make)


def case_search(server, make):
    """With tool search the MCP tools are in the results only."""
    script(server, [{"type": "tool_search_call", "call_id": "call_1", "execution": "client",
                     "arguments": {"query": "add numbers"}}],
           [function("mcp__numbers/add", "call_2", a=2, b=3)], [message("5.")])
    make("searching", **mcp_numbers()).run("Add 2 and 3.").assert_ok()


def case_goal(server, make):
    """A goal that the model sets comes back as an output of its own, which has no call."""
    script(server, [function("create_goal", objective="Say hello.")], [message("Hello.")])
    make(**BY_ITSELF).run("Hi.").assert_ok()


def case_agents(server, make):
    """The second request of an agent that another agent has started."""
    def respond(body):
        source = json.loads(body["client_metadata"]["x-codex-turn-metadata"])["thread_source"]
        last = body["input"][-1]
        if source == "subagent":
            return ([message("Two files.")] if "output" in last else
                    [function("exec_command", cmd="ls")]), 5000
        if "output" not in last:
            return [function("multi_agent_v1/spawn_agent", message="Count the files.")], 5000
        if "agent_id" in str(last["output"]):
            target = json.loads(last["output"])["agent_id"]
            return [function("multi_agent_v1/wait_agent", "call_2", targets=[target])], 5000
        return [message("Counted.")], 5000

    server.respond = respond
    make(**{"agents.enabled": None}).run("Have the files counted.").assert_ok()
    return [b for b in server.bodies if "subagent" in json.dumps(b["client_metadata"])][-1]


def case_team(server, make):
    """The first request of an agent in a team: its task is an item of its own, "encrypted" by no
    one, and what it inherits ends with a call that has no result."""
    def respond(body):
        if "subagent" in json.dumps(body["client_metadata"]):
            return [message("Two files.")], 5000
        number = sum("output" in item for item in body["input"])
        steps = [function("collaboration/spawn_agent", task_name="count", message="Count them."),
                 function("collaboration/wait_agent", "call_2"), message("Counted.")]
        return [steps[number]], 5000

    server.respond = respond
    make(**{"features.multi_agent_v2": True, "agents.enabled": None}).run("Go.").assert_ok()
    return next(b for b in server.bodies if b["input"][-1]["type"] == "agent_message")


def case_title(server, make):
    title(server, make())


def case_title_bare(server, make):
    """Without a catalog there is no apply_patch, so `tools` is empty."""
    title(server, make(**NO_CATALOG))


def title(server, codex):
    """The terminal asks for a title beside the conversation; only there."""
    is_title = lambda body: "format" in body.get("text", {})  # noqa: E731
    server.respond = lambda body: (
        [message('{"title":"A title"}' if is_title(body) else "Hello.")], 5000)
    codex.trust()
    terminal = Terminal(codex.words(), codex.project, codex.environment)
    try:
        terminal.wait_for("permissions:")
        terminal.enter("say hello")
        found = wait_until(lambda: next(filter(is_title, server.bodies), None), 20, "the title")
    finally:
        terminal.close()
    server.bodies.append(found)


def neutral(body, home):
    """The body without what differs from run to run; equal values stay equal."""
    body["client_metadata"] = dict(sorted(body["client_metadata"].items()))
    text = json.dumps(body, ensure_ascii=False).replace(str(home), "/home/user")
    text = text.replace(sys.executable, "/usr/bin/python3")
    seen = {}

    def identity(match):
        return f"00000000-0000-4000-8000-{seen.setdefault(match[0], len(seen) + 1):012}"

    text = re.sub(UUID, identity, text)
    text = re.sub(r"<current_date>[^<]*<", "<current_date>2026-11-01<", text)
    text = re.sub(r"<timezone>[^<]*<", "<timezone>Etc/UTC<", text)
    text = re.sub(r"Wall time: [0-9.]+ seconds", "Wall time: 0.0100 seconds", text)
    text = re.sub(r"Chunk ID: [0-9a-f]+", "Chunk ID: 000000", text)
    text = re.sub(r'("?[a-z_]+_ms\\*": ?)\d{10,}', r"\g<1>1793491200000", text)
    text = re.sub(r'"create_time": [0-9.]+', '"create_time": 1793491200.5', text)
    text = re.sub(r'edAt\\":[0-9]+', r'edAt\\":1793491200', text)
    return json.loads(text)


def record(name, case):
    server = serve(CATALOG)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = pathlib.Path(folder)

        def make(model="local-model", **config):
            codex = Codex(home, f"http://127.0.0.1:{server.server_address[1]}", model, **config)
            (codex.project / "a.txt").write_text("alpha\n")
            (codex.project / "b.txt").write_text("beta\ngamma\n")
            (codex.project / "pic.png").write_bytes(png())
            subprocess.run(["git", "init", "-q", str(codex.project)], check=True)
            return codex

        try:
            body = case(server, make) or server.bodies[-1]
        finally:
            server.shutdown()
            server.server_close()
        return neutral(body, home)


def main(folder, *wanted):
    for name, case in list(globals().items()):
        if name.startswith("case_") and (not wanted or name[5:] in wanted):
            body = record(name, case)
            file = pathlib.Path(folder) / f"{name[5:]}.json"
            file.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
            print(file.name, file.stat().st_size)


if __name__ == "__main__":
    main(*sys.argv[1:])
