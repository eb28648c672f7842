"""The real Claude Code and the real Codex, through the proxies, on the real vLLM. The answers are noise; what counts is
that each ends as it should, what vLLM counted, whom it let go first, and what it kept of the prompts."""

import contextlib
import json

import pytest

from claude import Claude
from codex import Codex, served
from proxy import Proxy, wait_until
from server import PROMPTS, Stream
from wire import Wire, ask, check_grammar, message_of, parse_events, post, user

PATIENCE = 500      # seconds for a turn, on a machine that does other things too
WINDOW = 65536
WORDS = "Whoever answers this question, let it be with few words. "


@contextlib.contextmanager
def proxy_for(vllm, folder, kind):
    folder.mkdir(parents=True)
    made = Proxy(folder, vllm.url, kind=kind)
    yield made
    assert made.terminate() == 0, made.stderr


@pytest.fixture
def anthropic(hooked, tmp_path):
    with proxy_for(hooked, tmp_path / "anthropic", "anthropic") as made:
        yield made


@pytest.fixture
def codex_proxy(hooked, tmp_path):
    with proxy_for(hooked, tmp_path / "codex", "codex") as made:
        yield made


def cached(before, after):
    """The share of the prompts that vLLM had computed before, in between."""
    asked = after["prefix_cache_queries_total"] - before["prefix_cache_queries_total"]
    return (after["prefix_cache_hits_total"] - before["prefix_cache_hits_total"]) / asked


def test_a_session_of_claude_code_ends_well_and_is_computed_once(hooked, anthropic, tmp_path, say):
    claude = Claude(tmp_path / "claude", anthropic.url, window=WINDOW)
    shares = []
    for turn, prompt in enumerate(["Say hello.", "And goodbye.", "Once more."]):
        before = hooked.metrics()
        done = claude.run(prompt, *(["--continue"] if turn else []), timeout=PATIENCE)
        assert done.code == 0 and not done.result["is_error"], done.result
        shares.append(cached(before, hooked.metrics()))
    rows = anthropic.wait_log(3)
    assert [row["error"] for row in rows] == [None] * len(rows)
    assert {row["priority"] for row in rows if row["class"] == "main"} == {10}
    assert all(row["stop_reason"] in ("end_turn", "tool_use", "max_tokens") for row in rows)
    say(f"Claude Code, prompts of {min(r['input_tokens'] for r in rows)} to {max(r['input_tokens'] for r in rows)} "
        "tokens, from the cache: " + ", ".join(f"turn {n} {share:.1%}" for n, share in enumerate(shares, 1)))
    assert min(shares[1:]) >= 0.95, shares


def test_a_session_of_codex_ends_well_and_is_computed_once(hooked, codex_proxy, tmp_path, say):
    # Thoughts of noise may end without an answer, which Codex would rightly ask for again.
    codex = Codex(tmp_path / "cli", codex_proxy.url, served(codex_proxy), model_reasoning_effort="none")
    codex.run("Say hello.", timeout=PATIENCE).assert_ok()
    before = hooked.metrics()
    codex.resume("And goodbye.", timeout=PATIENCE).assert_ok()
    share = cached(before, hooked.metrics())
    rows = codex_proxy.wait_log(2)
    assert [row["error"] for row in rows] == [None] * len(rows)
    assert {row["priority"] for row in rows} == {10}
    say(f"Codex, prompts of {rows[0]['input_tokens']} tokens and more, from the cache: turn 2 {share:.1%}")
    assert share >= 0.95, rows


def test_a_count_is_what_vllm_then_counts(hooked, anthropic):
    tools = [{"name": "look", "description": "Looks at a file.",
              "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}}]
    body = {**user(WORDS * 40, tools=tools), "system": "Be brief."}
    shown = post(anthropic.port, body, timeout=PATIENCE)
    assert shown.status == 200, shown
    count = post(anthropic.port, {k: v for k, v in body.items() if k != "max_tokens"},
                 target="/v1/messages/count_tokens", timeout=PATIENCE).json()["input_tokens"]
    usage = shown.json()["usage"]
    assert count == usage["input_tokens"] + usage["cache_read_input_tokens"] > 400


def test_a_stream_keeps_the_grammar_and_its_counts_are_vllms(hooked, anthropic):
    before = hooked.metrics()
    answer = post(anthropic.port, user(WORDS, stream=True), timeout=PATIENCE)
    events = parse_events(answer.body)
    check_grammar(events)
    usage = message_of(events)["usage"]
    after = hooked.metrics()
    counted = {name: after[name] - before[name] for name in ("prompt_tokens_total", "generation_tokens_total")}
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == counted["prompt_tokens_total"]
    assert usage["output_tokens"] == counted["generation_tokens_total"]


def test_the_priority_of_an_agent_reaches_vllm(hooked, anthropic):
    """Background work of class 20 holds all slots: an agent's request, class 10, takes one."""
    post(anthropic.port, user("warm up"), timeout=PATIENCE)
    background = [Stream(hooked, prompt, 20, 1200).wait_tokens(2) for prompt in PROMPTS]
    before = hooked.metrics()["num_preemptions_total"]
    assert post(anthropic.port, user("Now.", max_tokens=16), timeout=PATIENCE).status == 200
    assert not any(stream.ended for stream in background), "it waited"
    for stream in background:
        assert stream.finish().usage["completion_tokens"] == 1200
    assert hooked.metrics()["num_preemptions_total"] == before + 1


@pytest.mark.parametrize("kind", ["anthropic", "codex"])
def test_a_client_that_leaves_frees_vllm(stock, tmp_path, kind):
    with proxy_for(stock, tmp_path / kind, kind) as proxy:
        body = {"model": "m", "stream": True, "input": "Tell me all."} if kind == "codex" else {
            **user("Tell me all.", stream=True), "max_tokens": 20000}
        target = "/v1/responses" if kind == "codex" else "/v1/messages"
        with Wire(proxy.port, PATIENCE) as wire:
            assert wire.stream(body, target).status == 200
            wait_until(lambda: stock.running() == 1, 60, "a running request")
        wait_until(lambda: stock.running() == 0, 20, "vLLM to be free")


def test_vllm_is_known_for_what_it_is(hooked, anthropic):
    health = ask(anthropic.port, "GET", "/health").json()
    assert (health["status"], health["backend"]) == ("ok", "ok"), json.dumps(health)
