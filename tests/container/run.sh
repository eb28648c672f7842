#!/usr/bin/env bash
# Tests the program's image: packed by build/autosre (or AUTOSRE_BINARY), run by a containerd of the tests' own
# as the chart's pods would run it. Needs root, as containerd does. Arguments go to pytest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$("$here/../chart/install_tools.sh")
cd "$here"
export PYTHONDONTWRITEBYTECODE=1 AUTOSRE_TEST_CACHE=${tools%/kube-tools}
[ "$(id -u)" -eq 0 ] || { echo "run.sh: containers are started by root only — run it as root" >&2; exit 1; }
# A network of its own: the chart's ports and addresses are free there, and nothing comes in or goes out.
exec unshare --net bash -c 'ip link set lo up && exec "$0" -m pytest --durations=5 "$@"' \
  "$tools/venv/bin/python" "$@"
