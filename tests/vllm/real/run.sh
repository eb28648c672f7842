#!/usr/bin/env bash
# Tests with the real vLLM on processors: its scheduler with the hook, `vllm serve`, and Claude Code and Codex before
# it, through build/autosre (or AUTOSRE_BINARY). `run.sh --newer` tests the scheduler of the newer version. Further
# arguments go to pytest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vllm=$("$here/install_vllm.sh")
files=(test_scheduler.py test_serve.py test_agents.py)
export PYTHONDONTWRITEBYTECODE=1 AUTOSRE_TEST_CACHE=${vllm%/vllm}
if [ "${1:-}" = --newer ]; then
  shift
  files=(test_scheduler.py)
  export PYTHONPATH=$vllm/newer
else
  "$here/../../e2e/install_clients.sh" > /dev/null
fi
cd "$here"
# No look-ups of models, no compilers for kernels of three lines, no threads that spin for work.
export HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 TORCHDYNAMO_DISABLE=1 OMP_NUM_THREADS=1 KMP_BLOCKTIME=0
exec "$vllm/venv/bin/python" -m pytest --durations=5 "${files[@]}" "$@"
