# Ports for servers of a script's own.
# Usage: source it; then free_ports COUNT.
# shellcheck shell=bash

# Ports that are free now, one a line, below the kernel's ephemeral range.
free_ports() {
  local port=$((20000 + RANDOM % 10000)) found=()
  while [[ ${#found[@]} -lt $1 ]]; do
    (: 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || found+=("$port")
    port=$((port + 1))
  done
  printf '%s\n' "${found[@]}"
}
