"""Runs Codex in a network namespace of its own, in which every address is this machine and whatever
is asked for is noted: `sealed_codex.py FOLDER`, as its root. Prints {"code", "stdout", "names",
"connections", "log"}."""

import json
import pathlib
import sys

from answers import call, say
from codex import Codex, mcp_numbers, served, tool_messages
from proxy import Proxy
from sealed_launch import open_the_world, set_traps
from upstream import Upstream


def respond(call_):
    return say("Sealed and done.") if tool_messages(call_) else call("exec_command", cmd="true")


def main(folder):
    open_the_world()
    names, connections = [], []
    set_traps(names, connections)
    upstream = Upstream().start()
    upstream.respond = respond
    state = folder / "proxy"
    state.mkdir()
    proxy = Proxy(state, upstream.url, kind="codex")
    codex = Codex(folder / "user", proxy.url, served(proxy), **mcp_numbers())
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        codex.environment.pop(name)
    run = codex.run("Go.")
    log = proxy.wait_log(2)
    proxy.terminate()
    print(json.dumps({"code": run.code, "stdout": run.stdout, "names": names,
                      "connections": connections, "log": log}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
