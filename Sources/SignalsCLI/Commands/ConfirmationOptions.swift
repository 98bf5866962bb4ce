import ArgumentParser
import Glibc
import SignalsAPI

/// A question to confirm a loss, such as `1 machine will be removed`.
struct Confirmation: Equatable {
  let loss: String
  let question: String

  init(_ loss: String, _ question: String) {
    self.loss = loss
    self.question = question
  }
}

/// Whether a loss has to be confirmed.
struct ConfirmationOptions: ParsableArguments {
  @Flag(name: [.long, .customShort("y")], help: "Do not ask for confirmation.")
  var yes = false

  /// Returns once the loss is confirmed.
  ///
  /// - Throws: ``Failure`` when the answer is no, or there is no terminal to ask on.
  func ask(_ confirmation: Confirmation) throws(Failure) {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw Failure(
        .usage, "not a terminal, cannot confirm: \(confirmation.loss)", advice: "--yes to confirm")
    }
    StandardError.write(
      Failure.line(confirmation.loss, for: .standardError)
        + "\(confirmation.question.printable) [y/N] ")
    guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
      throw Failure(.failed, "aborted, nothing changed")
    }
  }
}
