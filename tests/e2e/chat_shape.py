"""What every request to the model server has to be like."""

import json


def assert_well_formed(sent):
    """What any chat template can render: known roles, results right after their calls."""
    assert isinstance(sent["messages"], list) and sent["messages"], sent
    waiting = []
    for message in sent["messages"]:
        assert message["role"] in ("system", "user", "assistant", "tool"), message
        if message["role"] == "tool":
            assert waiting and message["tool_call_id"] == waiting.pop(0), sent["messages"]
            assert isinstance(message["content"], str), message
            continue
        assert not waiting, sent["messages"]
        content = message.get("content")
        for part in content if isinstance(content, list) else []:
            assert part["type"] in ("text", "image_url"), part
            assert isinstance(part.get("text", ""), str)
        calls = message.get("tool_calls")
        assert calls is None or calls, "an empty list of calls"
        assert calls or isinstance(content, (str, list)), message
        for call in calls or []:
            assert message["role"] == "assistant" and call["function"]["name"], message
            assert isinstance(json.loads(call["function"]["arguments"]), dict), call
            assert call["id"] not in waiting, calls
            waiting.append(call["id"])
    assert not waiting
    for tool in sent.get("tools") or []:
        assert tool["function"]["name"] and isinstance(tool["function"]["parameters"], dict), tool
