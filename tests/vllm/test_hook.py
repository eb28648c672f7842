"""The preemption hook against a scheduler of our own: who makes room for whom, and that nobody's answer suffers."""

import importlib
import logging
import pathlib
import random
import sys

import pytest

from fake_engine import Engine

REPO = pathlib.Path(__file__).resolve().parents[2]
NAME = "vllm.v1.core.sched.scheduler"


@pytest.fixture
def module(monkeypatch):
    """The fake scheduler's module, freshly loaded and patched by a fresh hook."""
    monkeypatch.syspath_prepend(str(REPO / "vllm_hook"))
    monkeypatch.syspath_prepend(str(pathlib.Path(__file__).parent / "fake"))
    ours = [name for name in sys.modules if name.split(".")[0] in ("vllm", "vllm_priority_preempt")]
    for name in ours:
        monkeypatch.delitem(sys.modules, name)
    module = importlib.import_module(NAME)
    module.hook = importlib.import_module("vllm_priority_preempt")
    module.hook.patch(module)
    yield module
    for name in [name for name in sys.modules if name.split(".")[0] in ("vllm", "vllm_priority_preempt")]:
        del sys.modules[name]


@pytest.fixture(params=[False, True], ids=["0.24", "0.25+"])
def reporting(request):
    return request.param


@pytest.fixture
def make(module, reporting):
    def make(depth=1, **options):
        return Engine(module.Scheduler(self_reporting=reporting, **options), depth)
    return make


def requests(module, count, priority, at=0.0, **options):
    return [module.Request(f"p{priority}n{i}", priority, at + i, **options) for i in range(count)]


def preempted(engine):
    return sum(request.num_preemptions for request in engine.all)


@pytest.mark.parametrize("depth", [1, 2])
def test_an_urgent_request_starts_at_once_though_all_slots_are_taken(module, make, depth):
    engine = make(depth)
    engine.add(*requests(module, 2, 20))
    for _ in range(5):
        engine.step()
    urgent = module.Request("urgent", -10, 100.0)
    engine.add(urgent)
    output = engine.step()
    assert "urgent" in output.num_scheduled_tokens
    # The later of two that have computed the same is the one that goes.
    assert output.preempted_req_ids == {"p20n1"}
    engine.run()
    engine.check()
    assert preempted(engine) == 1


def test_without_the_hook_it_waits_until_one_ends(module, make, monkeypatch):
    monkeypatch.setattr(module.Scheduler, "schedule", module.Scheduler.schedule.__wrapped__)
    engine = make()
    engine.add(*requests(module, 2, 20))
    engine.step()
    engine.add(module.Request("urgent", -10, 100.0))
    engine.run()
    assert engine.first_token["urgent"] > 99


@pytest.mark.parametrize("depth", [1, 2])
def test_equals_never_push_each_other_out(module, make, depth):
    engine = make(depth)
    engine.add(*requests(module, 6, 10))
    # An earlier arrival is no higher class.
    engine.run(each=lambda step: step == 10 and engine.add(module.Request("early", 10, -5.0)))
    engine.check()
    assert preempted(engine) == 0


def test_the_least_urgent_goes_first_and_then_the_one_with_the_least_to_compute_again(module, make):
    engine = make(slots=3, budget=1000)
    long, short = module.Request("long", 20, 1.0, prompt=200), module.Request("short", 20, 0.0, prompt=8)
    engine.add(long, short, module.Request("middle", 10, 2.0))
    engine.step()
    engine.add(*requests(module, 2, 0, at=50.0))
    assert engine.step().preempted_req_ids == {"short"}
    assert engine.step().preempted_req_ids == {"long"}
    engine.add(module.Request("most", -10, 60.0))
    assert engine.step().preempted_req_ids == {"middle"}
    engine.run()
    engine.check()


def test_a_step_preempts_one_request_unless_told_otherwise(module, make, monkeypatch):
    for per_step, expected in (("", 1), ("3", 3), ("99", 4)):
        if per_step:
            monkeypatch.setenv("AUTOSRE_PREEMPT_PER_STEP", per_step)
        engine = make(slots=5, budget=1000)
        engine.add(*requests(module, 5, 20))
        engine.step()
        engine.add(*requests(module, 5, 0))
        assert len(engine.step().preempted_req_ids) == expected


def test_the_gap_that_is_set_is_kept(module, make, monkeypatch):
    monkeypatch.setenv("AUTOSRE_PREEMPT_GAP", "15")
    engine = make()
    engine.add(*requests(module, 2, 20))
    engine.step()
    engine.add(module.Request("near", 10, 10.0))
    assert engine.step().preempted_req_ids == set()
    engine.add(module.Request("far", -10, 11.0))
    assert len(engine.step().preempted_req_ids) == 1


@pytest.mark.parametrize("depth", [1, 2])
def test_room_is_made_when_memory_is_short_and_a_slot_is_free(module, make, depth):
    engine = make(depth, slots=4, memory=260, budget=400)
    engine.add(*requests(module, 2, 20, prompt=60))
    for _ in range(40):
        engine.step()
    engine.add(module.Request("urgent", 0, 100.0, prompt=150, max_tokens=20))
    for _ in range(4):
        engine.step()
    assert "urgent" in engine.first_token
    engine.run()
    engine.check()


def test_a_request_is_hit_three_times_at_most_and_then_ends(module, make):
    """Though urgent work comes again and again."""
    engine = make()
    low = module.Request("low", 20, 0.0, max_tokens=600)
    engine.add(low)

    def more(step):
        if step % 80 == 40 and "low" in engine.scheduler.requests:
            engine.add(*(module.Request(f"u{step}.{i}", 0, step + i, max_tokens=30) for i in range(2)))

    engine.run(each=more)
    engine.check()
    assert low.num_preemptions == 3


def test_who_came_back_works_for_a_while_undisturbed(module, make):
    engine = make(slots=1)
    low = module.Request("low", 20, 0.0, max_tokens=300)
    engine.add(low)
    engine.step()
    engine.add(module.Request("first", 0, 1.0, max_tokens=3))
    while low.num_preemptions == 0 or low.status != module.RequestStatus.RUNNING:
        engine.step()
    engine.add(module.Request("second", 0, 2.0, max_tokens=3))
    worked = 0
    while low.num_preemptions == 1:
        engine.step()
        worked += 1
    assert module.hook.PROTECTED_STEPS <= worked <= module.hook.PROTECTED_STEPS + 3


def test_who_is_about_to_end_may_end(module, make):
    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0, max_tokens=17))
    engine.step()
    engine.add(module.Request("urgent", 0, 1.0))
    engine.run()
    engine.check()
    assert preempted(engine) == 0


def test_pooling_requests_are_left_alone(module, make):
    engine = make(slots=1)
    engine.add(module.Request("embed", 20, 0.0, pooling_params=object()))
    engine.step()
    engine.add(module.Request("urgent", 0, 1.0))
    assert engine.step().preempted_req_ids == set()


def test_who_waits_for_its_grammar_pushes_nobody_out_until_it_has_it(module, make):
    class Structured:
        grammar = None

    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()
    waiting = module.RequestStatus.WAITING_FOR_STRUCTURED_OUTPUT_GRAMMAR
    structured = module.Request("json", 0, 1.0, status=waiting, structured_output_request=Structured())
    engine.add(structured)
    assert engine.step().preempted_req_ids == set()
    structured.structured_output_request.grammar = RuntimeError("no grammar")
    assert engine.step().preempted_req_ids == set()
    structured.structured_output_request.grammar = object()
    assert "json" in engine.step().num_scheduled_tokens
    engine.run()
    engine.check()


def test_the_next_in_the_queue_is_not_held_up_by_one_that_cannot_start(module, make):
    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()

    class Structured:
        grammar = None

    blocked = module.Request("json", -10, 1.0, structured_output_request=Structured(),
                             status=module.RequestStatus.WAITING_FOR_STRUCTURED_OUTPUT_GRAMMAR)
    engine.add(blocked, module.Request("urgent", 0, 2.0))
    assert "urgent" in engine.step().num_scheduled_tokens


def test_nobody_is_preempted_in_a_step_that_starts_no_prompt_or_while_paused(module, make):
    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()
    engine.add(module.Request("urgent", 0, 1.0))
    assert engine.step(True).preempted_req_ids == set()
    engine.scheduler._pause_state = module.PauseState.PAUSED_ALL
    assert engine.step().preempted_req_ids == set()
    engine.scheduler._pause_state = module.PauseState.UNPAUSED
    assert engine.step(False).preempted_req_ids == {"low"}


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_both_may_be_aborted_at_any_time(module, make, depth):
    for wait in range(4):
        for whom in ("low", "urgent"):
            engine = make(depth, slots=1)
            low, urgent = module.Request("low", 20, 0.0), module.Request("urgent", 0, 1.0, max_tokens=5)
            engine.add(low)
            for _ in range(3):
                engine.step()
            engine.add(urgent)
            for _ in range(wait):
                engine.step()
            engine.scheduler.abort(whom)
            engine.run()
            rest = urgent if whom == "low" else low
            assert rest.output == [f"{rest.request_id}.{i}" for i in range(rest.max_tokens)]


def test_between_steps_a_victim_is_where_the_engine_looks_for_it(module, make):
    engine = make(depth=2, slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()
    engine.add(module.Request("urgent", 0, 1.0))
    for _ in range(4):
        engine.step()
        assert {r.request_id for r in engine.scheduler.waiting} == {"low"}


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_victim_does_not_come_back_in_the_step_that_preempted_it(module, make, depth):
    """Though the scheduler passes over the candidate, for a reason that the hook does not know."""
    engine = make(depth, slots=1)
    engine.add(module.Request("low", 20, 0.0))
    for _ in range(5):
        engine.step()
    engine.add(module.Request("urgent", 0, 1.0, held_back=True))
    output = engine.step()
    assert output.preempted_req_ids == {"low"} and output.num_scheduled_tokens == {}
    engine.scheduler.requests["urgent"].held_back = False
    engine.run()
    engine.check()


def test_preemptions_that_do_not_help_become_rare(module, make, monkeypatch):
    monkeypatch.setattr(module.hook, "PROTECTED_STEPS", 0)
    monkeypatch.setenv("AUTOSRE_PREEMPT_PER_REQUEST", "100")
    # It never fits: each step but the few that are worth a try leaves the others alone.
    engine = make(slots=2, memory=1000)
    engine.add(*requests(module, 2, 20, max_tokens=400))
    engine.step()
    engine.scheduler._free = lambda tokens, free=engine.scheduler._free: free(tokens) if not any(
        r.request_id == "huge" for r in list(engine.scheduler.waiting)[:1]) else 0
    engine.add(module.Request("huge", 0, 1.0, prompt=5000))
    for _ in range(300):
        engine.step()
    assert 1 <= preempted(engine) <= 10


def test_a_minute_has_a_limit(module, make, monkeypatch):
    monkeypatch.setattr(module.hook, "PER_MINUTE", 5)
    engine = make(slots=8, budget=1000)
    engine.add(*requests(module, 8, 20))
    engine.step()
    engine.add(*requests(module, 8, 0))
    for _ in range(10):
        engine.step()
    assert preempted(engine) == 5


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_every_answer_is_whole(module, make, depth, seed, monkeypatch):
    monkeypatch.setenv("AUTOSRE_PREEMPT_PER_STEP", str(1 + seed % 2))
    chance = random.Random(seed)
    # Deeper than two, the scheduler's own preemptions for memory may bring a request back while it is in flight.
    engine = make(depth, slots=chance.choice([1, 2, 4]), budget=chance.choice([16, 64, 256]),
                  memory=chance.choice([180, 400, 10000]) if depth < 3 else 10000)
    todo = [module.Request(f"r{i}", chance.choice([-10, 0, 0, 10, 20]), float(i), prompt=chance.randint(1, 60),
                           max_tokens=chance.randint(1, 90)) for i in range(25)]

    def arrive(step):
        while todo and chance.random() < 0.2:
            engine.add(todo.pop())

    while todo:
        arrive(engine.steps)
        engine.step()
    engine.run(limit=20000)
    engine.check()


# ---- What it does when things are not as it knows them


def without(name):
    return lambda module: delattr(module.Scheduler, name)


CHANGES = {
    "no schedule": without("schedule"),
    "no _preempt_request": without("_preempt_request"),
    "no update_from_output": without("update_from_output"),
    "preempting takes more": lambda module: setattr(module.Scheduler, "_preempt_request", lambda self, a, b, c: None),
    "preempting takes less": lambda module: setattr(module.Scheduler, "_preempt_request", lambda self, a: None),
    "a key that must be given": lambda module: setattr(module.Scheduler, "_preempt_request",
                                                       lambda self, a, b, *, why: None),
    "schedule is no function": lambda module: setattr(module.Scheduler, "schedule", property(lambda self: None)),
    "no statuses": lambda module: delattr(module, "RequestStatus"),
    "no pauses": lambda module: delattr(module, "PauseState"),
    "no policies": lambda module: delattr(module, "SchedulingPolicy"),
    "no output": lambda module: delattr(module, "SchedulerOutput"),
    "another output": lambda module: setattr(module, "SchedulerOutput", object),
    "no scheduler": lambda module: delattr(module, "Scheduler"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_unknown_internals_are_one_line_of_log_and_stay_as_they_are(module, change, caplog):
    fresh = importlib.reload(module)
    CHANGES[change](fresh)
    before = dict(vars(getattr(fresh, "Scheduler", object)))
    with caplog.at_level(logging.INFO):
        fresh.hook.patch(fresh)
    assert len(caplog.records) == 1 and "inactive" in caplog.text
    assert dict(vars(getattr(fresh, "Scheduler", object))) == before


def drops(name):
    return lambda scheduler: delattr(scheduler, name)


UNFIT = {
    "policy": lambda s: setattr(s, "policy", type(s.policy).FCFS),
    "connector": lambda s: setattr(s, "connector", object()),
    "lora": lambda s: setattr(s, "lora_config", object()),
    "encoder": lambda s: setattr(s, "is_encoder_decoder", True),
    "running": lambda s: setattr(s, "running", tuple()),
    "waiting": lambda s: setattr(s, "waiting", object()),
} | {f"no {name}": drops(name) for name in ("policy", "waiting", "requests", "_pause_state", "max_num_running_reqs")}


@pytest.mark.parametrize("change", UNFIT)
def test_a_scheduler_that_it_does_not_know_is_left_alone(module, change, caplog):
    scheduler = module.Scheduler()
    UNFIT[change](scheduler)
    with caplog.at_level(logging.INFO):
        assert module.hook._of(scheduler, module) is None
        assert module.hook._of(scheduler, module) is None
    assert len(caplog.records) == 1 and "inactive" in caplog.text


def test_a_scheduler_that_schedules_in_its_own_way_is_left_alone(module, caplog):
    class Other(module.Scheduler):
        def schedule(self):
            return super().schedule()

    engine = Engine(Other())
    engine.add(*requests(module, 2, 20))
    engine.step()
    engine.add(module.Request("urgent", 0, 9.0))
    engine.run()
    assert preempted(engine) == 0 and "its own way" in caplog.text


def test_a_subclass_that_does_not_is_served(module):
    class Async(module.Scheduler):
        pass

    engine = Engine(Async(), depth=2)
    engine.add(*requests(module, 2, 20))
    engine.step()
    engine.add(module.Request("urgent", 0, 9.0))
    engine.run()
    engine.check()
    assert preempted(engine) == 1


MOMENTS = ["_note_returns", "_most_urgent", "_make_room", "_hide", "_observe"]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("depth", [1, 2])
def test_an_error_of_its_own_turns_it_off_and_costs_no_answer(module, make, moment, depth, monkeypatch, caplog):
    engine = make(depth)
    engine.add(*requests(module, 2, 20))
    engine.step()
    engine.add(*requests(module, 2, 0, max_tokens=40))
    engine.step()
    monkeypatch.setattr(module.hook._Preemption, moment, lambda self, *rest: 1 / 0)
    engine.add(module.Request("urgent", -10, 9.0))
    engine.run()
    engine.check()
    assert len([r for r in caplog.records if "off after an error" in r.message]) == 1


def test_an_error_of_the_scheduler_is_the_engines_and_leaves_no_victim_behind(module, make, monkeypatch):
    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()
    monkeypatch.setattr(module.Scheduler, "_take", lambda *rest: 1 / 0)
    engine.add(module.Request("urgent", 0, 1.0))
    with pytest.raises(ZeroDivisionError):
        engine.step()
    assert "low" in {r.request_id for r in engine.scheduler.waiting}


def test_a_preemption_that_fails_before_it_began_is_undone(module, make, monkeypatch, caplog):
    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()
    monkeypatch.setattr(module.Scheduler, "_preempt_request", lambda *rest: 1 / 0)
    engine.add(module.Request("urgent", 0, 1.0))
    engine.run()
    engine.check()
    assert "off after an error" in caplog.text


def test_a_preemption_that_fails_half_way_is_not_hidden(module, make, monkeypatch):
    def half(self, request, timestamp):
        request.status = module.RequestStatus.PREEMPTED
        raise KeyError("blocks")

    engine = make(slots=1)
    engine.add(module.Request("low", 20, 0.0))
    engine.step()
    monkeypatch.setattr(module.Scheduler, "_preempt_request", half)
    engine.add(module.Request("urgent", 0, 1.0))
    with pytest.raises(module.hook.HalfDone):
        engine.step()


def test_an_engine_whose_outputs_never_come_back_turns_it_off(module, make, caplog):
    engine = make(depth=1000, slots=1)
    engine.add(module.Request("low", 20, 0.0, max_tokens=200))
    for _ in range(module.hook.DEEPEST_PIPELINE + 2):
        engine.step()
    assert "off after an error" in caplog.text
    engine.run()
    engine.check()


@pytest.mark.parametrize("value", ["no", "", "1.5"])
def test_a_setting_that_is_no_number_is_named_and_the_default_taken(module, value, monkeypatch, caplog):
    monkeypatch.setenv("AUTOSRE_PREEMPT_GAP", value)
    assert module.hook.setting("AUTOSRE_PREEMPT_GAP", 1, 1, 9) == 1
    assert "AUTOSRE_PREEMPT_GAP" in caplog.text


def test_patching_twice_is_patching_once(module):
    once = module.Scheduler.schedule
    module.hook.patch(module)
    assert module.Scheduler.schedule is once and not hasattr(once.__wrapped__, "priority_preempt")


def test_it_can_be_turned_off(module, monkeypatch, caplog):
    fresh = importlib.reload(module)
    monkeypatch.setenv("AUTOSRE_PREEMPT", "0")
    fresh.hook.patch(fresh)
    assert not hasattr(fresh.Scheduler.schedule, "priority_preempt") and "AUTOSRE_PREEMPT is 0" in caplog.text
