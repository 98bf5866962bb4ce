# How programs are built in release mode: the same for every script, or each would build all anew.
# Usage: source it with say.sh and $root set; then release_find, and "${release_build[@]}" --product NAME.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root is the sourcing script's

# Sets release_build.
#
# A program's start is most of what "signals-cli get" takes. The runtime of C++, which Swift's is written
# in, is linked in: its two libraries would be loaded and 1,500 symbols looked up each time. A linker
# prefers a library to its archive, so it is shown a directory where there is nothing but the archive. And
# no symbol is exported: nothing loads a program, and Swift's runtime, looking where it lies, would search
# them all.
release_find() {
  local archives=$root/.build/archives archive toolchain
  toolchain=$(command -v swift) || die "there is no swift here; see https://www.swift.org/install"
  toolchain=$(dirname "$(readlink -f "$toolchain")")
  mkdir -p "$archives"
  archive=$(PATH=$PATH:$toolchain clang -print-file-name=libstdc++.a 2>/dev/null) || archive=
  # Where there is none, clang says the bare name.
  if [[ $archive == /* ]]; then
    ln -sf "$archive" "$archives"
  fi
  release_build=(swift build --package-path "$root" -c release --static-swift-stdlib
    -Xlinker --no-export-dynamic -Xlinker "-L$archives"
    -Xswiftc -Xclang-linker -Xswiftc -static-libgcc)
}
