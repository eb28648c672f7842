#!/usr/bin/env bash
# Tests the servers that fetch and search against real servers on loopback, by build/autosre (or
# AUTOSRE_BINARY). Arguments go to pytest, e.g. `run.sh -k redirect -x`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export AUTOSRE_TEST_CACHE=${AUTOSRE_TEST_CACHE:-$(cd "$here/../.." && pwd)/.cache}
venv=$AUTOSRE_TEST_CACHE/web-tests
mkdir -p "$venv"
exec 9> "$venv.lock"
flock 9
stamp=$(cat "$here/requirements.txt" <(uname -m) <(python3 --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat "$venv/stamp" 2> /dev/null)" != "$stamp" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r "$here/requirements.txt" >&2
  echo "$stamp" > "$venv/stamp"
fi
exec 9>&-
cd "$here"
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" -m pytest --durations=10 "$@"
