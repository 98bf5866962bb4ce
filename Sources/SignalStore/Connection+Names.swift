internal import Postgres

/// Looks up the database ids of types and machines.
extension PostgresConnection {
  /// The ids of types, in the order of `names`.
  borrowing func typeIDs(_ names: [String]) throws(PostgresError) -> [Int16] {
    var ids: [Int16] = []
    for name in names {
      let result = try execute("SELECT id FROM signal_types WHERE name = $1", Parameters(name))
      guard result.rowCount == 1 else {
        throw PostgresError(
          message: "unknown signal type \"\(name)\"", action: "looking up the types")
      }
      ids.append(Int16(result.integer(0, 0)))
    }
    return ids
  }

  /// The ids of machines, in the order of `names`; missing machines are created.
  borrowing func registerMachines(_ names: [String]) throws(PostgresError) -> [Int32] {
    // Names contain no line breaks.
    let list = Parameters(names.joined(separator: "\n"))
    try execute(
      """
      INSERT INTO machines (name)
      SELECT name FROM unnest(string_to_array($1, E'\\n')) WITH ORDINALITY AS asked (name, place)
      WHERE NOT EXISTS (SELECT FROM machines WHERE machines.name = asked.name)
      ORDER BY place
      ON CONFLICT (name) DO NOTHING
      """, list)
    let found = try execute(
      """
      SELECT machines.id
      FROM unnest(string_to_array($1, E'\\n')) WITH ORDINALITY AS asked (name, place)
      JOIN machines ON machines.name = asked.name ORDER BY place
      """, list)
    guard found.rowCount == names.count else {
      throw PostgresError(
        message: "\(names.count - found.rowCount) machines could not be registered",
        action: "registering machines")
    }
    return (0..<found.rowCount).map { Int32(found.integer($0, 0)) }
  }
}
