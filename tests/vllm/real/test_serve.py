"""`vllm serve` with and without the hook: does the urgent one go first, and does the other's answer suffer?"""

from server import PROMPTS, Stream, saturated

LONG = 1200  # tokens: some seconds, so that a busy machine's delays are a small part


def test_the_hook_says_that_it_is_active(hooked, stock):
    Stream(hooked, "a", 0, 1).finish(), Stream(stock, "a", 0, 1).finish()
    assert "priority preemption: active, vLLM 0.24.0" in hooked.log()
    assert "priority preemption" not in stock.log()


def share_of_the_wait(urgent, background):
    """When its first token came: 0 at its start, 1 when the first of the others ended. These have connections
    and threads of their own: what the server sends at once may be seen milliseconds apart."""
    whole = min(stream.seen[-1] for stream in background) - urgent.started
    return (urgent.seen[0] - urgent.started) / whole


def test_an_urgent_request_goes_first_only_with_the_hook(hooked, stock, say):
    before = stock.metrics()["num_preemptions_total"]
    background, waited = saturated(stock, LONG)
    assert share_of_the_wait(waited, background) > 0.9, "a slot was free before one ended"
    assert stock.metrics()["num_preemptions_total"] == before

    undisturbed = [Stream(hooked, prompt, 20, LONG).finish() for prompt in PROMPTS]
    assert undisturbed[0].text != undisturbed[1].text
    before = hooked.metrics()["num_preemptions_total"]
    background, urgent = saturated(hooked, LONG)
    assert share_of_the_wait(urgent, background) < 0.5
    assert hooked.metrics()["num_preemptions_total"] == before + 1
    # Whoever was preempted lost nothing and has nothing twice.
    for stream, alone in zip(background, undisturbed):
        assert stream.text == alone.text and stream.usage["completion_tokens"] == LONG
    say(f"first token of an urgent request, all slots taken: {urgent.seen[0] - urgent.started:.2f} s with the hook, "
        f"{waited.seen[0] - waited.started:.2f} s without")


def test_each_token_depends_on_all_before_it(stock):
    """Else an answer that lost its beginning would look right."""
    one, other = (Stream(stock, word + " and the rest of it is the same for both of them", 0, 12).finish()
                  for word in ("Alpha", "Omega"))
    assert one.text != other.text
