# The parts of scripts/stress.
# Usage: source it with the other libraries; then system_start, stress_PART….
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # recall sets since; root and how much are the sourcing script's

bench=$root/scripts/lib/bench
stress=$root/scripts/lib/stress
loads=() # pids of load generators

# Its own directory, ports and database, so a running system is not touched.
settings_for_stress() {
  local name
  export RUN_DIR=$RUN_DIR/stress
  for name in "${!DB_@}" "${!ACCESSOR_@}" "${!PRODUCER_@}" "${!SPOOL_@}"; do unset "$name"; done
  # Set but empty, so that .env does not set them.
  export DB_HOST='' DB_USER='' DB_PASSWORD='' DB_PORT=5432 DB_NAME=machine_data
  export ACCESSOR_SOCKET=$RUN_DIR/accessor.sock PRODUCER_SOCKET=$RUN_DIR/producer.sock
  export SERVER_HOST=127.0.0.1 PRODUCER_MACHINES=10 PRODUCER_CATCH_UP=0
  { read -r SERVER_PORT && read -r SERVER_TLS_PORT; } < <(free_ports 2)
  export SERVER_PORT SERVER_TLS_PORT
  check_socket RUN_DIR "$RUN_DIR/accessor.sock.new"
}

system_start() {
  run_dir_make
  run_dir_is_free || die "already running in $RUN_DIR"
  "$root/scripts/up" --detach >"$RUN_DIR/log/stress.log" || {
    sed 's/^/  | /' "$RUN_DIR/log/stress.log" >&2
    die "the system did not start"
  }
  cluster=$(realpath "$RUN_DIR/postgres")
  postgres_bin=$(postgres_programs "$(<"$cluster/data/PG_VERSION")")
  psql=("$postgres_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$cluster" -p "$DB_PORT" -U postgres
    -d "$DB_NAME")
  cc -O2 -Wall -Wextra -o "$RUN_DIR/rate" "$bench/rate.c" || die "rate.c does not compile"
  # So that the lists that are queried are full.
  within 60 has_readings 100 || die "the producer stores nothing"
}

sql() { "${psql[@]}" -c "$1"; }
has_readings() {
  local length
  length=$(fetch '/signals/power?limit=100' | wc -c) && ((length > 100 * $1))
}
fetch() { curl --noproxy '*' -fsS --max-time 5 "$(http_url)$1"; }

# promise PART WHAT VALUE SIGN TARGET: adds a line to the final table. SIGN is ≤, ≥ or =.
promise() {
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$RUN_DIR/results.tsv"
}

# load NAME RATE CONNECTIONS SECONDS REQUEST…: runs in the background; load-NAME.tsv and .log.
load() {
  local name=$RUN_DIR/load-$1
  "$RUN_DIR/rate" "$SERVER_HOST" "$SERVER_PORT" "$2" "$3" "$4" "$name.log" "${@:5}" >"$name.tsv" &
  loads+=("$!")
}

# Waits until all requests were sent and answered.
await_load() {
  local pid
  for pid in "${loads[@]}"; do wait "$pid" || die "the load generator failed"; done
  loads=()
}

stop_load() {
  if [[ ${#loads[@]} -gt 0 ]]; then kill "${loads[@]}" 2>/dev/null || true; fi
  loads=()
}

# Not kept: it would be a million lines.
forget_requests() {
  rm -f "$RUN_DIR"/load-*
  : >"$RUN_DIR/log/access.log"
}

# half_of_peak: sets half to half of the request rate of 32 clients.
half_of_peak() {
  local requests took
  read -r requests took _ < <(
    wrk -t1 -c32 -d2s -s "$bench/report.lua" "$(http_url)/signals/power" | sed -n 's/^result\t//p'
  )
  half=$(python3 -c "print(round($requests / $took / 2))")
}

# The database takes 60 ms to look up the machines slow-1 and slow-2.
stress_mixed() {
  local round alone=() mixed=() requests p99 count wrong least answered=0 failed=0 fastest=999999
  sql "SET client_min_messages = warning;
    INSERT INTO machines (name) VALUES ('slow-1'), ('slow-2') ON CONFLICT DO NOTHING;
    DROP POLICY IF EXISTS writer ON machines; DROP POLICY IF EXISTS reader ON machines;
    CREATE POLICY writer ON machines TO signals_writer USING (true) WITH CHECK (true);
    CREATE POLICY reader ON machines TO signals_reader
      USING (name !~ '^slow-' OR pg_sleep(0.06) IS NOT NULL);
    ALTER TABLE machines ENABLE ROW LEVEL SECURITY"
  half_of_peak
  say "  newest 10 at $half requests/s over 32 connections, of slow machines at $((half / 9))"
  for ((round = 1; round <= mixed_rounds; round++)); do
    load fast "$half" 32 "$alone_seconds" /signals/power
    await_load
    read -r requests _ _ p99 _ <"$RUN_DIR/load-fast.tsv"
    alone+=("$p99")
    load fast "$half" 32 "$mixed_seconds" /signals/power
    load slow $((half / 9)) 512 "$mixed_seconds" \
      '/signals/power?machine=slow-1' '/signals/power?machine=slow-2'
    await_load
    read -r requests _ _ p99 _ count <"$RUN_DIR/load-fast.tsv"
    mixed+=("$p99")
    failed=$((failed + count))
    read -r count wrong least < <(python3 -B "$stress/judge.py" answers "$RUN_DIR/load-slow.log" 200)
    answered=$((answered + count)) failed=$((failed + wrong))
    fastest=$(python3 -c "print(min($fastest, $least))")
    say "  p99 of fast requests: alone ${alone[-1]} µs, mixed ${mixed[-1]} µs;" \
      "$requests fast and $count slow answers, the fastest slow one in $least ms"
  done
  sql "ALTER TABLE machines DISABLE ROW LEVEL SECURITY"
  promise mixed "p99 of the newest 10, mixed ÷ alone" \
    "$(median_ratio "${mixed[*]}" "${alone[*]}")" ≤ 2
  promise mixed "ms of the fastest slow answer" "$fastest" ≥ 50
  promise mixed "answers other than 200, $answered slow ones included" "$failed" = 0
}

# median_ratio VALUES VALUES: the median ratio of space-separated numbers, pair by pair.
median_ratio() {
  python3 - "$1" "$2" <<'PYTHON'
import statistics, sys
ones, others = (map(float, values.split()) for values in sys.argv[1:])
print(f"{statistics.median(a / b for a, b in zip(ones, others)):.2f}")
PYTHON
}

stress_soak() {
  local pid since memory descriptors asked hung wrong failed
  half_of_peak
  # One-time costs come first: buffers grow, libraries load what they need.
  load good "$half" 64 2 /signals/power '/signals/power?limit=100'
  peers $((hostile / 20)) >/dev/null
  await_load
  recall "$RUN_DIR/pids/accessor"
  footprint
  say "  before: $memory KiB resident, $descriptors descriptors"
  local memory_before=$memory descriptors_before=$descriptors
  load good "$half" 64 $((good / half + 1)) /signals/power '/signals/power?limit=100'
  read -r asked hung wrong < <(peers "$hostile")
  await_load
  read -r good _ _ _ _ failed <"$RUN_DIR/load-good.tsv"
  footprint
  say "  after: $memory KiB resident, $descriptors descriptors;" \
    "$good good requests at $half a second, $asked hostile ones"
  promise soak "of $good valid requests not answered with 200" "$failed" = 0
  promise soak "of $asked hostile requests without an answer" "$hung" = 0
  promise soak "of those with an unexpected answer" "$wrong" = 0
  promise soak "additional descriptors (before: $descriptors_before)" \
    $((descriptors - descriptors_before)) = 0
  promise soak "additional KiB of memory (before: $memory_before)" $((memory - memory_before)) ≤ \
    $((growth * 1024))
  recall "$RUN_DIR/pids/accessor"
  promise soak "restarts of the accessor" "$(grep -c 'accessor ended' "$RUN_DIR/log/up.log" || true)" = 0
}

# peers COUNT: errors go to the terminal, the numbers to standard output.
peers() {
  PYTHONPATH=$bench python3 -B "$stress/peers.py" \
    "$ACCESSOR_SOCKET" "$SERVER_HOST" "$SERVER_PORT" "$1" || die "the hostile peers failed"
}

# footprint: sets memory (KiB) and descriptors of the accessor, after nginx has closed its idle connections,
# which it keeps for half a minute.
footprint() {
  within 60 nobody_is_connected || die "unused connections to the accessor remain"
  memory=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
  descriptors=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
}

# /proc/net/unix has a line for each accepted connection (state 03) with the listener's path.
nobody_is_connected() {
  ! awk -v path="$ACCESSOR_SOCKET" \
    '$6 == "03" && index($8, path) == 1 { found = 1 } END { exit !found }' /proc/net/unix
}

stress_fresh() {
  local times stale
  load others 2000 32 3600 '/signals/round?limit=1'
  read -r times stale < <(
    python3 -B "$stress/fresh.py" "$SERVER_HOST" "$SERVER_PORT" "$writes" "${psql[@]}"
  ) || die "readings could not be written or queried"
  stop_load
  promise fresh "of $times answers older than the client's own reading" "$stale" = 0
}

stress_freeze() {
  local began over
  load freeze 500 480 $((frozen + 10)) /signals/power '/signals/power?limit=100'
  sleep 3
  began=$(microseconds)
  cluster_signal STOP
  sleep "$frozen"
  over=$(microseconds)
  cluster_signal CONT
  await_load
  judge_outage freeze "PostgreSQL frozen for $frozen s" "$began" "$over" 2000 1000
}

stress_terminate() {
  local number began over
  load terminate 500 480 $((terminations + 5)) /signals/power '/signals/power?limit=100'
  sleep 2
  began=$(microseconds)
  for ((number = 1; number <= terminations; number++)); do
    sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" >/dev/null
    over=$(microseconds)
    sleep 1
  done
  await_load
  judge_outage terminate "all sessions terminated, $terminations times" "$began" "$over" 1000 1000
}

stress_kill() {
  local number pid since over
  for ((number = 1; number <= kills; number++)); do
    load kill 500 480 8 /signals/power '/signals/power?limit=100'
    sleep 2
    recall "$RUN_DIR/pids/accessor"
    kill -KILL "$pid"
    over=$(microseconds)
    await_load
    judge_outage kill "accessor killed, no. $number" "$over" "$over" 1000 2000
  done
}

# judge_outage PART TITLE BEGAN OVER SLOWEST BACK: the last two are milliseconds.
judge_outage() {
  local requests good refused other median p99 slowest back
  read -r requests good refused other median p99 slowest back < <(
    python3 -B "$stress/judge.py" outage "$RUN_DIR/load-$1.log" "$3" "$4"
  )
  say "  $2: of $requests requests $good got 200, $refused got 503, $other got another status or no answer"
  say "  503 after $median ms (p99 $p99), slowest answer after $slowest ms," \
    "recovered $back ms after the end of the outage"
  promise "$1" "requests with neither 200 nor 503 ($refused of $requests got 503)" "$other" = 0
  promise "$1" "ms to the slowest answer" "$slowest" ≤ "$5"
  promise "$1" "ms to recovery" "$back" ≤ "$6"
}

stress_swap() {
  local number answered failed
  load swap "$swap_rate" 64 $((swaps * 3 + 4)) /signals/power 'POST /signals/power'
  sleep 2
  for ((number = 1; number <= swaps; number++)); do
    "$root/scripts/restart-accessor" >/dev/null
    sleep 2.5
  done
  await_load
  # The accessor answers a POST with 405.
  read -r answered failed _ < <(python3 -B "$stress/judge.py" answers "$RUN_DIR/load-swap.log" 200 405)
  promise swap "of $answered requests failed in $swaps swaps" "$failed" = 0
}
