"""Is a wrong value refused before anything is deployed, in words that say where and why?"""

import json

import pytest

from chart import CHART, Refused, merged, render, values_of

BAD = [
    ({"vllm": {"replica": 1}}, "/vllm", "additional properties 'replica' not allowed"),
    ({"nonsense": 1}, "", "additional properties 'nonsense' not allowed"),
    ({"vllm": {"replicas": 2}}, "/vllm/replicas", "maximum: got 2, want 1"),
    ({"vllm": {"replicas": "1"}}, "/vllm/replicas", "got string, want integer"),
    ({"vllm": {"args": []}}, "/vllm/args", "minItems: got 0, want 1"),
    ({"vllm": {"args": [1]}}, "/vllm/args/0", "got number, want string"),
    ({"vllm": {"image": ""}}, "/vllm/image", "minLength: got 0, want 1"),
    ({"vllm": {"image": "a b"}}, "/vllm/image", "does not match pattern"),
    ({"vllm": {"env": {"A": "1"}}}, "/vllm/env", "got object, want array"),
    ({"vllm": {"env": [{"name": "A", "value": 1}]}}, "/vllm/env/0/value", "got number, want string"),
    ({"vllm": {"env": [{"name": "A B", "value": ""}]}}, "/vllm/env/0/name", "does not match pattern"),
    ({"vllm": {"env": [{"name": "HF_TOKEN", "value": "x"}]}}, "/vllm/env/0/name", "'not' failed"),
    ({"vllm": {"secretEnv": [{"name": "HF_TOKEN", "value": "x"}]}}, "/vllm/secretEnv/0",
     "missing properties 'secret', 'key'"),
    ({"vllm": {"port": 80}}, "/vllm/port", "minimum: got 80, want 1,024"),
    ({"vllm": {"gpuMode": "all"}}, "/vllm/gpuMode", "value must be one of 'resource', 'env'"),
    ({"vllm": {"weights": {"hostPath": "data"}}}, "/vllm/weights/hostPath", "does not match pattern"),
    ({"vllm": {"sharedMemory": "8 GB"}}, "/vllm/sharedMemory", "does not match pattern"),
    ({"vllm": {"resources": {"limits": {"memory": None}}}}, "/vllm/resources/limits", "missing property 'memory'"),
    ({"cluster": {"enabled": True}}, "/cluster/nodes", "minItems: got 0, want 2"),
    ({"cluster": {"nodes": [{"hostname": "a", "ip": "b"}]}}, "/cluster/nodes/0/ip", "does not match pattern"),
    ({"clusterIPs": {"vllm": "10.96.0.300"}}, "/clusterIPs/vllm", "does not match pattern"),
    ({"clusterIPs": {"vlm": "10.96.0.30"}}, "/clusterIPs", "additional properties 'vlm' not allowed"),
    ({"proxies": {"slots": 0}}, "/proxies/slots", "minimum: got 0, want 1"),
    ({"proxies": {"token": "x"}}, "/proxies", "additional properties 'token' not allowed"),
    ({"proxies": {"tokenSecret": "a secret!"}}, "/proxies/tokenSecret", "does not match pattern"),
    ({"proxies": {"dataHostPath": "logs"}}, "/proxies/dataHostPath", "does not match pattern"),
    ({"image": {"pullPolicy": "Sometimes"}}, "/image/pullPolicy", "value must be one of"),
    ({"browser": {"tokenSecret": ""}}, "/browser/tokenSecret", "minLength: got 0, want 1"),
    ({"browser": {"enabled": "yes"}}, "/browser/enabled", "got string, want boolean"),
    ({"web": {"enabled": True}}, "/web/args", "minItems: got 0, want 1"),
    ({"networkPolicy": {"allowedCIDRs": ["10.0.0.1"]}}, "/networkPolicy/allowedCIDRs/0", "does not match pattern"),
    ({"priorityClass": {"value": 2000000000}}, "/priorityClass/value", "maximum"),
]


@pytest.mark.parametrize("change, place, why", BAD, ids=[json.dumps(bad[0]) for bad in BAD])
def test_a_wrong_value_is_refused_where_it_stands(change, place, why):
    with pytest.raises(Refused) as refused:
        render(values_of("gpt-oss-20b", change))
    lines = [line for line in str(refused.value).splitlines() if f"at '{place}'" in line]
    assert any(why in line for line in lines), str(refused.value)


def test_without_a_recipe_nothing_is_rendered():
    with pytest.raises(Refused) as refused:
        render({})
    for place in ("/recipe/key", "/recipe/modelId", "/vllm/image", "/vllm/args", "/proxies/slots"):
        assert f"at '{place}'" in str(refused.value)


def test_two_nodes_want_their_addresses():
    values = merged(values_of("qwen3.6-27b-nvfp4-2node"), {"cluster": {"nodes": []}})
    with pytest.raises(Refused, match="at '/cluster/nodes': minItems: got 0, want 2"):
        render(values)


def closed(schema, path=""):
    """Every mapping with named properties that admits others: a mistyped key would pass there."""
    if schema.get("type") == "object" and "properties" in schema and schema.get("additionalProperties") is not False:
        yield path
    for key, part in [*schema.get("properties", {}).items(), *schema.get("definitions", {}).items()]:
        yield from closed(part, f"{path}/{key}")
    if isinstance(schema.get("items"), dict):
        yield from closed(schema["items"], path + "/[]")


def test_no_mapping_takes_keys_that_it_does_not_know():
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert list(closed(schema)) == []
