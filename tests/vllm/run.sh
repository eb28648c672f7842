#!/usr/bin/env bash
# Tests the preemption hook against a scheduler of our own, fake/. Arguments go to pytest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
clients=$("$here/../e2e/install_clients.sh")
cd "$here"
export PYTHONDONTWRITEBYTECODE=1
exec "$clients/venv/bin/python" -m pytest test_hook.py test_install.py "$@"
