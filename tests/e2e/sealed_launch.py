"""Launches an agent in a network namespace of its own, in which every address is this machine
and whatever is asked for is noted: `sealed_launch.py HOME claude|codex JSON-OF-WORDS`, as its root.
Prints {"code", "stdout", "stderr", "names", "connections", "untouched", "log"}."""

import json
import pathlib
import socket
import struct
import subprocess
import sys
import threading

from answers import call, say
from launcher import Home, start
from proxy import Proxy
from upstream import Upstream

TRAPS = (80, 443, 8080)


def open_the_world():
    """Each IPv4 address is local, so that any connection arrives at a trap or is refused."""
    for words in ("link set lo up", "route add local 0.0.0.0/0 dev lo"):
        subprocess.run(["ip", *words.split()], check=True)


def query_name(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode(errors="replace"))
        at += packet[at] + 1
    return ".".join(labels), packet[12:at + 5]


def set_traps(names, connections):
    """They are there when this returns."""
    resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    resolver.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO: answer from the address asked
    resolver.bind(("0.0.0.0", 53))
    threading.Thread(target=answer_names, args=(resolver, names), daemon=True).start()
    for port in TRAPS:
        server = socket.create_server(("0.0.0.0", port))
        threading.Thread(target=note_connections, args=(server, connections), daemon=True).start()
    control(names, connections)


def answer_names(server, names):
    """Answers each query for an address with 10.9.9.9."""
    while True:
        packet, control, _, peer = server.recvmsg(2048, 256)
        name, question = query_name(packet)
        names.append(name)
        is_a = question[-4:-2] == b"\0\1"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\x09\x09\x09" if is_a else b""
        head = packet[:2] + struct.pack(">HHHHH", 0x8180, 1, 1 if is_a else 0, 0, 0)
        server.sendmsg([head + question + record], control, 0, peer)


def note_connections(server, connections):
    while True:
        connection, _ = server.accept()
        connections.append("%s:%d" % connection.getsockname())
        connection.close()


def respond(call_):
    """The session asks an agent, which runs a command; then it ends."""
    text = json.dumps(call_.messages)
    if "You help with task-one" in text:
        ran = any(m["role"] == "tool" for m in call_.messages)
        return say("Agent done.") if ran else call("Bash", command="true")
    if any(m["role"] == "tool" for m in call_.messages):
        return say("Sealed and done.")
    if "exec_command" in call_.tool_names:
        return call("exec_command", cmd="env | grep -c sk-of-the-shell; true")
    if "Agent" in call_.tool_names:
        return call("Agent", description="help", prompt="task-one", subagent_type="helper",
                    model="opus")
    return call("Bash", command="env | grep -c sk-of-the-shell; true", description="Look")


def main(home_folder, agent, words):
    open_the_world()
    names, connections = [], []
    set_traps(names, connections)
    upstream = Upstream().start()
    upstream.respond = respond
    home = Home(home_folder)
    state = pathlib.Path(home_folder).parent / "proxy"
    state.mkdir()
    proxy = Proxy(state, upstream.url, kind={"claude": "anthropic"}.get(agent, agent))
    process = start(agent, home, proxy, *words, AUTOSRE_RUN_ID="sealed-run")
    stdout, stderr = process.communicate(timeout=240)
    proxy.terminate()
    print(json.dumps({
        "code": process.returncode, "stdout": stdout, "stderr": stderr, "names": names,
        "connections": connections, "untouched": home.state() == home.before,
        "log": proxy.log()}))


def control(names, connections):
    """The traps catch what they should; then they are emptied."""
    host = socket.gethostbyname("control.example")
    socket.create_connection((host, 443), 5).close()
    if "control.example" not in names:
        raise SystemExit("the trap for names caught nothing")
    while not connections:
        threading.Event().wait(0.01)
    names.clear()
    connections.clear()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
