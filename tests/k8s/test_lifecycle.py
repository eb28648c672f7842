"""Does `autosre k3s` bring a recipe up on a real control plane, keep it so, explain what fails, and leave nothing?"""

import base64
import gzip
import json
import os
import signal
import subprocess
import time

import pytest

from chart import binary, recipe, tool
from nodes import BROKEN, SLOW, log_text

KINDS = ("deployments,services,networkpolicies,persistentvolumeclaims,priorityclasses,configmaps,secrets,pods,"
         "replicasets,runtimeclasses,servicecidrs")
RECIPE = "gpt-oss-20b"


class Program:
    """autosre as a user of the cluster runs it, with the API reached at the scripted server."""

    def __init__(self, cluster, upstream, home):
        self.cluster, self.upstream, self.home = cluster, upstream, home
        self.environment = {"HOME": str(home), "KUBECONFIG": str(cluster.kubeconfig),
                            "PATH": f"{tool('kubectl').parent}:{os.environ['PATH']}",
                            "AUTOSRE_API_URL": upstream.url, "AUTOSRE_PROXY_URL": upstream.url,
                            "AUTOSRE_CODEX_PROXY_URL": upstream.url}

    def start(self, *words, **environment):
        # A suite in the background would hand down that Ctrl-C is ignored.
        command = ["/usr/bin/env", "--default-signal=INT", binary(), *words]
        return subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env={**self.environment, **environment})

    def __call__(self, *words, code=0, **environment):
        process = self.start(*words, **environment)
        try:
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
        assert process.returncode == code, f"exit {process.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def status(self, code=0):
        return json.loads(self("k3s", "status", "--json", code=code).stdout)

    def drift(self):
        """Whether the pods are up again by then or not."""
        process = self.start("k3s", "status", "--json")
        return json.loads(process.communicate(timeout=300)[0])["drift"]


@pytest.fixture(scope="module")
def program(living, upstream, tmp_path_factory):
    program = Program(living, upstream, tmp_path_factory.mktemp("home"))
    yield program
    program("k3s", "down")


@pytest.fixture
def autosre(program, living):
    """With nothing deployed."""
    program("k3s", "down")
    living.offer_volume()
    living.engine_says("")
    return program


@pytest.fixture
def deployed(program, living):
    """With the recipe up, as the test before it may have left it or not."""
    living.engine_says("")
    if not living.get("pvc", "-A")["items"]:
        living.offer_volume()
    program("k3s", "up", RECIPE)
    return program


def deployment(cluster, name="autosre-vllm-local"):
    return cluster.get("deployment", name, "-n", "autosre")


def versions(cluster):
    """What changes with every change of a deployment or a release."""
    found = cluster.get("deployments", "-n", "autosre")["items"]
    releases = cluster.get("secrets", "-n", "autosre", "-l", "owner=helm")["items"]
    return ({o["metadata"]["name"]: o["metadata"]["generation"] for o in found},
            sorted(o["metadata"]["name"] for o in releases))


def ours(cluster):
    """All that the program or its release could have left, in all namespaces."""
    names = []
    for label in ("app.kubernetes.io/instance=autosre", "app.kubernetes.io/managed-by=autosre", "owner=helm"):
        found = cluster.get(KINDS, "-A", "-l", label)["items"]
        names += [f"{o['kind']} {o['metadata']['name']}" for o in found]
    names += [o["metadata"]["name"] for o in cluster.get("namespaces")["items"] if o["metadata"]["name"] == "autosre"]
    return names


def test_up_reaches_healthy_and_the_second_time_changes_nothing(autosre, living, upstream, capsys):
    upstream.chats.clear()
    begun = time.monotonic()
    up = autosre("k3s", "up", RECIPE)
    seconds = time.monotonic() - begun
    with capsys.disabled():
        print(f"\nk3s up on the test control plane: {seconds:.1f} s, of which the engine loads for {SLOW} s")
    assert upstream.model in up.stdout and upstream.url in up.stdout
    assert "first answer after" in up.stderr
    assert upstream.chats and upstream.chats[0]["model"] == upstream.model
    # k3s' own range does not hold the pinned addresses: another was added.
    services = living.get("services", "-n", "autosre")["items"]
    assert {s["metadata"]["name"]: s["spec"]["clusterIP"] for s in services} == {
        "autosre-vllm-local": "10.96.0.30", "autosre-proxy": "10.96.0.31",
        "autosre-codex-proxy": "10.96.0.32", "autosre-browser": "10.96.0.33"}
    assert "ServiceCIDR autosre-10-96-0-0-22" in ours(living)
    status = autosre.status()
    assert (status["phase"], status["healthy"], status["recipe"]) == ("ready", True, RECIPE)
    assert status["drift"] == []
    assert all(part["ready"] == part["wanted"] == 1 for part in status["parts"]) and len(status["parts"]) == 4

    before = versions(living)
    again = autosre("k3s", "up", RECIPE)
    assert "nothing was changed" in again.stderr
    assert versions(living) == before
    assert json.loads(autosre("k3s", "up", "--dry-run", "--json").stdout)["steps"] == []
    assert autosre("k3s", "diff").stdout == ""


def test_a_dry_run_says_what_it_would_do_and_does_nothing(autosre, living):
    plan = json.loads(autosre("k3s", "up", RECIPE, "--dry-run", "--json").stdout)
    kinds = [step["kind"] for step in plan["steps"]]
    assert kinds == ["create", "create", "create", "create", "upgrade"]
    texts = " ".join(step["text"] for step in plan["steps"])
    for name in ("Namespace autosre", "ServiceCIDR", "RuntimeClass nvidia", "Secret autosre-browser", RECIPE):
        assert name in texts
    assert ours(living) == []


def test_down_leaves_nothing(deployed, living):
    assert len(ours(living)) > 15
    planned = deployed("k3s", "down", "--dry-run").stdout
    assert "uninstall the release autosre" in planned and "Namespace autosre" in planned
    deployed("k3s", "down")
    assert ours(living) == []
    assert deployed.status(code=1)["phase"] == "absent"
    assert "nothing was deployed" in deployed("k3s", "down").stderr


def test_stop_and_start_scale_and_the_second_time_change_nothing(deployed, living, upstream):
    assert "stopped" in deployed("stop").stderr
    assert living.get("pods", "-n", "autosre")["items"] == []
    status = deployed.status(code=1)
    assert status["phase"] == "stopped" and status["drift"] == []
    assert "nothing was running" in deployed("stop").stderr

    upstream.chats.clear()
    times = deployed.home / ".local/state/autosre/k3s-times.json"
    name = f"k3s {upstream.model}"
    assert name in json.loads(times.read_text())  # how long `up` took
    times.write_text(json.dumps({name: 120}))
    started = deployed("start")
    assert upstream.url in started.stdout and upstream.chats
    assert "s of about 120 s" in started.stderr
    assert json.loads(times.read_text())[name] != 120
    before = versions(living)
    assert "healthy already" in deployed("start").stderr
    assert versions(living) == before
    # Without a flag, `status` shows the cluster: no local stack runs.
    assert json.loads(deployed("status", "--json").stdout)["where"] == "cluster"
    assert json.loads(deployed("status", "--local", "--json", code=1).stdout)["phase"] == "stopped"


def test_progress_follows_the_engines_log(deployed, living):
    deployed("stop")
    living.engine_says(log_text())
    started = deployed("start")
    assert "loading weights 67%" in started.stderr
    assert "vLLM API server version" in deployed("logs", "engine").stdout


def test_a_change_by_hand_is_found_and_put_back(deployed, living):
    spec = deployment(living)["spec"]["template"]["spec"]
    args = ["--max-num-seqs=3" if a.startswith("--max-num-seqs=") else a for a in spec["containers"][0]["args"]]
    patch = [{"op": "replace", "path": "/spec/template/spec/containers/0/args", "value": args},
             {"op": "add", "path": "/spec/template/spec/containers/0/env/-", "value": {"name": "BY_HAND", "value": "1"}}]
    living.kubectl("patch", "deployment", "autosre-vllm-local", "-n", "autosre", "--type=json", "-p", json.dumps(patch))
    drift = deployed.drift()
    assert any("--max-num-seqs is 3" in line for line in drift), drift
    assert any("BY_HAND" in line for line in drift), drift
    differences = deployed("k3s", "diff", code=1).stdout
    assert "--max-num-seqs=3, not --max-num-seqs=" in differences and "BY_HAND" in differences

    deployed("k3s", "up")
    assert deployed.status()["drift"] == []
    assert deployment(living)["spec"]["template"]["spec"] == spec
    assert deployed("k3s", "diff").stdout == ""


def test_another_recipe_takes_the_place_of_the_first(deployed, living, upstream):
    deployed("k3s", "up", "qwen3.6-nvfp4")
    container = deployment(living)["spec"]["template"]["spec"]["containers"][0]
    assert container["args"] == recipe("qwen3.6-35b-a3b-nvfp4")["serve_command"][2:]
    assert deployed.status()["recipe"] == "qwen3.6-nvfp4"
    # What is deployed is what is meant when none is named.
    assert "nothing was changed" in deployed("k3s", "up").stderr


def write_recipe(autosre, name, image):
    """A recipe of the user's own: the first one with another image."""
    shown = recipe(RECIPE)["recipe"]
    keys = [k for k in shown if k not in ("env", "extra_args")]
    text = "".join(f"{k}: {json.dumps(shown[k])}\n" for k in keys if shown[k] != "")
    text = text.replace(json.dumps(shown["docker_image"]), json.dumps(image)).replace(
        f'model_key: "{RECIPE}"', f'model_key: "{name}"')
    folder = autosre.home / ".config/autosre/recipes"
    folder.mkdir(parents=True)
    (folder / f"{name}.yaml").write_text(text + f"extra_args: {json.dumps(shown['extra_args'])}\n")


def test_a_failed_rollout_is_explained_and_the_next_one_goes_on(autosre, living):
    write_recipe(autosre, "broken", BROKEN)
    living.engine_says("INFO starting\nRuntimeError: CUDA out of memory\n")
    failed = autosre("k3s", "up", "broken", code=1)
    assert "error: the roll-out failed: autosre-vllm-local-" in failed.stderr
    assert "ended 3 times: Error (exit code 1)" in failed.stderr
    assert "Warning BackOff: Back-off restarting failed container vllm" in failed.stderr
    assert "RuntimeError: CUDA out of memory" in failed.stderr
    status = autosre.status(code=1)
    assert status["phase"] == "failed" and "ended 3 times" in status["detail"]
    autosre("k3s", "up", RECIPE)
    assert autosre.status()["phase"] == "ready"


def test_ctrl_c_leaves_a_release_that_goes_on(autosre, living):
    process = autosre.start("k3s", "up", RECIPE)
    for line in process.stderr:
        if "the release autosre" in line:  # helm is at work, and is not cut short
            break
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=300)[1]
    assert process.returncode == 130
    assert "`autosre k3s up` goes on" in err
    assert "nothing was changed" in autosre("k3s", "up", RECIPE).stderr
    assert autosre.status()["phase"] == "ready"


def test_a_helm_that_was_killed_does_not_block_the_next(deployed, living):
    releases = living.get("secrets", "-n", "autosre", "-l", "owner=helm")["items"]
    secret = max(releases, key=lambda o: int(o["metadata"]["labels"]["version"]))
    release = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(secret["data"]["release"]))))
    release["info"]["status"] = "pending-upgrade"
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()
    secret["data"]["release"] = packed
    secret["metadata"]["labels"]["status"] = "pending-upgrade"
    living.kubectl("replace", "-f", "-", input=json.dumps(secret))
    assert "forget revision" in deployed("k3s", "up", "--dry-run").stdout
    deployed("k3s", "up")
    assert deployed.status()["phase"] == "ready"


def test_the_token_goes_into_a_secret_and_nowhere_else(deployed, living):
    up = deployed("k3s", "up", HF_TOKEN="hf_only_for_this_test")
    assert "hf_only" not in up.stdout + up.stderr
    secret = living.get("secret", "autosre-huggingface", "-n", "autosre")
    assert base64.b64decode(secret["data"]["token"]) == b"hf_only_for_this_test"
    entry = next(e for e in deployment(living)["spec"]["template"]["spec"]["containers"][0]["env"]
                 if e["name"] == "HF_TOKEN")
    assert entry["valueFrom"]["secretKeyRef"] == {"name": "autosre-huggingface", "key": "token"}
    assert "nothing was changed" in deployed("k3s", "up", HF_TOKEN="hf_only_for_this_test").stderr


def test_an_api_that_does_not_answer_fails_the_start_with_a_remedy(deployed, upstream):
    deployed("stop")
    upstream.is_healthy = False
    try:
        failed = deployed("start", code=1)
        assert "the pods are ready, but the API does not answer" in failed.stderr
        assert "--api-url" in failed.stderr
        assert deployed.status(code=1)["phase"] == "degraded"
    finally:
        upstream.is_healthy = True


def test_the_api_is_reached_through_a_port_forward(deployed, living, upstream):
    forward = subprocess.Popen([tool("kubectl"), "port-forward", "-n", "autosre", "svc/autosre-vllm-local", ":8010",
                                f"--kubeconfig={living.kubeconfig}"], text=True, stdout=subprocess.PIPE)
    try:
        port = forward.stdout.readline().split("->")[0].rsplit(":", 1)[1].strip()
        url = f"http://127.0.0.1:{port}"
        status = json.loads(deployed("k3s", "status", "--json", "--api-url", url).stdout)
        assert (status["api_url"], status["phase"], status["model"]) == (url, "ready", upstream.model)
    finally:
        forward.kill()
        forward.wait()


def test_a_missing_kubectl_is_named_with_its_remedy(program, tmp_path):
    for words in (("k3s", "up"), ("start",)):
        failed = program(*words, code=1, PATH=str(tmp_path))
        assert "error: there is no kubectl" in failed.stderr and "install k3s" in failed.stderr
    # Which stack is meant is not known, and none runs here.
    assert "stopped" in program("status", code=1, PATH=str(tmp_path)).stdout


def test_a_gpu_that_another_holds_is_refused_and_the_holder_named(deployed, living, tmp_path):
    holder = subprocess.Popen(["sleep", "600"])
    smi = tmp_path / "bin/nvidia-smi"
    smi.parent.mkdir()
    smi.write_text("#!/bin/sh\ncase $1 in\n"
                   "--query-gpu*) echo '0, GPU-1, NVIDIA L4, 580.142, 24000, 900, 23100, 97, 60, 40, 72, 2400, 2600' ;;\n"
                   f"*) echo 'GPU-1, {holder.pid}, 800, python3' ;;\nesac\n")
    smi.chmod(0o755)
    path = f"{smi.parent}:{deployed.environment['PATH']}"
    try:
        deployed("stop")
        before = versions(living)
        refused = deployed("start", code=3, PATH=path)
        assert str(holder.pid) in refused.stderr and "--allow-contention" in refused.stderr
        assert versions(living) == before
        assert "ready" in deployed("start", "--allow-contention", PATH=path).stderr
        # Our own engine runs already: nothing to refuse.
        assert "healthy already" in deployed("start", PATH=path).stderr
    finally:
        holder.kill()
        holder.wait()
