"""A control plane on 127.0.0.1: etcd and kube-apiserver, and kubectl and helm as its administrator."""

import json
import os
import pathlib
import socket
import subprocess
import time

from chart import CHART, tool

TOKEN = "only-for-this-test"


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def program(name):
    return pathlib.Path(os.environ["AUTOSRE_CONTROL_PLANE"]) / name


class ControlPlane:
    def __init__(self, folder, service_range="10.96.0.0/16"):
        self.folder = folder
        self.service_range = service_range
        self.processes = {}
        self.kubeconfig = folder / "kubeconfig"

    def start(self):
        etcd = self._start_etcd()
        port = self._start_api_server(etcd)
        self._write_kubeconfig(port)
        self._wait()

    def _start(self, name, *options):
        # Ends with this process, however that ends.
        command = ["setpriv", "--pdeathsig", "KILL", program(name), *options]
        with open(self.folder / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL,
                                                    stdout=log, stderr=log)

    def _start_etcd(self):
        client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self._start("etcd", f"--data-dir={self.folder / 'etcd'}", "--unsafe-no-fsync", "--log-level=warn",
                    f"--listen-client-urls={client}", f"--advertise-client-urls={client}",
                    f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
                    f"--initial-cluster=default={peer}")
        return client

    def _start_api_server(self, etcd):
        key = self.folder / "accounts.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        (self.folder / "tokens.csv").write_text(f"{TOKEN},admin,admin,system:masters\n")
        port = free_port()
        # No endpoints of its own: nobody asks for it inside the cluster, and 127.0.0.1 would be refused.
        # Service accounts are made by a controller that does not run here.
        self._start("kube-apiserver", f"--etcd-servers={etcd}", "--bind-address=127.0.0.1",
                    "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                    f"--secure-port={port}", f"--cert-dir={self.folder / 'certificates'}",
                    f"--service-cluster-ip-range={self.service_range}", "--authorization-mode=RBAC",
                    "--token-auth-file=tokens.csv", "--disable-admission-plugins=ServiceAccount",
                    "--service-account-issuer=https://kubernetes.default.svc",
                    f"--service-account-key-file={key}", f"--service-account-signing-key-file={key}")
        return port

    def _write_kubeconfig(self, port):
        certificate = self.folder / "certificates/apiserver.crt"
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": f"https://127.0.0.1:{port}",
                                                      "certificate-authority": str(certificate)}}],
            "users": [{"name": "admin", "user": {"token": TOKEN}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}]}))

    def _wait(self, seconds=180):
        deadline = time.monotonic() + seconds
        while self.kubectl("get", "--raw=/readyz", check=False).stdout != "ok":
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            assert not ended, f"{ended} ended, see the logs in {self.folder}"
            assert time.monotonic() < deadline, f"not ready within {seconds} s, see the logs in {self.folder}"
            time.sleep(0.2)

    def _run(self, command, check, **options):
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "KUBECONFIG": str(self.kubeconfig)}
        done = subprocess.run(command, text=True, capture_output=True, env=environment, **options)
        assert not check or done.returncode == 0, done.stderr
        return done

    def kubectl(self, *arguments, check=True, **options):
        return self._run([tool("kubectl"), *arguments], check, **options)

    def get(self, *arguments):
        return json.loads(self.kubectl("get", *arguments, "-o", "json").stdout)

    def dry_run(self, text, *options):
        """The API server's own judgement of the objects; nothing is kept."""
        return self.kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-",
                            *options, input=text, check=False)

    def helm(self, command, values, *options):
        path = self.folder / "values.json"
        path.write_text(json.dumps(values))
        return self._run([tool("helm"), *command, CHART, "-f", path, *options], True)

    def uninstall(self, release, *options):
        return self._run([tool("helm"), "uninstall", release, *options], True)

    def stop(self):
        for process in reversed(self.processes.values()):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
