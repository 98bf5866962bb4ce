# The programs to install: built here, or elsewhere.
# Usage: source it with packages.sh, release.sh and manual.sh; then programs_find DIRECTORY [WHAT=PACKAGE…].
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root is the sourcing script's

# Sets programs to the directory that has them, and their manual pages in man1 and man8; with an empty
# DIRECTORY they are built. WHAT has to be on this machine besides, and the package that brings it.
programs_find() {
  local name page
  if [[ $1 ]]; then
    programs=$(realpath "$1")
    packages_needed=()
  else
    programs=$root/.build/release
  fi
  phase "Debian packages" packages_install "${@:2}"
  if [[ ! $1 ]]; then phase "Build, in release mode" programs_build; fi
  for name in signals-accessor signals-producer signals-cli; do
    [[ -x $programs/$name ]] || die "$programs/$name does not exist"
    page=man$(manual_section "$name")/$name.$(manual_section "$name")
    [[ -e $programs/$page ]] || say "$programs/$page does not exist: no manual page for $name"
  done
}

programs_build() {
  local name
  release_find
  for name in signals-accessor signals-producer signals-cli; do
    "${release_build[@]}" --product "$name" || die "$name does not build"
  done
  # Pages of removed commands would stay.
  rm -rf "$programs/man1" "$programs/man8"
  for name in signals-accessor signals-producer signals-cli; do
    manual_make "$programs/$name" "$programs"
  done
}
