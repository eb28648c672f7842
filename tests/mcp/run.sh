#!/usr/bin/env bash
# Runs the tests of the MCP servers with the official clients, against build/autosre (or AUTOSRE_BINARY) and
# build-dev's fixture (or AUTOSRE_MCP_FIXTURE). Arguments go to pytest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
clients=$("$here/install_clients.sh")
export AUTOSRE_TEST_CLAUDE=${AUTOSRE_TEST_CLAUDE:-$("$here/../e2e/install_clients.sh")/bin}
export PYTHONDONTWRITEBYTECODE=1 AUTOSRE_TEST_CACHE=${clients%/mcp-clients}
cd "$here"
exec "$clients/venv/bin/python" -m pytest --durations=10 "$@"
