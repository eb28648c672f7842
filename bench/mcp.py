#!/usr/bin/env python3
"""How soon each MCP server answers its first request, and what it holds when idle, beside the Python reference
server for fetching, in turns. Needs build/ and tests/mcp/install_clients.sh.

    bench/mcp.py            # 20 starts of each
    bench/mcp.py --runs 3
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

REPO = pathlib.Path(__file__).resolve().parents[1]
SERVERS = ("fetch", "search", "capabilities", "browser")
HELLO = {"jsonrpc": "2.0", "id": 1, "method": "initialize",
         "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}}
MOST_MS, MOST_MIB = 20, 15


def resident_kib(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])


def one_start(words):
    """Milliseconds to the first answer, KiB resident after it."""
    begun = time.monotonic()
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.write(json.dumps(HELLO).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        took = (time.monotonic() - begun) * 1000
        assert answer["result"]["serverInfo"], answer
        memory = resident_kib(process)
        process.terminate()  # the reference server does not end with its stdin
        process.wait(20)
    return took, memory


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    cache = pathlib.Path(os.environ.get("AUTOSRE_TEST_CACHE", REPO / ".cache"))
    peer = [str(cache / "mcp-clients/venv/bin/python"), "-m", "mcp_server_fetch"]
    subjects = {f"autosre-mcp-{name}": [str(REPO / f"build/autosre-mcp-{name}")] for name in SERVERS}
    subjects["mcp-server-fetch (Python)"] = peer
    samples = {name: [] for name in subjects}
    for _ in range(chosen.runs):
        for name, words in subjects.items():
            samples[name].append(one_start(words))
    rows = [{"server": name, "first_answer_ms": statistics.median(s[0] for s in got),
             "resident_mib": statistics.median(s[1] for s in got) / 1024} for name, got in samples.items()]
    base = rows[-1]
    for row in rows:
        row["times_faster"] = base["first_answer_ms"] / row["first_answer_ms"]
        row["times_smaller"] = base["resident_mib"] / row["resident_mib"]
    if chosen.json:
        print(json.dumps({"runs": chosen.runs, "servers": rows}, indent=2))
        return
    print(f"{'server':28} {'first answer':>13} {'resident':>10} {'faster':>8} {'smaller':>8}")
    for row in rows:
        print(f"{row['server']:28} {row['first_answer_ms']:10.1f} ms {row['resident_mib']:6.1f} MiB "
              f"{row['times_faster']:7.1f}x {row['times_smaller']:7.1f}x")
    print(f"wanted: {MOST_MS} ms and {MOST_MIB} MiB at most; medians of {chosen.runs} starts")


if __name__ == "__main__":
    main()
