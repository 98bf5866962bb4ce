internal import Glibc

/// Reserved disk space.
///
/// On a full disk nothing can be deleted at first, because SQLite journals deletions. Releasing the
/// ballast makes room for that.
struct Ballast: Sendable {
  /// More than SQLite's journal takes between two checkpoints.
  static let bytes = 8 << 20

  private let file: String

  init(file: String) { self.file = file }

  /// Reserves the space if the disk has it.
  func take() {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let failure = posix_fallocate(descriptor, 0, off_t(Ballast.bytes))
    Glibc.close(descriptor)
    // A part of it would be useless and take space from others.
    if failure != 0 { release() }
  }

  func release() { unlink(file) }
}
