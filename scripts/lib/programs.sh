# The programs that are to be installed: built here, or wherever they were built.
# Usage: source it with packages.sh; then programs_find DIRECTORY [WHAT=PACKAGE…].
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root is the sourcing script's

# Sets programs to the directory that has them; with an empty DIRECTORY they are built. WHAT has to be on
# this machine besides, and the package that brings it.
programs_find() {
  local name
  if [[ $1 ]]; then
    programs=$(realpath "$1")
    packages_needed=()
  else
    programs=$root/.build/release
  fi
  phase "Debian packages" packages_install "${@:2}"
  if [[ ! $1 ]]; then phase "Build, in release mode" programs_build; fi
  for name in signals-accessor signals-producer signals-cli; do
    [[ -x $programs/$name ]] || die "there is no $name in $programs"
  done
}

programs_build() {
  local name
  command -v swift >/dev/null || die "there is no swift here; see https://www.swift.org/install"
  for name in signals-accessor signals-producer signals-cli; do
    (cd "$root" && swift build -c release --static-swift-stdlib --product "$name") ||
      die "$name does not build"
  done
}
