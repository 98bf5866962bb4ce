# Identifies processes by more than their pid, which may be reused.
# Usage: source it; then remember FILE PID, is_alive FILE, members FILE, stop_remembered FILE SIGNAL SECONDS
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# process_stat PID: sets state, session and start (clock ticks since boot), or fails when there is none.
process_stat() {
  local line='' fields
  # To the end of the file, which read reports as a failure.
  { read -r -d '' line <"/proc/$1/stat"; } 2>/dev/null || [[ $line ]] || return 1
  # The name, in parentheses, may have spaces and parentheses of its own.
  read -ra fields <<<"${line##*) }"
  state=${fields[0]} session=${fields[3]} start=${fields[19]}
  [[ $state != [ZX] ]]
}

# remember FILE PID: stores the identity of the process.
remember() {
  local state session start=0
  process_stat "$2" || true
  printf '%s %s %s\n' "$2" "$start" "$(</proc/sys/kernel/random/boot_id)" >"$1"
}

# recall FILE: sets pid and since, or fails if the process is of another boot or its pid was reused.
recall() {
  local boot
  [[ -s $1 ]] || return 1
  read -r pid since boot <"$1"
  [[ $boot == "$(</proc/sys/kernel/random/boot_id)" ]]
}

is_alive() {
  local pid since state session start
  recall "$1" && process_stat "$pid" && [[ $start == "$since" ]]
}

# members FILE: the pids of the process and its descendants that stayed in its session and directory;
# workers outlive a killed parent. The kernel does not reuse a pid that is still the id of a session.
members() {
  local pid since state session start path
  recall "$1" || return 0
  if process_stat "$pid"; then
    [[ $start == "$since" ]] || return 0
    printf '%s\n' "$pid"
  fi
  for path in /proc/[0-9]*; do
    if process_stat "${path#/proc/}" && [[ $session == "$pid" && ${path#/proc/} != "$pid" ]] &&
      ((start >= since)) && [[ $path/cwd -ef $root ]]; then
      printf '%s\n' "${path#/proc/}"
    fi
  done
}

# stop_remembered FILE [SIGNAL SECONDS]…: sends the process each signal in turn and waits that long; then
# stops what it left behind; then kills. Removes its file.
stop_remembered() {
  local file=$1 pid since
  shift
  while [[ $# -gt 0 ]] && ! is_gone "$file"; do
    if is_alive "$file"; then
      recall "$file"
      kill -s "$1" "$pid" 2>/dev/null || true
      within "$2" is_dead "$file" || true
    fi
    if ! is_alive "$file"; then
      signal_members "$file" "$1"
      within 3 is_gone "$file" || true
    fi
    shift 2
  done
  signal_members "$file" KILL
  within 5 is_gone "$file" || return 1
  rm -f "$file"
}

signal_members() {
  local left
  mapfile -t left < <(members "$1")
  if [[ ${#left[@]} -gt 0 ]]; then kill -s "$2" "${left[@]}" 2>/dev/null || true; fi
}

is_dead() { ! is_alive "$1"; }

is_gone() { [[ -z $(members "$1") ]]; }

# within SECONDS COMMAND…: repeats the command until it succeeds; fails when the time is over.
within() {
  local deadline=$(($(microseconds) + $1 * 1000000))
  shift
  until "$@"; do
    (($(microseconds) < deadline)) || return 1
    sleep 0.05
  done
}
