#!/usr/bin/env bash
# Installs what the comparison needs, at the versions pinned in peers/: Mozilla's Readability with jsdom, trafilatura, and
# the test pages of both, which two Go modules carry. Nothing of the modules is built. Prints the folder:
#   PAGES/npm/node_modules    PAGES/venv/bin/python    PAGES/modules/MODULE@VERSION
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
folder=${AUTOSRE_TEST_CACHE:-$repo/.cache}/web-pages
pins=$here/peers

say() { echo "install: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

stamp=$(cat "$pins"/* "${BASH_SOURCE[0]}" <(uname -m) <(python3 --version) | sha256sum | cut -d' ' -f1)
mkdir -p "$folder"
exec 9> "$folder/lock"
flock 9
if [ "$(cat "$folder/stamp" 2> /dev/null)" = "$stamp" ]; then
  echo "$folder"
  exit
fi

say "installing Readability, trafilatura and their test pages, once"
command -v npm > /dev/null || fail "npm is not on PATH" "install Node.js 20 or newer"
mkdir -p "$folder/npm"
cp "$pins/package.json" "$pins/package-lock.json" "$folder/npm/"
(cd "$folder/npm" && "$repo/tools/retry.sh" 900 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)

"$repo/tools/venv.sh" "$folder/venv" "$pins/requirements.txt"

# go.sum has their hashes.
while read -r module version; do
  (cd "$pins" && env GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOMODCACHE="$folder/modules" GOPATH="$folder/go" \
    GOCACHE="$folder/go" "$repo/tools/retry.sh" 900 "$folder/venv/bin/go" mod download "$module@$version" >&2)
done < <(sed -n 's/^\t\([^ ]*\) \(v[^ ]*\)$/\1 \2/p' "$pins/go.mod")
rm -rf "$folder/go" "$folder/pages"

echo "$stamp" > "$folder/stamp.new"
mv "$folder/stamp.new" "$folder/stamp"
echo "$folder"
