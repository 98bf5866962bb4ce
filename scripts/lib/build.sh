# Builds this project's programs, in release mode.
# Usage: source it with supervise.sh; then build PRODUCT….
# shellcheck shell=bash

build() {
  local product
  command -v swift >/dev/null || die "there is no swift here; see https://www.swift.org/install"
  for product in "$@"; do
    run_to_end build shown || die "$product does not build"
  done
}
run_build() { exec setsid swift build -c release --static-swift-stdlib --product "$product"; }
