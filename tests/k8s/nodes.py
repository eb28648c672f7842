"""A control plane with controllers, a scheduler and nodes that kwok plays: deployments get pods, pods come up,
log and end, without a container anywhere."""

import json
import pathlib
import subprocess

from control_plane import ControlPlane, free_port

NODE = "gb10-1"
BROKEN = "example.org/vllm:broken"   # a pod with this image ends again and again
SLOW = 6                             # seconds that the model server loads

NOT_LEAVING = {"key": ".metadata.deletionTimestamp", "operator": "DoesNotExist"}
NEW = {"key": ".status.podIP", "operator": "DoesNotExist"}
IS_BROKEN = {"key": ".spec.containers.[].image", "operator": "In", "values": [BROKEN]}
IS_ENGINE = {"key": ".spec.containers.[].name", "operator": "In", "values": ["vllm"]}
ADDRESS = """
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
"""


def opposite(expression):
    return {**expression, "operator": {"In": "NotIn", "Exists": "DoesNotExist"}[expression["operator"]]}


def status(ready, container, phase="Running"):
    conditions = "".join(f"- {{type: {name}, status: {value!r}, lastTransitionTime: {{{{ Now | Quote }}}}}}\n"
                         for name, value in (("Initialized", "True"), ("Ready", str(ready)),
                                             ("ContainersReady", str(ready))))
    fields = "\n  ".join(container)
    return f"""
conditions:
{conditions}
containerStatuses:
{{{{ range .spec.containers }}}}
- image: {{{{ .image | Quote }}}}
  name: {{{{ .name | Quote }}}}
  {fields}
{{{{ end }}}}
phase: {phase}
startTime: {{{{ Now | Quote }}}}
{ADDRESS}"""


RUNNING = "state: {running: {startedAt: {{ Now | Quote }}}}"
UP = ["ready: true", "started: true", "restartCount: 0", RUNNING]
LOADING = ["ready: false", "started: false", "restartCount: 0", RUNNING]
CRASHED = ["ready: false", "started: false", "restartCount: 3",
           "lastState: {terminated: {exitCode: 1, reason: Error}}",
           "state: {waiting: {reason: CrashLoopBackOff, message: back-off 40s restarting failed container}}"]


NODE_STATUS = """
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: played by kwok, lastHeartbeatTime: {{ Now | Quote }},
   lastTransitionTime: {{ Now | Quote }}}
addresses:
- {type: InternalIP, address: {{ NodeIP | Quote }}}
daemonEndpoints:
  kubeletEndpoint: {Port: {{ NodePort }}}
nodeInfo: {architecture: amd64, bootID: "", containerRuntimeVersion: kwok, kernelVersion: kwok, kubeProxyVersion: kwok,
  kubeletVersion: kwok, machineID: "", operatingSystem: linux, osImage: "", systemUUID: ""}
phase: Running
"""


def stage(name, expressions, following, delay=0, kind="Pod"):
    return {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Stage", "metadata": {"name": name},
            "spec": {"resourceRef": {"apiGroup": "v1", "kind": kind},
                     "selector": {"matchExpressions": expressions},
                     "delay": {"durationMilliseconds": delay * 1000}, "next": following}}


def documents(logs, upstream_port):
    ready = '.status.conditions.[] | select( .type == "Ready" ) | .status'
    loading = {"key": ready, "operator": "In", "values": ["False"]}
    event = {"type": "Warning", "reason": "BackOff", "message": "Back-off restarting failed container vllm"}
    return [
        stage("node", [{"key": ready, "operator": "NotIn", "values": ["True"]}], {"statusTemplate": NODE_STATUS},
              kind="Node"),
        stage("start", [NOT_LEAVING, NEW, opposite(IS_ENGINE)], {"statusTemplate": status(True, UP)}),
        stage("load", [NOT_LEAVING, NEW, IS_ENGINE, opposite(IS_BROKEN)],
              {"statusTemplate": status(False, LOADING)}),
        stage("loaded", [NOT_LEAVING, IS_ENGINE, opposite(IS_BROKEN), loading],
              {"statusTemplate": status(True, UP)}, SLOW),
        stage("crash", [NOT_LEAVING, NEW, IS_BROKEN],
              {"event": event, "statusTemplate": status(False, CRASHED, "Pending")}),
        stage("end", [{"key": ".metadata.deletionTimestamp", "operator": "Exists"}],
              {"finalizers": {"empty": True}, "delete": True}),
        {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterLogs", "metadata": {"name": "engine"},
         "spec": {"selector": {"matchNamespaces": ["autosre"]},
                  "logs": [{"containers": ["vllm"], "logsFile": str(logs), "follow": True}]}},
        {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterPortForward", "metadata": {"name": "api"},
         "spec": {"forwards": [{"ports": [8010], "target": {"address": "127.0.0.1", "port": upstream_port}}]}},
    ]


class Cluster(ControlPlane):
    """With k3s' own service range, which does not hold the pinned addresses."""

    def __init__(self, folder, upstream_port):
        super().__init__(folder, service_range="10.43.0.0/16")
        self.upstream_port = upstream_port
        self.log = folder / "engine.log"
        self.engine_says("")

    def engine_says(self, text):
        """What the engine's container has logged, in the form that container runtimes keep."""
        self.log.write_text("".join(f"2026-11-27T10:00:00.000000000Z stdout F {line}\n" for line in text.splitlines()))

    def start(self):
        super().start()
        self._start("kube-controller-manager", f"--kubeconfig={self.kubeconfig}", "--leader-elect=false",
                    "--secure-port=0", "--controllers=*", "--node-monitor-grace-period=1h")
        self._start("kube-scheduler", f"--kubeconfig={self.kubeconfig}", "--leader-elect=false",
                    "--secure-port=0")
        self._start_kwok()
        self.kubectl("create", "-f", "-", input=json.dumps(self._node()))
        self.kubectl("wait", "--for=condition=Ready", f"node/{NODE}", "--timeout=120s")
        self.kubectl("wait", "--for=create", "namespace/default", "--timeout=60s")

    def _start_kwok(self):
        port = free_port()
        certificate, key = self.folder / "kwok.crt", self.folder / "kwok.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=kwok", "-days",
                        "1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        config = self.folder / "kwok.yaml"
        config.write_text("---\n".join(json.dumps(d) + "\n" for d in documents(self.log, self.upstream_port)))
        self._start("kwok", f"--kubeconfig={self.kubeconfig}", f"--config={config}", "--manage-all-nodes=true",
                    "--node-ip=127.0.0.1", f"--node-port={port}", f"--server-address=127.0.0.1:{port}",
                    f"--tls-cert-file={certificate}", f"--tls-private-key-file={key}",
                    "--node-lease-duration-seconds=40")

    def _node(self):
        offered = {"cpu": "20", "memory": "128Gi", "pods": "100", "nvidia.com/gpu": "1"}
        return {"apiVersion": "v1", "kind": "Node",
                "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux"}},
                "status": {"allocatable": offered, "capacity": offered}}

    def offer_volume(self, name="compiled"):
        """What k3s' local-path provisioner would make for the engine's cache; anew for each claim."""
        self.kubectl("delete", "pv", name, "--ignore-not-found", "--timeout=60s")
        self.kubectl("create", "-f", "-", input=json.dumps({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name},
            "spec": {"capacity": {"storage": "20Gi"}, "accessModes": ["ReadWriteOnce"],
                     "hostPath": {"path": "/tmp/none"}}}))


def log_text():
    return (pathlib.Path(__file__).parent / "vllm_start.log").read_text()
