# Builds this project's programs, in release mode.
# Usage: source it with supervise.sh and release.sh; then build PRODUCT….
# shellcheck shell=bash
# shellcheck disable=SC2154 # release_build is from release.sh

build() {
  local product
  release_find
  for product in "$@"; do
    run_to_end build shown || die "$product does not build"
  done
}
run_build() { exec setsid "${release_build[@]}" --product "$product"; }
