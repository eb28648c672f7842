#!/usr/bin/env bash
# Tests the servers that fetch and search against real servers on loopback, by build/autosre (or
# AUTOSRE_BINARY). Arguments go to pytest, e.g. `run.sh -k redirect -x`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
export AUTOSRE_TEST_CACHE=${AUTOSRE_TEST_CACHE:-$repo/.cache}
venv=$AUTOSRE_TEST_CACHE/web-tests
"$repo/tools/venv.sh" "$venv" "$here/requirements.txt"
cd "$here"
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" -m pytest --durations=10 "$@"
