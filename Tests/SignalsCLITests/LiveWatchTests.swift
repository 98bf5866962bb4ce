import Foundation
import TestSupport
import Testing

/// `signals-cli watch` on a terminal.
@Suite struct LiveWatchTests {
  private static let begin = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
  private static let end = "\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"

  /// The terminal output of a shell script that runs `watch`, followed by `restored` if the terminal is
  /// restored.
  ///
  /// In the script `keys` is a file for keys, `screen` the output so far and `pid` holds the process id;
  /// `asked` exists once the server has had a request.
  private func output(
    of answer: HTTPServerDouble.Answer, in shell: String
  ) throws -> String {
    let scratch = try TemporaryDirectory()
    let asked = scratch.file("asked")
    // The screen is up before the first request.
    let server = try HTTPServerDouble { _ in
      close(creat(asked, 0o600))
      return answer
    }
    let program = ChildProcess.product("signals-cli")
    let script = try scratch.write(
      """
      watch() { sh -c 'echo $$ >pid; exec "\(program)" watch power --timeout 600'; }
      when() { until eval "$1"; do sleep 0.05; done; }
      stty cols 80 rows 24
      before=$(stty -g)
      \(shell)
      test "$before" = "$(stty -g)" && echo restored
      """, to: "script")
    // Opened for reading and writing, so that the pipe does not end.
    let outcome = try ChildProcess.run(
      "sh",
      [
        "-c",
        """
        mkfifo keys
        script --quiet --return --flush --command "bash '\(script)'" screen <>keys
        """,
      ], environment: signalsEnvironment(server.url).merging(["TERM": "xterm"]) { $1 },
      directory: scratch.path)
    return outcome.output.replacing("\r\n", with: "\n")
  }

  /// The terminal output of `watch`, with `action` after the first request.
  private func output(
    of answer: HTTPServerDouble.Answer = .body("[]"), endedBy action: String
  ) throws -> String {
    try output(
      of: answer,
      in: """
        # Ctrl-C is for both, and this shell goes on.
        trap : INT
        (
          when '[ -e asked ]'
          \(action)
        ) &
        watch
        echo "status $?"
        """)
  }

  @Test(arguments: [
    ("printf q >keys", 0), ("printf '\\003' >keys", 130), ("kill -TERM $(cat pid)", 143),
    ("kill -HUP $(cat pid)", 129), ("kill -TRAP $(cat pid)", 133),
  ])
  func theTerminalIsLeftAsItWas(_ action: String, _ status: Int) throws {
    // Between two requests, and during a request.
    for answer in [HTTPServerDouble.Answer.body("[]"), .hanging()] {
      let output = try output(of: answer, endedBy: action)
      #expect(output.hasPrefix(Self.begin), "\(output.debugDescription)")
      #expect(output.contains(Self.end), "\(output.debugDescription)")
      #expect(output.hasSuffix("status \(status)\nrestored\n"), "\(output.debugDescription)")
    }
  }

  @Test func theScreenGoesOnWhileAnAnswerIsWaitedFor() throws {
    let output = try output(
      of: .hanging(),
      endedBy: """
        when 'grep -q "no response after 2" screen'
        stty cols 132 </dev/tty
        # The title's right end is at the terminal's.
        when 'grep -q " \\{90\\}" screen'
        printf q >keys
        """)
    #expect(output.hasSuffix("status 0\nrestored\n"), "\(output.debugDescription)")
  }

  /// Ctrl-Z returns the terminal to the shell, and `fg` resumes.
  @Test(arguments: [HTTPServerDouble.Answer.body("[]"), .hanging()])
  func itCanBeStoppedForAWhile(_ answer: HTTPServerDouble.Answer) throws {
    let output = try output(
      of: answer,
      in: """
        set -m
        (
          when '[ -e asked ]'
          printf '\\032' >keys
          # The title, behind the second beginning.
          when 'tr "\\033" "\\n" <screen | sed 1,/1049l/d | grep -q "q quits"'
          printf q >keys
        ) &
        watch
        test "$before" = "$(stty -g)" && echo left
        fg
        echo "status $?"
        """)
    let parts = output.components(separatedBy: Self.end)
    #expect(parts.count == 3, "\(output.debugDescription)")
    #expect(parts.dropLast().allSatisfy { $0.contains(Self.begin) })
    #expect(parts.dropFirst().first?.hasPrefix("left\n") == true, "\(output.debugDescription)")
    #expect(output.hasSuffix("status 0\nrestored\n"), "\(output.debugDescription)")
  }

  /// Without a shell nothing could resume it.
  @Test func withoutAShellItIsNotStopped() throws {
    let output = try output(
      endedBy: """
        printf '\\032' >keys
        when 'tr "\\033" "\\n" <screen | sed 1,/1049l/d | grep -q "q quits"'
        printf q >keys
        """)
    #expect(output.hasSuffix("status 0\nrestored\n"), "\(output.debugDescription)")
  }

  @Test func aHailOfNewSizesIsNoHarm() throws {
    let output = try output(
      endedBy: """
        for columns in 20 132 1 80 300 40 5 79; do
          for rows in 1 50 7 24; do
            stty cols $columns rows $rows </dev/tty
            kill -WINCH $(cat pid)
          done
        done
        printf q >keys
        """)
    #expect(output.hasSuffix("status 0\nrestored\n"), "\(output.debugDescription)")
  }
}
