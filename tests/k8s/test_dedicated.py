"""Does `autosre dedicated` stop what shares the GPU and restore exactly what ran, on a real control plane?"""

import json
import signal
import time

import pytest

from test_lifecycle import RECIPE, deployed, deployment, program  # noqa: F401  (fixtures)

CONFIG = """shares:
  - deployment: media/comfyui
  - unit: ollama.service
  - unit: asleep.service
  - container: whisper
recipe:
  max_num_seqs: 6
"""

# systemctl and docker of a machine made of files: NAME holds 1 or 0, and is never seen empty.
SYSTEMCTL = """#!/bin/sh
for name; do :; done
case $1 in
  show) [ -e {state}/$name ] || {{ echo LoadState=not-found; exit 0; }}
        echo LoadState=loaded; [ $(cat {state}/$name) = 1 ] && echo ActiveState=active || echo ActiveState=inactive ;;
  stop) echo 0 > {state}.$name && mv {state}.$name {state}/$name ;;
  start) echo 1 > {state}.$name && mv {state}.$name {state}/$name ;;
esac
"""
DOCKER = """#!/bin/sh
for name; do :; done
[ -e {state}/$name ] || exit 1
case $1 in
  inspect) [ $(cat {state}/$name) = 1 ] && echo true || echo false ;;
  stop) echo 0 > {state}.$name && mv {state}.$name {state}/$name ;;
  start) echo 1 > {state}.$name && mv {state}.$name {state}/$name ;;
esac
"""

COMFYUI = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "comfyui", "namespace": "media"},
           "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "comfyui"}},
                    "template": {"metadata": {"labels": {"app": "comfyui"}},
                                 "spec": {"containers": [{"name": "c", "image": "comfyui:1"}]}}}}


class Machine:
    def __init__(self, folder, cluster):
        self.cluster = cluster
        self.state = folder / "state"
        self.bin = folder / "bin"
        for made in (self.state, self.bin):
            made.mkdir()
        for name, script in (("systemctl", SYSTEMCTL), ("docker", DOCKER)):
            (self.bin / name).write_text(script.format(state=self.state))
            (self.bin / name).chmod(0o755)
        for name, runs in (("ollama.service", 1), ("asleep.service", 0), ("whisper", 1)):
            (self.state / name).write_text(str(runs))

    def now(self):
        replicas = self.cluster.get("deployment", "comfyui", "-n", "media")["spec"]["replicas"]
        return {"comfyui": replicas, **{f.name: int(f.read_text()) for f in self.state.iterdir()}}


BEFORE = {"comfyui": 2, "ollama.service": 1, "asleep.service": 0, "whisper": 1}
ALONE = dict.fromkeys(BEFORE, 0)


@pytest.fixture
def machine(deployed, living, tmp_path, monkeypatch):  # noqa: F811
    living.kubectl("create", "namespace", "media")
    living.kubectl("apply", "-f", "-", input=json.dumps(COMFYUI))
    made = Machine(tmp_path, living)
    config = deployed.home / ".config/autosre/dedicated.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(CONFIG)
    path = deployed.environment["PATH"]
    deployed.environment["PATH"] = f"{made.bin}:{path}"
    yield made
    deployed("dedicated", "off")
    deployed.environment["PATH"] = path
    config.unlink()
    living.kubectl("delete", "namespace", "media", "--timeout=120s")


def slots(cluster):
    args = deployment(cluster)["spec"]["template"]["spec"]["containers"][0]["args"]
    return next(a.split("=")[1] for a in args if a.startswith("--max-num-seqs="))


def test_the_model_gets_the_gpu_and_gives_it_back(machine, deployed, living):  # noqa: F811
    plan = deployed("dedicated", "on", "--dry-run").stdout
    assert "stop deployment media/comfyui" in plan and "max_num_seqs 6" in plan
    assert "asleep" not in plan
    assert machine.now() == BEFORE
    deployed("dedicated", "on")
    assert machine.now() == ALONE
    assert slots(living) == "6"
    shown = json.loads(deployed("dedicated", "status", "--json").stdout)
    assert (shown["phase"], shown["recipe"]) == ("on", RECIPE)
    # What is raised is meant: no drift, nothing for `k3s up` to do.
    assert deployed.status()["drift"] == []
    assert json.loads(deployed("k3s", "up", "--dry-run", "--json").stdout)["steps"] == []
    assert "nothing was changed" in deployed("dedicated", "on").stderr
    deployed("dedicated", "off")
    assert machine.now() == BEFORE
    assert slots(living) == "4"
    assert json.loads(deployed("dedicated", "status", "--json").stdout)["phase"] == "off"
    assert deployed.status()["drift"] == []
    assert "nothing was changed" in deployed("dedicated", "off").stderr


def test_after_a_crash_all_is_restored(machine, deployed, living):  # noqa: F811
    process = deployed.start("dedicated", "on")
    end = time.monotonic() + 180
    while machine.now()["whisper"] == 1:
        assert time.monotonic() < end, "the last share was not stopped"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert json.loads(deployed("dedicated", "status", "--json").stdout)["phase"] == "turning-on"
    deployed("dedicated", "off")
    assert machine.now() == BEFORE
    assert slots(living) == "4"
