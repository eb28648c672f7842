#!/usr/bin/env bash
# Tests the chart and `autosre k3s` against a real control plane of Kubernetes, with build/autosre (or
# AUTOSRE_BINARY). Arguments go to pytest. The first run builds the control plane, which takes minutes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$("$here/../chart/install_tools.sh")
AUTOSRE_CONTROL_PLANE=$("$here/install_control_plane.sh" etcd kube-apiserver kube-controller-manager \
  kube-scheduler kwok)
cd "$here"
export PYTHONDONTWRITEBYTECODE=1 AUTOSRE_TEST_CACHE=${tools%/kube-tools} AUTOSRE_CONTROL_PLANE
exec "$tools/venv/bin/python" -m pytest --durations=5 "$@"
