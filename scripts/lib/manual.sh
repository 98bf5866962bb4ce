# Makes the manual pages of a program: one for it and one for each of its commands.
# Usage: source it with say.sh and release.sh; then, after release_find, manual_make PROGRAM DIRECTORY,
# PROGRAM being one of ours, built, and DIRECTORY one such as …/share/man/man1.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# By argument-parser's own tool, built as the programs are; its plugin, "swift package generate-manual",
# would build every program once more, in another way than we do, to ask it the same.
manual_make() {
  local program=$1 directory=$2 date tool
  date=$(git -C "$root" log -1 --format=%cs 2>/dev/null) || date=$(date +%F)
  "${release_build[@]}" --product generate-manual >&2 ||
    die "the tool that makes manual pages does not build"
  tool=$("${release_build[@]}" --show-bin-path)/generate-manual
  mkdir -p "$directory"
  "$tool" --multi-page --date "$date" --output-directory "$directory" "$program" >&2
  manual_tidy "$directory" "${program##*/}"
}

# manual_tidy DIRECTORY NAME: pages named as git names its own, so that "man signals-cli get" finds one;
# paragraphs as mdoc has them; nothing about "help", which needs no page; and "--version" once where a
# command has its own, which the tool adds to.
manual_tidy() {
  local page words edits
  rm "$1/$2.help.1"
  edits=(-e 's/^$/.Pp/' -e 's/^\.Nd "\(.*\)"$/.Nd \1/' -e '/^\.Xr .*\.help 1/d' -e '/^\.\(Xr\|Dt\) /s/\([A-Za-z]\)\./\1-/g')
  edits+=(-e '/^\.It Fl V , -version$/,$ {/^\.It Fl -version$/,+1 d}' -e '/^\.Op Fl -version$/ {N; s/^\(.*\)\n\1$/\1/}')
  if ! compgen -G "$1/$2.*.1" >/dev/null; then
    edits+=(-e '/^\.Ar subcommand$/d' -e '/^\.Sh "SEE ALSO"$/d')
  fi
  for page in "$1/$2.1" "$1/$2".*.1; do
    [[ -e $page ]] || continue
    words=$(basename "$page" .1)
    words=${words//./ }
    sed -i "${edits[@]}" -e "s/^\.Nm \".*\"\$/.Nm ${words// /-}/" -e "s/^\.Nm\$/.Nm \"$words\"/" \
      -e "s/^\.Ex -std\$/.Ex -std \"$words\"/" "$page"
    [[ $words != *' '* ]] || mv "$page" "$1/${words// /-}.1"
  done
}
