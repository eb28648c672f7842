#!/usr/bin/env bash
# A Python environment with the packages that a requirements file pins by their hashes; does nothing when FOLDER
# has them already.
#   tools/venv.sh FOLDER REQUIREMENTS
set -euo pipefail
venv=$1 requirements=$2

mkdir -p "$(dirname "$venv")"
exec 9> "$venv.lock"
flock 9
stamp=$(cat "$requirements" <(uname -m) <(python3 --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat "$venv/stamp" 2> /dev/null)" = "$stamp" ]; then exit; fi
echo "venv: installing the Python packages of $requirements" >&2
rm -rf "$venv"
python3 -m venv "$venv" || { echo "venv: python3 -m venv failed — install python3-venv" >&2; exit 1; }
"$(dirname "${BASH_SOURCE[0]}")/retry.sh" 1800 "$venv/bin/python" -m pip install --quiet \
  --disable-pip-version-check --only-binary :all: --require-hashes -r "$requirements" >&2
echo "$stamp" > "$venv/stamp"
