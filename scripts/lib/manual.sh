# Makes the manual pages of a program: one for it and one for each of its commands.
# Usage: source it with say.sh and release.sh; then, after release_find, manual_make PROGRAM DIRECTORY,
# PROGRAM being one of ours, built, and DIRECTORY the parent of man1 and man8.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# A page is what the program's help says, followed by the sections in this folder's file of its name.
manual_sections=$(dirname "${BASH_SOURCE[0]}")/manual

# By argument-parser's own tool, built as the programs are; its plugin, "swift package generate-manual",
# would build every program once more, in another way than we do, to ask it the same.
manual_make() {
  local program=$1 name=${1##*/} date section tool directory
  date=$(git -C "$root" log -1 --format=%cs 2>/dev/null) || date=$(date +%F)
  "${release_build[@]}" --product generate-manual >&2 ||
    die "the tool that makes manual pages does not build"
  tool=$("${release_build[@]}" --show-bin-path)/generate-manual
  section=$(manual_section "$name")
  directory=$2/man$section
  mkdir -p "$directory"
  "$tool" --multi-page --section "$section" --date "$date" --output-directory "$directory" "$program" >&2
  manual_tidy "$directory" "$name" "$section"
}

# manual_section NAME: daemons are in section 8.
manual_section() { if [[ $1 == signals-cli ]]; then echo 1; else echo 8; fi; }

# manual_tidy DIRECTORY NAME SECTION: pages named as git names its own, so that "man signals-cli get" finds
# one; paragraphs as mdoc has them; nothing about "help", which needs no page; and "--version" once where a
# command has its own, which the tool adds to.
manual_tidy() {
  local page words name edits
  rm "$1/$2.help.$3"
  edits=(-e 's/^$/.Pp/' -e 's/^\.Nd "\(.*[^.]\)\.*"$/.Nd \1/' -e "/^\.Xr .*\.help $3/d" -e '/^\.\(Xr\|Dt\) /s/\([A-Za-z]\)\./\1-/g')
  edits+=(-e '/^\.It Fl V , -version$/,$ {/^\.It Fl -version$/,+1 d}' -e '/^\.Op Fl -version$/ {N; s/^\(.*\)\n\1$/\1/}')
  if ! compgen -G "$1/$2.*.$3" >/dev/null; then
    edits+=(-e '/^\.Ar subcommand$/d' -e '/^\.Sh "SEE ALSO"$/d')
  fi
  for page in "$1/$2.$3" "$1/$2".*."$3"; do
    [[ -e $page ]] || continue
    words=$(basename "$page" ".$3")
    words=${words//./ }
    name=${words// /-}
    sed -i "${edits[@]}" -e "s/^\.Nm \".*\"\$/.Nm $name/" -e "s/^\.Nm\$/.Nm \"$words\"/" \
      -e "s/^\.Ex -std\$/.Ex -std \"$words\"/" "$page"
    # No paragraph ends at the next item of a list.
    sed -i -e '/^\.Pp$/ {N; s/^\.Pp\n\(\.\(It\|El\)\)/\1/}' "$page"
    if [[ -e $manual_sections/$name.$3 ]]; then manual_extend "$page" "$manual_sections/$name.$3"; fi
    [[ $words != *' '* ]] || mv "$page" "$1/$name.$3"
  done
}

# manual_extend PAGE SECTIONS: the sections follow what the page describes. They end with those of "SEE
# ALSO", where the pages of commands are listed too.
manual_extend() {
  local line
  {
    sed '/^\.Sh "EXIT STATUS"$/,$d' "$1"
    while IFS= read -r line; do
      case $line in
        '@SETTINGS '*) manual_settings "${line#* }" ;;
        *) printf '%s\n' "$line" ;;
      esac
    done <"$2"
    # The last has no line break of its own.
    sed -n '/^\.Sh "SEE ALSO"$/,$ {/^\.Xr /p}' "$1" | awk 1
  } >"$1.extended"
  mv "$1.extended" "$1"
}

# manual_settings WORDS: as items of a list, the settings of the sections of .env.example whose headings
# have one of these words, which "|" separates.
manual_settings() {
  local name
  local -a words
  IFS='|' read -ra words <<<"$1"
  for name in "${words[@]}"; do
    awk -v word="$name" '
      /^# ---/ { inside = index(tolower($0), word) > 0; text = ""; next }
      !inside || /scripts\/up/ { next }
      /^#[A-Z_]+=/ {
        name = $0
        sub(/^#/, "", name)
        value = name
        sub(/=.*/, "", name)
        sub(/^[^=]*=/, "", value)
        printf ".It Ev %s\n%s", name, text
        if (value != "") printf "The default is\n.Ql %s .\n", value
        text = ""
        next
      }
      /^# / { text = text substr($0, 3) "\n" }' "${BASH_SOURCE[0]%/*}/../../.env.example"
  done
}
