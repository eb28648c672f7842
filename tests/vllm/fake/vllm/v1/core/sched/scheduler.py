"""A scheduler with the names and the habits of vLLM's that the hook relies on, and nothing else: slots, a memory of so
many tokens, a budget a step, priorities. `self_reporting` is the way of 0.25 and later: what is preempted between
two steps is told with the next; before, only what the step itself preempts."""

import enum
import heapq
from dataclasses import dataclass, field


class SchedulingPolicy(enum.Enum):
    FCFS = "fcfs"
    PRIORITY = "priority"


class PauseState(enum.Enum):
    UNPAUSED = 0
    PAUSED_ALL = 1


class RequestStatus(enum.IntEnum):
    WAITING = 1
    WAITING_FOR_STRUCTURED_OUTPUT_GRAMMAR = 2
    RUNNING = 3
    PREEMPTED = 4
    FINISHED = 5


@dataclass
class SchedulerOutput:
    num_scheduled_tokens: dict
    total_num_scheduled_tokens: int
    preempted_req_ids: set
    resumed: set = field(default_factory=set)
    places: dict = field(default_factory=dict)   # of the tokens that the step samples


@dataclass(eq=False)
class Request:
    request_id: str
    priority: int
    arrival_time: float
    prompt: int = 8
    max_tokens: int = 100
    status: RequestStatus = RequestStatus.WAITING
    pooling_params: object = None
    structured_output_request: object = None
    held_back: bool = False   # as a limit of the scheduler's own would
    num_computed_tokens: int = 0
    num_output_placeholders: int = 0
    num_preemptions: int = 0
    output: list = field(default_factory=list)

    @property
    def num_output_tokens(self):
        return len(self.output)

    @property
    def num_tokens(self):
        return self.prompt + len(self.output)

    def __lt__(self, other):
        return (self.priority, self.arrival_time) < (other.priority, other.arrival_time)


class Queue:
    def __init__(self):
        self.heap = []

    def add_request(self, request):
        heapq.heappush(self.heap, request)

    prepend_request = add_request

    def pop_request(self):
        return heapq.heappop(self.heap)

    def peek_request(self):
        return self.heap[0]

    def remove_request(self, request):
        self.heap.remove(request)
        heapq.heapify(self.heap)

    def __bool__(self):
        return bool(self.heap)

    def __len__(self):
        return len(self.heap)

    def __iter__(self):
        return iter(sorted(self.heap))


class Scheduler:
    def __init__(self, slots=2, memory=10000, budget=64, policy="priority", self_reporting=False):
        self.policy = SchedulingPolicy(policy)
        self.waiting, self.skipped_waiting = Queue(), Queue()
        self.running, self.requests = [], {}
        self.max_num_running_reqs, self.max_num_scheduled_tokens, self.memory = slots, budget, memory
        self.connector = self.ec_connector = self.lora_config = None
        self.is_encoder_decoder = False
        self.num_waiting_for_streaming_input = 0
        self._pause_state = PauseState.UNPAUSED
        if self_reporting:
            self.reset_preempted_req_ids = set()

    def add_request(self, request):
        self.requests[request.request_id] = request
        self.waiting.add_request(request)

    def abort(self, request_id):
        request = self.requests.pop(request_id)
        if request in self.running:
            self.running.remove(request)
        else:
            self.waiting.remove_request(request)
        request.status = RequestStatus.FINISHED

    def has_requests(self):
        return bool(self.requests)

    def schedule(self, throttle_prefills=False):
        tokens, preempted, resumed, budget = {}, set(), set(), self.max_num_scheduled_tokens
        for request in list(self.running):
            wanted = request.num_tokens + request.num_output_placeholders - request.num_computed_tokens
            wanted = min(wanted, budget)
            if request not in self.running or wanted == 0:
                continue
            while self._free(tokens) < wanted and request in self.running:
                victim = max(self.running, key=lambda r: (r.priority, r.arrival_time))
                self.running.remove(victim)
                budget += tokens.pop(victim.request_id, 0)
                self._preempt_request(victim, 0.0)
                preempted.add(victim.request_id)
            if request in self.running:
                tokens[request.request_id] = wanted
                budget -= wanted
        while not preempted and not throttle_prefills and self.waiting and budget > 0:
            request = self.waiting.peek_request()
            if self._pause_state != PauseState.UNPAUSED or len(self.running) >= self.max_num_running_reqs:
                break
            if request.status == RequestStatus.WAITING_FOR_STRUCTURED_OUTPUT_GRAMMAR:
                if request.structured_output_request.grammar is None:
                    self.skipped_waiting.add_request(self.waiting.pop_request())
                    continue
                request.status = RequestStatus.WAITING
            if request.held_back:
                self.skipped_waiting.add_request(self.waiting.pop_request())
                continue
            wanted = min(request.num_tokens, budget)
            if self._free(tokens) < request.num_tokens:
                break
            self.running.append(self.waiting.pop_request())
            if request.status == RequestStatus.PREEMPTED:
                resumed.add(request.request_id)
            request.status = RequestStatus.RUNNING
            tokens[request.request_id] = wanted
            budget -= wanted
        while self.skipped_waiting:
            self.waiting.add_request(self.skipped_waiting.pop_request())
        if hasattr(self, "reset_preempted_req_ids"):
            preempted, self.reset_preempted_req_ids = self.reset_preempted_req_ids, set()
        return SchedulerOutput(tokens, sum(tokens.values()), preempted, resumed, self._take(tokens))

    def _free(self, tokens):
        return self.memory - sum(r.num_computed_tokens + tokens.get(r.request_id, 0) for r in self.running)

    def _take(self, tokens):
        places = {}
        for request_id, count in tokens.items():
            request = self.requests[request_id]
            request.num_computed_tokens += count
            if request.num_computed_tokens == request.num_tokens + request.num_output_placeholders:
                places[request_id] = request.num_computed_tokens - request.prompt
                request.num_output_placeholders += 1
        return places

    def _preempt_request(self, request, timestamp):
        assert request.status == RequestStatus.RUNNING
        request.status = RequestStatus.PREEMPTED
        request.num_computed_tokens = 0
        request.num_preemptions += 1
        if hasattr(self, "reset_preempted_req_ids"):
            self.reset_preempted_req_ids.add(request.request_id)
        self.waiting.prepend_request(request)

    def update_from_output(self, scheduler_output, model_runner_output):
        for request_id, token in model_runner_output.items():
            request = self.requests.get(request_id)
            if request is None:
                continue
            request.output.append(token)
            request.num_output_placeholders -= 1
            assert request.num_output_placeholders >= 0
            if len(request.output) >= request.max_tokens:
                if request.status == RequestStatus.RUNNING:
                    self.running.remove(request)
                else:
                    self.waiting.remove_request(request)
                request.status = RequestStatus.FINISHED
                del self.requests[request_id]
