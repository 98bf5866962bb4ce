# Puts this run's values into nginx's development configuration.
# Usage: source it; then nginx_configure, run_nginx (in a child), ports_check.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

nginx_configure() {
  local folder=$RUN_DIR/nginx host=$SERVER_HOST user='' text complaints
  mkdir -p "$folder/tmp"
  ln -sfn "$root/nginx/signals" "$folder/signals"
  if [[ $host == *:* ]]; then host="[$host]"; fi
  # As root its workers would run as www-data, which cannot reach the sockets.
  if [[ $EUID -eq 0 ]]; then user="user root;"; fi
  text=$(<"$root/nginx/dev.conf.in")
  text=${text//@USER@/"$user"}
  text=${text//@HTTP@/"$host:$SERVER_PORT"}
  text=${text//@HTTPS@/"$host:$SERVER_TLS_PORT"}
  text=${text//@NAMES@/"$(server_names)"}
  text=${text//@ACCESSOR_SOCKET@/"$ACCESSOR_SOCKET"}
  text=${text//@PRODUCER_SOCKET@/"$PRODUCER_SOCKET"}
  printf '%s\n' "$text" >"$folder/nginx.conf"
  complaints=$(nginx -q -t -e stderr -p "$folder" -c nginx.conf 2>&1) ||
    die "nginx rejected $folder/nginx.conf: $complaints"
}

# The names to answer to in addition to localhost and addresses, without duplicates.
server_names() {
  printf '%s\n' "$(uname -n)" "$SERVER_HOST" "${SERVER_NAMES//,/$'\n'}" | tr '[:upper:]' '[:lower:]' |
    sed -nE '/^localhost$/d; /^[a-z0-9._-]*[a-z_-][a-z0-9._-]*$/p' | sort -u | xargs
}

# The child's process is replaced.
run_nginx() {
  exec setsid setpriv --pdeathsig TERM "$(command -v nginx)" -e stderr -p "$RUN_DIR/nginx" -c nginx.conf
}

ports_check() {
  local setting
  for setting in SERVER_PORT SERVER_TLS_PORT; do
    # shellcheck disable=SC2016 # the inner shell expands it
    if timeout 2 bash -c ': 3<>"/dev/tcp/$0/$1"' "$SERVER_HOST" "${!setting}" 2>/dev/null; then
      die "port ${!setting} of $SERVER_HOST is in use; set $setting to a free one"
    fi
  done
}
