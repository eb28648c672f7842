"""Requests that are nearly right: refused with the place, or turned into a prompt that is right."""

import copy
import random

import pytest

from answers import say
from chat_shape import assert_well_formed
from damage import spoil
from wire import Wire, as_bytes, head

ROUNDS = 1500
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}


def whole_request():
    """One of everything."""
    tool = {"name": "Bash", "description": "d", "cache_control": {"type": "ephemeral"},
            "input_schema": {"type": "object", "properties": {"c": {"type": "string"}}}}
    return {
        "model": "claude-local", "max_tokens": 100, "temperature": 1, "top_p": 0.9, "top_k": 5,
        "system": [{"type": "text", "text": "Be brief."}], "stop_sequences": ["END"],
        "thinking": {"type": "enabled", "budget_tokens": 50}, "metadata": {"user_id": "u"},
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": False},
        "output_config": {"effort": "high"},
        "tools": [tool, {**tool, "name": "Read", "defer_loading": True}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "one"}, IMAGE]},
            {"role": "system", "content": "the date"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": "two"},
                {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"c": "ls"}},
                {"type": "tool_use", "id": "t2", "name": "Read", "input": {}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t2", "content": [
                    {"type": "text", "text": "r2"}, IMAGE,
                    {"type": "tool_reference", "tool_name": "Read"}], "is_error": True},
                {"type": "tool_result", "tool_use_id": "t1", "content": "r1"},
                {"type": "text", "text": "three"}]},
            {"role": "assistant", "content": "four"},
            {"role": "user", "content": "five"}]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_spoilt_request_is_refused_or_makes_a_prompt_that_is_right(seed, proxy, upstream):
    """R18 R19 R20 R21 R22 R26 R27: never a 500, never a prompt that a template cannot render."""
    upstream.respond = lambda call: say("ok")
    dice = random.Random(seed)
    taken = refused = 0
    with Wire(proxy.port) as wire:
        for number in range(ROUNDS):
            body = copy.deepcopy(whole_request())
            spoil(body, dice)
            upstream.calls.clear()
            raw = as_bytes(body)
            wire.send(head("POST", "/v1/messages", raw) + raw)
            answer = wire.response()
            about = f"seed {seed}, round {number}: {raw.decode()}\n{answer.body.decode()}"
            assert answer.status in (200, 400), about
            if answer.status == 400:
                refused += 1
                error = answer.json()["error"]
                assert error["type"] == "invalid_request_error" and error["message"], about
                assert not upstream.calls, about
                continue
            taken += 1
            try:
                for call in upstream.calls:
                    assert_well_formed(call.body)
            except (AssertionError, KeyError, ValueError, TypeError) as failure:
                raise AssertionError(f"{failure!r}\n{about}\n{upstream.calls[0].raw.decode()}"
                                     ) from None
    assert taken > ROUNDS / 10 and refused > ROUNDS / 10, (taken, refused)


def test_a_spoilt_head_never_ends_the_proxy(proxy):
    """Bytes of a right request changed, dropped or doubled at random."""
    dice = random.Random(4)
    raw = as_bytes({"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]})
    right = head("POST", "/v1/messages?beta=true", raw, {"Accept": "*/*", "X-App": "cli"})
    for _ in range(400):
        spoilt = bytearray(right)
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(len(spoilt))
            deed = dice.randrange(3)
            if deed == 0:
                spoilt[at] = dice.randrange(256)
            elif deed == 1:
                del spoilt[at]
            else:
                spoilt[at:at] = bytes([dice.choice(b"\r\n\t :;,\0\xff")])
        with Wire(proxy.port, 5) as wire:
            wire.send(bytes(spoilt) + raw)
            wire.socket.shutdown(1)
            try:
                assert 200 <= wire.response().status < 600, bytes(spoilt)
            except (EOFError, ConnectionResetError):
                pass
    assert proxy.process.poll() is None
    with Wire(proxy.port) as wire:
        assert wire.request("GET", "/health").status == 200
