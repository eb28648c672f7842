"""Do the pods start, stay alive, keep to themselves, and come up where clients ask?"""

import json
import re

import pytest

from chart import NODES, Refused, find, merged, pods, recipe, render, render_text, values_of, vllm

ADDRESSES = {"autosre-vllm-local": ("10.96.0.30", 8010), "autosre-proxy": ("10.96.0.31", 8011),
             "autosre-codex-proxy": ("10.96.0.32", 8012), "autosre-browser": ("10.96.0.33", 3010),
             "autosre-web": ("10.96.0.34", 8014)}
ALL = {"web": {"enabled": True, "args": ["metrics"]}, "podDisruptionBudget": {"enabled": True}}


@pytest.fixture
def objects(name):
    return render(values_of(name, ALL))


def test_the_addresses_are_pinned(objects):
    services = {o["metadata"]["name"]: (o["spec"]["clusterIP"], o["spec"]["ports"][0]["port"])
                for o in objects if o["kind"] == "Service"}
    assert services == ADDRESSES


def test_each_service_finds_its_pod_and_port(objects):
    for name in ADDRESSES:
        service = find(objects, "Service", name)["spec"]
        template = find(objects, "Deployment", name)["spec"]["template"]
        assert service["selector"].items() <= template["metadata"]["labels"].items()
        ports = {p["name"]: p["containerPort"] for p in template["spec"]["containers"][0]["ports"]}
        assert ports[service["ports"][0]["targetPort"]] == ADDRESSES[name][1]


def test_addresses_that_are_not_pinned_are_asked_by_name():
    values = values_of("gpt-oss-20b", {"clusterIPs": {"vllm": ""}})
    objects = render(values)
    assert "clusterIP" not in find(objects, "Service", "autosre-vllm-local")["spec"]
    pod = dict(pods(objects))["autosre-proxy"]
    assert "--upstream=http://autosre-vllm-local:8010" in pod["containers"][0]["args"]
    egress = find(objects, "NetworkPolicy", "autosre-proxy")["spec"]["egress"]
    assert any(port["port"] == 53 for rule in egress for port in rule["ports"])


def test_every_pod_is_confined(objects):
    for name, pod in pods(objects):
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        for container in pod["containers"]:
            confined = container["securityContext"]
            assert confined["readOnlyRootFilesystem"] is True, name
            assert confined["allowPrivilegeEscalation"] is False, name
            assert confined["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name
            assert container["resources"]["requests"]["cpu"], name


def test_only_the_engine_has_the_gpu(objects):
    for name, pod in pods(objects):
        limits = pod["containers"][0]["resources"]["limits"]
        assert ("nvidia.com/gpu" in limits) == name.startswith("autosre-vllm"), name
        assert (pod.get("runtimeClassName") == "nvidia") == name.startswith("autosre-vllm"), name


def test_no_probe_ends_a_load_of_half_an_hour(name):
    objects = render(values_of(name))
    container = vllm(objects)[1]
    startup = container["startupProbe"]
    seconds = startup["periodSeconds"] * startup["failureThreshold"]
    assert seconds >= 1800
    deployment = find(objects, "Deployment", "autosre-vllm-local")["spec"]
    assert deployment["progressDeadlineSeconds"] > seconds
    assert deployment["strategy"] == {"type": "Recreate"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/health", "port": "http"}


def test_open_answers_may_end_before_the_pod_is_killed(name):
    spec, container = vllm(render(values_of(name)))
    flag = next(a for a in container["args"] if a.startswith("--shutdown-timeout="))
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert spec["terminationGracePeriodSeconds"] >= int(flag.split("=")[1]) + pause + 15


def test_the_weights_are_read_only_and_the_caches_apart_for_each_image(name):
    spec, container = vllm(render(values_of(name)))
    mounts = {m["name"]: m for m in container["volumeMounts"]}
    environment = {e["name"]: e["value"] for e in container["env"]}
    assert mounts["weights"]["readOnly"] is True
    assert environment["HF_HUB_CACHE"].startswith(mounts["weights"]["mountPath"] + "/")
    assert environment["HOME"] == mounts["cache"]["mountPath"]
    assert mounts["cache"]["subPath"] == "vllm_vllm-openai_v0.24.0"
    assert {v["name"] for v in spec["volumes"]} == set(mounts)


def test_a_new_version_of_the_chart_alone_restarts_no_engine(tmp_path):
    values = values_of("gpt-oss-20b")
    template = json.dumps(find(render(values), "Deployment", "autosre-vllm-local")["spec"]["template"])
    assert "0.1.0" not in template


@pytest.mark.parametrize("mode", ["resource", "env"])
def test_a_gpu_is_had_with_or_without_a_device_plugin(mode):
    container = vllm(render(values_of("gpt-oss-20b", {"vllm": {"gpuMode": mode}})))[1]
    limits = container["resources"]["limits"]
    visible = [e["value"] for e in container["env"] if e["name"] == "NVIDIA_VISIBLE_DEVICES"]
    assert (limits.get("nvidia.com/gpu"), visible) == ((1, []) if mode == "resource" else (None, ["all"]))


def test_gpus_that_do_not_divide_among_the_nodes_are_refused():
    with pytest.raises(Refused, match="3 GPUs cannot be shared out evenly over 2 nodes"):
        render(values_of("qwen3.6-27b-nvfp4-2node", {"vllm": {"gpus": 3}}))


def test_rdma_comes_with_the_memory_that_it_locks():
    values = values_of("qwen3.6-27b-nvfp4-2node", {"cluster": {"rdmaResource": "rdma/shared"}})
    for name, pod in pods(render(values)):
        limits = pod["containers"][0]["resources"]["limits"]
        added = pod["containers"][0]["securityContext"]["capabilities"].get("add")
        is_engine = name.startswith("autosre-vllm")
        assert (limits.get("rdma/shared"), added) == ((1, ["IPC_LOCK"]) if is_engine else (None, None))


def test_a_secret_is_named_but_never_held():
    token = {"vllm": {"secretEnv": [{"name": "HF_TOKEN", "secret": "autosre-huggingface", "key": "token"}]}}
    objects = render(values_of("gpt-oss-20b", token, {"proxies": {"tokenSecret": "autosre-proxy"}}))
    assert not [o for o in objects if o["kind"] == "Secret"]
    entry = next(e for e in vllm(objects)[1]["env"] if e["name"] == "HF_TOKEN")
    assert entry["valueFrom"]["secretKeyRef"] == {"name": "autosre-huggingface", "key": "token"}
    for name in ("autosre-proxy", "autosre-codex-proxy"):
        pod = dict(pods(objects))[name]
        assert "--token-file=/secrets/token" in pod["containers"][0]["args"]
        assert {"name": "token", "secret": {"secretName": "autosre-proxy", "defaultMode": 0o440}} in pod["volumes"]
    browser = dict(pods(objects))["autosre-browser"]["containers"][0]
    held = next(e for e in browser["env"] if e["name"] == "TOKEN")
    assert held["valueFrom"]["secretKeyRef"] == {"name": "autosre-browser", "key": "token"}


def test_the_programs_own_image_is_never_asked_of_a_registry(objects):
    for name, pod in pods(objects):
        container = pod["containers"][0]
        if container["image"].startswith("autosre:"):
            assert container["imagePullPolicy"] == "Never", name


@pytest.mark.parametrize("path, volume", [("", {"emptyDir": {}}), (
    "/srv/rec", {"hostPath": {"path": "/srv/rec", "type": "DirectoryOrCreate"}})])
def test_recordings_are_where_the_hosts_tools_find_them(path, volume):
    objects = render(values_of("gpt-oss-20b", {"browser": {"recordingHostPath": path}}))
    pod = dict(pods(objects))["autosre-browser"]
    assert {"name": "recordings", **volume} in pod["volumes"]
    assert {"name": "recordings", "mountPath": "/recordings"} in pod["containers"][0]["volumeMounts"]


def allowed_in(objects, name):
    """The pods' names that a policy lets in."""
    names = set()
    for rule in find(objects, "NetworkPolicy", name)["spec"]["ingress"] or []:
        for peer in rule["from"]:
            selector = peer.get("podSelector", {})
            if "app.kubernetes.io/name" in selector.get("matchLabels", {}):
                names.add(selector["matchLabels"]["app.kubernetes.io/name"])
            for expression in selector.get("matchExpressions", []):
                names.update(expression["values"])
    return names


def test_only_those_who_must_reach_the_engine_and_it_reaches_nobody(objects):
    assert allowed_in(objects, "autosre-vllm-local") == {"autosre-proxy", "autosre-codex-proxy", "autosre-web"}
    policy = find(objects, "NetworkPolicy", "autosre-vllm-local")["spec"]
    assert policy["egress"] == [] and "Egress" in policy["policyTypes"]
    assert allowed_in(objects, "autosre-proxy") == {"autosre-web"}
    assert allowed_in(objects, "autosre-browser") == set()


def test_a_page_in_the_browser_reaches_no_neighbour(objects):
    egress = find(objects, "NetworkPolicy", "autosre-browser")["spec"]["egress"]
    open_web = next(p["ipBlock"] for rule in egress for p in rule["to"] if p.get("ipBlock", {}).get("cidr") == "0.0.0.0/0")
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"} <= set(open_web["except"])


def test_others_are_let_in_by_address():
    objects = render(values_of("gpt-oss-20b", {"networkPolicy": {"allowedCIDRs": ["192.168.1.0/24"]}}))
    for name in ("autosre-vllm-local", "autosre-proxy", "autosre-codex-proxy", "autosre-browser"):
        rules = find(objects, "NetworkPolicy", name)["spec"]["ingress"]
        assert {"ipBlock": {"cidr": "192.168.1.0/24"}} in rules[0]["from"], name


def test_the_monitor_is_off_and_asks_for_its_operator():
    values = values_of("gpt-oss-20b")
    assert not [o for o in render(values) if o["kind"] == "ServiceMonitor"]
    values = merged(values, {"serviceMonitor": {"enabled": True}})
    with pytest.raises(Refused, match="needs the Prometheus operator"):
        render(values)
    monitor = find(render(values, "--api-versions", "monitoring.coreos.com/v1"), "ServiceMonitor", "autosre")
    assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "15s"}]


def test_each_file_has_one_object(name):
    text = render_text(values_of(name, ALL))
    sources = re.findall(r"^# Source: (\S+)$", text, re.M)
    assert len(sources) == len(set(sources)) == len(render(values_of(name, ALL)))


def test_every_object_is_labelled_as_the_releases(objects):
    for o in objects:
        labels = o["metadata"]["labels"]
        assert labels["app.kubernetes.io/part-of"] == "autosre", o["kind"]
        assert labels["app.kubernetes.io/instance"] == "autosre", o["kind"]
