# Reads the settings: the environment first, then .env, then the defaults of .env.example.
# Usage: source it with $root set and say.sh; then settings_load, settings_check, http_url, https_url.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

source "$root/scripts/lib/env-file.sh"

# An unset setting stays unset, unless the scripts need its default.
settings_load() {
  settings_read "$root/.env"

  export SERVER_HOST=${SERVER_HOST:-127.0.0.1}
  export SERVER_PORT=${SERVER_PORT:-8080}
  export SERVER_TLS_PORT=${SERVER_TLS_PORT:-8443}
  export SERVER_NAMES=${SERVER_NAMES-}

  # Absolute, since the programs run in $root and nginx elsewhere.
  RUN_DIR=$(absolute "${RUN_DIR:-.run}")
  ACCESSOR_SOCKET=$(absolute "${ACCESSOR_SOCKET:-$RUN_DIR/accessor.sock}")
  PRODUCER_SOCKET=$(absolute "${PRODUCER_SOCKET:-$RUN_DIR/producer.sock}")
  export RUN_DIR ACCESSOR_SOCKET PRODUCER_SOCKET
}

absolute() { (cd "$root" && realpath -m "$1"); }

# Only the settings that the scripts use: the programs read the file themselves.
settings_read() {
  local name
  env_file_read "$1"
  for name in DB_HOST DB_PORT DB_USER DB_PASSWORD DB_NAME SERVER_HOST SERVER_PORT SERVER_TLS_PORT \
    SERVER_NAMES RUN_DIR ACCESSOR_SOCKET PRODUCER_SOCKET CONTROL_TOKEN; do
    if [[ ! -v $name && -v env_file[$name] ]]; then export "$name=${env_file[$name]}"; fi
  done
}

# Checks early what would otherwise fail late and obscurely.
settings_check() {
  check_port SERVER_PORT
  check_port SERVER_TLS_PORT
  [[ $SERVER_PORT != "$SERVER_TLS_PORT" ]] ||
    die_of_setting "SERVER_PORT and SERVER_TLS_PORT must differ (got \"$SERVER_PORT\" for both)"
  [[ $SERVER_HOST =~ ^[A-Za-z0-9.:_-]+$ ]] ||
    die_of_setting "SERVER_HOST must be a host name or an address (got \"$SERVER_HOST\")"
  [[ $SERVER_NAMES =~ ^([A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*)?$ ]] ||
    die_of_setting "SERVER_NAMES must be a comma-separated list of host names (got \"$SERVER_NAMES\")"
  # These are special in nginx's or PostgreSQL's configuration.
  [[ $RUN_DIR$ACCESSOR_SOCKET$PRODUCER_SOCKET != *[\"\$\\$'\n']* ]] ||
    die_of_setting "RUN_DIR must not contain quotes, dollar signs, backslashes or line breaks (got \"$RUN_DIR\")"
  # The programs make the socket under a longer name and rename it.
  check_socket ACCESSOR_SOCKET "$ACCESSOR_SOCKET.new"
  check_socket PRODUCER_SOCKET "$PRODUCER_SOCKET.new"
}

check_port() {
  [[ ${!1} =~ ^[1-9][0-9]{0,4}$ && ${!1} -le 65535 ]] ||
    die_of_setting "$1 must be a port from 1 to 65535 (got \"${!1}\")"
}

# check_socket SETTING PATH: the path of a unix socket is limited to 107 bytes.
check_socket() {
  local LC_ALL=C
  [[ ${#2} -le 107 ]] || die_of_setting \
    "the socket path $2 must be at most 107 bytes (got ${#2}); set a shorter RUN_DIR"
}

# The host for a URL; localhost for a wildcard address.
url_host() {
  case $SERVER_HOST in
    0.0.0.0 | ::) printf localhost ;;
    *:*) printf '[%s]' "$SERVER_HOST" ;;
    *) printf '%s' "$SERVER_HOST" ;;
  esac
}
http_url() { printf 'http://%s:%s' "$(url_host)" "$SERVER_PORT"; }
https_url() { printf 'https://%s:%s' "$(url_host)" "$SERVER_TLS_PORT"; }
