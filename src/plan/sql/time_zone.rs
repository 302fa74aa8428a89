//! `SET TIME ZONE`: a name, the machine's own zone, or how far from UTC.

use sqlparser::tokenizer::Token;

use super::command::Statement;
use super::convert::{Converter, with_parser};
use super::source::Source;
use super::{Parameters, ParseOptions};
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal};

const SETTING: &str = "spark.sql.session.timeZone";
const MOST_SECONDS: i64 = 18 * 3600;

/// The statement whose first words are `SET TIME ZONE`.
pub(super) fn set(source: &Source) -> Result<Statement> {
    let invalid = || {
        let error = SparkError::new("_LEGACY_ERROR_TEMP_0045", &[]);
        source.at_fragment(error, source.whole())
    };
    let value = match source.tokens.get(3).map(|token| &token.token) {
        Some(Token::TripleSingleQuotedString(value)) => value.clone(),
        Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("local") => {
            return Ok(Statement::SetLocalTimeZone);
        }
        Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("interval") => {
            displacement(source)?
        }
        _ => return Err(invalid()),
    };
    Ok(Statement::SetConf {
        key: SETTING.to_string(),
        value,
    })
}

/// `INTERVAL 2 HOURS` as `+02:00`.
fn displacement(source: &Source) -> Result<String> {
    let rest = source.from(3);
    let (parsed, ..) = with_parser(&rest, |parser| parser.parse_expr())?;
    let options = ParseOptions::default();
    let interval = Converter::new(&rest, &options, &Parameters::None).expression(&parsed)?;
    let micros = match interval {
        Expr::Literal(Literal::DayTime(micros, _)) => Some(micros),
        Expr::Literal(Literal::Calendar {
            months: 0,
            days,
            micros,
        }) => micros.checked_add(i64::from(days) * 86_400_000_000),
        _ => None,
    };
    let within =
        |micros: &i64| micros % 1_000_000 == 0 && (micros / 1_000_000).abs() <= MOST_SECONDS;
    let Some(micros) = micros.filter(within) else {
        let shown = source.token_text(4).unwrap_or_default().trim_matches('\'');
        let condition = "INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE";
        let error = SparkError::new(condition, &[("input", shown)]);
        return Err(source.at_fragment(error, source.whole()));
    };
    let sign = if micros < 0 { '-' } else { '+' };
    let seconds = (micros / 1_000_000).abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Ok(match seconds {
        0 => format!("{sign}{hours:02}:{minutes:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    })
}
