# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What the scripts share: words for people on stderr, becoming root, retries, apt-get. Sourced, never run.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export repository

# Exit statuses, as everywhere in Loupe.
export EXIT_USAGE=2 EXIT_ENVIRONMENT=3 EXIT_WORKLOAD=4

# say MESSAGE...: one line for a person. Results alone go to stdout.
say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# die STATUS MESSAGE...
die() {
  local status=$1
  shift
  say "$*"
  exit "$status"
}

# can_become_root: are we root, or does sudo let us (asking for a password only where somebody can answer)?
can_become_root() {
  [ "$(id -u)" -eq 0 ] && return 0
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null && return 0
  [ -t 0 ] && sudo -v
}

# as_root COMMAND...
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -- "$@"
  fi
}

# retry LOG COMMAND...: up to four attempts with growing pauses, for mirrors that fail for a moment. The output of all attempts
# is in LOG; where all fail, its last lines are shown. RETRY_PAUSE (seconds, default 5) is the first pause.
retry() {
  local log=$1 attempt pause=${RETRY_PAUSE:-5}
  shift
  mkdir -p "$(dirname "$log")"
  : >"$log"
  for attempt in 1 2 3 4; do
    if "$@" >>"$log" 2>&1 </dev/null; then
      return 0
    fi
    [ "$attempt" -eq 4 ] && break
    say "failed, trying again in $pause s (attempt $attempt of 4; log: $log)"
    sleep "$pause"
    pause=$((pause * 2))
  done
  tail -n 15 "$log" >&2
  return 1
}

# apt_get ARGUMENT...: apt-get that asks nothing and waits for another apt or dpkg that is at work.
apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

# is_installed PACKAGE
is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}
