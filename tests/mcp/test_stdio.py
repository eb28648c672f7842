"""Lines on stdin and stdout: what is broken, hostile, cancelled or ended."""

import json
import os
import signal
import subprocess

import pytest

from conftest import SERVERS, binary, entry_point, fixture_program, wait_until


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_lists_its_tools_and_ends_with_its_stdin(server, start):
    running = start(entry_point(server))
    said = running.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                      "clientInfo": {"name": "t", "version": "1"}}, id=0)
    assert said["result"]["serverInfo"]["name"] == f"autosre-{server}"
    first = running.ask("tools/list", id="a")["result"]
    assert first["tools"]
    assert first == running.ask("tools/list", id="b")["result"]
    assert running.end() == 0


def test_broken_lines_are_answered_and_the_next_one_works(fixture):
    lines = [b"nonsense", b"\xff\xfe", b"[]", b"{", b"[" * 100000, b'{"jsonrpc":"2.0","id":9,"method":7}', b"", b"\r"]
    for line in lines:
        fixture.send(line)
    wait_until(lambda: len(fixture.lines) == 6, 10, "six errors")
    assert [m["error"]["code"] for m in fixture.lines] == [-32700, -32700, -32600, -32700, -32700, -32600]
    assert fixture.ask("ping", id=1)["result"] == {}
    fixture.send(b'{"jsonrpc":"2.0","id":2,"method":"ping"}\r')
    assert fixture.answer(2)["result"] == {}


def test_a_giant_line_is_refused_and_takes_no_memory(start):
    running = start(entry_point("capabilities"))
    running.ask("ping")
    for _ in range(64):
        running.process.stdin.write(b"x" * (1 << 20))
    running.send(b"")
    wait_until(lambda: len(running.lines) == 2, 20, "the refusal")
    assert running.lines[1]["error"]["code"] == -32600
    assert running.ask("ping", id=2)["result"] == {}
    status = open(f"/proc/{running.process.pid}/status").read()
    assert int(status.split("VmHWM:")[1].split()[0]) < 64 * 1024, "KiB at most"


def test_two_hundred_calls_at_once_are_all_answered(fixture):
    for i in range(200):
        fixture.send({"jsonrpc": "2.0", "id": i, "method": "tools/call",
                      "params": {"name": "test_slow", "arguments": {"milliseconds": (200 - i) % 50}}})
    wait_until(lambda: len(fixture.lines) == 200, 30, "all answers")
    assert {m["id"] for m in fixture.lines} == set(range(200))


def test_a_cancelled_call_has_no_answer(fixture):
    fixture.send({"jsonrpc": "2.0", "id": "slow", "method": "tools/call",
                  "params": {"name": "test_slow", "arguments": {"milliseconds": 60000}}})
    fixture.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "slow"}})
    # The id is free again: so it has been forgotten.
    assert fixture.call("test_simple_text", id="slow")["result"]["content"]
    assert fixture.end() == 0
    assert len(fixture.lines) == 1


def test_calls_under_way_when_stdin_ends_get_a_moment_and_no_more(fixture):
    for id, time in (("quick", 100), ("slow", 60000)):
        fixture.send({"jsonrpc": "2.0", "id": id, "method": "tools/call",
                      "params": {"name": "test_slow", "arguments": {"milliseconds": time}}})
    assert fixture.end() == 0
    assert [m["id"] for m in fixture.lines] == ["quick"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_its_calls(number, fixture):
    assert fixture.ask("ping")["result"] == {}
    fixture.send({"jsonrpc": "2.0", "id": "slow", "method": "tools/call",
                  "params": {"name": "test_slow", "arguments": {"milliseconds": 60000}}})
    assert fixture.ask("ping", id=2)["result"] == {}
    fixture.process.send_signal(number)
    assert fixture.process.wait(10) == 0


def test_it_ends_when_nobody_reads_any_more():
    read, write = os.pipe()
    process = subprocess.Popen([fixture_program()], stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    os.close(read)
    process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
    process.stdin.flush()
    assert process.wait(10) == 0


def test_a_reader_that_is_slow_holds_up_the_reading():
    """Ten thousand lists of tools are some 30 MB: they do not pile up in memory."""
    process = subprocess.Popen([entry_point("capabilities")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n'
    os.set_blocking(process.stdin.fileno(), False)
    data, sent = line * 40000, 0
    stuck = 0
    while sent < len(data) and stuck < 100:
        try:
            sent += os.write(process.stdin.fileno(), data[sent:sent + 65536])
            stuck = 0
        except BlockingIOError:
            stuck += 1
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                pass
    status = open(f"/proc/{process.pid}/status").read()
    assert int(status.split("VmHWM:")[1].split()[0]) < 64 * 1024, "KiB at most"
    assert sent < len(data), "the pipe was never full"
    process.kill()
    process.wait()


def test_files_serve_as_stdin_and_stdout(tmp_path):
    asked = tmp_path / "in"
    asked.write_text(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}) + "\n")
    with asked.open() as source, (tmp_path / "out").open("w") as target:
        assert subprocess.run([entry_point("capabilities")], stdin=source, stdout=target, timeout=20).returncode == 0
    assert json.loads((tmp_path / "out").read_text())["result"]["tools"]


def test_an_option_of_another_server_is_refused():
    refused = subprocess.run([binary(), "mcp", "serve", "fetch", "--cdp-url", "http://127.0.0.1:9"],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    assert refused.returncode == 2 and refused.stdout == ""
    assert "--cdp-url is no option of the server fetch" in refused.stderr
