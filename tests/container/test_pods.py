"""The chart's proxies inside the image, asked from outside."""

import base64
import json
import pathlib
import shutil
import socketserver
import subprocess
import threading

import pytest

from answers import say
from chart import RECIPES, render, values_of
from files import pdf
from proxy import wait_until
from runtime import USER, Pod, packed
from upstream import Upstream
from wire import ask, message_of, post, user

ENGINE = "10.96.0.30"  # the chart's, on the loopback interface here


def imported(containerd, folder, *options):
    said = packed(folder, "--output", "image.tar", *options)
    containerd.ctr("images", "import", folder / "image.tar")
    manifest = json.loads(containerd.ctr("content", "get", said["digest"]))
    return {"name": said["image"], "config": manifest["config"]["digest"]}


@pytest.fixture(scope="module")
def image(containerd, tmp_path_factory):
    return imported(containerd, tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module", autouse=True)
def addresses():
    subprocess.run(["ip", "address", "add", f"{ENGINE}/32", "dev", "lo"], check=True)
    yield
    subprocess.run(["ip", "address", "delete", f"{ENGINE}/32", "dev", "lo"], check=True)


@pytest.fixture
def upstream():
    running = Upstream().start(8010, ENGINE)
    yield running
    running.stop()
    assert running.problems == []


@pytest.fixture
def make_pod(containerd, image, tmp_path):
    made = []

    def make(name, *changes, image=image, **options):
        objects = render(values_of(RECIPES[0], *changes))
        made.append(Pod(containerd, image, objects, name, tmp_path / name, **options))
        return made[-1].wait_ready()

    yield make
    for pod in made:
        if pod.process.poll() is None:
            pod.stop()


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines)


def test_the_anthropic_proxy_answers_with_nothing_but_its_image(make_pod, upstream):
    pod = make_pod("autosre-proxy")
    health = ask(pod.port, "GET", "/health")
    assert health.status == 200 and health.json()["backend"] == "ok", health

    upstream.script(say("Hello from the bare image."))
    answer = post(pod.port, user("Who is there?", stream=True))
    assert message_of(answer.events())["content"] == [
        {"type": "text", "text": "Hello from the bare image."}]
    assert "Who is there?" in upstream.calls[0].last_text

    log = pod.folders["/data"] / "autosre/proxy-requests.jsonl"
    wait_until(lambda: log.exists() and log.read_text().endswith("\n"), 10, "the request log")
    assert json.loads(log.read_text())["error"] is None
    assert log.stat().st_uid == USER
    assert pod.stop() == 0, pod.output


def test_it_has_no_rights_that_the_chart_does_not_give(make_pod, upstream):
    pod = make_pod("autosre-proxy")
    status = status_of(pod.pid())
    assert status["Uid"].split() == status["Gid"].split() == [str(USER)] * 4
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    mounts = pathlib.Path(f"/proc/{pod.pid()}/mountinfo").read_text().splitlines()
    (root,) = [line.split() for line in mounts if line.split()[4] == "/"]
    assert "ro" in root[5].split(",")
    assert pod.stop() == 0, pod.output


def test_the_codex_proxy_answers(make_pod, upstream):
    pod = make_pod("autosre-codex-proxy")
    upstream.script(say("Hello, Codex."))
    answer = post(pod.port, {"model": "local-model", "input": "hi"}, target="/v1/responses")
    (message,) = answer.json()["output"]
    assert message["content"][0]["text"] == "Hello, Codex."
    assert pod.stop() == 0, pod.output


class Names(socketserver.BaseRequestHandler):
    """A name server that knows one name: the engine's service."""

    def handle(self):
        query, socket = self.request
        end = query.index(b"\0", 12) + 5
        name, kind = query[12:end - 4], query[end - 4:end - 2]
        known = name == b"\x12autosre-vllm-local\0" and kind == b"\0\1"
        flags = b"\x81\x80" if known or kind == b"\0\x1c" else b"\x81\x83"
        head = query[:2] + flags + b"\0\1" + (b"\0\1" if known else b"\0\0") + b"\0\0\0\0"
        address = bytes(int(part) for part in ENGINE.split("."))
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4" + address if known else b""
        socket.sendto(head + query[12:end] + answer, self.client_address)


def test_the_engine_is_found_by_its_name(make_pod, upstream, tmp_path):
    """Where the chart pins no addresses the proxy must ask the cluster's DNS."""
    server = socketserver.UDPServer(("127.0.0.1", 53), Names)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    try:
        pod = make_pod("autosre-proxy", {"clusterIPs": {"vllm": ""}},
                       mounts=[(tmp_path / "resolv.conf", "/etc/resolv.conf", "ro")])
        assert "--upstream=http://autosre-vllm-local:8010" in pod.spec["args"]
        upstream.script(say("Found."))
        assert post(pod.port, user("hi")).json()["content"][0]["text"] == "Found."
        assert pod.stop() == 0, pod.output
    finally:
        server.shutdown()
        server.server_close()


def paper(text):
    body = user("hi")
    source = {"type": "base64", "media_type": "application/pdf", "data": base64.b64encode(pdf(text)).decode()}
    body["messages"][0]["content"] = [{"type": "document", "source": source},
                                      {"type": "text", "text": "What does it say?"}]
    return body


def test_without_pdftotext_it_says_so_to_the_operator_and_to_the_model(make_pod, upstream):
    pod = make_pod("autosre-proxy")
    assert pod.output.count("pdftotext (poppler-utils) is not on PATH") == 1, pod.output
    upstream.script(say("I cannot read it."))
    assert post(pod.port, paper("Forty-two")).status == 200
    assert "its text cannot be read here" in upstream.calls[0].last_text
    assert pod.stop() == 0, pod.output


def test_with_pdftotext_added_documents_are_read(containerd, make_pod, upstream, tmp_path):
    able = imported(containerd, tmp_path, "--add", shutil.which("pdftotext"))
    pod = make_pod("autosre-proxy", image=able)
    assert "pdftotext" not in pod.output
    upstream.script(say("Forty-two."))
    assert post(pod.port, paper("Forty-two")).status == 200
    assert "Forty-two" in upstream.calls[0].last_text
    assert pod.stop() == 0, pod.output
