# Reads a .env file by the same rules as the programs, with the same error messages.
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
      env_file_die "control character in the line"
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
    if [[ ${seen[$name]-} ]]; then env_file_die "$name is already set on line ${seen[$name]}"; fi
    if [[ ${#value} -gt 1 && ($value == \"*\" || $value == \'*\') ]]; then
      env_file_die "the value of $name must not be quoted"
    fi
    env_file[$name]=$value
    seen[$name]=$number
  done <"$file"
}

env_file_die() { die_of_setting "$file:$number: $1"; }

# Checks that only this user and root can have written the file, and that it is UTF-8.
env_file_check() {
  local owner size
  [[ -r $1 ]] || die_of_setting "cannot read $1: Permission denied"
  [[ -f $1 ]] || die_of_setting "$1 is not a regular file"
  for owner in "$(stat -c %u "$1")" "$(stat -L -c %u "$1")"; do
    [[ $owner -eq 0 || $owner -eq $EUID ]] || die_of_setting \
      "$1 is owned by another user (uid $owner); it must be owned by the current user or root"
  done
  [[ $((8#$(stat -L -c %a "$1") & 8#22)) -eq 0 ]] ||
    die_of_setting "$1 is writable by other users; run chmod go-w $1"
  size=$(stat -L -c %s "$1")
  [[ $size -le 1048576 ]] || die_of_setting "$1 is longer than 1048576 bytes"
  # Rejects UTF-16 by its byte order mark or NULs, which bash itself would drop silently.
  if [[ $(head -c 2 "$1" | od -An -tx1) =~ ff\ fe|fe\ ff ]] ||
    [[ $(tr -d '\0' <"$1" | wc -c) -ne $size ]]; then
    die_of_setting "$1:1: the file is not UTF-8"
  fi
}

# Sets names to the settings in .env.example and the _FILE variants of secrets.
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
  # Settings of signals-cli, for users who source the file in their shell.
  if [[ $name == SIGNALS_* ]]; then return; fi
  for known in "${names[@]}"; do
    if [[ $name == "$known" ]]; then return; fi
  done
  closest=$(env_file_closest)
  env_file_die "unknown setting $name; ${closest:+did you mean $closest?}$(
    [[ $closest ]] || printf 'see .env.example for a list'
  )"
}

# Prints the closest setting; a third of the letters, but at least one, may differ.
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
