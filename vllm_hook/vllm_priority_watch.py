"""Hands vLLM's scheduler, when a Python loads it, to vllm_priority_preempt. The .pth file runs this in every Python of
the container, so it imports nothing, and costs those that never load vLLM one comparison an import."""

import sys

MODULE = "vllm.v1.core.sched.scheduler"


class Watch:
    """A finder that waits for the module and lets the others find and load it."""

    def find_spec(self, name, path=None, target=None):
        if name != MODULE:
            return None
        spec = None
        # Those before were asked before.
        for finder in sys.meta_path[sys.meta_path.index(self) + 1:]:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is not None:
                break
        try:
            self._follow(spec.loader)
        except AttributeError:
            print(f"priority preemption: inactive, {MODULE} is not there or cannot be watched", file=sys.stderr)
        return spec

    def _follow(self, loader):
        execute = loader.exec_module

        def execute_and_patch(module):
            del loader.exec_module
            execute(module)
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            patch(module)

        # On the object, so that the loader stays what it was to all who ask for it.
        loader.exec_module = execute_and_patch


def patch(module):
    try:
        import vllm_priority_preempt

        vllm_priority_preempt.patch(module)
    except Exception as error:
        print(f"priority preemption: inactive, {error!r}", file=sys.stderr)


if MODULE in sys.modules:
    patch(sys.modules[MODULE])
elif not any(type(finder).__name__ == "Watch" and type(finder).__module__ == __name__ for finder in sys.meta_path):
    sys.meta_path.insert(0, Watch())
