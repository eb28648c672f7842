"""Claude Code sessions that outgrow the model's window compact and go on."""

import pytest

from answers import call, say
from claude import LEAN, LEAN_ENV, Claude
from prompts import assert_append_only, conversations

SUMMARY = ("<analysis>short</analysis>\n<summary>\n1. Request: print numbers with Bash, then say "
           "FINAL.\n2. Progress: several Bash calls are done.\n</summary>")


def is_compaction(call_):
    text = call_.last_text
    return "Respond with TEXT ONLY" in text or "create a detailed summary" in text


def growing(upstream, turns, size):
    """A model that prints about `size` bytes a turn with Bash, then ends."""
    done = []

    def respond(call_):
        if is_compaction(call_):
            return say(SUMMARY)
        done.append(call_)
        if len(done) > turns:
            return say("FINAL")
        words = f"python3 -c \"print('{len(done)} ' + 'abcdefg ' * {size // 8})\""
        return call("Bash", command=words, description="Print")

    upstream.respond = respond


# window, what Claude Code is told, its answers, tokens a byte of prompt, turns, bytes a turn
WINDOWS = {
    "32768": (32768, 40960, "4096", 0.25, 20, 8000),
    "262144": (262144, 262144, None, 0.45, 36, 16000),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_session_that_outgrows_its_window_compacts_and_goes_on(name, make_upstream, make_proxy,
                                                                 tmp_path):
    """U11 U15 R37: no prompt beyond the window reaches the model, and the session ends well."""
    window, told, output, tokens_per_byte, turns, size = WINDOWS[name]
    upstream = make_upstream(window=window, tokens_per_byte=tokens_per_byte)
    proxy = make_proxy(upstream.url)
    claude = Claude(tmp_path / "claude", proxy.url, told, **LEAN_ENV,
                    CLAUDE_CODE_MAX_OUTPUT_TOKENS=output)
    growing(upstream, turns, size)
    run = claude.run("Print numbers, then say FINAL.", *LEAN).assert_ok("FINAL")
    assert len(run.compactions) >= 1
    assert {m["trigger"] for m in (c["compact_metadata"] for c in run.compactions)} == {"auto"}
    assert len(run.blocks("tool_use")) == turns
    assert all(c.body["max_tokens"] <= window for c in upstream.calls)
    assert [r["error"] for r in proxy.wait_log(len(upstream.calls)) if r["error"]] == []
    for conversation in conversations(upstream.calls):
        assert_append_only(conversation)


def test_a_client_that_believes_in_a_larger_window_is_told_and_compacts(make_upstream, make_proxy,
                                                                        tmp_path):
    """U11 U12: 400 `prompt is too long: N tokens > M maximum` is a net without any setting."""
    upstream = make_upstream(window=32768)
    proxy = make_proxy(upstream.url)
    claude = Claude(tmp_path / "claude", proxy.url, None, **LEAN_ENV)
    claude.environment.pop("CLAUDE_CODE_MAX_CONTEXT_TOKENS")
    growing(upstream, 20, 8000)
    run = claude.run("Print numbers, then say FINAL.", *LEAN).assert_ok("FINAL")
    assert len(run.compactions) >= 1
    assert len(run.blocks("tool_use")) >= 20


def test_context_is_counted_without_asking_the_model(upstream, claude):
    """U07 U09 U16: /context counts each tool and prompt section in one burst."""
    run = claude.run("/context").assert_ok()
    assert upstream.calls == [] and len(upstream.counts) >= 10
    assert "262.1k" in run.result["result"], run.result["result"][:600]
