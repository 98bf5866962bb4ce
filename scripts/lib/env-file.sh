# Reads a .env file by the rules of the programs, and with the same words when it cannot be read.
# Usage: source it with $root set and say.sh; then env_file_read FILE, which sets env_file[NAME].
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root is the sourcing script's, env_file is for it

declare -A env_file=()

# Nothing in the file is executed or expanded.
env_file_read() {
  local LC_ALL=C file=$1 line value name number=0 blank=$' \t'
  local -A seen=()
  local -a names=()
  env_file=()
  [[ -e $file ]] || return 0
  env_file_check "$file"
  env_file_names
  while IFS= read -r line || [[ $line ]]; do
    number=$((number + 1))
    if ((number == 1)); then line=${line#$'\xef\xbb\xbf'}; fi
    line=${line%$'\r'}
    [[ $line != *[$'\x01'-$'\x08'$'\x0b'-$'\x1f'$'\x7f']* ]] ||
      env_file_die "there is a control character"
    [[ $line != *[$'\x80'-$'\xff']* ]] || iconv -f UTF-8 -t UTF-8 <<<"$line" >/dev/null 2>&1 ||
      env_file_die "the line is not UTF-8"
    line=${line#"${line%%[!"$blank"]*}"}
    line=${line%"${line##*[!"$blank"]}"}
    if [[ ! $line || $line == '#'* ]]; then continue; fi
    [[ $line == *=* ]] || env_file_die "expected NAME=VALUE"
    name=${line%%=*}
    name=${name%"${name##*[!"$blank"]}"}
    value=${line#*=}
    value=${value#"${value%%[!"$blank"]*}"}
    env_file_check_name
    if [[ ${seen[$name]-} ]]; then env_file_die "$name is set already in line ${seen[$name]}"; fi
    if [[ ${#value} -gt 1 && ($value == \"*\" || $value == \'*\') ]]; then
      env_file_die "the value of $name is in quotes; write it without"
    fi
    env_file[$name]=$value
    seen[$name]=$number
  done <"$file"
}

env_file_die() { die_of_setting "$file:$number: $1"; }

# A file that only this user and root can have written, in UTF-8.
env_file_check() {
  local owner size
  [[ -r $1 ]] || die_of_setting "$1 cannot be read: Permission denied"
  [[ -f $1 ]] || die_of_setting "$1 is not a file"
  for owner in "$(stat -c %u "$1")" "$(stat -L -c %u "$1")"; do
    [[ $owner -eq 0 || $owner -eq $EUID ]] || die_of_setting \
      "$1 belongs to another user (uid $owner); only the user who runs this or root may own it"
  done
  [[ $((8#$(stat -L -c %a "$1") & 8#22)) -eq 0 ]] ||
    die_of_setting "$1 can be written by other users; chmod go-w $1"
  size=$(stat -L -c %s "$1")
  [[ $size -le 1048576 ]] || die_of_setting "$1 is longer than 1048576 bytes"
  # No byte of UTF-16 survives this, and bash itself would drop a NUL in silence.
  if [[ $(head -c 2 "$1" | od -An -tx1) =~ ff\ fe|fe\ ff ]] ||
    [[ $(tr -d '\0' <"$1" | wc -c) -ne $size ]]; then
    die_of_setting "$1:1: the file is not UTF-8; save it as UTF-8"
  fi
}

# Sets names to those of .env.example, and of the files that a secret may be in.
env_file_names() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^#?([A-Z_]+)= ]]; then names+=("${BASH_REMATCH[1]}"); fi
  done <"$root/.env.example"
  names+=(DB_PASSWORD_FILE DB_ADMIN_PASSWORD_FILE CONTROL_TOKEN_FILE)
}

env_file_check_name() {
  local known closest
  [[ $name != export[$blank]* ]] || env_file_die "expected NAME=VALUE, without export"
  [[ $name =~ ^[A-Za-z0-9_]+$ ]] || env_file_die "expected NAME=VALUE"
  # Of signals-cli, for those who read the file into their shell.
  if [[ $name == SIGNALS_* ]]; then return; fi
  for known in "${names[@]}"; do
    if [[ $name == "$known" ]]; then return; fi
  done
  closest=$(env_file_closest)
  env_file_die "$name is not a setting; ${closest:+did you mean $closest?}$(
    [[ $closest ]] || printf '.env.example lists them all'
  )"
}

# The setting that was most likely meant: a third of the letters may be wrong, and at least one.
env_file_closest() {
  local known word=${name,,} least distance best=''
  least=$((${#name} / 3 > 1 ? ${#name} / 3 + 1 : 2))
  for known in "${names[@]}"; do
    env_file_distance "$word" "${known,,}"
    if ((distance < least)); then least=$distance best=$known; fi
  done
  printf '%s' "$best"
}

# Sets distance to how many letters have to be put in, left out, replaced or swapped with their neighbour.
env_file_distance() {
  local a=$1 b=$2 i j cost
  local -A row=()
  for ((i = 0; i <= ${#a}; i++)); do row[$i,0]=$i; done
  for ((j = 0; j <= ${#b}; j++)); do row[0,$j]=$j; done
  for ((i = 1; i <= ${#a}; i++)); do
    for ((j = 1; j <= ${#b}; j++)); do
      cost=1
      if [[ ${a:i-1:1} == "${b:j-1:1}" ]]; then cost=0; fi
      distance=$((row[$((i - 1)),$((j - 1))] + cost))
      if ((row[$((i - 1)),$j] + 1 < distance)); then distance=$((row[$((i - 1)),$j] + 1)); fi
      if ((row[$i,$((j - 1))] + 1 < distance)); then distance=$((row[$i,$((j - 1))] + 1)); fi
      if ((i > 1 && j > 1)) && [[ ${a:i-1:1} == "${b:j-2:1}" && ${a:i-2:1} == "${b:j-1:1}" ]] &&
        ((row[$((i - 2)),$((j - 2))] + 1 < distance)); then
        distance=$((row[$((i - 2)),$((j - 2))] + 1))
      fi
      row[$i,$j]=$distance
    done
  done
}
