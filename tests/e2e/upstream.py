"""A scripted model server: OpenAI Chat Completions as vLLM speaks it, on a free port of 127.0.0.1.

It records every request as it came and answers by a script or by a function of the request. It
counts tokens as bytes, holds a prefix cache in blocks of 16 tokens, and enforces its window.
Alone: `python3 upstream.py [PORT]` answers everything with a short text.
"""

import socket
import sys
import threading
from http.server import ThreadingHTTPServer

from answers import http_error, say
from model_call import common
from model_http import Handler

BLOCK = 16  # tokens


class Upstream:
    def __init__(self, model="local-model", window=262144, tokens_per_byte=0.25, vision=True):
        self.model = model
        self.window = window
        self.tokens_per_byte = tokens_per_byte
        self.vision = vision
        self.calls = []    # of the session under test
        self.probes = []   # calls that ask for one token: the proxy's own
        self.counts = []   # /tokenize
        self.problems = []
        self.healthy = True
        self.health_delay = 0  # seconds
        self.tokenizer = True
        self.slow_count = ""  # text whose tokens take count_delay seconds to count
        self.count_delay = 12
        self.connections = 0
        self.respond = lambda call: say("ok")
        self.lock = threading.Lock()
        self.prompts = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.server.request_queue_size = 512
        self.server.daemon_threads = True
        self.server.upstream = self
        self.open = set()

    def start(self, port=0, address="127.0.0.1"):
        self.server.server_address = (address, port)
        self.server.server_bind()
        self.server.server_activate()
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        """Closes the port and every connection, as a killed server does."""
        self.server.shutdown()
        self.server.server_close()
        with self.lock:
            left = list(self.open)
        for connection in left:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def script(self, *answers):
        """One answer a request; one too many requests is a problem that fails the test."""
        left = list(answers)

        def next_answer(call):
            if not left:
                self.problems.append(f"no answer left for {call.last_text[:200]!r}")
                return say("the script is at its end")
            return left.pop(0)

        self.respond = next_answer

    def tokens(self, data):
        return max(1, int(len(data) * self.tokens_per_byte))

    def cached(self, prompt):
        """Tokens at its start that an earlier prompt has, in whole blocks; remembers the prompt."""
        with self.lock:
            known = self.prompts[-64:]
            self.prompts.append(prompt)
        most = max((common(prompt, p) for p in known), default=0)
        shared = int(most * self.tokens_per_byte)
        return min(shared, self.tokens(prompt) - 1) // BLOCK * BLOCK

    def refusal(self, body, tokens):
        """vLLM's own words for a prompt or an answer that does not fit."""
        asked = body.get("max_tokens") or body.get("max_completion_tokens") or 1
        if tokens + asked <= self.window:
            return None
        return http_error(400, (
            f"This model's maximum context length is {self.window} tokens. However, you requested "
            f"{asked} output tokens and your prompt contains {tokens} input tokens, for a total of "
            f"{tokens + asked} tokens. Please reduce the length of the input prompt or the number "
            "of requested output tokens. (parameter=input_tokens)"))


if __name__ == "__main__":
    running = Upstream().start(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(running.url, flush=True)
    threading.Event().wait()
