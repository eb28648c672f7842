"""A containerd of the tests' own, and pods that run in it as the chart describes them."""

import itertools
import json
import os
import pathlib
import signal
import subprocess
import threading

from chart import binary, find
from proxy import wait_until

USER = 65532


def pack(folder, *options, program=None, **variables):
    """`autosre k3s image`; the finished process."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **variables}
    return subprocess.run([program or binary(), "k3s", "image", *options], cwd=folder, text=True,
                          capture_output=True, env=environment, timeout=60)


def packed(folder, *options, **more):
    """What it says of what it packed, as JSON."""
    done = pack(folder, "--json", *options, **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Containerd:
    """Without the kubelet's interface: images and containers of the namespace that k3s uses."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "sock"
        (self.folder / "config.toml").write_text(f"""
version = 2
root = "{self.folder}/root"
state = "{self.folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{self.socket}"
[ttrpc]
  address = "{self.socket}.ttrpc"
""")
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(["containerd", "--config", self.folder / "config.toml"],
                                        stdout=self.log, stderr=self.log)
        wait_until(self.answers, 30, "containerd's answer")

    def client(self, *words):
        return ["ctr", "--address", str(self.socket), "--namespace", "k8s.io", *map(str, words)]

    def ctr(self, *words):
        done = subprocess.run(self.client(*words), text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        return subprocess.run(self.client("version"), capture_output=True, timeout=60).returncode == 0

    def images(self):
        """Name to (digest, labels)."""
        rows = (line.split() for line in self.ctr("images", "list").splitlines()[1:])
        return {row[0]: (row[2], row[-1]) for row in rows}

    def program(self, folder):
        """A folder for PATH in which `k3s ctr` is the client of this containerd, as in k3s."""
        folder.mkdir()
        (folder / "k3s").write_text(f'#!/bin/sh\nshift\nexec ctr --address {self.socket} "$@"\n')
        (folder / "k3s").chmod(0o755)
        return folder

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0
        self.log.close()


def memory(text):
    units = {"Mi": 1 << 20, "Gi": 1 << 30}
    return int(text[:-2]) * units[text[-2:]]


numbers = itertools.count()


class Pod:
    """A container of one of the chart's deployments, in the network of the tests."""

    def __init__(self, containerd, image, objects, name, folder, mounts=()):
        spec = find(objects, "Deployment", name)["spec"]["template"]["spec"]
        assert len(spec["containers"]) == 1
        # A name of its own: the last pod's snapshot may be removed a moment after its end.
        self.containerd, self.name = containerd, f"{name}-{next(numbers)}"
        self.spec = spec["containers"][0]
        security = self.spec["securityContext"]
        assert security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"]
        assert spec["securityContext"]["runAsUser"] == USER and security["capabilities"] == {"drop": ["ALL"]}
        config = json.loads(containerd.ctr("content", "get", image["config"]))["config"]
        assert config["User"] == f"{USER}:{USER}"
        options = ["--rm", "--read-only", "--seccomp", "--with-ns", f"network:/proc/{os.getpid()}/ns/net",
                   "--memory-limit", memory(self.spec["resources"]["limits"]["memory"])]
        options += [word for name in default_capabilities() for word in ("--cap-drop", name)]
        options += [word for e in self.spec["env"] for word in ("--env", f"{e['name']}={e['value']}")]
        self.folders = {}
        for mount in self.spec["volumeMounts"]:
            self.folders[mount["mountPath"]] = place = pathlib.Path(folder, mount["name"])
            place.mkdir(parents=True)
            os.chown(place, 0, USER)
            place.chmod(0o2770)  # as the kubelet makes an emptyDir for an fsGroup
            mounts = [*mounts, (place, mount["mountPath"], "rw")]
        for source, target, mode in mounts:
            options += ["--mount", f"type=bind,src={source},dst={target},options=rbind:{mode}"]
        # Here, unlike in a pod, arguments replace the image's entrypoint too.
        words = [*config["Entrypoint"], *self.spec["args"]]
        self.process = subprocess.Popen(
            containerd.client("run", *options, image["name"], self.name, *words),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
        self.output = ""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.output += line

    def wait_ready(self):
        def ready():
            assert self.process.poll() is None, self.output
            return "proxy ready on" in self.output
        wait_until(ready, 30, "the proxy's ready line")
        return self

    @property
    def port(self):
        return self.spec["ports"][0]["containerPort"]

    def pid(self):
        rows = (line.split() for line in self.containerd.ctr("tasks", "list").splitlines()[1:])
        return next(int(row[1]) for row in rows if row[0] == self.name)

    def stop(self):
        """SIGTERM, as the kubelet sends it; the program's exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)  # ctr passes it on
        code = self.process.wait(60)
        self.reader.join(5)
        self.process.stdout.close()
        return code


def default_capabilities():
    """What ctr gives a container unasked."""
    return ["CAP_" + name for name in (
        "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP",
        "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE")]
