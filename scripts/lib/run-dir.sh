# RUN_DIR: everything that a running system leaves on disk. One run at a time holds its lock.
# Usage: source it; then run_dir_make, run_dir_is_free, run_dir_take, run_dir_release.
# shellcheck shell=bash

run_dir_make() {
  # Searchable, so that PostgreSQL's user can reach its cluster; secrets are 0600.
  if [[ ! -d $RUN_DIR ]]; then (umask 022 && mkdir -p "$RUN_DIR") || die "cannot make $RUN_DIR"; fi
  [[ -O $RUN_DIR ]] || die \
    "$RUN_DIR belongs to $(stat -c %U "$RUN_DIR"); run as that user, or set another RUN_DIR"
  (umask 027 && mkdir -p "$RUN_DIR/log" "$RUN_DIR/pids")
  # An earlier release made them readable by every user.
  chmod go-w "$RUN_DIR/log" "$RUN_DIR/pids"
}

# A shared lock, so that two concurrent checks do not mistake each other for a run.
run_dir_is_free() { flock --nonblock --shared "$RUN_DIR/lock" true; }

# The lock is held until this process exits.
run_dir_take() {
  exec 9>>"$RUN_DIR/lock"
  flock --timeout 1 9 || die "another run has just started in $RUN_DIR"
  rm -f "$RUN_DIR/ready"
  remember "$RUN_DIR/pids/up" $$
  # The logs of this run, and those of the last one.
  local log
  for log in "$RUN_DIR"/log/*.log; do
    if [[ -e $log && $log != */up.log ]]; then mv "$log" "$log.1"; fi
  done
}

run_dir_release() {
  rm -f "$RUN_DIR/pids/up"
  exec 9>&-
}
