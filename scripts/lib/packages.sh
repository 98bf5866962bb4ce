# Installs the Debian packages that are missing.
# Usage: source it; then packages_are_there or packages_install, with [WHAT=PACKAGE…] to ask for more.
# shellcheck shell=bash

# Requirements and the packages that provide them: a command, a library by its pkg-config name (lib:), or a
# file. Anything found is not installed again, regardless of its source.
packages_needed=(
  git=git
  /etc/ssl/certs/ca-certificates.crt=ca-certificates
  pkg-config=pkg-config
  lib:libpq=libpq-dev
  lib:fcgi=libfcgi-dev
  lib:libcurl=libcurl4-openssl-dev
  lib:zlib=zlib1g-dev
  lib:sqlite3=libsqlite3-dev
  initdb=postgresql
  nginx=nginx
  openssl=openssl
  curl=curl
)

# Sets missing to the missing packages.
packages_are_there() {
  # Debian keeps servers where an ordinary user's PATH does not lead.
  PATH=$PATH:/usr/sbin:/sbin
  local need
  missing=()
  for need in "${packages_needed[@]}" "$@"; do
    is_there "${need%=*}" || missing+=("${need#*=}")
  done
  [[ ${#missing[@]} -eq 0 ]]
}

packages_install() {
  local missing
  if packages_are_there "$@"; then
    say "  nothing is missing"
    return
  fi
  say "  installing ${missing[*]}"
  command -v apt-get >/dev/null || die "apt-get not found"
  as_root true || die "root is needed; run: apt-get install --no-install-recommends ${missing[*]}"
  as_root bash -s -- "${missing[@]}" < <(declare -f install_quietly && echo 'install_quietly "$@"') ||
    die "apt-get failed to install them"
}

is_there() {
  case $1 in
    /*) [[ -e $1 ]] ;;
    lib:*) command -v pkg-config >/dev/null && pkg-config --exists "${1#lib:}" ;;
    initdb) postgres_programs >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    # Without a terminal, sudo cannot ask for a password.
    if [[ -t 2 ]]; then sudo "$@"; else sudo -n "$@"; fi
  else
    return 1
  fi
}

# Installs packages for their programs only. Debian would start nginx and PostgreSQL, make a database
# cluster, and start both at every boot: a policy forbids that while apt runs, createcluster.d disables the
# cluster, and new services are disabled. It runs as root in a shell of its own, so that its temporary files
# are removed however it ends.
install_quietly() {
  set -euo pipefail
  local policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/none.conf
  local service fresh=()
  undo=() # not local: the trap may run when this function is gone
  trap 'rm -f "${undo[@]}"' EXIT
  if [[ ! -e $policy ]]; then
    undo+=("$policy")
    printf '#!/bin/sh\n# Temporary: scripts/up installs packages without starting them.\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  undo+=("$cluster")
  mkdir -p "${cluster%/*}"
  echo "create_main_cluster = off" >"$cluster"
  for service in nginx postgresql prometheus pgbouncer; do
    [[ -e /etc/init.d/$service ]] || fresh+=("$service")
  done

  export DEBIAN_FRONTEND=noninteractive
  local apt=(apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
  "${apt[@]}" update </dev/null
  "${apt[@]}" install -y --no-install-recommends "$@" </dev/null

  for service in "${fresh[@]}"; do
    if [[ -e /etc/init.d/$service ]]; then update-rc.d "$service" disable; fi
  done
}
