"""The hook on vLLM's own scheduler, without a model: the worker here answers with numbers that tell their place.

Run in each of the installed versions; AsyncScheduler with two steps in flight, as the engine's loop has them."""

import collections
import random
import sys

import pytest
import torch
from vllm.config import set_current_vllm_config
from vllm.engine.arg_utils import EngineArgs
from vllm.sampling_params import SamplingParams
from vllm.utils.hashing import sha256
from vllm.v1.core.kv_cache_utils import get_request_block_hasher, init_none_hash
from vllm.v1.core.sched import scheduler as module
from vllm.v1.core.sched.async_scheduler import AsyncScheduler
from vllm.v1.kv_cache_interface import FullAttentionSpec, KVCacheConfig, KVCacheGroupSpec
from vllm.v1.outputs import ModelRunnerOutput
from vllm.v1.request import Request, RequestStatus
from vllm.v1.structured_output import StructuredOutputManager

import vllm_priority_preempt as hook

BLOCK = 16


@pytest.fixture(scope="module")
def config(model):
    args = EngineArgs(model=str(model), max_model_len=2048, max_num_batched_tokens=512, max_num_seqs=4,
                      scheduling_policy="priority", block_size=BLOCK, enforce_eager=True,
                      enable_prefix_caching=True, skip_tokenizer_init=True)
    return args.create_engine_config()


def hooked():
    return hasattr(module.Scheduler.schedule, "priority_preempt")


class Engine:
    """The engine's loop with up to `depth` steps in flight, and a worker that checks what it is told."""

    def __init__(self, config, depth, slots=2, blocks=1000):
        config.scheduler_config.max_num_seqs = slots
        config.cache_config.num_gpu_blocks = blocks
        spec = FullAttentionSpec(block_size=BLOCK, num_kv_heads=1, head_size=1, dtype=torch.float32)
        kv = KVCacheConfig(num_blocks=blocks, kv_cache_tensors=[], kv_cache_groups=[KVCacheGroupSpec(["layer"], spec)])
        kind = module.Scheduler if depth == 1 else AsyncScheduler
        with set_current_vllm_config(config):
            self.scheduler = kind(config, kv, StructuredOutputManager(config), block_size=BLOCK, log_stats=True)
        init_none_hash(sha256)
        self.hasher = get_request_block_hasher(BLOCK, sha256)
        self.depth, self.flying = depth, collections.deque()
        self.outputs, self.ended = collections.defaultdict(list), set()
        self.requests, self.batch, self.steps, self.first = {}, {}, 0, {}

    def add(self, name, priority, prompt=40, tokens=60, seed=0):
        ids = random.Random(name + str(seed)).choices(range(10000, 20000), k=prompt)
        request = Request(name, ids, SamplingParams(max_tokens=tokens, ignore_eos=True, temperature=0.0), None,
                          arrival_time=float(len(self.requests)), priority=priority, block_hasher=self.hasher)
        self.requests[name] = request
        self.scheduler.add_request(request)
        return request

    def step(self):
        self.steps += 1
        output = self.scheduler.schedule(False)
        self.flying.append((output, self.work(output)))
        if len(self.flying) >= self.depth:
            self.deliver()
        return output

    def work(self, output):
        """As both runners: what is preempted or over leaves the batch before the others are looked at."""
        for name in set(output.preempted_req_ids or ()) | set(output.finished_req_ids):
            self.batch.pop(name, None)
        cached = output.scheduled_cached_reqs
        starts = dict(zip(cached.req_ids, cached.num_computed_tokens))
        for new in output.scheduled_new_reqs:
            starts[new.req_id] = new.num_computed_tokens
        resumed = set(cached.resumed_req_ids) | {new.req_id for new in output.scheduled_new_reqs}
        for name in resumed:
            assert name not in self.batch, f"{name} comes back, but never left the worker"
            assert not any(name in o.num_scheduled_tokens for o, _ in self.flying), f"{name} flies"
        for name in set(starts) - resumed:
            assert self.batch[name] == starts[name], f"{name} goes on at another place"
        assert len(set(self.batch) | set(starts)) <= self.scheduler.max_num_running_reqs, "no slot in the worker"
        names = list(output.num_scheduled_tokens)
        sampled = []
        for name in names:
            self.batch[name] = starts[name] + output.num_scheduled_tokens[name]
            request = self.requests[name]
            place = self.batch[name] - request.num_prompt_tokens
            known = len(self.outputs[name]) + sum(name in ids and bool(out.sampled_token_ids[ids[name]])
                                                  for _, out in self.flying for ids in [out.req_id_to_index])
            sampled.append([place] if place >= known else [])
        return ModelRunnerOutput(req_ids=names, req_id_to_index={n: i for i, n in enumerate(names)},
                                 sampled_token_ids=sampled)

    def deliver(self):
        output, result = self.flying.popleft()
        for part in self.scheduler.update_from_output(output, result).values():
            for one in part.outputs:
                self.outputs[one.request_id] += one.new_token_ids
                self.first.setdefault(one.request_id, self.steps)
                if one.finish_reason is not None:
                    self.ended.add(one.request_id)

    def run(self, limit=4000):
        while self.scheduler.has_unfinished_requests():
            assert self.steps < limit, "the engine does not come to an end"
            self.step()
        while self.flying:
            self.deliver()

    def check(self):
        for name, request in self.requests.items():
            if request.status != RequestStatus.FINISHED_ABORTED:
                assert self.outputs[name] == list(range(request.max_tokens)), name
                assert name in self.ended
        assert not self.scheduler.running and not self.scheduler.waiting and not self.scheduler.requests
        pool = self.scheduler.kv_cache_manager.block_pool
        assert pool.get_num_free_blocks() == pool.num_gpu_blocks - 1, "blocks are lost"

    @property
    def preemptions(self):
        return {name: r.num_preemptions for name, r in self.requests.items() if r.num_preemptions}


@pytest.fixture(params=[1, 2], ids=["sync", "async"])
def depth(request):
    return request.param


def test_the_hook_fits_this_version():
    assert hook.missing_parts(module) == "" and hooked()


def test_an_urgent_request_starts_at_once_though_all_slots_are_taken(config, depth):
    engine = Engine(config, depth)
    engine.add("a", 20), engine.add("b", 20)
    for _ in range(5):
        engine.step()
    engine.add("urgent", -10, tokens=5)
    assert "urgent" in engine.step().num_scheduled_tokens
    engine.run()
    engine.check()
    assert engine.preemptions == {"b": 1}


def test_without_the_hook_it_waits_for_an_end(config, depth, monkeypatch):
    monkeypatch.setattr(module.Scheduler, "schedule", module.Scheduler.schedule.__wrapped__)
    engine = Engine(config, depth)
    engine.add("a", 20), engine.add("b", 20)
    for _ in range(5):
        engine.step()
    engine.add("urgent", -10, tokens=5)
    engine.run()
    engine.check()
    assert engine.first["urgent"] > 60 and engine.preemptions == {}


def test_equals_never_push_each_other_out(config, depth):
    engine = Engine(config, depth)
    for name in "abcdef":
        engine.add(name, 10)
    engine.run()
    engine.check()
    assert engine.preemptions == {}


def test_room_is_made_when_memory_is_short_and_a_slot_is_free(config, depth):
    engine = Engine(config, depth, slots=4, blocks=40)
    engine.add("a", 20, prompt=200, tokens=100), engine.add("b", 20, prompt=200, tokens=100)
    for _ in range(5):
        engine.step()
    engine.add("urgent", 0, prompt=300, tokens=5)
    for _ in range(6):
        engine.step()
    assert "urgent" in engine.first
    engine.run()
    engine.check()


def test_both_may_be_aborted_at_any_time(config, depth):
    for wait in range(4):
        for whom in ("low", "urgent"):
            engine = Engine(config, depth, slots=1)
            engine.add("low", 20)
            for _ in range(3):
                engine.step()
            engine.add("urgent", 0, tokens=5)
            for _ in range(wait):
                engine.step()
            engine.scheduler.finish_requests(whom, RequestStatus.FINISHED_ABORTED)
            engine.run()
            engine.check()


@pytest.mark.parametrize("seed", range(15))
def test_whatever_comes_every_answer_is_whole(config, depth, seed, monkeypatch):
    monkeypatch.setenv("AUTOSRE_PREEMPT_PER_STEP", str(1 + seed % 2))
    chance = random.Random(seed)
    engine = Engine(config, depth, slots=chance.choice([1, 2, 4]), blocks=chance.choice([18, 30, 1000]))
    for count in range(20):
        engine.add(f"r{count}", chance.choice([-10, 0, 0, 10, 20]), prompt=chance.randint(1, 120),
                   tokens=chance.randint(1, 80), seed=seed)
        for _ in range(chance.randint(0, 12)):
            engine.step()
    engine.run()
    engine.check()


def test_the_hook_was_active_in_all_of_that(config, depth, caplog):
    engine = Engine(config, depth)
    engine.add("a", 0)
    engine.step()
    state = engine.scheduler._priority_preemption
    assert state is not None and state.on and "vllm_priority_preempt" in sys.modules
    engine.run()
