#!/usr/bin/env bash
# Runs a command that downloads: up to three times, each no longer than SECONDS; Ctrl-C reaches it.
#   tools/retry.sh SECONDS COMMAND…
set -uo pipefail
seconds=$1
shift
for pause in 5 15 -; do
  timeout --foreground "$seconds" "$@" && exit
  [ "$pause" = - ] && break
  echo "retry: $1 failed or hung: again in $pause s" >&2
  sleep "$pause"
done
exit 1
