# Measures ingestion: the highest rate, a steady 100,000 readings a second, and the delay until a reading is
# available in the API.
# Usage: source it with bench.sh; then ingest_fastest, ingest_steady, ingest_visible, with ingest_rounds
# and ingest_seconds set.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with the script that sources it

ingest_machines=1000
ingest_copy="(machine_id, type_id, value, time)"

run_producer() { run_here signals-producer; }

# ingest_begin MACHINES: starts a producer with an empty database and an empty spool.
ingest_begin() {
  export DB_NAME=bench_ingest PRODUCER_MACHINES=$1 SPOOL_DIR=$RUN_DIR/spool
  rm -rf "$SPOOL_DIR"
  sql postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS bench_ingest"
  migrate bench_ingest
  start producer
  within 60 has_batches 20 || die_with_log producer "the producer stores nothing"
}

has_batches() {
  (($(sql bench_ingest -c 'SELECT coalesce(max(sequence), 0) FROM ingest_watermarks') >= $1))
}

# The time up to which everything is stored, in seconds since 1970.
stored_through() { sql bench_ingest -c 'SELECT extract(epoch FROM max(through)) FROM ingest_watermarks'; }
is_stored_through() { [[ $(sql bench_ingest -c "SELECT max(through) >= to_timestamp($1) FROM ingest_watermarks") == t ]]; }

# The producer catches up after an absence, through simulation, spool and COPY, as fast as possible; then
# psql copies the same rows from a file, in the same order, into the same table.
ingest_fastest() {
  local round from now file=$RUN_DIR/rows.bin rows seconds took began
  for ((round = 1; round <= ingest_rounds; round++)); do
    ingest_begin "$ingest_machines"
    end producer
    from=$(stored_through)
    sleep "$ingest_absence"
    sql postgres -c CHECKPOINT
    now=$EPOCHREALTIME
    start producer
    within 300 is_stored_through "$now" || die_with_log producer "the producer did not catch up"
    end producer
    # From the first commit to the last: when the rows of the first were begun is not known.
    IFS='|' read -r rows seconds < <(
      sql bench_ingest -v since="$from" -v until="$now" -f "$bench/caught_up.sql"
    )
    sql bench_ingest -c "\\copy (SELECT machine_id, type_id, value, time FROM machine_signals \
      WHERE time >= to_timestamp($from) AND time < to_timestamp($now) ORDER BY id) \
      TO '$file' (FORMAT binary)"
    sql bench_ingest -c 'TRUNCATE machine_signals' -c CHECKPOINT
    began=$(microseconds)
    sql bench_ingest -c "\\copy machine_signals $ingest_copy FROM '$file' (FORMAT binary)"
    took=$(($(microseconds) - began))
    record ingest "$round" fastest "$rows" "$seconds" \
      "$(sql bench_ingest -c 'SELECT count(*) FROM machine_signals')" "$took"
    say "  $(tail -n 1 "$RUN_DIR/results.tsv" | awk -F '\t' \
      '{ printf "%.0f readings/s, psql %.0f rows/s", $4 / $5, $6 * 1e6 / $7 }')"
    rm -f "$file"
  done
}

# 1,000 machines at 100 Hz: the age of the newest reading in the database, and the costs.
ingest_steady() {
  local -A before
  local part ages began took count
  ingest_begin "$ingest_machines"
  count=$(sql bench_ingest -c 'SELECT count(*) FROM machine_signals')
  began=$(microseconds)
  for part in producer postgres; do before[$part]=$(processor_time "$part"); done
  ages=$("$RUN_DIR/venv/bin/python" "$bench/ingest.py" age "$cluster" "$DB_PORT" "$DB_USER" \
    bench_ingest "$ingest_seconds") || die "cannot query the age of the newest reading"
  took=$(($(microseconds) - began))
  count=$(($(sql bench_ingest -c 'SELECT count(*) FROM machine_signals') - count))
  record ingest 1 steady "$count" "$took" \
    "$(($(processor_time producer) - before[producer]))" \
    "$(($(processor_time postgres) - before[postgres]))" "$ages"
  record ingest 1 bytes "$(sql bench_ingest -F "$(printf '\t')" -f "$bench/bytes.sql")"
  end producer
  DB_NAME=bench_ingest run_to_end verify shown || die "the database does not match; see above"
}
run_verify() { run_here signals-producer verify; }

# One machine at 100 Hz: the delay from each reading's timestamp until the API returns it.
ingest_visible() {
  ingest_begin 1
  export ACCESSOR_SOCKET=$RUN_DIR/accessor1.sock
  choose_ports
  : >"$RUN_DIR/answer.json"
  nginx_configure_bench
  start accessor1
  start nginx
  await accessor1 60 answers accessor1
  record ingest 1 visible "$("$RUN_DIR/venv/bin/python" "$bench/ingest.py" visible \
    "${port_of[accessor1]}" "$ingest_seconds")"
  end nginx accessor1 producer
}

# end SERVICE…: stops services that are started again later.
end() {
  local name pid
  for name in "$@"; do
    stop_service "$name" || die "$name does not stop"
    for pid in "${!service_of[@]}"; do
      if [[ ${service_of[$pid]} == "$name" ]]; then unset "service_of[$pid]"; fi
    done
  done
}
