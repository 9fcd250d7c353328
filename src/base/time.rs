//! Reading times that callers send.

use chrono::NaiveDate;

/// A date `2026-11-21` and a time of day `08:00:00` as the database stores them together: `2026-11-21T08:00:00Z`.
/// `None` when a number has another width, when the calendar has no such day, and when the day has no such second.
pub fn stored(date: &str, clock: &str) -> Option<String> {
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?.and_hms_opt(hour, minute, second)?;
    Some(format!("{date}T{clock}Z"))
}

/// The numbers between the separators. `None` unless there is one for each width, with exactly that many digits.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let digits = parts.next()?;
        if digits.len() != width || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = digits.parse().ok()?;
    }
    if parts.next().is_none() { Some(numbers) } else { None }
}

#[cfg(test)]
mod tests {
    use super::stored;

    #[test]
    fn what_the_calendar_does_not_have_is_refused() {
        for (date, clock) in [
            ("2026-02-29", "00:00:00"),
            ("1900-02-29", "00:00:00"),
            ("2026-02-31", "00:00:00"),
            ("2026-04-31", "00:00:00"),
            ("2026-00-01", "00:00:00"),
            ("2026-13-01", "00:00:00"),
            ("2026-01-00", "00:00:00"),
            ("2026-01-01", "24:00:00"),
            ("2026-01-01", "23:60:00"),
            ("2026-01-01", "23:59:60"),
            ("2026-1-01", "00:00:00"),
            ("20260-1-01", "00:00:00"),
            ("2026-01-01-01", "00:00:00"),
            ("2026-01-01", "00:00"),
            ("2026-01-01", "+0:00:00"),
            ("2026-01-0\u{661}", "00:00:00"),
            ("", ""),
        ] {
            assert_eq!(stored(date, clock), None, "{date} {clock}");
        }
    }

    #[test]
    fn leap_days_and_the_last_second_of_a_day_are_times() {
        assert_eq!(stored("2024-02-29", "23:59:59").as_deref(), Some("2024-02-29T23:59:59Z"));
        assert_eq!(stored("2000-02-29", "00:00:00").as_deref(), Some("2000-02-29T00:00:00Z"));
    }
}
