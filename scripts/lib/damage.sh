# Damage to the spool of scripts/chaos while the producer is down.
# Usage: source it with chaos.sh and orders.sh; then perform tear_spool, perform damage_spool.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with the script that sources it

# Tears the end of SQLite's journal, as after a power failure during a write, and its index, which is in
# memory only. Goes further than a power failure, into data synced long ago: batches can be simulated again,
# but commands are recorded nowhere else and must be settled first.
tear_spool() {
  local journal=$RUN_DIR/spool/spool.sqlite-wal size cut
  settle_orders || return 1
  kill_producer
  size=$(stat -c %s "$journal" 2>/dev/null) || return 1
  ((size > 0)) || return 1
  cut=$((RANDOM % 8192))
  if ((RANDOM % 4 == 0)); then cut=$((RANDOM * 32768 % size)); fi
  ((size > cut)) || return 1
  if ((RANDOM % 2)); then
    truncate -s "$((size - cut))" "$journal"
  else
    head -c "$cut" /dev/urandom |
      dd of="$journal" bs=1 seek="$((size - cut))" conv=notrunc status=none iflag=fullblock
  fi
  if ((RANDOM % 2)); then
    head -c 512 /dev/urandom | dd of="${journal%-wal}-shm" conv=notrunc status=none
  fi
}

# Damages some bytes of the database file. That loses waiting readings and plans for good, so it waits for an
# empty spool and verifies the database before.
damage_spool() {
  local file=$RUN_DIR/spool/spool.sqlite last size
  stop_serving_producer
  last=$(tail -n 2 "$RUN_DIR/log/producer.log")
  [[ $last == *"info producer: stopped"* && $last != *"left in the spool"* ]] || return 1
  "$producer" verify >"$RUN_DIR/log/verify.log" 2>&1 || accuse_producer "has lost or duplicated readings"
  size=$(stat -c %s "$file")
  # Everything but the batches is in the first pages.
  if ((RANDOM % 2 && size > 40960)); then size=40960; fi
  head -c $((1 + RANDOM % 64)) /dev/urandom |
    dd of="$file" bs=1 seek=$(((RANDOM * 32768 + RANDOM) % size)) conv=notrunc status=none
  acknowledged=0 is_unsettled=''
}
