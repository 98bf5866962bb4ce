import EventLoop
import Glibc
import Synchronization
import TestSupport

/// A line to a PostgreSQL server on which everything that is sent there takes its time; what comes back
/// does not.
final class SlowConnection: Sendable {
  /// What goes over it at once.
  private static let piece = 16 << 10

  private let directory: TemporaryDirectory
  private let listener: OwnedSocket
  private let acceptor = Mutex<WorkerThread?>(nil)

  /// - Parameter bytesPerSecond: How much it takes on its way to the server.
  init(to server: PostgresServer, bytesPerSecond: Int) throws {
    directory = try TemporaryDirectory()
    listener = try OwnedSocket(listeningAt: directory.file(".s.PGSQL.5432"))
    let destination = "\(server.directory)/.s.PGSQL.5432"
    let pause = UInt32(SlowConnection.piece * 1_000_000 / bytesPerSecond)
    let thread = try WorkerThread(name: "slow line") { [listener] in
      while let client = listener.accept() {
        guard let session = try? OwnedSocket(connectedTo: destination) else { continue }
        SlowConnection.relay(client, to: session, pause)
        SlowConnection.relay(session, to: client, 0)
      }
    }
    acceptor.withLock { $0 = thread }
  }

  deinit {
    listener.shutDown()
    acceptor.withLock { $0 }?.join()
  }

  /// What is to be given as the server's host.
  var host: String { directory.path }

  /// On a thread of its own, until one of the two ends.
  private static func relay(_ from: OwnedSocket, to: OwnedSocket, _ pause: UInt32) {
    _ = try? WorkerThread(name: "relay") {
      while let bytes = try? from.receive(piece, seconds: 0), !bytes.isEmpty {
        if pause > 0 { usleep(pause) }
        guard (try? to.send(bytes)) != nil else { break }
      }
      from.shutDown()
      to.shutDown()
    }
  }
}
