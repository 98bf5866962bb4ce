import ArgumentParser
import Glibc

/// What is lost, and the question whether that is wanted.
struct Question: Equatable {
  let loss: String
  let question: String

  init(_ loss: String, _ question: String) {
    self.loss = loss
    self.question = question
  }
}

/// Whether somebody has to be asked before something is lost.
struct ConfirmationOptions: ParsableArguments {
  @Flag(name: [.long, .customShort("y")], help: "Do not ask before something is lost.")
  var yes = false

  /// Lets the caller go on only when it is wanted.
  ///
  /// - Throws: ``Failure`` when the answer is no, or nobody is there to give one.
  func ask(_ question: Question) throws(Failure) {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw Failure(
        .usage, "\(question.loss) Nobody is here to be asked, so nothing was changed",
        advice: "--yes when that is wanted")
    }
    StandardError.write(
      question.loss.paragraph(after: "", for: .standardError)
        + "\(question.question.printable) [y/N] ")
    guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
      throw Failure(.failed, "nothing was changed")
    }
  }
}
