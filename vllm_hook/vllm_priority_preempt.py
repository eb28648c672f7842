"""Admission by preemption for vLLM's V1 scheduler.

With `--scheduling-policy priority` vLLM orders what waits, but a request that runs keeps its slot until it ends: an
urgent one waits behind long answers of background work (vllm#40004). Brought in by the .pth file beside it, this makes
room: before a step it preempts, by the scheduler's own method, the least urgent running request, if the most urgent
waiting one has a strictly smaller priority number and cannot start otherwise. The preempted one goes back into
the queue and goes on later, where it was.

vllm_priority_watch.py calls `patch` when vLLM loads its scheduler. Two methods are wrapped; nothing is asked of vLLM
but what `missing_parts` and `_Preemption.unfit` check. What it does not know, or any error of its own, ends in one
line of log and vLLM's own behaviour. `python -m vllm_priority_preempt` says which of the two it would be.

Environment: AUTOSRE_PREEMPT=0 turns it off; AUTOSRE_PREEMPT_GAP (1) is how much less urgent a victim must be,
AUTOSRE_PREEMPT_PER_STEP (1) how many a step may preempt, AUTOSRE_PREEMPT_PER_REQUEST (3) how often it may hit the same.

Rules that keep it safe:
- Numbers are compared, not arrivals: a preempted request keeps its arrival, so that equals would push each other out.
- A victim stays out of the queue during the scheduler's step until no step in flight holds it and the step in which it
  was preempted is over: neither model runner bears it back earlier. Between steps it is in the queue, where aborts,
  counts and the engine look for it.
- A request that came back, or is about to end, or was hit often enough, is left alone; preemptions that did not
  help are repeated ever more rarely; so many a minute and no more.
"""

import importlib
import inspect
import logging
import os
import sys
import time
from collections import deque

MODULE = "vllm.v1.core.sched.scheduler"

PROTECTED_STEPS = 32      # after it came back, a request may work for this long
PROTECTED_TOKENS = 16     # so close to its end a request may finish
PATIENCE = 4              # preemptions for one candidate before it is asked whether they help
LONGEST_PAUSE = 256       # steps between those that do not
PER_MINUTE = 60           # preemptions
DEEPEST_PIPELINE = 64     # steps in flight; more means that the engine's loop is not the known one
LOG_SECONDS = 10.0        # between two lines about preemptions
LOOK_AHEAD = 8            # entries of a queue whose head cannot start yet

log = logging.getLogger("vllm.priority_preempt")


def setting(name, default, lowest, highest):
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        return max(lowest, min(highest, int(text)))
    except ValueError:
        log.warning("priority preemption: %s=%r is no number, %d is taken", name, text, default)
        return default


# ---- Installation -----------------------------------------------------------------------------------------------


def patch(module):
    """Wraps the scheduler's two methods, or says why not. Twice is once."""
    try:
        if hasattr(getattr(module.Scheduler, "schedule", None), "priority_preempt"):
            return
        reason = "AUTOSRE_PREEMPT is 0" if setting("AUTOSRE_PREEMPT", 1, 0, 1) == 0 else missing_parts(module)
        if reason:
            log.warning("priority preemption: inactive, %s; vLLM schedules as it always does", reason)
            return
        _wrap(module)
    except Exception:
        log.warning("priority preemption: inactive; vLLM schedules as it always does", exc_info=True)


def missing_parts(module):
    """What this module's scheduler lacks of what is used here; empty when nothing."""
    scheduler = getattr(module, "Scheduler", None)
    if not isinstance(scheduler, type):
        return f"{MODULE} has no Scheduler"
    for name, count in (("schedule", 1), ("update_from_output", 3), ("_preempt_request", 3)):
        method = scheduler.__dict__.get(name)
        if not inspect.isfunction(method):
            return f"Scheduler has no method {name} of its own"
        if not _takes(method, count):
            return f"Scheduler.{name}{inspect.signature(method)} is not the known one"
    for name, parts in (("RequestStatus", ("WAITING", "RUNNING", "PREEMPTED")), ("PauseState", ("UNPAUSED",)),
                        ("SchedulingPolicy", ("PRIORITY",))):
        lacking = [part for part in parts if not hasattr(getattr(module, name, None), part)]
        if lacking:
            return f"{MODULE} has no {name}.{lacking[0]}"
    fields = getattr(getattr(module, "SchedulerOutput", None), "__dataclass_fields__", {})
    lacking = [name for name in ("num_scheduled_tokens", "total_num_scheduled_tokens", "preempted_req_ids")
               if name not in fields]
    return f"SchedulerOutput has no {lacking[0]}" if lacking else ""


def _takes(method, count):
    """Whether it can be called with so many positional arguments, as it is called here or in the engine."""
    kinds = inspect.Parameter
    listed = [p for p in inspect.signature(method).parameters.values() if p.kind is not kinds.VAR_KEYWORD]
    positional = [p for p in listed if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
    if any(p.kind is kinds.KEYWORD_ONLY and p.default is kinds.empty for p in listed):
        return False
    required = [p for p in positional if p.default is kinds.empty]
    return len(required) <= count <= len(positional)


def _wrap(module):
    scheduler = module.Scheduler
    stock_schedule, stock_update = scheduler.schedule, scheduler.update_from_output
    names = list(inspect.signature(stock_schedule).parameters)
    place = names.index("throttle_prefills") - 1 if "throttle_prefills" in names else None

    def throttled(args, kwargs):
        """A step that starts no prompt: room made in it would stay empty."""
        if place is not None and len(args) > place:
            return bool(args[place])
        return bool(kwargs.get("throttle_prefills"))

    def schedule(self, *args, **kwargs):
        preemption = _of(self, module)
        if preemption is None:
            return stock_schedule(self, *args, **kwargs)
        preemption.before(throttled(args, kwargs))
        try:
            output = stock_schedule(self, *args, **kwargs)
        finally:
            preemption.put_back()
        preemption.after(output)
        return output

    def update_from_output(self, scheduler_output, *args, **kwargs):
        preemption = self.__dict__.get("_priority_preemption")
        if preemption is not None:
            preemption.processed(scheduler_output)
        return stock_update(self, scheduler_output, *args, **kwargs)

    for wrapper, stock in ((schedule, stock_schedule), (update_from_output, stock_update)):
        wrapper.__wrapped__, wrapper.__doc__, wrapper.priority_preempt = stock, stock.__doc__, True
    scheduler.schedule, scheduler.update_from_output = schedule, update_from_output


def _of(scheduler, module):
    """The scheduler's preemption, made at its first step; None where it has none."""
    try:
        return scheduler.__dict__["_priority_preemption"]
    except KeyError:
        pass
    preemption = None
    try:
        reason = _Preemption.unfit(scheduler, module)
        if reason:
            log.warning("priority preemption: inactive, %s; vLLM schedules as it always does", reason)
        else:
            preemption = _Preemption(scheduler, module)
            log.info("priority preemption: active, vLLM %s, %s, %d slots", _version(), type(scheduler).__name__,
                     preemption.slots)
    except Exception:
        log.warning("priority preemption: inactive; vLLM schedules as it always does", exc_info=True)
    scheduler._priority_preemption = preemption
    return preemption


def _version():
    return getattr(sys.modules.get("vllm"), "__version__", "of unknown version")


# ---- One scheduler's preemptions --------------------------------------------------------------------------------


class _Seen:
    """What is remembered of a request that was preempted."""

    __slots__ = ("request", "times", "step", "back_at")

    def __init__(self, request):
        self.request = request
        self.times = 0       # preempted here
        self.step = 0        # of the last preemption
        self.back_at = None  # the step in which it ran again


class _Preemption:
    def __init__(self, scheduler, module):
        self.scheduler = scheduler
        self.status = module.RequestStatus
        self.unpaused = module.PauseState.UNPAUSED
        self.slots = getattr(scheduler, "max_num_active_reqs", scheduler.max_num_running_reqs)
        # Without it the workers would not hear of what was preempted before the step (0.24).
        self.reports_itself = hasattr(scheduler, "reset_preempted_req_ids")
        self.gap = setting("AUTOSRE_PREEMPT_GAP", 1, 1, 1 << 31)
        self.per_step = setting("AUTOSRE_PREEMPT_PER_STEP", 1, 1, 4)
        self.per_request = setting("AUTOSRE_PREEMPT_PER_REQUEST", 3, 1, 100)
        self.on = True
        self.step = 0
        self.seen = {}            # request id -> _Seen, until it has ended
        self.resting = []         # victims that may not come back yet
        self.hidden = []          # those of them that are out of the queue now
        self.in_flight = deque()  # (output, ids in it) of steps not yet processed
        self.victims = []         # ids of this step's
        self.candidate = None     # the most urgent that waited before this step
        self.short_of_memory = None   # a candidate that did not start though a slot was free
        self.helped = None            # the candidate for whom was preempted last and who still waits,
        self.helped_at = 0            # in which step,
        self.tries = 0                # and how often
        self.recent = deque()         # times of the last minute's
        self.total = 0
        self.logged_at = float("-inf")

    @staticmethod
    def unfit(scheduler, module):
        """Why this scheduler is left alone; empty when it is not."""
        if type(scheduler).schedule is not module.Scheduler.schedule:
            return f"{type(scheduler).__name__} schedules in its own way"
        wanted = ("policy", "waiting", "running", "requests", "_pause_state", "max_num_running_reqs",
                  "max_num_scheduled_tokens", "is_encoder_decoder")
        lacking = [name for name in wanted if not hasattr(scheduler, name)]
        if lacking:
            return f"{type(scheduler).__name__} has no {lacking[0]}"
        if scheduler.policy != module.SchedulingPolicy.PRIORITY:
            return "the scheduling policy is not priority"
        if not isinstance(scheduler.running, list):
            return "Scheduler.running is no list"
        lacking = [name for name in ("add_request", "remove_request", "peek_request", "__bool__", "__iter__")
                   if not hasattr(scheduler.waiting, name)]
        if lacking:
            return f"Scheduler.waiting has no {lacking[0]}"
        # Their freed blocks may come back late, and their limits hold back candidates: not known well enough.
        for name in ("connector", "ec_connector", "lora_config"):
            if getattr(scheduler, name, None) is not None:
                return f"the engine has a {name}, of which this knows nothing"
        return "the model is an encoder with a decoder" if scheduler.is_encoder_decoder else ""

    # -- the three moments of a step; each leaves vLLM's own behaviour behind when it fails

    def before(self, throttled):
        self.step += 1
        self.victims.clear()
        self.candidate = None
        try:
            if self.on:
                self._note_returns()
                self.candidate = self._most_urgent()
                if self.candidate is not None and not throttled:
                    self._make_room(self.candidate)
        except HalfDone:
            raise
        except Exception:
            self._give_up()
        try:
            self._hide()
        except Exception:
            self.resting.clear()
            self._give_up()

    def put_back(self):
        """Runs however the scheduler's own step ended."""
        while self.hidden:
            self.scheduler.waiting.add_request(self.hidden.pop())

    def after(self, output):
        try:
            # Also when turned off in this very step: the workers have to hear of its victims.
            if self.victims and not self.reports_itself:
                output.preempted_req_ids = set(output.preempted_req_ids or ()) | set(self.victims)
            if self.on:
                self._observe(output)
        except Exception:
            self._give_up()

    def processed(self, output):
        """The step's output is back. By identity: an id could be used again."""
        for index, (one, _) in enumerate(self.in_flight):
            if one is output:
                del self.in_flight[index]
                return

    def _give_up(self):
        self.put_back()
        if not self.on:
            return
        self.on = False
        log.warning("priority preemption: off after an error of its own, %d preempted; vLLM schedules as it always "
                    "does", self.total, exc_info=True)

    # -- victims on their way back

    def _note_returns(self):
        ended = []
        for name, seen in self.seen.items():
            if name not in self.scheduler.requests:
                ended.append(name)
            elif seen.back_at is None and seen.request.status == self.status.RUNNING:
                seen.back_at = self.step
        for name in ended:
            del self.seen[name]

    def _rests(self, request):
        """Whether it may not come back in this step."""
        if request.status != self.status.PREEMPTED or request.request_id not in self.seen:
            return False
        if self.seen[request.request_id].step == self.step:
            return True
        return any(request.request_id in names for _, names in self.in_flight)

    def _hide(self):
        self.resting = [request for request in self.resting if self._rests(request)]
        for request in self.resting:
            self.scheduler.waiting.remove_request(request)
            self.hidden.append(request)

    # -- who goes first

    def _most_urgent(self):
        """Of those that could start: the best of the queues by (priority, arrival)."""
        best = None
        if self.scheduler._pause_state != self.unpaused:
            return None
        for queue in (self.scheduler.waiting, getattr(self.scheduler, "skipped_waiting", None)):
            found = self._first_ready(queue) if queue else None
            if found is not None and (best is None or _order(found) < _order(best)):
                best = found
        return best

    def _first_ready(self, queue):
        head = queue.peek_request()
        if self._ready(head):
            return head
        # A grammar is being compiled, or the like: whoever stands right behind.
        for index, request in enumerate(queue):
            if self._ready(request):
                return request
            if index == LOOK_AHEAD:
                break
        return None

    def _ready(self, request):
        if request.status not in (self.status.WAITING, self.status.PREEMPTED) and not self._has_its_grammar(request):
            return False
        stale = getattr(request, "num_stale_output_tokens", 0) and not getattr(request, "drop_stale_output", False)
        return not stale and not self._rests(request)

    def _has_its_grammar(self, request):
        """The scheduler takes note of it only when it comes to the request, and that is when a slot is free."""
        if request.status != getattr(self.status, "WAITING_FOR_STRUCTURED_OUTPUT_GRAMMAR", None):
            return False
        grammar = getattr(request.structured_output_request, "grammar", None)
        return grammar is not None and not isinstance(grammar, Exception)

    # -- making room

    def _make_room(self, candidate):
        scheduler = self.scheduler
        # Sessions that wait for input are counted as running by some versions only.
        if getattr(scheduler, "num_waiting_for_streaming_input", 0):
            return
        full = len(scheduler.running) >= self.slots
        if not full and self.short_of_memory != candidate.request_id:
            return
        if self._pauses(candidate) or not self._within_the_minute():
            return
        for _ in range(self.per_step):
            victim = self._victim(candidate)
            if victim is None:
                return
            self._preempt(victim, candidate)

    def _pauses(self, candidate):
        """After a few preemptions that have not let it in, ever longer."""
        if self.helped != candidate.request_id or self.tries < PATIENCE:
            return False
        return self.step - self.helped_at <= min(LONGEST_PAUSE, 2 ** self.tries)

    def _within_the_minute(self):
        now = time.monotonic()
        while self.recent and now - self.recent[0] > 60.0:
            self.recent.popleft()
        return len(self.recent) + self.per_step <= PER_MINUTE

    def _victim(self, candidate):
        """The least urgent running request; among equals the one that has the least to compute again."""
        fit = [request for request in self.scheduler.running if self._may_be_preempted(request, candidate)]
        return max(fit, key=lambda r: (r.priority, -r.num_computed_tokens, r.arrival_time), default=None)

    def _may_be_preempted(self, request, candidate):
        if request.priority - candidate.priority < self.gap or request.status != self.status.RUNNING:
            return False
        # No part of their work would be kept, or more than tokens would be lost.
        if request.pooling_params is not None or getattr(request, "resumable", False):
            return False
        if request.max_tokens - request.num_output_tokens <= PROTECTED_TOKENS:
            return False
        seen = self.seen.get(request.request_id)
        if seen is None:
            return True
        back = seen.back_at is not None and self.step - seen.back_at >= PROTECTED_STEPS
        return back and seen.times < self.per_request

    def _preempt(self, victim, candidate):
        running = self.scheduler.running
        place = running.index(victim)
        now = time.monotonic()
        seen = self.seen.get(victim.request_id) or _Seen(victim)
        del running[place]
        try:
            self.scheduler._preempt_request(victim, now)
        except Exception as error:
            if victim.status != self.status.RUNNING:
                raise HalfDone(f"the preemption of {victim.request_id} failed half way") from error
            running.insert(place, victim)
            raise
        seen.times, seen.step, seen.back_at = seen.times + 1, self.step, None
        self.seen[victim.request_id] = seen
        self.resting.append(victim)
        self.victims.append(victim.request_id)
        self.recent.append(now)
        self.tries = self.tries + 1 if self.helped == candidate.request_id else 1
        self.helped, self.helped_at = candidate.request_id, self.step
        self.total += 1
        if now - self.logged_at >= LOG_SECONDS:
            self.logged_at = now
            log.info("priority preemption: one of priority %d made room for one of %d; %d so far", victim.priority,
                     candidate.priority, self.total)

    # -- what came of it

    def _observe(self, output):
        names = output.num_scheduled_tokens
        if names:
            self.in_flight.append((output, frozenset(names)))
            if len(self.in_flight) > DEEPEST_PIPELINE:
                raise RuntimeError("steps are scheduled whose output never comes back")
        candidate, self.short_of_memory = self.candidate, None
        if candidate is None:
            return
        if candidate.request_id in names:
            if self.helped == candidate.request_id:
                self.helped = None
            return
        # It could have had a slot and tokens, and no preemption of the scheduler's own stopped the admissions:
        # what it lacks is memory. Next time room is made for it.
        if (self._ready(candidate) and len(self.scheduler.running) < self.slots
                and output.total_num_scheduled_tokens < self.scheduler.max_num_scheduled_tokens
                and not set(output.preempted_req_ids or ()) - set(self.victims)):
            self.short_of_memory = candidate.request_id


class HalfDone(Exception):
    """The scheduler's blocks and queue may disagree: not to be swallowed, the engine has to know."""


def _order(request):
    return (request.priority, request.arrival_time)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        found = importlib.import_module(MODULE)
    except ImportError as error:
        sys.exit(f"priority preemption: inactive, vLLM cannot be imported ({error})")
    lack = missing_parts(found)
    if lack:
        sys.exit(f"priority preemption: inactive, {lack}")
    print(f"priority preemption: fits vLLM {_version()}")
