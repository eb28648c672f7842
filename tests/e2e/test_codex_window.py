"""Codex knows the model's window: it compacts by itself and goes on."""

import json

import pytest

from answers import call, http_error, say
from codex import LOCAL, conversations
from prompts import assert_append_only
from wire import ask

SUMMARY = "Request: print numbers, then say FINAL. Several commands are done."


def is_compaction(call_):
    return "CONTEXT CHECKPOINT" in call_.last_text


def growing(upstream, turns, size, summaries=()):
    """A model that prints about `size` bytes a turn, then ends; `summaries` come first when it is
    asked for one."""
    done, left = [], list(summaries)

    def respond(call_):
        if is_compaction(call_):
            return left.pop(0) if left else say(SUMMARY)
        done.append(call_)
        if len(done) > turns:
            return say("FINAL")
        return call("exec_command",
                    cmd=f"python3 -c \"print('{len(done)} ' + 'abcdefg ' * {size // 8})\"")

    upstream.respond = respond


@pytest.fixture
def small(make_upstream, make_proxy, make_cli):
    """Codex against a model with a window of 32768 tokens: (upstream, proxy, cli)."""
    upstream = make_upstream(window=32768)
    proxy = make_proxy(upstream.url, kind="codex")
    return upstream, proxy, make_cli(proxy)


def test_the_catalog_tells_the_models_true_window(small):
    """Case 60: no guess, no warning, freeform patches."""
    upstream, _, cli = small
    listed = json.loads(cli.ask("debug", "models").stdout)["models"]
    model = next(m for m in listed if m["slug"] == cli.settings["model"])
    assert model["context_window"] == 32768 and model["visibility"] == "list"
    assert not model.get("tool_mode") and not model.get("use_responses_lite")
    upstream.script(say("Hello."))
    run = cli.run("Hi.").assert_ok("Hello.")
    assert "etadata" not in run.stdout + run.stderr, run.stderr
    assert run.items("error") == []
    assert "apply_patch" in upstream.calls[0].tool_names


def test_a_catalog_that_is_fetched_by_another_client_lists_openai_models_too(small):
    """Case 60: one answer for all clients."""
    _, proxy, _ = small
    body = ask(proxy.port, "GET", "/v1/models?client_version=0.169.0").json()
    assert body["object"] == "list" and body["data"][0]["id"] == body["models"][0]["slug"]


def test_a_session_that_outgrows_its_window_compacts_and_goes_on(small):
    """No prompt beyond the window reaches the model, and the session ends well."""
    upstream, proxy, cli = small
    growing(upstream, 20, 8000)
    run = cli.run("Print numbers, then say FINAL.").assert_ok("FINAL")
    assert len(run.items("command_execution")) == 20
    compactions = [c for c in upstream.calls if is_compaction(c)]
    assert 1 <= len(compactions) <= 3
    assert all(c.body["tools"] == upstream.calls[0].body["tools"] and
               c.body["tool_choice"] == "none" for c in compactions)
    assert any(SUMMARY in json.dumps(c.messages) for c in upstream.calls)
    assert [r["error"] for r in proxy.wait_log(len(upstream.calls)) if r["error"]] == []
    # The question for the summary too goes on from the prompt before it.
    for conversation in conversations(upstream.calls):
        if len(conversation) > 1:
            assert_append_only(conversation)


OVERFLOW = ("This model's maximum context length is 32768 tokens. However, your prompt contains "
            "40000 input tokens. Please reduce the length of the input prompt.")


def test_a_compaction_that_is_too_long_is_shortened(small):
    """Cases 55 56: Codex drops the oldest items only when it hears its own code."""
    upstream, _, cli = small
    growing(upstream, 16, 8000, [http_error(400, OVERFLOW), http_error(400, OVERFLOW)])
    cli.run("Print numbers, then say FINAL.").assert_ok("FINAL")
    asked = [len(c.raw) for c in upstream.calls if is_compaction(c)]
    assert len(asked) >= 3 and asked[0] > asked[1] > asked[2], asked


WORDS = [
    OVERFLOW,
    "The decoder prompt (length 40000) is longer than the maximum model length of 32768. Make sure "
    "that `max_model_len` is no smaller than the number of text tokens.",
    "Input length (40000) exceeds model's maximum context length (32768).",
]


@pytest.mark.parametrize("words", WORDS)
def test_a_prompt_beyond_the_window_is_said_to_be_one(words, upstream, cli):
    """Case 55: in any of the server's words, at once."""
    upstream.respond = lambda call_: http_error(400, words)
    run = cli.run("Hi.")
    assert "ran out of room" in run.failure and len(upstream.calls) == 1


def compacting_at_openai(upstream, cli, summary):
    """A long session whose provider has OpenAI's name; gives the calls that ask for a summary."""
    cli.settings[LOCAL + "name"] = "OpenAI"
    growing(upstream, 16, 8000)
    plain, asked = upstream.respond, []

    def respond(call_):
        if call_.messages[-1]["role"] == "tool" or "say FINAL" in call_.last_text:
            return plain(call_)
        asked.append(call_)
        return summary

    upstream.respond = respond
    return asked


def test_a_compaction_trigger_is_answered_by_one_item(small):
    """Case 58: the question extends the prompt, and the summary is in the prompts after it."""
    upstream, _, cli = small
    asked = compacting_at_openai(upstream, cli, say(SUMMARY))
    run = cli.run("Print numbers, then say FINAL.").assert_ok("FINAL")
    assert asked and len(run.items("command_execution")) == 16
    place = upstream.calls.index(asked[0])
    assert_append_only(upstream.calls[:place + 1])
    after = [c for c in upstream.calls[place + 1:] if c not in asked]
    assert SUMMARY in json.dumps(after[0].messages) and len(after) >= 2
    assert len(after[0].raw) < len(asked[0].raw) / 2
    assert_append_only(after[:2])
    assert "create_time" not in after[-1].raw.decode()
    upstream.respond = lambda call_: say("Resumed.")
    cli.resume("And now?").assert_ok("Resumed.")
    assert_append_only(upstream.calls[-2:])


@pytest.mark.parametrize("summary", [say(""), say("Half a summ", finish="length")],
                         ids=["empty", "cut"])
def test_no_empty_or_cut_summary_is_taken_for_the_history(summary, small):
    """Case 59: the turn fails, and says so."""
    upstream, _, cli = small
    asked = compacting_at_openai(upstream, cli, summary)
    run = cli.run("Print numbers, then say FINAL.")
    assert run.failure and "FINAL" not in str(run.texts) and asked


def test_the_built_in_provider_works_too(small):
    """Case 62: it tries a WebSocket first; 426 sends it to HTTP at once."""
    upstream, proxy, cli = small
    kept = {k: v for k, v in cli.settings.items() if "model_provider" not in k}
    cli.settings = {**kept, "openai_base_url": f"{proxy.url}/v1"}
    cli.environment["OPENAI_API_KEY"] = cli.environment["CODEX_API_KEY"] = "unused"
    upstream.script(say("Hello."))
    run = cli.run("Hi.").assert_ok("Hello.")
    assert len(upstream.calls) == 1 and run.retries == []
    assert run.stderr.count("failed to connect to Responses WebSocket") == 1, run.stderr


@pytest.mark.parametrize("provider", ["lmstudio", "ollama"])
def test_the_switch_for_local_models_works_too(provider, small):
    """Case 65: what Codex asks of such servers first."""
    upstream, proxy, cli = small
    cli.settings = {k: v for k, v in cli.settings.items() if "model_provider" not in k}
    cli.environment["CODEX_OSS_BASE_URL"] = f"{proxy.url}/v1"
    upstream.respond = lambda call_: say("Hello.")
    words = ["--oss", "--local-provider", provider, "-m", cli.settings["model"]]
    cli.run(*words, "Hi.").assert_ok("Hello.")
