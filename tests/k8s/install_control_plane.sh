#!/usr/bin/env bash
# Builds a real Kubernetes control plane for the tests, at the versions pinned in control_plane/ (go.sum has the
# hashes): the named programs of etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok (which plays
# the nodes). Prints the folder with them; does nothing when they are up to date. A package at a time for each 2 GB
# of free memory, or as many as AUTOSRE_GO_JOBS says.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
folder=${AUTOSRE_TEST_CACHE:-$repo/.cache}/control-plane
pins=$here/control_plane
version=$(grep -oE "k8s.io/kubernetes v[0-9.]+" "$pins/go.mod" | head -n 1 | cut -d" " -f2)

say() { echo "install_control_plane: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

package_of() {
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    kube-apiserver | kube-controller-manager | kube-scheduler) echo "k8s.io/kubernetes/cmd/$1" ;;
    kwok) echo sigs.k8s.io/kwok/cmd/kwok ;;
    *) fail "unknown program \"$1\"" "use etcd, kube-apiserver, kube-controller-manager, kube-scheduler or kwok" ;;
  esac
}

module_of() { if [ "$1" = kwok ]; then echo "$pins/kwok"; else echo "$pins"; fi; }
stamp_of() {
  cat "$(module_of "$1")"/{go.mod,go.sum} "$pins/requirements.txt" "${BASH_SOURCE[0]}" <(uname -m) | sha256sum | cut -d' ' -f1
}
is_done() { [ "$(cat "$folder/$1.stamp" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

# Without its version the server would call itself v0.0.0, which a chart may refuse.
build() {
  local package variable flags="-s -w"
  package=$(package_of "$1")
  for variable in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $variable.gitVersion=$version -X $variable.gitMajor=1 -X $variable.gitMinor=$(cut -d. -f2 <<< "$version")"
  done
  say "building $1"
  (cd "$(module_of "$1")" && env GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0 GOCACHE="$folder/cache" \
    "$repo/tools/retry.sh" 3600 "$folder/go/bin/go" build -p "$jobs" -trimpath -ldflags "$flags" \
    -o "$folder/bin/$1.new" "$package" >&2)
  mv "$folder/bin/$1.new" "$folder/bin/$1"
  stamp_of "$1" > "$folder/$1.stamp.new"
  mv "$folder/$1.stamp.new" "$folder/$1.stamp"
}

by_memory=$(awk '/^MemAvailable/ {print int($2 / 2000000)}' /proc/meminfo)
jobs=$((by_memory < $(nproc) ? by_memory : $(nproc)))
jobs=${AUTOSRE_GO_JOBS:-$((jobs > 0 ? jobs : 1))}

mkdir -p "$folder/bin"
exec 9> "$folder/lock"
flock 9

missing=()
for name in "$@"; do
  package_of "$name" > /dev/null
  is_done "$name" || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "this takes minutes, once"
  # The distribution's Go is too old, and one Go for all makes one result for all.
  "$repo/tools/venv.sh" "$folder/go" "$pins/requirements.txt"
  for name in "${missing[@]}"; do build "$name"; done
  # 3 GB that only another version would use again.
  rm -rf "$folder/cache" "$folder/go"
fi
echo "$folder/bin"
