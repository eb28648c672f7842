"""Does a real API server take what the chart renders, and keep what the recipe says?"""

import re

import pytest

from chart import render_text, values_of

CHOICES = {
    "as it is": {},
    "all there is": {"web": {"enabled": True, "args": ["metrics"]}, "podDisruptionBudget": {"enabled": True},
                     "proxies": {"tokenSecret": "t", "dataHostPath": "/var/lib/autosre"},
                     "browser": {"recordingHostPath": "/srv/rec"},
                     "networkPolicy": {"allowedCIDRs": ["192.168.1.0/24", "fd00::/8"]},
                     "vllm": {"nodeSelector": {"gpu": "yes"}, "cache": {"storageClassName": "local-path"},
                              "tolerations": [{"key": "gpu", "operator": "Exists"}],
                              "secretEnv": [{"name": "HF_TOKEN", "secret": "h", "key": "token"}]}},
    "little": {"browser": {"enabled": False}, "codexProxy": {"enabled": False}, "vllm": {
        "cache": {"enabled": False}, "gpuMode": "env", "runtimeClassName": "", "replicas": 0},
        "networkPolicy": {"enabled": False}, "priorityClass": {"create": False},
        "clusterIPs": {"vllm": ""}},
}


@pytest.fixture
def namespace(cluster):
    """One in which the server says what its strictest standard for pods would refuse."""
    cluster.kubectl("create", "namespace", "strict")
    cluster.kubectl("label", "namespace", "strict", "pod-security.kubernetes.io/warn=restricted")
    yield "strict"
    cluster.kubectl("delete", "namespace", "strict", "--wait=false")


@pytest.mark.parametrize("choice", CHOICES)
def test_the_server_accepts_what_is_rendered(cluster, name, choice):
    text = render_text(values_of(name, CHOICES[choice]))
    done = cluster.dry_run(text)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("serverside-applied (server dry run)") == text.count("\nkind: ")
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("before, after, why", [
    ("  replicas: 1\n", "  replica: 1\n", "field not declared in schema"),
    ("clusterIP: 10.96.0.30", "clusterIP: 10.43.0.30", "not in the valid range"),
    ("mountPath: /cache", "mountPath: /tmp", "duplicate entries"),
    ("cpu: 100m", "cpu: 1e", "unable to parse quantity"),
    ("name: weights\n          hostPath:", "name: weight\n          hostPath:", 'Not found: "weights"'),
])
def test_the_server_would_find_a_fault(cluster, before, after, why):
    text = render_text(values_of("gpt-oss-20b"))
    assert before in text
    done = cluster.dry_run(text.replace(before, after))
    assert done.returncode != 0
    assert re.search(why, done.stderr), done.stderr


def test_only_the_engines_weights_are_outside_the_strictest_standard(cluster, namespace):
    done = cluster.dry_run(render_text(values_of("gpt-oss-20b", {"web": {"enabled": True, "args": ["metrics"]}})),
                           "-n", namespace)
    assert done.returncode == 0, done.stderr
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning")]
    assert warnings == ['Warning: would violate PodSecurity "restricted:latest": restricted volume types '
                        '(volume "weights" uses restricted volume type "hostPath")']
