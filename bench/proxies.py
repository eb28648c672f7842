#!/usr/bin/env python3
"""Measures `autosre proxy anthropic|codex` against nginx passing the same stream through unchanged."""

import argparse
import http.client
import json
import os
import pathlib
import platform
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass

from harness import OPEN_FILES, PROTOCOLS, BenchError, Load, Servers
from table import CURVE_HEADINGS, HEADINGS, CurvePoint, Row, aligned

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The proxies pass over each other's fields.
SMALL_REQUEST = {"model": "local", "max_tokens": 1024, "stream": True, "input": "count",
                 "messages": [{"role": "user", "content": "count"}]}
LONGEST_RUN = 1500  # seconds


@dataclass
class Plan:
    rounds: int = 5
    paced_rounds: int = 11  # many short ones: the limit is 1.0, and others use the machine too
    paced_seconds: int = 3
    burst_deltas: int = 200_000
    requests: int = 5_000
    sequential: int = 400
    curve: tuple = (100, 1_000, 5_000, 10_000)
    curve_seconds: int = 5
    curve_rounds: int = 2
    starts: int = 50


QUICK = Plan(rounds=3, paced_rounds=3, paced_seconds=2, burst_deltas=50_000, requests=1_500,
             sequential=100, curve=(100, 1_000), curve_seconds=2, curve_rounds=2, starts=20)


class Bench:
    def __init__(self, options, home):
        self.options = options
        self.plan = QUICK if options.quick else Plan()
        self.home = home
        self.protocol = PROTOCOLS[options.protocol]
        self.headers = (ROOT / self.protocol.headers).read_text().splitlines()
        self.small = self.write("small.json", SMALL_REQUEST)
        self.real = self.write("real.json", json.loads(options.request.read_text()))

    def write(self, name, body):
        """As compact as clients send it."""
        file = self.home / name
        file.write_text(json.dumps(body, separators=(",", ":"), ensure_ascii=False))
        return file

    def servers(self):
        return Servers(self.options.programs, self.home)

    def proxies(self, servers, upstream):
        """The proxy under test and the yardstick."""
        if self.options.self_check:
            return servers.nginx(upstream), servers.nginx(upstream)
        extra = shlex.split(self.options.proxy_options)
        return (servers.autosre(upstream, self.options.autosre, self.protocol, extra),
                servers.nginx(upstream))

    def load(self, deltas, *, real=False, **how):
        return Load(self.options.programs, self.real if real else self.small,
                    self.headers, deltas, **how)

    def compare(self, proxies, measure, rounds=None):
        """Interleaved rounds: the two medians, the median of the rounds' ratios, their range."""
        pairs = []
        for turn in range(rounds or self.plan.rounds):
            order = (0, 1) if turn % 2 == 0 else (1, 0)
            figures = {side: measure(proxies[side]) for side in order}
            pairs.append((figures[0], figures[1]))
        ours, theirs = (statistics.median(side) for side in zip(*pairs))
        ratios = [a / b for a, b in pairs]
        return ours, theirs, statistics.median(ratios), (min(ratios), max(ratios))


def steady_cost(events):
    """CPU microseconds per delta while all streams were open and none had ended."""
    first, last = events.get("open"), events["ending"]
    if first is None or last["deltas"] - first["deltas"] < events["done"]["deltas"] / 5:
        first, last = events["begin"], events["done"]
    return (last["cpu"] - first["cpu"]) * 1e6 / (last["deltas"] - first["deltas"])


def whole_cost(events, count):
    return (events["done"]["cpu"] - events["begin"]["cpu"]) * 1e6 / events["done"][count]


def fetch_text(target, body):
    """The answer's text, all deltas joined."""
    client = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
    client.request("POST", target.path, body.read_bytes(), {"content-type": "application/json"})
    text = ""
    for line in client.getresponse().read().decode().split("\n"):
        if not line.startswith("data: {"):
            continue
        event = json.loads(line.removeprefix("data: "))
        if event.get("type") == "content_block_delta":
            text += event["delta"].get("text", "")
        if event.get("type") == "response.output_text.delta":
            text += event["delta"]
        for choice in event.get("choices", ()):
            text += choice["delta"].get("content", "")
    return text


def check_text(bench):
    with bench.servers() as servers:
        upstream = servers.upstream("burst", 2_000)
        wanted = fetch_text(upstream, bench.small)
        for proxy in bench.proxies(servers, upstream):
            if fetch_text(proxy, bench.small) != wanted:
                raise BenchError(f"{proxy.name} changed the answer's text")


def paced(bench):
    rate, streams, seconds = 100, 200, bench.plan.paced_seconds
    with bench.servers() as servers:
        upstream = servers.upstream("paced", rate * seconds, rate)
        load = bench.load(rate * seconds, streams=streams)
        figures = bench.compare(bench.proxies(servers, upstream),
                                lambda proxy: steady_cost(load.run(proxy)),
                                bench.plan.paced_rounds)
    yield Row(f"CPU per delta, {streams} streams x {rate}/s", *figures, "us", ratio_limit=1.0)


def burst(bench):
    deltas, streams = bench.plan.burst_deltas, 8
    with bench.servers() as servers:
        upstream = servers.upstream("burst", deltas)
        load = bench.load(deltas, streams=streams)
        figures = bench.compare(bench.proxies(servers, upstream),
                                lambda proxy: whole_cost(load.run(proxy), "deltas"))
    yield Row(f"CPU per delta, {streams} streams in bursts", *figures, "us", ratio_limit=2.0)


def request(bench):
    with bench.servers() as servers:
        proxies = bench.proxies(servers, servers.upstream("instant", 10))
        load = bench.load(10, real=True, streams=8, requests=bench.plan.requests)
        for proxy in proxies:
            bench.load(10, real=True, streams=8, requests=100).run(proxy)
        figures = bench.compare(proxies, lambda proxy: whole_cost(load.run(proxy), "completed"))
    size = bench.real.stat().st_size // 1000
    yield Row(f"CPU per request of {size} kB, 10 deltas", *figures, "us", ratio_limit=2.5)


def memory(bench):
    streams = 1_000
    with bench.servers() as servers:
        proxies = bench.proxies(servers, servers.upstream("hold", 10))
        load = bench.load(10, real=True, streams=streams)
        ours, theirs = (load.hold(proxy, proxy.peak_rss) for proxy in proxies)
    ratio = ours / theirs
    yield Row(f"peak RSS, {streams} open streams", ours, theirs, ratio, (ratio, ratio), "MiB",
              value_limit=64)


def latency(bench):
    with bench.servers() as servers:
        upstream = servers.upstream("instant", 10)
        proxies = bench.proxies(servers, upstream)
        for real, label in ((True, "real request"), (False, "small request")):
            load = bench.load(10, real=real, requests=bench.plan.sequential)

            def median(target, load=load):
                return load.run(target)["done"]["first_delta_us"]["p50"] / 1e3

            figures = bench.compare(
                proxies, lambda proxy: max(1e-3, -median(upstream) + median(proxy)))
            yield Row(f"added time to first delta, {label}", *figures, "ms",
                      value_limit=0.3 if real else None)


def curve(bench):
    rate, seconds = 10, bench.plan.curve_seconds
    most = (OPEN_FILES - 100) // 2  # a proxy has two sockets for each stream
    for streams in (min(n, most) for n in bench.plan.curve):
        with bench.servers() as servers:
            upstream = servers.upstream("paced", rate * seconds, rate)
            proxies = bench.proxies(servers, upstream)
            load = bench.load(rate * seconds, streams=streams)
            runs = [[load.run(proxy) for proxy in proxies] for _ in range(bench.plan.curve_rounds)]
        yield curve_point(streams, runs)


def curve_point(streams, runs):
    def medians(figure):
        return tuple(statistics.median(map(figure, side)) for side in zip(*runs))

    return CurvePoint(
        streams, medians(steady_cost),
        medians(lambda run: run["done"]["deltas"] / run["done"]["seconds"]),
        medians(lambda run: run["done"]["gap_us"]["p99"] / 1e3),
        statistics.median(steady_cost(a) / steady_cost(b) for a, b in runs))


def wall_time(command):
    begun = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    status = os.waitpid(pid, 0)[1]
    if status != 0:
        raise BenchError(f"{shlex.join(command)} failed")
    return (time.perf_counter() - begun) * 1e3


def start(bench):
    ours = ["/bin/true"] if bench.options.self_check else [str(bench.options.autosre), "--version"]
    figures = bench.compare((ours, ["/bin/true"]), wall_time, bench.plan.starts)
    yield Row("autosre --version | /bin/true", *figures, "ms", value_limit=5)


SCENARIOS = {f.__name__: f for f in (paced, burst, request, memory, latency, curve, start)}


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("autosre", nargs="?", default="build/autosre", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, metavar="FOLDER",
                        help="where bench_load and bench_upstream are (default: bench/ beside "
                             "the autosre program)")
    parser.add_argument("--protocol", choices=PROTOCOLS, default="anthropic")
    parser.add_argument("--request", type=pathlib.Path, metavar="FILE",
                        help="instead of the real client's first one")
    parser.add_argument("--proxy-options", default="", help="more options for the proxy")
    parser.add_argument("--only", default=",".join(SCENARIOS), metavar="NAME,...",
                        help="some of: " + ", ".join(SCENARIOS))
    parser.add_argument("--quick", action="store_true", help="a short version, below a minute")
    parser.add_argument("--self-check", action="store_true",
                        help="nginx on both sides: shows how far ratios stray from 1 by chance")
    parser.add_argument("--no-gate", action="store_true", help="exit 0 when a limit is exceeded")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="save the figures")
    options = parser.parse_args()
    options.autosre = options.autosre.resolve()
    options.programs = options.programs or options.autosre.parent / "bench"
    options.request = options.request or ROOT / PROTOCOLS[options.protocol].request
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(SCENARIOS):
        parser.error(f"unknown scenario: {', '.join(unknown)}")
    return options


def measure(bench):
    """The rows, the curve's points, and the names of the scenarios that could not be measured."""
    rows, points, failed = [], [], []
    for name in bench.options.only:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        try:
            for result in SCENARIOS[name](bench):
                (points if isinstance(result, CurvePoint) else rows).append(result)
        except BenchError as error:
            print(f"bench: {name}: {error}", file=sys.stderr)
            failed.append(name)
    return rows, points, failed


def save(path, rows, points):
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True)
    path.write_text(json.dumps({
        "conditions": {"kernel": platform.release(), "machine": platform.machine(),
                       "cpus": os.cpu_count(), "nginx": nginx.stderr.strip(),
                       "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},
        "rows": [asdict(row) | {"over": row.over} for row in rows],
        "curve": [asdict(point) for point in points]}, indent=1) + "\n")


def report(rows, points):
    if rows:
        print(aligned(HEADINGS, [row.cells() for row in rows]))
    if points:
        print("\n" * bool(rows) + "10 deltas/s on each stream")
        print(aligned(CURVE_HEADINGS, [point.cells() for point in points]))


def interrupted(number, _):
    sys.exit(f"bench: ended by {signal.Signals(number).name}")  # by way of the servers' ends


def main():
    options = parse_options()
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, interrupted)
    signal.alarm(LONGEST_RUN)
    with tempfile.TemporaryDirectory(prefix="autosre-bench-") as home:
        bench = Bench(options, pathlib.Path(home))
        check_text(bench)
        rows, points, failed = measure(bench)
    report(rows, points)
    if options.json:
        save(options.json, rows, points)
    if failed:
        return 2
    return 1 if any(row.over for row in rows) and not options.no_gate else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BenchError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(2)
