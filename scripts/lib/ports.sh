# Ports for servers of a script's own.
# Usage: source it; then free_ports COUNT.
# shellcheck shell=bash

# On which nobody listens now, one a line. They lie below those that the kernel gives to clients.
free_ports() {
  local port=$((20000 + RANDOM % 10000)) found=()
  while [[ ${#found[@]} -lt $1 ]]; do
    (: 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || found+=("$port")
    port=$((port + 1))
  done
  printf '%s\n' "${found[@]}"
}
