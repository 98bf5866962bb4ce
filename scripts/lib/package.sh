# Makes a Debian package of what stage.sh has put below a directory.
# Usage: source it with $root set; then package_make DIRECTORY FILE.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the sourcing script's

# package_make DIRECTORY FILE: DIRECTORY holds the staged files and becomes the package's content.
package_make() {
  local content=$1 doc=$1/usr/share/doc/signals
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(package_time)}
  install -d "$content/DEBIAN" "$doc"
  package_copyright >"$doc/copyright"
  package_changelog | gzip -9n >"$doc/changelog.gz"
  chmod 644 "$doc/copyright" "$doc/changelog.gz"
  install -D -m 644 "$root/scripts/lib/package/lintian-overrides" \
    "$content/usr/share/lintian/overrides/signals"
  (cd "$content" && find etc -type f -printf '/%p\n' | sort) >"$content/DEBIAN/conffiles"
  (cd "$content" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$content/DEBIAN/md5sums"
  package_control "$content" >"$content/DEBIAN/control"
  package_scripts "$content/DEBIAN"
  find "$content" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group --build "$content" "$2" >/dev/null
}

package_version() { sed -nE 's/.*version = "(.*)"$/\1/p' "$root/Sources/Signals/Version.swift"; }

package_file() { printf 'signals_%s_%s.deb' "$(package_version)" "$(dpkg --print-architecture)"; }

# Of the last commit, so that the build is reproducible.
package_time() { git -C "$root" log -1 --format=%ct 2>/dev/null || printf '%s' "$EPOCHSECONDS"; }

# As with Debian's own tools, or the author of the last commit.
package_maintainer() {
  printf '%s <%s>' "${DEBFULLNAME:-$(git -C "$root" log -1 --format=%an)}" \
    "${DEBEMAIL:-$(git -C "$root" log -1 --format=%ae)}"
}

package_control() {
  local content=$1 text
  text=$(<"$root/scripts/lib/package/control.in")
  text=${text//@VERSION@/"$(package_version)"}
  text=${text//@ARCHITECTURE@/"$(dpkg --print-architecture)"}
  text=${text//@MAINTAINER@/"$(package_maintainer)"}
  text=${text//@SIZE@/"$(du -sk --exclude=DEBIAN "$content" | cut -f1)"}
  text=${text//@DEPENDS@/"$(package_depends "$content")"}
  printf '%s\n' "$text"
}

# The packages of the linked libraries, with the versions that are needed.
package_depends() {
  local scratch
  scratch=$(mktemp -d)
  mkdir "$scratch/debian"
  printf 'Source: signals\n\nPackage: signals\nArchitecture: any\n' >"$scratch/debian/control"
  (cd "$scratch" && dpkg-shlibdeps -O "$1"/usr/bin/signals-* 2>/dev/null) |
    sed -n 's/^shlibs:Depends=//p'
  rm -r "$scratch"
}

package_scripts() {
  local name
  for name in postinst prerm postrm; do
    {
      printf '#!/bin/sh\nset -e\n\n'
      sed '/^# shellcheck/d; /^# Usage/d' "$root/scripts/lib/machine.sh"
      printf '\n'
      sed 1,2d "$root/scripts/lib/package/$name"
    } >"$1/$name"
    chmod 755 "$1/$name"
  done
}

# Its first entry is this release, dated as the last commit is.
package_changelog() {
  local text version
  text=$(<"$root/scripts/lib/package/changelog")
  version=$(package_version)
  [[ $text == "signals ($version) "* ]] ||
    die "scripts/lib/package/changelog does not begin with version $version, as Sources/Signals/Version.swift has it"
  text=${text/@MAINTAINER@/"$(package_maintainer)"}
  printf '%s\n' "${text/@DATE@/"$(date -R -u -d "@$SOURCE_DATE_EPOCH")"}"
}

# The licences of the linked packages, from their sources.
package_copyright() {
  local folder file
  cat "$root/scripts/lib/package/copyright"
  for folder in "$root"/.build/checkouts/*/; do
    file=$(compgen -G "${folder}LICENSE*" | head -n 1) || continue
    printf '\n%s\n\n' "$(basename "$folder")"
    if grep -q 'Apache License' "$file"; then
      printf 'Copyright: its authors. Apache License 2.0, see /usr/share/common-licenses/Apache-2.0.\n'
    else
      cat "$file"
    fi
  done
}
