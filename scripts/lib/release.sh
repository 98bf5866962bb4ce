# Options for building programs in release mode; the same for every script, to share build products.
# Usage: source it with say.sh and $root set; then release_find, and "${release_build[@]}" --product NAME.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root is the sourcing script's

# Sets release_build.
#
# Starting is most of the time that "signals-cli get" takes. The C++ runtime, which Swift's runtime uses, is
# linked statically: otherwise two libraries are loaded and 1,500 symbols resolved each time. A linker
# prefers a shared library to its archive, so it gets a directory with only the archive. No symbol is
# exported: nothing loads a program, and Swift's runtime would search them all when it locates itself.
release_find() {
  local archives=$root/.build/archives archive toolchain
  toolchain=$(command -v swift) || die "swift not found; see https://www.swift.org/install"
  toolchain=$(dirname "$(readlink -f "$toolchain")")
  mkdir -p "$archives"
  archive=$(PATH=$PATH:$toolchain clang -print-file-name=libstdc++.a 2>/dev/null) || archive=
  # If it is missing, clang prints the bare name.
  if [[ $archive == /* ]]; then
    ln -sf "$archive" "$archives"
  fi
  release_build=(swift build --package-path "$root" -c release --static-swift-stdlib
    -Xlinker --no-export-dynamic -Xlinker "-L$archives"
    -Xswiftc -Xclang-linker -Xswiftc -static-libgcc)
}
