import FastCGI
import Foundation
import TestSupport
import Testing

@Suite struct ListenerTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("a.sock")
  }

  /// A listener whose process has ended, as far as anybody can tell.
  private func leaveStaleSocket() throws { _ = try Listener(path: path) }

  @Test func aPathThatIsTooLongIsRefused() throws {
    let error = try #require(throws: FastCGIError.self) {
      _ = try Listener(path: "/tmp/" + String(repeating: "x", count: 108))
    }
    #expect(error.description.contains("at most 107 bytes"))
  }

  @Test func aMissingDirectoryIsAnErrorAndNotTheEndOfTheProcess() throws {
    let error = try #require(throws: FastCGIError.self) {
      _ = try Listener(path: "/nonexistent/a.sock")
    }
    #expect(error.kind == .noDirectory)
    #expect(error.reason == "no such directory: /nonexistent")
  }

  @Test func theSocketIsForItsOwnerAndGroup() throws {
    let listener = try Listener(path: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: listener.path)
    #expect(attributes[.posixPermissions] as? Int == 0o660)
    listener.removePath()
    #expect(!directory.has("a.sock"))
  }

  @Test func aSocketThatIsServedIsRefusedAndGoesOnServing() throws {
    let living = try Listener(path: path)
    let error = try #require(throws: FastCGIError.self) { _ = try Listener(path: path) }
    #expect(error.kind == .inUse)
    #expect(error.reason == "process \(getpid()) is already listening")
    #expect(try living.keepPath() == .kept)
    let client = try OwnedSocket(connectedTo: path)
    #expect(living.hasWaiting)
    withExtendedLifetime(client) {}
  }

  @Test func aSocketWithAFullBacklogIsServed() throws {
    let living = try Listener(path: path, backlog: 0)
    let waiting = try OwnedSocket(connectedTo: path)
    let error = try #require(throws: FastCGIError.self) { _ = try Listener(path: path) }
    #expect(error.kind == .inUse)
    withExtendedLifetime((living, waiting)) {}
  }

  @Test func aStaleSocketIsReplaced() throws {
    try leaveStaleSocket()
    #expect(directory.has("a.sock"))
    let listener = try Listener(path: path)
    #expect(listener.predecessor == nil)
    let client = try OwnedSocket(connectedTo: path)
    #expect(listener.hasWaiting)
    withExtendedLifetime(client) {}
  }

  @Test func aFileThatIsNoSocketIsLeftAlone() throws {
    try directory.write("mine", to: "a.sock")
    let error = try #require(throws: FastCGIError.self) { _ = try Listener(path: path) }
    #expect(error.reason == "not a socket")
    #expect(try directory.read("a.sock") == Array("mine".utf8))
  }

  @Test func aSuccessorTakesTheSocketOverWhenAskedToAndKeepsIt() throws {
    let old = try Listener(path: path)
    let new = try Listener(path: path, isTakingOver: true)
    #expect(new.predecessor == getpid())
    #expect(old.isReplaced && !new.isReplaced)
    old.removePath()
    #expect(directory.has("a.sock"))
    let client = try OwnedSocket(connectedTo: path)
    #expect(new.hasWaiting)
    withExtendedLifetime(client) {}
  }

  @Test func aPathThatIsGoneIsMadeAgain() throws {
    let echo = try EchoResponder()
    let before = try echo.connect()
    #expect(try FastCGIClient.exchange(before, "GET", "/a").body == "GET /a ")
    for _ in 0..<2 {
      try FileManager.default.removeItem(atPath: echo.listener.path)
      #expect(try echo.listener.keepPath() == .restored)
      #expect(try FastCGIClient.exchange(echo.connect(), "GET", "/b").body == "GET /b ")
    }
    #expect(try FastCGIClient.exchange(before, "GET", "/c").body == "GET /c ")
    #expect(try echo.listener.keepPath() == .kept)
  }

  @Test func aPathThatLeadsNowhereIsMadeAgain() throws {
    let listener = try Listener(path: path)
    try directory.remove("a.sock")
    _ = try OwnedSocket(listeningAt: path)
    #expect(listener.isReplaced)
    #expect(try listener.keepPath() == .restored)
    #expect(!listener.isReplaced)
  }

  @Test func aPathThatIsAnothersIsAnError() throws {
    let listener = try Listener(path: path)
    try directory.remove("a.sock")
    let other = try OwnedSocket(listeningAt: path)
    let error = try #require(throws: FastCGIError.self) { _ = try listener.keepPath() }
    #expect(error.reason == "process \(getpid()) has replaced the socket")
    listener.removePath()
    #expect(directory.has("a.sock"))
    withExtendedLifetime(other) {}
  }
}
