# Output of the scripts.
# Usage: source it; then say, die, phase.
# shellcheck shell=bash

# No other user may write to what a script makes.
umask "$(printf '%04o' $((8#$(umask) | 8#022)))"

# A closed output is no reason to stop half-way.
say() { printf '%s\n' "$*" 2>/dev/null || true; }

# Prints the reason to standard error and exits with status 1, or STATUS.
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit "${STATUS:-1}"
}

# For invalid settings: EX_CONFIG, like the programs.
die_of_setting() { STATUS=78 die "$@"; }

microseconds() { printf '%s' "${EPOCHREALTIME/[!0-9]/}"; }

# "12.3 s", the time since $1 (microseconds).
time_since() {
  local tenths=$((($(microseconds) - $1) / 100000))
  printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

# phase TITLE COMMAND…: runs a command between its title and the time that it took.
phase() {
  local title=$1 began
  began=$(microseconds)
  shift
  say "$title"
  "$@"
  say "  $(time_since "$began")"
}

# A path relative to the directory that the script was called from.
path_from_here() {
  local near
  near=$(realpath -ms --relative-to="$PWD" "$1")
  [[ ${#near} -lt ${#1} ]] || near=$1
  [[ $near == */* ]] || near=./$near
  printf '%q' "$near"
}
