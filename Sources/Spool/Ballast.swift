internal import Glibc

/// Room on the disk that is kept for the day when there is none.
///
/// On a full disk nothing can be deleted at first: SQLite writes down what it deletes in its journal.
/// With this given back there is room for it.
struct Ballast: Sendable {
  /// More than SQLite's journal takes between two of its checkpoints.
  static let bytes = 8 << 20

  private let file: String

  init(file: String) { self.file = file }

  /// Takes the room if the disk has it; what is taken stays taken.
  func take() {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let failure = posix_fallocate(descriptor, 0, off_t(Ballast.bytes))
    Glibc.close(descriptor)
    // A part of it would be in the way of others and of no use.
    if failure != 0 { giveBack() }
  }

  func giveBack() { unlink(file) }
}
