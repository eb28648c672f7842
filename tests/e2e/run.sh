#!/usr/bin/env bash
# Runs the end-to-end tests: real clients against build/autosre (or AUTOSRE_BINARY) and a scripted
# model server. Arguments go to pytest, e.g. `run.sh -k prefix -x`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
clients=$("$here/install_clients.sh")
cd "$here"
export PYTHONDONTWRITEBYTECODE=1 AUTOSRE_TEST_CACHE=${clients%/clients}
exec "$clients/venv/bin/python" -m pytest --durations=15 "$@"
