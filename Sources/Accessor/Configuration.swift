import Access
import Glibc
import Postgres
import Server

/// What `signals-accessor` can be told.
struct Configuration: Sendable {
  /// Where the readings are.
  var database: ConnectionParameters
  /// The path of the FastCGI socket.
  var socketPath: String
  /// Who may read.
  var access: AccessSettings
  /// Threads, each with its own connections.
  var lanes: Int
  /// PostgreSQL sessions of each lane.
  var connectionsPerLane: Int
  /// How long a query may take.
  var queryTimeout: Duration
  /// PostgreSQL sessions of each lane for what reads many readings.
  var scanConnectionsPerLane: Int
  /// How long such a query may take.
  var scanTimeout: Duration
  /// How many requests may wait for the database in each lane.
  var maxWaiting: Int

  /// A request that takes longer is logged.
  var slowRequest: Duration

  init(_ settings: Settings) throws(InvalidSetting) {
    database = try settings.database(applicationName: "signals-accessor")
    socketPath = settings.path("ACCESSOR_SOCKET", default: "accessor.sock")
    access = try settings.accessSettings()
    let lanes = try settings.integer("ACCESSOR_LANES", default: 0, in: 0...256)
    // The web server and the database need the other half: on two cores one lane serves more than two,
    // whose questions are shared by fewer calls.
    self.lanes = lanes > 0 ? lanes : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2)
    connectionsPerLane = try settings.integer(
      "ACCESSOR_CONNECTIONS_PER_LANE", default: 2, in: 1...64)
    // So that a database that has gone silent is told within a second.
    queryTimeout = try settings.milliseconds(
      "ACCESSOR_QUERY_TIMEOUT_MS", default: 900, in: 10...600_000)
    scanConnectionsPerLane = try settings.integer(
      "ACCESSOR_SCAN_CONNECTIONS_PER_LANE", default: 2, in: 1...64)
    scanTimeout = try settings.milliseconds(
      "ACCESSOR_SCAN_TIMEOUT_MS", default: 10_000, in: 10...600_000)
    slowRequest = try settings.milliseconds(
      "ACCESSOR_SLOW_REQUEST_MS", default: 1000, in: 1...600_000)
    maxWaiting = try settings.integer("ACCESSOR_MAX_WAITING", default: 4096, in: 1...1_000_000)
  }
}
