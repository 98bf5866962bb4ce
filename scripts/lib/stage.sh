# The files of an installation: what scripts/install and scripts/package have in common.
# Usage: source it with $root set; then stage DIRECTORY PREFIX PROGRAMS.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# stage DIRECTORY PREFIX PROGRAMS: makes DIRECTORY an image of /. PREFIX is /usr for a package and /usr/local
# for an installation from a source tree; PROGRAMS is the directory of the programs.
stage() {
  local to=$1 prefix=$1$2 programs=$3 name units=$root/scripts/lib/systemd strip=()
  # Without binutils, they are installed unstripped.
  if command -v strip >/dev/null; then strip=(-s); fi
  for name in signals-accessor signals-producer signals-cli; do
    install -D "${strip[@]}" -m 755 "$programs/$name" "$prefix/bin/$name"
  done

  stage_files "$prefix/lib/systemd/system" "$units"/signals-*.{socket,service}
  stage_files "$prefix/lib/systemd/system/signals-.service.d" "$units/signals-.service.d/10-sandbox.conf"
  install -D -m 644 "$units/sysusers.conf" "$prefix/lib/sysusers.d/signals.conf"
  install -D -m 644 "$units/tmpfiles.conf" "$prefix/lib/tmpfiles.d/signals.conf"

  stage_files "$to/etc/nginx/signals" "$root"/nginx/signals/*.conf
  install -D -m 644 "$root/nginx/site.conf" "$to/etc/nginx/sites-available/signals"

  install -d -m 750 "$to/etc/signals"
  stage_settings "$to/etc/signals/common.env" database "both services"
  stage_settings "$to/etc/signals/accessor.env" signals-accessor
  stage_settings "$to/etc/signals/producer.env" signals-producer

  stage_documents "$prefix/share/doc/signals"
  stage_files "$prefix/share/doc/signals/examples" "$units/remote-database.conf"
  stage_manual "$prefix/share/man" "$programs"
  stage_completions "$prefix/share" "$2" "$programs/signals-cli"
}

stage_files() {
  local to=$1
  shift
  install -d "$to"
  install -m 644 "$@" "$to"
}

# stage_settings FILE WORD…: the sections of .env.example whose headings have one of these words, without
# secrets and what the units set.
stage_settings() {
  local file=$1 name
  shift
  {
    printf '# Settings of services, read when systemd starts one. Secrets are not here but in\n'
    printf '# /etc/credstore, for root only; signals-accessor(8) and signals-producer(8) name them.\n'
    for name in "$@"; do
      printf '\n'
      awk -v word="$name" -v except="$not_for_files" '
        /^# ---/ { inside = index(tolower($0), word) > 0; held = "" }
        !inside || /scripts\/up/ { next }
        /^#[A-Z_]+=/ {
          name = $0
          sub(/^#/, "", name)
          sub(/=.*/, "", name)
          if (index(except, " " name " ") == 0) printf "%s%s\n", held, $0
          held = ""
          next
        }
        { held = held $0 "\n" }' "$root/.env.example"
    done
  } >"$file"
  # The directory of Debian's PostgreSQL socket; machine.sh makes the keys.
  sed -i -e 's|^#DB_HOST=.*|DB_HOST=/run/postgresql|' \
    -e 's|^#TOKEN_KEYS=.*|TOKEN_KEYS=/etc/signals/keys.json|' "$file"
  chmod 640 "$file"
}
not_for_files=" DB_USER DB_PASSWORD DB_ADMIN_PASSWORD RUN_DIR LOG_FILE ACCESSOR_SOCKET PRODUCER_SOCKET CONTROL_TOKEN SPOOL_DIR "

# stage_documents DIRECTORY: side by side, with their links adapted.
stage_documents() {
  local page links
  links=(-e 's|(Sources/Signals/Signals.docc/|(|g' -e 's|(\.\./\.\./\.\./|(|g'
    -e 's|(scripts/lib/package/README.Debian)|(README.Debian)|g')
  # shellcheck disable=SC2016 # code in Markdown
  links+=(-e 's|\[\.env\.example\](\.env\.example)|`/etc/signals/*.env`|g'
    -e 's|\[changelog\](scripts/lib/package/changelog)|`changelog.gz`|g')
  stage_files "$1" "$root/scripts/lib/package/README.Debian"
  for page in "$root/README.md" "$root"/Sources/Signals/Signals.docc/*.md; do
    sed "${links[@]}" "$page" >"$1/${page##*/}"
    chmod 644 "$1/${page##*/}"
  done
}

# stage_manual DIRECTORY PROGRAMS: compressed without a timestamp, so that the build is reproducible.
stage_manual() {
  local page name
  for page in "$2"/man[18]/*.[18]; do
    [[ -e $page ]] || continue
    name=$1/${page#"$2"/}
    install -D -m 644 "$page" "$name"
    gzip -9n "$name"
  done
}

stage_completions() {
  local share=$1 cli=$3 zsh=site-functions shell file
  if [[ $2 == /usr ]]; then zsh=vendor-completions; fi
  for shell in bash:bash-completion/completions/signals-cli "zsh:zsh/$zsh/_signals-cli" \
    fish:fish/vendor_completions.d/signals-cli.fish; do
    file=$share/${shell#*:}
    install -d "${file%/*}"
    # It is sourced, not run.
    "$cli" --generate-completion-script "${shell%%:*}" | sed '1{/^#!/d}' >"$file"
  done
}
