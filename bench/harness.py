"""Starts and ends the processes of a benchmark, and reads what they cost. Knows no scenario."""

import ctypes
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field

OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
LIFETIME = 600  # seconds; no server outlives this
LOAD_LIFETIME = 120

NGINX_CONF = """\
{user}worker_processes 1;
worker_rlimit_nofile {files};
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log error;
events {{ worker_connections {files}; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_max_body_size 64m;
  client_body_buffer_size 1m;
  client_body_temp_path {home}/client_body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  upstream model {{
    server 127.0.0.1:{upstream};
    keepalive 256;
    keepalive_requests 100000000;
    keepalive_timeout 600s;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 600s;
    }}
  }}
}}
"""


class BenchError(Exception):
    """The measurement itself went wrong; the figures would mean nothing."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# The proxy has a processor to itself: where the scheduler puts two busy processes decides how many
# deltas one wake-up finds, and with it the cost of each, by a factor of two.
CPUS = sorted(os.sched_getaffinity(0))
PROXY_CPUS, OTHER_CPUS = CPUS[-1:], CPUS[:-1] or CPUS


def prepare_child(cpus):
    """For preexec_fn: ends with its parent, runs on `cpus`."""
    def prepare():
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
        os.sched_setaffinity(0, cpus)
    return prepare


def process_tree(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [p for child in children for p in process_tree(int(child))]


def cpu_clock(pid):
    # utime + stime of all threads, as in /proc/PID/stat, but without its 10 ms steps.
    return time.clock_gettime((~pid << 3) | 2)


@dataclass(frozen=True)
class Protocol:
    """What a client of the proxy speaks, and the real client's first request."""

    command: str
    path: str
    dialect: str
    request: str
    headers: str


PROTOCOLS = {
    "anthropic": Protocol("anthropic", "/v1/messages?beta=true", "anthropic",
                          "bench/data/claude-first-request.json", "bench/data/claude-headers.txt"),
    "codex": Protocol("codex", "/v1/responses", "responses",
                      "tests/golden/responses/first.json", "bench/data/codex-headers.txt"),
}


@dataclass
class Server:
    """A running server and how the load client speaks to it."""

    name: str
    port: int
    process: subprocess.Popen
    log: pathlib.Path
    path: str = "/v1/chat/completions?beta=true"
    dialect: str = "chat"

    def cpu(self):
        return sum(cpu_clock(pid) for pid in process_tree(self.process.pid))

    def peak_rss(self):
        """MiB, summed over the processes."""
        total = 0
        for pid in process_tree(self.process.pid):
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            total += int(status.split("VmHWM:")[1].split()[0])
        return total / 1024

    def wait_until_ready(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise BenchError(f"{self.name} did not start: {self.last_words()}")

    def last_words(self):
        return self.log.read_text(errors="replace")[-800:].strip() or "(silent)"

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Servers:
    """One scenario's servers; leaving the `with` block ends them."""

    programs: pathlib.Path
    home: pathlib.Path
    running: list = field(default_factory=list)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in reversed(self.running):
            server.stop()

    def _start(self, name, port, command, cpus=PROXY_CPUS, **how):
        log = self.home / f"{name}-{port}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=how.pop("env", None), preexec_fn=prepare_child(cpus))
        server = Server(name, port, process, log, **how)
        self.running.append(server)
        server.wait_until_ready()
        return server

    def upstream(self, mode, deltas, rate=10):
        port = free_port()
        return self._start("upstream", port, [
            self.programs / "bench_upstream", "--port", str(port), "--mode", mode, "--deltas",
            str(deltas), "--rate", str(rate), "--lifetime", str(LIFETIME)], cpus=OTHER_CPUS)

    def nginx(self, upstream, binary="nginx"):
        port = free_port()
        home = self.home / f"nginx-{port}"
        home.mkdir()
        user = "user root root;\n" if os.geteuid() == 0 else ""
        (home / "nginx.conf").write_text(NGINX_CONF.format(
            user=user, home=home, files=OPEN_FILES, upstream=upstream.port, port=port))
        return self._start("nginx", port, [
            binary, "-p", home, "-c", home / "nginx.conf", "-e", home / "error.log"])

    def autosre(self, upstream, binary, protocol, options=()):
        port = free_port()
        home = self.home / f"autosre-{port}"
        env = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOSRE_", "XDG_"))}
        for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME", "RUNTIME_DIR"):
            env[f"XDG_{name}"] = str(home / name.lower())
            (home / name.lower()).mkdir(parents=True, mode=0o700)
        return self._start("autosre", port, [
            binary, "proxy", protocol.command, "--listen", f"127.0.0.1:{port}", "--upstream",
            f"http://127.0.0.1:{upstream.port}", *options],
            env=env | {"HOME": str(home)}, path=protocol.path, dialect=protocol.dialect)


@dataclass
class Load:
    """One kind of load. `run` and `hold` return the client's events, each with the target's CPU
    seconds at that moment as `cpu`."""

    programs: pathlib.Path
    body: pathlib.Path
    headers: list
    deltas: int
    streams: int = 1
    requests: int = 0
    opening: int = 64

    def _command(self, target):
        return [
            self.programs / "bench_load", "--port", str(target.port), "--path", target.path,
            "--dialect", target.dialect, "--body", self.body, "--deltas", str(self.deltas),
            "--streams", str(self.streams), "--requests", str(self.requests or self.streams),
            "--opening", str(self.opening), "--lifetime", str(LOAD_LIFETIME),
            *(word for header in self.headers for word in ("--header", header))]

    def run(self, target):
        events = {"begin": {"cpu": target.cpu(), "deltas": 0}}
        with subprocess.Popen(self._command(target), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True,
                              preexec_fn=prepare_child(OTHER_CPUS)) as client:
            for line in client.stdout:
                event = json.loads(line)
                events[event["event"]] = event | {"cpu": target.cpu()}
            complaint = client.stderr.read().strip()
        if client.returncode != 0:
            done = events.get("done", {})
            raise BenchError(f"{target.name}: {done.get('failed', '?')} of "
                             f"{done.get('requests', '?')} answers were not whole; the first: "
                             f"{complaint}; log: {target.last_words()}")
        return events

    def hold(self, target, look):
        """Opens all streams, returns what `look()` says while they are open."""
        with subprocess.Popen(self._command(target) + ["--hold", "yes"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True,
                              preexec_fn=prepare_child(OTHER_CPUS)) as client:
            if "open" not in client.stdout.readline():
                raise BenchError(f"{target.name}: could not open {self.streams} streams; log: "
                                 f"{target.last_words()}")
            result = look()
            client.stdin.close()
        return result
