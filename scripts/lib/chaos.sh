# The acts of scripts/chaos: functions that each break the producer or its database, which then recover.
# Usage: source it with supervise.sh and postgres.sh; then place_make, keep_alive, perform ACT.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with the script that sources it

declare -A tries_of=() hits_of=() # act → number of tries, and of hits

# Makes a directory for spool and database.
place_make() {
  RUN_DIR=$(mktemp -d "${TMPDIR:-/tmp}/chaos.XXXXXX")
  chmod 755 "$RUN_DIR"
  mkdir -p "$RUN_DIR"/{log,pids,spool,postgres}
  ACCESSOR_SOCKET=$RUN_DIR/accessor.sock PRODUCER_SOCKET=$RUN_DIR/producer.sock
  if [[ $EUID -eq 0 ]]; then
    chown postgres:postgres "$RUN_DIR/postgres"
    chmod 700 "$RUN_DIR/postgres"
  fi
  unset DB_HOST DB_PORT DB_USER DB_PASSWORD
  export RUN_DIR
  # For errors, while bash's reports of killed children are discarded.
  exec 4>&2
}

# Small disks for both, if they can be mounted.
place_mount() {
  has_disks=''
  if [[ $EUID -eq 0 ]]; then
    if mount -t tmpfs -o size=64m,mode=700 tmpfs "$RUN_DIR/spool" 2>/dev/null &&
      mount -t tmpfs -o "size=4g,mode=700,uid=$(id -u postgres),gid=$(id -g postgres)" tmpfs \
        "$RUN_DIR/postgres" 2>/dev/null; then
      has_disks=yes
    else
      say "cannot mount small disks; skipping full disks"
    fi
  fi
  export DB_NAME=chaos PRODUCER_MACHINES=20 SPOOL_MAX_BYTES=33554432 SPOOL_KEEP=20
}

leave() {
  trap '' INT TERM HUP PIPE
  stop_everything
  umount "$RUN_DIR/spool" "$RUN_DIR/postgres" 2>/dev/null || true
  if [[ ! -e $RUN_DIR/kept ]]; then rm -rf "$RUN_DIR"; fi
  exit "$1"
}

# The logs are kept after a failure.
keep_place() {
  touch "$RUN_DIR/kept"
  printf '%s/log' "$RUN_DIR"
}

run_producer() { exec setsid setpriv --pdeathsig TERM "$producer"; }

# pause FROM TO: a random number of milliseconds.
pause() { sleep "$(printf '0.%03d' $(($1 + RANDOM % ($2 - $1))))"; }

# perform ACT: the status of an act is whether it hit.
perform() {
  tries_of[$1]=$((${tries_of[$1]:-0} + 1))
  if "$1"; then
    hits_of[$1]=$((${hits_of[$1]:-0} + 1))
    if [[ $verbose ]]; then event "${1//_/ }"; fi
  fi
}

# Prints how often each act hit, and sets never_hit to those that never did in three tries or more: they
# tested nothing. The statement that an act waits for may have changed.
report_hits() {
  local act hits tries
  never_hit=''
  for act in $(printf '%s\n' "${!tries_of[@]}" | sort); do
    hits=${hits_of[$act]:-0} tries=${tries_of[$act]}
    say "  $hits of $tries × ${act//_/ }"
    if ((hits == 0 && tries >= 3)); then never_hit+=", ${act//_/ }"; fi
  done
}

# Restarts what an act has stopped.
keep_alive() {
  if ! is_alive "$RUN_DIR/pids/postgres"; then
    stop_remembered "$RUN_DIR/pids/postgres"
    start postgres
  fi
  if ! is_alive "$RUN_DIR/pids/producer"; then
    if [[ ! ${was_killed-} ]]; then accuse_producer "exited on its own"; fi
    start producer
  fi
  was_killed=''
}

accuse_producer() {
  exec 2>&4
  die_with_log producer "the producer $1; see $(keep_place)"
}

kill_producer() { end_producer KILL 137; }
# As an administrator does: it must stop cleanly, whatever the database is doing; or be killed by the signal
# when it was just started and the process is not yet the program.
stop_producer() { end_producer TERM 0 143; }

# end_producer SIGNAL STATUS…: with any other status it ended by itself, which is the kind of failure that
# this looks for.
end_producer() {
  local pid since status=0
  recall "$RUN_DIR/pids/producer"
  kill -s "$1" "$pid" || true
  within 30 is_dead "$RUN_DIR/pids/producer" || accuse_producer "does not exit"
  { wait "$pid" || status=$?; } 2>/dev/null
  [[ " ${*:2} " == *" $status "* ]] || accuse_producer "exited with $(meaning_of "$status")"
  was_killed=yes
}

# The postmaster and all sessions; sometimes it stays down for a while.
kill_postgres() {
  is_alive "$RUN_DIR/pids/postgres" || return 1
  cluster_signal KILL
  if ((RANDOM % 4 == 0)); then pause 300 999; fi
}

freeze_producer() { freeze producer signal_members "$RUN_DIR/pids/producer"; }
freeze_postgres() { freeze postgres cluster_signal; }
# freeze NAME COMMAND…: stops and continues a service; the command sends a signal to all its processes.
freeze() {
  is_alive "$RUN_DIR/pids/$1" || return 1
  shift
  "$@" STOP
  sleep "$((RANDOM % 3))"
  pause 100 900
  "$@" CONT
}

terminate_in_copy() { terminate "state = 'active' AND query LIKE 'COPY machine_signals%'"; }
terminate_before_commit() {
  terminate "state = 'idle in transaction' AND query LIKE 'COPY machine_signals%'"
}

# terminate CONDITION: the producer's session, at the moment when the condition holds. The server itself
# waits for that moment: no client would be fast enough.
terminate() {
  local hits
  within 30 cluster_is_ready || return 1
  hits=$("$postgres_bin/psql" -X -q -A -t -h "$cluster" -U postgres -d postgres 2>&1 <<SQL
DO \$\$
DECLARE until timestamptz := clock_timestamp() + '10 s';
BEGIN
  LOOP
    PERFORM pg_stat_clear_snapshot();
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'signals-producer' AND $1;
    IF FOUND THEN RAISE NOTICE 'hit'; EXIT; END IF;
    EXIT WHEN clock_timestamp() > until;
  END LOOP;
END \$\$
SQL
  ) || return 1
  [[ $hits == *hit* ]]
}

fill_spool_disk() { fill "$RUN_DIR/spool"; }
fill_database_disk() { fill "$cluster"; }

# fill DIRECTORY: to the last byte, for a while; sometimes the producer is killed or controlled meanwhile.
fill() {
  { cat /dev/zero >"$1/filler" || true; } 2>/dev/null
  pause 300 999
  case $((RANDOM % 4)) in
    0) kill_producer ;;
    1) change_machines || true ;;
  esac
  keep_alive
  pause 300 999
  rm -f "$1/filler"
}

# is_storing N: whether the database gets N more batches, and none waits for long.
is_storing() {
  local before after began
  began=$(microseconds)
  before=$(stored_sequence) || return 1
  sleep 1
  keep_alive
  after=$(stored_sequence) || return 1
  storing=$((${storing:-0} + after - before))
  # Ten are made a second; with a backlog many more are stored.
  ((storing >= $1 && (after - before) * 1000000 <= 15 * ($(microseconds) - began))) || return 1
  storing=0
}

stored_sequence() {
  "$postgres_bin/psql" -X -q -A -t -h "$cluster" -U postgres -d "$DB_NAME" \
    -c 'SELECT coalesce(max(sequence), 0) FROM ingest_watermarks' 2>/dev/null
}
