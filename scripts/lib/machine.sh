# What an installation needs besides its files: users, a first certificate, the control token, nginx.
# The package's scripts begin with this file, so it is POSIX sh.
# Usage: source it; then machine_prepare, start_units, stop_units, disable_site, machine_forget.
# shellcheck shell=sh

units="signals-accessor.socket signals-producer.socket signals-accessor.service signals-producer.service"
control_token=/etc/credstore/signals.CONTROL_TOKEN
token_keys=/etc/signals/keys.json
tls=/etc/nginx/tls
site=/etc/nginx/sites-enabled/signals
# Records the site as enabled, so that a site that the administrator has disabled stays disabled.
site_was_enabled=/var/lib/signals/site-was-enabled

machine_prepare() {
  systemd-sysusers signals.conf
  systemd-tmpfiles --create signals.conf
  chgrp signals /etc/signals /etc/signals/*.env
  # Setgid: files made in it later can be read by the services too.
  chmod 2750 /etc/signals
  make_control_token
  make_token_keys
  make_certificate
  enable_site
}

make_control_token() {
  [ ! -e "$control_token" ] || return 0
  (umask 077 && openssl rand -hex 24 >"$control_token")
}

# The public keys of tokens, which the services reread when they change: none yet.
make_token_keys() {
  [ ! -e "$token_keys" ] || return 0
  (umask 022 && echo '{"keys":[]}' >"$token_keys")
}

# A self-signed certificate, until there is a better one.
make_certificate() {
  if [ -e "$tls/signals.crt" ] || [ -L "$tls/signals.crt" ]; then return 0; fi
  name=$(hostname -f 2>/dev/null || hostname)
  mkdir -p "$tls"
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 365 \
      -subj "/CN=$name" -addext "subjectAltName=DNS:$name,DNS:localhost,IP:127.0.0.1" \
      -addext "keyUsage=critical,digitalSignature" -addext "extendedKeyUsage=serverAuth" \
      -keyout "$tls/self-signed.key" -out "$tls/self-signed.crt" 2>/dev/null
  )
  chmod 644 "$tls/self-signed.crt"
  ln -sf self-signed.key "$tls/signals.key"
  ln -sf self-signed.crt "$tls/signals.crt"
}

enable_site() {
  if [ ! -e "$site_was_enabled" ]; then
    ln -sf ../sites-available/signals "$site"
  elif [ "$(site_content)" = "$(cat "$site_was_enabled")" ]; then
    # A reload would close the connections that clients keep.
    return 0
  fi
  if nginx -q -t; then
    site_content >"$site_was_enabled"
    reload_nginx
  elif [ -e "$site_was_enabled" ]; then
    echo "signals: nginx rejects its configuration; the previous one stays in use" >&2
  else
    rm -f "$site"
    echo "signals: nginx rejects the site; fix the error and link it to $site" >&2
  fi
}

site_content() { cat /etc/nginx/sites-available/signals /etc/nginx/signals/*.conf | sha256sum; }

disable_site() {
  rm -f "$site" "$site_was_enabled"
  reload_nginx
}

# Not a failure: nginx may not be running.
reload_nginx() {
  if [ -d /run/systemd/system ]; then
    systemctl --quiet try-reload-or-restart nginx.service || true
  elif [ -s /run/nginx.pid ]; then
    nginx -q -s reload || true
  fi
}

# Replaces what ran before, if anything: the tables first, without losing a request.
start_units() {
  [ -d /run/systemd/system ] || return 0
  systemctl daemon-reload
  attempt restart signals-migrate.service
  attempt start signals-accessor.socket signals-producer.socket
  attempt restart signals-producer.service
  if systemctl --quiet is-active signals-accessor.service; then
    attempt reload signals-accessor.service
  else
    attempt start signals-accessor.service
  fi
}

# A unit that does not start logs why and is restarted until it does: the installation has not failed.
attempt() {
  systemctl "$@" || echo "signals: systemctl $* failed" >&2
}

stop_units() {
  [ -d /run/systemd/system ] || return 0
  # shellcheck disable=SC2086 # several
  systemctl stop $units signals-migrate.service
}

# Secrets, logs and what this script made; the data stays.
machine_forget() {
  rm -f /etc/credstore/signals.* /etc/credstore/signals-accessor.* /etc/credstore/signals-producer.* \
    /etc/credstore/signals-migrate.* "$token_keys" "$tls/self-signed.crt" "$tls/self-signed.key"
  for link in "$tls/signals.crt" "$tls/signals.key"; do
    if [ -L "$link" ] && [ ! -e "$link" ]; then rm "$link"; fi
  done
  rm -f /var/log/nginx/signals.log*
  rm -rf /var/cache/nginx/signals
  rmdir --ignore-fail-on-non-empty /etc/signals "$tls" /etc/credstore /var/cache/nginx 2>/dev/null || true
}

# Whether the machine's policy lets a package start and stop services.
may_start() {
  [ -x /usr/sbin/policy-rc.d ] || return 0
  /usr/sbin/policy-rc.d signals-accessor.service start || [ $? -ne 101 ]
}
