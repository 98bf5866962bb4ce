# Control of the producer of scripts/chaos through its endpoint, with something killed meanwhile.
# Usage: source it with chaos.sh, ports.sh and nginx.sh; then front_make, perform ORDER, is_as_ordered.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with the script that sources it

orders=0       # the number of commands; the seed of the machines identifies each
acknowledged=0 # the last one that was acknowledged
is_unsettled='' # whether a command may be in SQLite's journal only

# Configures nginx in front of the control endpoint, on free ports.
front_make() {
  SERVER_HOST=127.0.0.1 SERVER_NAMES=''
  { read -r SERVER_PORT && read -r SERVER_TLS_PORT; } < <(free_ports 2)
  CONTROL_TOKEN=$(openssl rand -hex 24)
  export CONTROL_TOKEN SIGNALS_TOKEN=$CONTROL_TOKEN SIGNALS_URL=http://127.0.0.1:$SERVER_PORT
  certificates_make
  nginx_configure
}

order() { "$cli" producer "$@" --timeout 5 >/dev/null 2>&1; }

answers() { order status; }

change_machines() {
  local hertz=(50 100 200)
  ((++orders))
  if order_beneath_a_blow set --yes --seed "$orders" --machines $((1 + RANDOM % 40)) \
    --power-hz "${hertz[RANDOM % 3]}" --state-change-seconds 0.5-2; then
    acknowledged=$orders
  fi
}

inject_fault() {
  local stop=()
  if ((RANDOM % 2)); then stop=(--stop-seconds "$((RANDOM % 4)).$((1 + RANDOM % 9))"); fi
  order_beneath_a_blow fault --machine "machine-$((1 + RANDOM % 4))" --code $((1 + RANDOM % 100)) \
    "${stop[@]}" || true
}

begin_scenario() {
  local file=$RUN_DIR/scenario.json
  printf '{"events": [%s, %s, %s]}' \
    "{\"after_seconds\": 0.$((RANDOM % 10)), \"machines\": \"all\", \"stop\": {\"seconds\": 0.$((1 + RANDOM % 9))}}" \
    "{\"after_seconds\": $((RANDOM % 5)), \"machines\": [\"machine-1\"], \"fault\": {\"code\": 95, \"stop_seconds\": 2}}" \
    "{\"after_seconds\": $((RANDOM % 5)), \"machines\": \"all\", \"load\": {\"factor\": 0.5, \"seconds\": 3}}" \
    >"$file"
  order_beneath_a_blow scenario --yes "$file" || true
}

stop_machines() {
  order_beneath_a_blow stop || true
  pause 50 900
  start_machines
}

start_machines() {
  keep_alive
  within 30 order start || accuse_producer "does not start the machines"
  is_unsettled=yes
}

# order_beneath_a_blow ARGUMENT…: the kill comes before the order arrives, while it is stored, or after;
# succeeds if the order was acknowledged.
order_beneath_a_blow() {
  local waiting
  within 30 answers || accuse_producer "does not answer"
  is_as_ordered || accuse_producer "has lost command $acknowledged, which it had acknowledged"
  is_unsettled=yes
  order "$@" &
  waiting=$!
  sleep "0.0$((RANDOM % 60 + 10))"
  case $((RANDOM % 4)) in
    0 | 1) kill_producer ;;
    2) kill_postgres || true ;;
  esac
  wait "$waiting"
}

# An acknowledged order is in force, or a later one, whose acknowledgement may have been lost.
is_as_ordered() {
  local state
  state=$("$cli" producer status --json --timeout 5) || return 1
  [[ $state =~ \"seed\"\ *:\ *([0-9]+) ]] || return 1
  ((acknowledged == 0 || (BASH_REMATCH[1] >= acknowledged && BASH_REMATCH[1] <= orders)))
}

# Not immediately after its start, when it is not yet the program.
stop_serving_producer() {
  within 30 answers || accuse_producer "does not answer"
  end_producer TERM 0
}

# Checkpoints orders from SQLite's journal into the file, like a clean stop.
settle_orders() {
  if [[ ! $is_unsettled ]]; then return; fi
  stop_serving_producer
  if [[ -s $RUN_DIR/spool/spool.sqlite-wal ]]; then return 1; fi
  is_unsettled=''
  keep_alive
  pause 200 900
}
