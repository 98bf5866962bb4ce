# A private PostgreSQL cluster under RUN_DIR: one unix socket, no TCP, for its owner only.
# Usage: source it; then cluster_make, run_postgres (in a child), cluster_is_ready, cluster_add_user,
# cluster_names.
# shellcheck shell=bash

# The directory with initdb and postgres of $1, or of the newest version there is.
postgres_programs() {
  local found
  found=$(compgen -G "/usr/lib/postgresql/${1:-*}/bin/initdb" | sort -V | tail -n 1) ||
    { [[ $# -eq 0 ]] && found=$(command -v initdb); } || return 1
  dirname "$found"
}

# Runs a command as the cluster's owner: PostgreSQL refuses to run as root.
as_cluster_owner() {
  if [[ $EUID -eq 0 ]]; then
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  else
    "$@"
  fi
}

# Sets DB_HOST and the rest to the cluster in the directory $cluster. Unless DB_USER is set, the services use
# the roles with the rights that they need.
cluster_names() {
  # shellcheck disable=SC2034 # for the scripts that start the services
  if [[ ! ${DB_USER-} ]]; then writer=signals_writer reader=signals_reader; fi
  export DB_HOST=$cluster DB_PORT=${DB_PORT:-5432} DB_USER=${DB_USER:-postgres}
  export DB_NAME=${DB_NAME:-machine_data}
  check_port DB_PORT
  [[ $DB_USER != *[\"$'\n']* ]] || die_of_setting "DB_USER must not contain quotes (got \"$DB_USER\")"
  check_socket RUN_DIR "$DB_HOST/.s.PGSQL.$DB_PORT"
}

# Makes the cluster unless there is one, and sets DB_HOST and the rest to it.
cluster_make() {
  cluster_place
  cluster_names
  if [[ -e $cluster/data/PG_VERSION ]]; then
    postgres_bin=$(postgres_programs "$(<"$cluster/data/PG_VERSION")") || die \
      "the cluster $cluster is of PostgreSQL $(<"$cluster/data/PG_VERSION"), which is not installed"
    say "  using the cluster in $cluster"
  else
    postgres_bin=$(postgres_programs)
    say "  making a cluster in $cluster"
    # Under another name first, so that an interrupted initdb does not leave a cluster.
    as_cluster_owner rm -rf "$cluster/data.new"
    as_cluster_owner "$postgres_bin/initdb" --pgdata="$cluster/data.new" --username=postgres \
      --encoding=UTF8 --locale=C --data-checksums --auth-local=peer --auth-host=reject \
      >"$RUN_DIR/log/initdb.log" 2>&1 </dev/null || die_with_log initdb "initdb failed"
    as_cluster_owner mv "$cluster/data.new" "$cluster/data"
  fi

  # Peer authentication: the map allows only the user of this script (root, if the server runs as postgres) to
  # log in as these roles.
  local me
  me=$(id -un)
  as_cluster_owner tee "$cluster/data/pg_hba.conf" >/dev/null <<<"local all all peer map=owner"
  as_cluster_owner tee "$cluster/data/pg_ident.conf" >/dev/null <<EOT
owner "$me" postgres
owner "$me" "$DB_USER"
owner "$me" signals_writer
owner "$me" signals_reader
EOT
}

# Sets cluster to the directory for it: RUN_DIR/postgres, 0700, or what that is a link to.
cluster_place() {
  local link=$RUN_DIR/postgres
  if [[ -d $link ]]; then
    cluster=$(realpath "$link")
  elif [[ $EUID -ne 0 ]]; then
    cluster=$link
    install -d -m 0700 "$cluster"
  elif as_cluster_owner test -x "$RUN_DIR"; then
    cluster=$link
    install -d -m 0700 -o postgres -g postgres "$cluster"
  else
    # The project may be below a directory that only root may enter, such as /root.
    cluster=/var/tmp/signals-$(sha256sum <<<"$RUN_DIR" | head -c 12)
    say "  user postgres cannot reach $RUN_DIR: the cluster goes to $cluster"
    # Every user may write to /var/tmp: only a directory owned by postgres is used.
    if ! mkdir -m 0700 "$cluster" 2>/dev/null; then
      [[ -d $cluster && ! -L $cluster && $(stat -c %U "$cluster") == postgres ]] ||
        die "$cluster belongs to another user; remove it or set another RUN_DIR"
    fi
    chown postgres:postgres "$cluster"
    ln -sfn "$cluster" "$link"
  fi
  if [[ $EUID -eq 0 ]] && ! as_cluster_owner test -w "$cluster"; then
    die "user postgres can no longer write to $cluster; set another RUN_DIR"
  fi
}

# After a kill -9 PostgreSQL takes a process with the old server's pid, or its zombie, for a running server.
# A real one has its data directory as its working directory, and so do its sessions.
cluster_clear() {
  within 10 cluster_is_unused || die "another PostgreSQL server is running in $cluster/data"
  rm -f "$cluster/data/postmaster.pid" "$cluster"/.s.PGSQL.*
}

cluster_is_unused() {
  local path
  for path in /proc/[0-9]*; do
    if [[ $path/cwd -ef $cluster/data ]]; then return 1; fi
  done
}

# Fast shutdown (SIGINT) if its parent dies. Replaces the child's process.
run_postgres() {
  local user=()
  cluster_clear
  if [[ $EUID -eq 0 ]]; then user=(--reuid=postgres --regid=postgres --init-groups); fi
  exec setsid setpriv "${user[@]}" --pdeathsig INT "$postgres_bin/postgres" -D "$cluster/data" \
    -c listen_addresses= -c port="$DB_PORT" -c unix_socket_directories="\"$cluster\"" \
    -c unix_socket_permissions=0700 -c logging_collector=off -c log_destination=stderr
}

# cluster_signal SIGNAL: to the server and all of its processes, each of which leads a session.
cluster_signal() {
  local pid processes
  read -r pid _ <"$RUN_DIR/pids/postgres"
  # The list has no final newline, which read reports as a failure.
  read -r -a processes <"/proc/$pid/task/$pid/children" || true
  kill -s "$1" "$pid" "${processes[@]}" 2>/dev/null || true
}

cluster_is_ready() { "$postgres_bin/pg_isready" -q -h "$cluster" -p "$DB_PORT" -U postgres; }

# Creates the role DB_USER if it does not exist; the migrations create the database.
cluster_add_user() {
  "$postgres_bin/psql" -X -q -v ON_ERROR_STOP=1 -v user="$DB_USER" \
    -h "$cluster" -p "$DB_PORT" -U postgres -d postgres <<'SQL'
SELECT format('CREATE ROLE %I LOGIN CREATEDB', :'user')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
SQL
}
