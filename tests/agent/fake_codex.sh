#!/bin/bash
# Stands for codex: says what it was given.
echo "pid=$$"
for word in "$@"; do echo "arg=$word"; done
env | sed 's/^/env=/'
for word in "$@"; do
  [[ $word == model_catalog_json=* ]] || continue
  file=${word#*=\"} file=${file%\"}
  echo "folder=$(dirname "$file")"
  stat -c 'mode=%a' "$file"
  cp "$file" "$HOME/seen.json"
done
echo "home=$(stat -c '%a' "$CODEX_HOME")"
echo "config=$(stat -c '%a' "$CODEX_HOME/config.toml")"
[ -n "$FAKE_SIGNAL" ] && kill -"$FAKE_SIGNAL" $$
exit "${FAKE_EXIT:-0}"
