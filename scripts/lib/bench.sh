# What scripts/bench compares, and how it measures.
# Usage: source it with the other libraries, contenders, rows and the rest set; see scripts/bench.
# shellcheck shell=bash
# shellcheck disable=SC2154 # those, and root, are the sourcing script's

bench=$root/scripts/lib/bench
declare -A port_of=()

# The constant responder, the client for fixed rates, and FastAPI in an environment of its own.
peers_make() {
  local program venv=$RUN_DIR/venv
  for program in constant rate; do
    cc -O2 -Wall -Wextra -o "$RUN_DIR/$program" "$bench/$program.c" -lfcgi -lpthread ||
      die "$program.c does not compile"
  done
  if ! cmp -s "$bench/requirements.txt" "$venv/requirements.txt"; then
    rm -rf "$venv"
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
      -r "$bench/requirements.txt" || die "pip failed to install FastAPI"
    cp "$bench/requirements.txt" "$venv/requirements.txt"
  fi
  query_find
}

# The accessor's query and session settings, for the contenders that run the same query.
query_find() {
  local printed
  printed=$("$root/.build/release/signals-accessor" --print-query) ||
    die "the accessor does not print its query"
  grep -v '^SET ' <<<"$printed" >"$RUN_DIR/newest.sql"
  settings=$(sed -nE "s/^SET ([a-z_]+) = '(.*)';$/\1=\2/p" <<<"$printed" | xargs)
}

# data_make ROWS: the database bench_ROWS; made once, under another name until it is complete.
data_make() {
  local made=bench_$1
  if [[ $(sql postgres -c "SELECT count(*) FROM pg_database WHERE datname = '$made'") == 1 ]]; then
    say "  exists"
    migrate "$made"
    return
  fi
  sql postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS bench_new"
  migrate bench_new
  sql bench_new -v rows="$1" -f "$bench/data.sql" >/dev/null
  sql postgres -c "ALTER DATABASE bench_new RENAME TO $made"
}

# sql DATABASE OPTION…: psql with bare output.
sql() {
  "$postgres_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$cluster" -p "$DB_PORT" -U "$DB_USER" \
    -d "$1" "${@:2}"
}

migrate() {
  DB_NAME=$1 run_to_end migrate || die_with_log migrate "the migrations failed"
}
run_migrate() { run_here signals-producer migrate; }

# In a directory without a .env.
run_here() { cd "$RUN_DIR" && run_program "$@"; }

start_contenders() {
  local name
  export DB_NAME=bench_$rows BENCH_QUERY=$RUN_DIR/newest.sql BENCH_SETTINGS=$settings
  choose_ports
  : >"$RUN_DIR/answer.json"
  start accessor1
  start accessor2
  start fastapi
  if has_tokens; then
    tokens_make
    start tokens
  fi
  nginx_configure_bench
  start nginx
  for name in accessor1 accessor2 fastapi $(has_tokens && echo tokens); do
    await "$name" 60 answers "$name"
    same_answer "$name"
  done
  fetch accessor1 >"$RUN_DIR/answer.json"
  say "  response size: $(stat -c %s "$RUN_DIR/answer.json") bytes"
  start constant
  await constant 10 answers constant
  for name in constant bare_constant bare_accessor1 static; do same_answer "$name"; done
}

stop_contenders() {
  local name
  for name in nginx accessor1 accessor2 $(has_tokens && echo tokens) constant fastapi; do
    stop_service "$name" || die "$name does not stop"
  done
}

run_accessor1() { run_accessor 1; }
run_accessor2() { run_accessor 2; }
run_accessor() {
  export ACCESSOR_LANES=$1 ACCESSOR_SOCKET=$RUN_DIR/accessor$1.sock
  run_here signals-accessor
}

has_tokens() { [[ " ${contenders[*]} " == *" tokens "* ]]; }

# A key, and a token for wrk.
tokens_make() {
  local cli=$root/.build/release/signals-cli
  rm -f "$RUN_DIR"/{token-key,token-keys}.json
  "$cli" token keygen --key "$RUN_DIR/token-key.json" --keys "$RUN_DIR/token-keys.json" >/dev/null
  (umask 077 && "$cli" token create --key "$RUN_DIR/token-key.json" --subject bench \
    --scope signals:read >"$RUN_DIR/token")
}

# An accessor that requires a token for reading.
run_tokens() {
  export ACCESSOR_LANES=1 ACCESSOR_SOCKET=$RUN_DIR/tokens.sock
  export READ_WITHOUT_TOKEN=nobody TOKEN_KEYS=$RUN_DIR/token-keys.json
  run_here signals-accessor
}

# A thread for each connection of nginx: 256 active ones and those that its workers keep in both upstreams.
run_constant() {
  local threads kept
  kept=$(sed -nE 's/^keepalive +([0-9]+);.*/\1/p' "$root/nginx/signals/upstream.conf")
  threads=$((256 + 2 * kept * $(nproc)))
  exec setsid setpriv --pdeathsig TERM "$RUN_DIR/constant" "$RUN_DIR/constant.sock" \
    "$RUN_DIR/answer.json" "$threads"
}

run_fastapi() {
  exec setsid setpriv --pdeathsig TERM "$RUN_DIR/venv/bin/python" -m uvicorn --app-dir "$bench" \
    --host 127.0.0.1 --port "${port_of[fastapi]}" --workers 2 --loop uvloop --http httptools \
    --timeout-graceful-shutdown 1 --no-access-log --log-level warning api:app
}

choose_ports() {
  local name ports
  mapfile -t ports < <(free_ports "${#contenders[@]}")
  for name in "${contenders[@]}"; do
    port_of[$name]=${ports[0]}
    ports=("${ports[@]:1}")
  done
}

nginx_configure_bench() {
  local folder=$RUN_DIR/nginx name text user='' complaints
  mkdir -p "$folder/tmp"
  ln -sfn "$root/nginx/signals" "$folder/signals"
  if [[ $EUID -eq 0 ]]; then user="user root;"; fi
  text=$(<"$bench/nginx.conf.in")
  text=${text//@USER@/"$user"}
  text=${text//@SOCKETS@/"$RUN_DIR"}
  if ! has_tokens; then text=$(sed '/@PORT_TOKENS@/d' <<<"$text"); fi
  for name in "${contenders[@]}"; do
    text=${text//@PORT_${name^^}@/"${port_of[$name]}"}
  done
  printf '%s\n' "$text" >"$folder/nginx.conf"
  complaints=$(nginx -q -t -e stderr -p "$folder" -c nginx.conf 2>&1) ||
    die "nginx rejected $folder/nginx.conf: $complaints"
}

url() { printf 'http://127.0.0.1:%s/signals/power' "${port_of[$1]}"; }
fetch() { curl --noproxy '*' -fsS --max-time 5 -H "$(header "$1")" "$(url "$1")"; }
# The header that a client of this contender sends; curl omits an empty one.
header() {
  if [[ $1 == tokens ]]; then printf 'Authorization: Bearer %s' "$(<"$RUN_DIR/token")"; else printf 'X-Unused:'; fi
}
answers() { fetch "$1" >/dev/null 2>&1; }

# All contenders must give the same answer, whatever its JSON formatting.
same_answer() {
  python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1])) != json.load(open(sys.argv[2])))' \
    <(fetch accessor1) <(fetch "$1") || die "$1 and the accessor give different answers"
}

# record KIND FIELD…: a line of results.tsv.
record() {
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$RUN_DIR/results.tsv"
}

# Measures every contender in turn, forwards and backwards.
measure_throughput() {
  local round name connections order=("${contenders[@]}") backwards=() line
  for name in "${contenders[@]}"; do
    backwards=("$name" "${backwards[@]}")
    run_wrk "$name" 64 "$warmup" >/dev/null
  done
  for ((round = 1; round <= rounds; round++)); do
    for connections in 32 256; do
      line="  c=$connections"
      for name in "${order[@]}"; do
        measure_one "$name" "$connections"
        line+="  $name $rate"
      done
      say "$line"
    done
    if ((round % 2)); then order=("${backwards[@]}"); else order=("${contenders[@]}"); fi
  done
}

# measure_one CONTENDER CONNECTIONS: records the run and its processor time; sets rate.
measure_one() {
  local -A before cost
  local part result requests took rest
  for part in "$1" nginx postgres; do before[$part]=$(processor_time "$part"); done
  result=$(run_wrk "$1" "$2" "$seconds")
  for part in "$1" nginx postgres; do
    cost[$part]=$(($(processor_time "$part") - ${before[$part]}))
  done
  read -r requests took rest <<<"$result"
  [[ ${requests:-0} -gt 0 ]] || die "wrk got no answer from $1"
  record wrk "$round" "$1" "$2" "$result" "${cost[$1]}" "${cost[nginx]}" "${cost[postgres]}"
  rate=$(python3 -c "print(round($requests / $took))")
}

# run_wrk CONTENDER CONNECTIONS SECONDS
run_wrk() {
  local headers=()
  if [[ $1 == tokens ]]; then headers=(-H "$(header "$1")"); fi
  wrk -t1 -c"$2" -d"$3s" -s "$bench/report.lua" "${headers[@]}" "$(url "$1")" | sed -n 's/^result\t//p'
}

# Milliseconds of processor time of a service and its children. The static file is nginx's.
processor_time() {
  local pid line fields sum=0 one pids
  [[ $1 != static ]] || { printf 0 && return; }
  read -r pid _ <"$RUN_DIR/pids/${1#bare_}"
  pids=("$pid")
  read -r -a fields <"/proc/$pid/task/$pid/children" || true
  pids+=("${fields[@]}")
  for one in "${pids[@]}"; do
    { read -r line <"/proc/$one/stat"; } 2>/dev/null || continue
    read -ra fields <<<"${line##*) }"
    sum=$((sum + fields[11] + fields[12]))
  done
  printf '%d' $((sum * 1000 / $(getconf CLK_TCK)))
}

# Half of the rate of the better accessor at 32 connections, for contenders that reach it.
measure_latency() {
  local half round name result
  half=$(python3 "$bench/report.py" --half "$RUN_DIR/results.tsv")
  say "  $half requests/s over 32 connections"
  for ((round = 1; round <= rounds; round++)); do
    for name in constant accessor1 accessor2 static; do
      result=$("$RUN_DIR/rate" 127.0.0.1 "${port_of[$name]}" "$half" 32 "$seconds" - /signals/power) ||
        die "the fixed-rate run of $name failed"
      record rate "$round" "$name" "$half" "$result"
    done
  done
}

measure_parked() {
  local name pid memory
  for name in accessor1 accessor2; do
    read -r pid _ <"$RUN_DIR/pids/$name"
    memory=$(python3 -B "$bench/park.py" "$RUN_DIR/$name.sock" 1500 "/proc/$pid/status") ||
      die "cannot keep 1,500 connections to $name"
    record parked 1 "$name" "$memory"
  done
}

measure_commands() {
  local both program=$RUN_DIR/signals-cli
  # A copy, like an installed program: a file just written by the linker is in the page cache in single pages,
  # and takes 5 % longer to start.
  install "$root/.build/release/signals-cli" "$program"
  both=$(python3 "$bench/wall.py" "$commands" \
    "$program" get power --url "http://127.0.0.1:${port_of[accessor1]}" -- \
    curl --noproxy '*' -s "$(url accessor1)") || die "signals-cli or curl failed"
  record commands 1 signals-cli "$both"
}

measure_newest() {
  local round database result
  for ((round = 1; round <= 2 * rounds; round++)); do
    for database in "bench_$many_rows" "bench_$few_rows"; do
      result=$(
        PGOPTIONS="-c ${settings// / -c }" \
          sql "$database" -v query="$(<"$RUN_DIR/newest.sql")" -f "$bench/latency.sql"
      )
      record newest "$round" "$database" "$result"
    done
  done
}
