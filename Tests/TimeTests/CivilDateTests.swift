import Foundation
import Testing
import Time

@Suite struct CivilDateTests {
  /// Foundation's calendar as a second opinion.
  @Test func everyDayOfFourCenturiesAgreesWithTheCalendar() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    for day in stride(from: Int64(-100_000), through: 100_000, by: 37) {
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      let date = CivilDate(daysSince1970: day)
      #expect(date.year == Int64(parts.year!))
      #expect(date.month == Int64(parts.month!))
      #expect(date.day == Int64(parts.day!))
    }
  }

  @Test func everyDayOfFourCenturiesIsFoundByItsParts() {
    for days in stride(from: Int64(-100_000), through: 100_000, by: 37) {
      let date = CivilDate(daysSince1970: days)
      #expect(date.daysSince1970 == days)
      #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
    }
  }
}
