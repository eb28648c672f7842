#!/usr/bin/env python3
"""Measures autosre's fetch server against the reference one (PyPI mcp-server-fetch) on the same pages of the
same server in one run: time and CPU of a fetch, start, memory. Rounds alternate; ratios are of medians.

The reference runs without Node.js in its PATH: with it, it would install packages at its first use and start a
process for each page, which is slower still."""
import argparse
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "web"))
from mcp_client import BINARY, Server  # noqa: E402
from pages import Pages, answer  # noqa: E402

PINS = ROOT / "bench" / "web" / "fetch_peer_requirements.txt"
WORDS = "heat pump moves water from a cold place to a warm one and needs work for it in winter and summer".split()


def article(paragraphs):
    """A page with navigation, links, lists, tables and code around its text."""
    parts = []
    for number in range(paragraphs):
        text = " ".join(WORDS[(number * 7 + i * i) % len(WORDS)] for i in range(90))
        parts.append(f'<h2 id="s{number}">Section {number}</h2><p>{text}, see <a href="/other/{number}">the other '
                     f"page</a> and <em>more</em> of it.</p>")
        if number % 5 == 0:
            rows = "".join(f"<tr><td>{row}</td><td>{row * number}</td></tr>" for row in range(6))
            parts.append(f"<table><tr><th>a</th><th>b</th></tr>{rows}</table><pre><code>run --on {number}</code></pre>")
    links = "".join(f'<li><a href="/nav/{n}">Navigation {n}</a></li>' for n in range(80))
    return (f"<!doctype html><html lang=en><head><title>Heat pumps</title><meta charset=utf-8><style>"
            f"{'.a{color:red}' * 400}</style></head><body><nav><ul>{links}</ul></nav><article><h1>Heat pumps</h1>"
            f"{''.join(parts)}</article><footer>Imprint</footer><script>{'var a=1;' * 500}</script></body></html>")


def install_peer():
    """The reference server at its pinned version, in a folder of the cache."""
    cache = pathlib.Path(os.environ.get("AUTOSRE_TEST_CACHE", ROOT / ".cache")) / "fetch-peer"
    stamp = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if not (cache / "stamp").exists() or (cache / "stamp").read_text() != stamp:
        subprocess.run([sys.executable, "-m", "venv", "--clear", cache], check=True)
        subprocess.run([cache / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "--only-binary", ":all:", "--require-hashes", "-r", PINS], check=True)
        (cache / "stamp").write_text(stamp)
    return [cache / "bin" / "mcp-server-fetch", "--ignore-robots-txt", "--allow-private-ips"]


def cpu_of(server):
    """Seconds of user and system time, children included."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_of(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


class Contender:
    def __init__(self, name, tool, start):
        self.name, self.tool, self.start = name, tool, start
        self.starts, self.seconds, self.cpu, self.idle = [], {}, {}, 0.0

    def measure(self, label, url, fetches):
        begun = time.perf_counter()
        with self.start() as server:
            self.starts.append(time.perf_counter() - begun)
            self.idle = resident_of(server)
            self.fetch(server, url)  # what is loaded at first use is not part of it
            cpu, begun = cpu_of(server), time.perf_counter()
            for _ in range(fetches):
                self.fetch(server, url)
            self.seconds.setdefault(label, []).append((time.perf_counter() - begun) / fetches)
            self.cpu.setdefault(label, []).append((cpu_of(server) - cpu) / fetches)

    def fetch(self, server, url):
        result = server.call(self.tool, url=url, max_length=50_000)
        assert not result.is_error and "Section 3" in result.text, f"{self.name} did not fetch: {result}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for a first look")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    rounds, fetches = (1, 3) if options.quick else (5, 20)
    peer_command = install_peer()
    ours = Contender("autosre", "web_fetch", lambda: Server("fetch", AUTOSRE_FETCH_ALLOW="127.0.0.1"))
    peer = Contender("mcp-server-fetch", "fetch", lambda: Server("fetch", command=peer_command, PATH=peer_command[0].parent))
    figures = {}
    with Pages() as pages:
        for label, paragraphs in (("small", 8), ("large", 100)):
            page = article(paragraphs)
            pages[f"/{label}"] = answer(page, "text/html")
            label += f" page ({len(page) // 1000} KB)"
            for _ in range(rounds):
                for contender in (ours, peer):
                    contender.measure(label, pages.url("/" + label.split()[0]), fetches)
            for what in ("seconds", "cpu"):
                mine, theirs = (statistics.median(getattr(each, what)[label]) for each in (ours, peer))
                figures[f"{label}, {'time' if what == 'seconds' else 'CPU'} (ms)"] = (mine * 1000, theirs * 1000)
    figures["start to initialized (ms)"] = tuple(statistics.median(each.starts) * 1000 for each in (ours, peer))
    figures["resident when idle (MiB)"] = (ours.idle, peer.idle)
    print(f"{BINARY}\n{'':32}{'autosre':>10}{'reference':>11}{'ratio':>8}")
    for name, (mine, theirs) in figures.items():
        ratio = f"{theirs / mine:.0f}x" if mine > 0 else "-"
        print(f"{name:32}{mine:10.1f}{theirs:11.1f}{ratio:>8}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
