# A certificate authority for development and the server's certificate from it, in RUN_DIR/tls.
# Usage: source it; then certificates_make.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

certificates_make() {
  local tls=$RUN_DIR/tls
  mkdir -p "$tls"
  if ! is_valid "$tls/ca.crt"; then
    say "  making a certificate authority"
    rm -f "$tls/server.crt"
    certificate ca 3650 "Development CA of $(basename "$root")" \
      -addext "basicConstraints=critical,CA:true,pathlen:0" \
      -addext "keyUsage=critical,keyCertSign,cRLSign"
  fi
  if is_valid "$tls/server.crt" && is_for_hosts "$tls/server.crt"; then
    say "  the certificate is valid"
    return
  fi
  local names=DNS:localhost,IP:127.0.0.1,IP:::1 host
  for host in "$SERVER_HOST" ${SERVER_NAMES//,/ }; do
    if is_address "$host"; then host=IP:$host; else host=DNS:$host; fi
    if [[ ,$names, != *,$host,* ]]; then names+=,$host; fi
  done
  say "  making a certificate for $names"
  certificate server 397 "$SERVER_HOST" -CA "$tls/ca.crt" -CAkey "$tls/ca.key" \
    -addext "basicConstraints=critical,CA:false" -addext "keyUsage=critical,digitalSignature" \
    -addext "extendedKeyUsage=serverAuth" -addext "subjectAltName=$names"
}

# certificate NAME DAYS SUBJECT OPTION…: makes tls/NAME.crt and tls/NAME.key, the certificate last.
# Independent of the machine's openssl.cnf.
certificate() {
  local file=$RUN_DIR/tls/$1 days=$2 subject=$3 errors
  shift 3
  errors=$(
    umask 077
    openssl req -config <(printf '[req]\ndistinguished_name=name\n[name]\n') -x509 \
      -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days "$days" -subj "/CN=$subject" \
      -keyout "$file.key.new" -out "$file.crt.new" "$@" 2>&1
  ) || die "openssl cannot make $file.crt: $errors"
  chmod 644 "$file.crt.new"
  mv "$file.key.new" "$file.key"
  mv "$file.crt.new" "$file.crt"
}

# Whether there is a certificate from this authority that is valid for another week.
is_valid() {
  local week=$((EPOCHSECONDS + 7 * 86400))
  openssl verify -no-CApath -no-CAstore -attime "$week" -CAfile "$RUN_DIR/tls/ca.crt" "$1" >/dev/null 2>&1
}

is_for_hosts() {
  local host what
  for host in "$SERVER_HOST" ${SERVER_NAMES//,/ }; do
    what=-verify_hostname
    if is_address "$host"; then what=-verify_ip; fi
    openssl verify -no-CApath -no-CAstore -CAfile "$RUN_DIR/tls/ca.crt" "$what" "$host" "$1" \
      >/dev/null 2>&1 || return 1
  done
}

is_address() { [[ $1 == *:* || $1 =~ ^[0-9.]+$ ]]; }
