# Makes the manual pages of signals-cli: one for the program and one for each of its commands.
# Usage: source it with say.sh and $root set; then manual_make PROGRAM DIRECTORY, PROGRAM being a built
# signals-cli and DIRECTORY one such as …/share/man/man1.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# By argument-parser's own tool; its plugin, "swift package generate-manual", would build every program
# once more, in another way than we do, to ask it the same.
manual_make() {
  local program=$1 directory=$2 date tool
  date=$(git -C "$root" log -1 --format=%cs 2>/dev/null) || date=$(date +%F)
  swift build --package-path "$root" --product generate-manual >&2 ||
    die "the tool that makes manual pages does not build"
  tool=$(swift build --package-path "$root" --show-bin-path)/generate-manual
  mkdir -p "$directory"
  "$tool" --multi-page --date "$date" --output-directory "$directory" "$program" >&2
}
