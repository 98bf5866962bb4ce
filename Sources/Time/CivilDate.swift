/// A date of the Gregorian calendar.
public struct CivilDate: Hashable, Sendable {
  public let year: Int64
  public let month: Int64
  public let day: Int64

  /// The date `daysSince1970` days after 1970-01-01.
  ///
  /// Howard Hinnant's `civil_from_days`: eras of 400 years, with years that begin in March.
  public init(daysSince1970: Int64) {
    let (era, dayOfEra) = (daysSince1970 + 719_468).floorDivided(by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}

extension CivilDate {
  /// Nil when there is no such date.
  public init?(year: Int64, month: Int64, day: Int64) {
    self.init(daysSince1970: Self.daysSince1970(year, month, day))
    guard self.year == year, self.month == month, self.day == day else { return nil }
  }

  /// Days since 1970-01-01.
  public var daysSince1970: Int64 { Self.daysSince1970(year, month, day) }

  /// Howard Hinnant's `days_from_civil`; a day out of range carries into another month.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let monthFromMarch = (month + 9) % 12
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).floorDivided(by: 400)
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
