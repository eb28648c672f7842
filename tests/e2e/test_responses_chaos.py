"""Clients and model servers that come, stall, break off and go at random, all at once."""

from responses_client import EXEC, PATH, Responses
from responses_grammar import response_of
from test_chaos import Client, survive


class ResponsesClient(Client):
    path = PATH

    def body(self, text, stream):
        return Responses.body(text, stream=stream, tools=[EXEC])

    def check(self, answer):
        """Whatever happened, what arrives is of the protocol, and this client's own."""
        if answer.status != 200:
            assert answer.json()["error"]["message"]
            return
        if answer.headers["content-type"].startswith("application/json"):
            response = answer.json()
        else:
            response = response_of(answer.events())
        if response["status"] == "completed":
            first = next(i for i in response["output"] if i["type"] == "message")
            assert first["content"][0]["text"].startswith(f"[{self.name:12}]"), response
            self.whole += 1


def test_the_proxy_survives_everything_at_once(codex):
    """Cases 39, 53 and 67: no answer of another's, no stream or descriptor left over, no crash."""
    codex.create("warm up")
    survive(codex.upstream, codex.proxy, ResponsesClient, seconds=2)
