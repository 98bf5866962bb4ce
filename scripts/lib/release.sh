# How programs are built in release mode: the same for every script, or each would build all anew.
# Usage: source it with say.sh and $root set; then release_find, and "${release_build[@]}" --product NAME.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root is the sourcing script's

# Sets release_build.
#
# The runtime of C++, which Swift's is written in, is linked in: loading its two libraries and looking up
# 1,500 symbols for them is a fifteenth of the time that "signals-cli get" takes. A linker prefers a library
# to its archive, so it is shown a directory where there is nothing but the archive.
release_find() {
  local archives=$root/.build/archives toolchain
  toolchain=$(command -v swift) || die "there is no swift here; see https://www.swift.org/install"
  toolchain=$(dirname "$(readlink -f "$toolchain")")
  mkdir -p "$archives"
  ln -sf "$(PATH=$PATH:$toolchain clang -print-file-name=libstdc++.a)" "$archives"
  release_build=(swift build --package-path "$root" -c release --static-swift-stdlib
    -Xlinker "-L$archives" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc)
}
