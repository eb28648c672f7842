#!/usr/bin/env bash
# Tests the chart: recipes by build/autosre (or AUTOSRE_BINARY), rendered by helm. Arguments go to pytest;
# `run.sh --update` writes the golden files anew.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$("$here/install_tools.sh")
cd "$here"
export PYTHONDONTWRITEBYTECODE=1 AUTOSRE_TEST_CACHE=${tools%/kube-tools}
exec "$tools/venv/bin/python" -m pytest --durations=5 "$@"
