"""An engine's loop around the scheduler of fake/, with a worker that knows each token by its place."""

from collections import deque


class Engine:
    """Up to `depth` steps are in flight: 1 is vLLM's synchronous loop, 2 its asynchronous one."""

    def __init__(self, scheduler, depth=1):
        self.scheduler, self.depth = scheduler, depth
        self.flying = deque()
        self.batch = set()        # what the worker holds
        self.all = []
        self.steps = 0
        self.first_token = {}     # request id -> step

    def add(self, *requests):
        for request in requests:
            self.scheduler.add_request(request)
            self.all.append(request)

    def step(self, *args):
        self.steps += 1
        output = self.scheduler.schedule(*args)
        self.flying.append((output, self.work(output)))
        if len(self.flying) >= self.depth:
            self.deliver()
        return output

    def deliver(self):
        output, tokens = self.flying.popleft()
        for request_id in tokens:
            self.first_token.setdefault(request_id, self.steps)
        self.scheduler.update_from_output(output, tokens)

    def work(self, output):
        """As the runners: what is preempted leaves the batch, and who comes back must have left it before."""
        self.batch -= output.preempted_req_ids
        tokens = {}
        for request_id in output.num_scheduled_tokens:
            request = next(r for r in self.all if r.request_id == request_id)
            if request_id in output.resumed:
                assert request_id not in self.batch, f"{request_id} comes back, but never left the worker"
                assert not any(request_id in o.num_scheduled_tokens for o, _ in self.flying), f"{request_id} flies"
            self.batch.add(request_id)
            if request_id in output.places:
                tokens[request_id] = f"{request_id}.{output.places[request_id]}"
        return tokens

    def run(self, limit=5000, each=lambda step: None):
        while self.scheduler.has_requests():
            assert self.steps < limit, "the engine does not come to an end"
            each(self.steps)
            self.step()
        while self.flying:
            self.deliver()

    def check(self):
        """Every answer is whole: each token once, in its place."""
        for request in self.all:
            expected = [f"{request.request_id}.{place}" for place in range(request.max_tokens)]
            assert request.output == expected, request.request_id
        assert not self.scheduler.running and not self.scheduler.waiting
