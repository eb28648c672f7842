#!/usr/bin/env bash
# Runs the tests of the browser server: build/autosre (or AUTOSRE_BINARY) with the machine's Chromium
# and pages of their own. Arguments go to pytest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
clients=$("$here/../e2e/install_clients.sh")
cd "$here"
export PYTHONDONTWRITEBYTECODE=1
exec "$clients/venv/bin/python" -m pytest -c pytest.ini --durations=5 "$@"
