#!/bin/bash
# Stands for claude: says what it was given.
echo "pid=$$"
for word in "$@"; do echo "arg=$word"; done
env | sed 's/^/env=/'
while [ $# -gt 0 ]; do
  case $1 in
    --settings)
      echo "folder=$(dirname "$2")"
      stat -c 'mode=%a' "$2"
      cp "$2" "$HOME/seen.json"
      ;;
    --mcp-config) stat -c 'mode=%a' "$2" ;;
  esac
  shift
done
[ -n "$FAKE_SIGNAL" ] && kill -"$FAKE_SIGNAL" $$
exit "${FAKE_EXIT:-0}"
