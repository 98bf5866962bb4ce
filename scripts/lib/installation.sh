# Installs and removes staged files, and keeps those that were changed after their installation.
# Usage: source it with say.sh; then installation_put STAGED ROOT, installation_take ROOT.
# shellcheck shell=bash
# shellcheck disable=SC2154 # dry_run and purge are the sourcing script's

# The installed files below ROOT: "sha256  /path" of each, as it was when it was installed.
manifest=/var/lib/signals/installed

# act COMMAND…: does nothing with --dry-run.
act() { if [[ ! $dry_run ]]; then "$@"; fi; }

# installation_put STAGED ROOT: a file of /etc that was changed after it was put there stays, and the new
# one lies beside it as FILE.new.
installation_put() {
  local staged=$1 to=$2 path now next changes=0
  local -A put=()
  manifest_read "$to" put
  next=$(mktemp)
  while IFS= read -r path; do
    now=$(hash_of "$staged$path")
    printf '%s  %s\n' "$now" "$path" >>"$next"
    if [[ $(hash_of "$to$path") == "$now" ]]; then continue; fi
    if [[ ! -e $to$path ]]; then
      say "  new      $path"
      put_file "$staged$path" "$to$path"
    elif [[ $path == /etc/* && $(hash_of "$to$path") != "${put[$path]-}" ]]; then
      # Changed here; and if it is the same as last time otherwise, there is nothing new to offer.
      if [[ ${put[$path]-} == "$now" ]]; then continue; fi
      say "  yours    $path stays; the new one is $path.new"
      put_file "$staged$path" "$to$path.new"
    else
      say "  changed  $path"
      put_file "$staged$path" "$to$path"
    fi
    changes=$((changes + 1))
  done < <(cd "$staged" && find . -type f | sed 's/^\.//' | sort)
  while IFS= read -r path; do
    if [[ -e $to$path && ! -e $staged$path ]]; then
      say "  gone     $path"
      act rm "$to$path"
      changes=$((changes + 1))
    fi
  done < <(printf '%s\n' "${!put[@]}" | grep . | sort)
  if [[ $changes -eq 0 ]]; then say "  nothing has changed"; fi
  act install -D -m 644 "$next" "$to$manifest"
  rm "$next"
}

put_file() {
  local mode
  mode=$(stat -c %a "$1")
  act mkdir -p "${2%/*}"
  # By rename: a running program keeps its old file, and the path always has a complete one.
  act install -m "$mode" "$1" "$2.put"
  act mv "$2.put" "$2"
}

# installation_take ROOT: without --purge settings stay, and stay known.
installation_take() {
  local to=$1 path left
  local -A put=()
  manifest_read "$to" put
  left=$(mktemp)
  while IFS= read -r path; do
    if [[ ! -e $to$path ]]; then continue; fi
    if [[ $path == /etc/* && ! $purge ]]; then
      say "  stays    $path"
      printf '%s  %s\n' "${put[$path]}" "$path" >>"$left"
      continue
    fi
    say "  gone     $path"
    act rm -f "$to$path" "$to$path.new"
    act remove_own_folders "$to${path%/*}"
  done < <(printf '%s\n' "${!put[@]}" | grep . | sort)
  if [[ -s $left ]]; then
    act install -m 644 "$left" "$to$manifest"
  else
    act rm -f "$to$manifest"
  fi
  rm "$left"
}

# Removes empty directories that are ours.
remove_own_folders() {
  local folder=$1
  while [[ $folder == */signals* ]] && rmdir "$folder" 2>/dev/null; do folder=${folder%/*}; done
}

manifest_read() {
  local -n entries=$2
  local hash path
  [[ -r $1$manifest ]] || return 0
  # shellcheck disable=SC2034 # the caller's
  while read -r hash path; do entries["$path"]=$hash; done <"$1$manifest"
}

hash_of() { if [[ -e $1 ]]; then sha256sum "$1" | cut -d ' ' -f 1; fi; }
