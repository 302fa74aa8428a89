//! What Spark calls sums and products of times: it turns `date + 1` into `date_add`
//! and puts the interval of a sum on the right before it prints. Knows types and
//! printed operands only.

use super::expression::Typed;
use crate::types::{DataType, DayTimeField};

/// The printed form of an operator over times, `None` where the operator is printed
/// as it stands.
pub fn call(name: &str, args: &[Typed]) -> Option<String> {
    if let Some(text) = of_times(name, args) {
        return Some(text);
    }
    let [left, right] = args else { return None };
    match name {
        "+" => sum(left, right).or_else(|| sum(right, left)),
        "-" => difference(left, right),
        "*" if is_interval(&right.data_type) && left.data_type.is_numeric() => {
            Some(format!("({} * {})", right.text, left.text))
        }
        _ => None,
    }
}

/// Functions over times of day that are others to Spark, or have a default to show.
fn of_times(name: &str, args: &[Typed]) -> Option<String> {
    let texts: Vec<_> = args.iter().map(|arg| arg.text.as_str()).collect();
    let texts = texts.join(", ");
    match (name, args.len()) {
        ("try_to_time", _) => Some(format!("try_to_time(to_time({texts}))")),
        ("try_make_timestamp_ntz", 2) => Some(format!("{name}(make_timestamp_ntz({texts}))")),
        ("make_timestamp_ltz" | "try_make_timestamp_ltz", 2 | 3) => {
            Some(format!("make_timestamp({texts})"))
        }
        _ => None,
    }
}

fn sum(time: &Typed, other: &Typed) -> Option<String> {
    let (time_text, text) = (&time.text, &other.text);
    match (&time.data_type, &other.data_type) {
        (DataType::Date, t) if is_day_count(t) => Some(format!("date_add({time_text}, {text})")),
        (DataType::Date, t) if is_whole_days(t) => Some(format!(
            "date_add({time_text}, extractansiintervaldays({text}))"
        )),
        (t, i) if is_time(t) && is_interval(i) => Some(format!("{time_text} + {text}")),
        _ => None,
    }
}

fn difference(left: &Typed, right: &Typed) -> Option<String> {
    let (time, text) = (&left.text, &right.text);
    match (&left.data_type, &right.data_type) {
        (DataType::Date, t) if is_day_count(t) => Some(format!("date_sub({time}, {text})")),
        (DataType::Date, t) if is_whole_days(t) => Some(format!(
            "date_add({time}, (- extractansiintervaldays({text})))"
        )),
        (DataType::Time { .. }, DataType::Time { .. }) => Some(format!("{time} - {text}")),
        (t, i) if is_time(t) && is_interval(i) => Some(format!("{time} - {text}")),
        _ => None,
    }
}

fn is_time(data_type: &DataType) -> bool {
    data_type.is_datetime() || matches!(data_type, DataType::Time { .. })
}

fn is_day_count(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Byte | DataType::Short | DataType::Integer
    )
}

fn is_whole_days(data_type: &DataType) -> bool {
    let day = DayTimeField::Day;
    matches!(data_type, DataType::DayTimeInterval { start, end } if *start == day && *end == day)
}

fn is_interval(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(
        data_type,
        T::YearMonthInterval { .. } | T::DayTimeInterval { .. } | T::CalendarInterval
    )
}
