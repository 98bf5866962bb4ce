# Starts services as children of this script, keeps them alive, and stops them in order.
# Usage: source it with run_NAME for every service; then start, await, supervise, stop_everything.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# The services, in the order of stopping.
services=(build migrate nginx accessor producer postgres)

declare -A service_of=()  # pid → service, or "again SERVICE" for the pause before it starts again
declare -A started_at=()  # service → seconds since 1970
declare -A early_ends=()  # service → number of consecutive ends soon after the start

# start NAME [shown]: its output goes to log/NAME.log, or to this script's output. Each service leads its own
# session, so that Ctrl-C reaches only this script, which then stops them in order; and the kernel stops
# each one if this script is killed (--pdeathsig). Descriptor 9 is the lock on RUN_DIR, which they do not
# inherit.
start() {
  local name=$1 shown=${2-}
  (
    if [[ ! $shown ]]; then exec >>"$RUN_DIR/log/$name.log" 2>&1; fi
    cd "$root" || exit
    "run_$name"
  ) </dev/null 9>&- &
  remember "$RUN_DIR/pids/$name" "$!"
  service_of[$!]=$name
  started_at[$name]=$EPOCHSECONDS
}

# run_to_end NAME [shown]: starts a command, waits for it and returns its status. A signal to this script
# interrupts it.
run_to_end() {
  local pid status=0
  start "$@"
  pid=$!
  wait "$pid" 2>/dev/null || status=$?
  unset "service_of[$pid]"
  stop_remembered "$RUN_DIR/pids/$1" || true
  return "$status"
}

# A program of this project; SIGTERM stops it cleanly. Replaces the child's process.
run_program() { exec setsid setpriv --pdeathsig TERM "$root/.build/release/$1" "${@:2}"; }

# await NAME SECONDS COMMAND…: waits until the command succeeds; exits if a service ends before that or the
# time is over.
await() {
  local name=$1 deadline=$((EPOCHSECONDS + $2)) ended=''
  shift 2
  # Here and at each wait: bash's report of a killed child says less than ours.
  {
    until "$@"; do
      ended=$(ended_service)
      if [[ $ended ]] || ((EPOCHSECONDS >= deadline)); then break; fi
      sleep 0.1
    done
  } 2>/dev/null
  if [[ $ended ]]; then die_of_end "$ended"; fi
  ((EPOCHSECONDS < deadline)) || die_with_log "$name" "$name is not ready in time"
}

ended_service() {
  local pid
  for pid in "${!service_of[@]}"; do
    kill -0 "$pid" || { printf '%s' "$pid" && break; }
  done
}

die_of_end() {
  local name=${service_of[$1]} status=0
  wait "$1" 2>/dev/null || status=$?
  die_of_status "$name" "$status"
}

# die_of_status NAME STATUS: 78 is EX_CONFIG, for which another start would not help.
die_of_status() {
  if [[ $2 -eq 78 ]]; then STATUS=78 die_with_log "$1" "$1 rejected its configuration"; fi
  die_with_log "$1" "$1 ended with $(meaning_of "$2")"
}

# die_with_log NAME MESSAGE: with the last lines of the service's log.
die_with_log() {
  local log=$RUN_DIR/log/$1.log
  if [[ -s $log ]]; then
    say "last lines of $(path_from_here "$log"):" >&2
    tail -n 20 "$log" | sed 's/^/  | /' >&2
  fi
  die "$2"
}

meaning_of() {
  if [[ $1 -gt 128 ]]; then
    printf 'SIG%s' "$(kill -l "$1")"
  else
    printf 'status %s' "$1"
  fi
}

# Restarts services that end, for ever. Pauses are children too, so that one wait covers all events.
supervise() {
  local pid status what
  while true; do
    status=0
    wait -n -p pid 2>/dev/null || status=$?
    # A trap ends the wait too, although no child has ended.
    if [[ ! ${pid-} ]]; then continue; fi
    what=${service_of[$pid]-}
    unset "service_of[$pid]"
    case $what in
      '') ;;
      retired) event "the replaced accessor has ended with $(meaning_of "$status")" ;;
      "again "*) start "${what#again }" ;;
      *) start_again "$what" "$status" ;;
    esac
  done
}

# Starts a new accessor beside the old one: it takes over the path of the socket, and every new connection.
# Then the old one gets SIGTERM; it serves the connections that nginx keeps until nginx closes them, so no
# request is lost.
replace_accessor() {
  local file=$RUN_DIR/pids/accessor before pid=''
  if ! is_alive "$file" || ! recall "$file"; then return; fi
  before=$(stat -c %i "$ACCESSOR_SOCKET" 2>/dev/null) || return 0
  event "starting another accessor beside $pid"
  mv "$file" "$file-$pid"
  service_of[$pid]=retired
  taking_over=yes start accessor
  if within 10 is_replaced "$before"; then
    # It checks the path once a second, and may have ended already.
    kill -TERM "$pid" 2>/dev/null || true
  else
    event "the other accessor did not take over; $pid continues"
  fi
}

is_replaced() { [[ $(stat -c %i "$ACCESSOR_SOCKET" 2>/dev/null) != "$1" ]]; }

# At once the first time, then after a pause that grows to 5 s; a minute without failure resets it.
start_again() {
  local name=$1 status=$2 pauses=(0 0.5 1 2 4 5) pause
  if [[ $status -eq 78 ]]; then die_of_status "$name" "$status"; fi
  if ((EPOCHSECONDS - started_at[$name] >= 60)); then early_ends[$name]=0; fi
  pause=${pauses[${early_ends[$name]:-0}]:-5}
  early_ends[$name]=$((${early_ends[$name]:-0} + 1))
  event "$name ended with $(meaning_of "$status"); starting it again$(
    [[ $pause == 0 ]] || printf ' in %s s' "$pause"
  )"
  # Workers that outlive it still hold its port.
  stop_remembered "$RUN_DIR/pids/$name" || true
  sleep "$pause" 9>&- &
  service_of[$!]="again $name"
}

event() { printf '%(%H:%M:%S)T %s\n' -1 "$*"; }

# The signals for each service, and their timeouts: nginx finishes its requests (5 s at most, by its
# configuration) while the services still answer; PostgreSQL ends sessions and writes a checkpoint, and only
# if that takes too long leaves it to recovery at the next start.
stop_service() {
  local file=$RUN_DIR/pids/$1
  case $1 in
    nginx) stop_remembered "$file" QUIT 7 TERM 3 ;;
    postgres) stop_remembered "$file" INT 60 QUIT 10 ;;
    *) stop_remembered "$file" TERM 10 ;;
  esac
}

# Also stops what a killed run left behind.
stop_everything() {
  local name pid
  for pid in "${!service_of[@]}"; do
    if [[ ${service_of[$pid]} == "again "* ]]; then kill "$pid" 2>/dev/null || true; fi
  done
  service_of=()
  local retired=("$RUN_DIR"/pids/accessor-*)
  for name in "${retired[@]##*/}" "${services[@]}"; do
    if [[ ! -e $RUN_DIR/pids/$name ]]; then continue; fi
    if ! is_gone "$RUN_DIR/pids/$name"; then say "Stopping $name"; fi
    stop_service "$name" || say "$name does not stop: $(members "$RUN_DIR/pids/$name" | xargs)"
  done
  for name in "$ACCESSOR_SOCKET" "$PRODUCER_SOCKET"; do
    if [[ -S $name ]]; then rm -f "$name"; fi
  done
}
