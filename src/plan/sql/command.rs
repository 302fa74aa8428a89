//! What a statement can be, before and after its queries are turned into plans, and
//! `SET`, whose rest is not SQL.

use std::sync::Arc;

use sqlparser::ast::{Ident, Query};
use sqlparser::tokenizer::Token;

use super::catalog_statement::{CatalogStatement, PartitionSpec, StoredView};
use super::error;
use super::source::Source;
use super::table::{CreateTable, Insert, ParsedInsert, ParsedTable};
use super::variable::{ParsedVariable, VariableStatement};
use crate::error::{Result, SparkError};
use crate::plan::Plan;

/// A statement that the session carries out.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    Query(Arc<Plan>),
    CreateView {
        name: Vec<String>,
        scope: ViewScope,
        replace: bool,
        if_not_exists: bool,
        /// New names for all of the query's columns, each with its comment, or none.
        columns: Vec<(String, Option<String>)>,
        plan: Arc<Plan>,
        /// The text of the query, where it has no parameters.
        text: Option<String>,
    },
    CreateStoredView(Box<StoredView>),
    /// What is about the catalog.
    Catalog(Box<CatalogStatement>),
    DropView {
        name: Vec<String>,
        if_exists: bool,
    },
    ShowTables {
        namespace: Option<Vec<String>>,
        pattern: Option<String>,
    },
    ShowViews {
        namespace: Option<Vec<String>>,
        pattern: Option<String>,
    },
    /// `SET`, with meanings and versions for `SET -v`.
    ShowConf {
        verbose: bool,
    },
    /// `SET key`.
    GetConf {
        key: String,
    },
    /// `SET key=value`.
    SetConf {
        key: String,
        value: String,
    },
    /// `SET TIME ZONE LOCAL`.
    SetLocalTimeZone,
    /// `RESET`, of one setting or of all.
    ResetConf {
        key: Option<String>,
    },
    CacheTable {
        name: Vec<String>,
        lazy: bool,
        options: Vec<(String, String)>,
        plan: Option<Arc<Plan>>,
    },
    UncacheTable {
        name: Vec<String>,
        if_exists: bool,
    },
    ClearCache,
    CreateTable(Box<CreateTable>),
    DropTable {
        name: Vec<String>,
        if_exists: bool,
    },
    Insert(Insert),
    /// A change of rows that are there, which tables of files do not take.
    Change {
        table: Vec<String>,
        /// What Spark calls it.
        operation: &'static str,
    },
    Explain {
        mode: ExplainMode,
        plan: Arc<Plan>,
    },
    Variable(Box<VariableStatement>),
    Script(Box<super::Script>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewScope {
    /// `TEMP VIEW`: of the session.
    Temporary,
    /// `GLOBAL TEMP VIEW`: of the process.
    Global,
    /// Neither: kept in the catalog.
    Persistent,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Described {
    Table {
        name: Vec<String>,
        extended: bool,
    },
    Column {
        table: Vec<String>,
        column: Vec<String>,
        extended: bool,
    },
    Partition {
        name: Vec<String>,
        spec: PartitionSpec,
    },
    /// `AS JSON`, of one partition where it is said.
    Json {
        name: Vec<String>,
        spec: Option<PartitionSpec>,
    },
    Query(Arc<Plan>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExplainMode {
    Simple,
    Extended,
    Codegen,
    Cost,
    Formatted,
}

impl Statement {
    /// Whether it runs queries, or may.
    pub fn runs(&self) -> bool {
        match self {
            Self::CreateTable(_) | Self::Insert(_) | Self::Variable(_) | Self::Script(_) => true,
            Self::CacheTable { lazy, .. } => !lazy,
            Self::Catalog(statement) => matches!(
                **statement,
                CatalogStatement::Analyze { .. } | CatalogStatement::AnalyzeAll { .. }
            ),
            _ => false,
        }
    }
}

/// A statement whose queries are still sqlparser's trees.
pub(super) enum Parsed {
    Query(Box<Query>),
    CreateView(Box<View>),
    CreateTable(Box<ParsedTable>),
    CreateFunction(Box<super::routine::ParsedRoutine>),
    Insert(Box<ParsedInsert>),
    Cache {
        name: Vec<String>,
        lazy: bool,
        options: Vec<(String, String)>,
        query: Option<Box<Query>>,
    },
    /// `ALTER TABLE … ADD COLUMNS`, and the tokens of the columns.
    AddColumns {
        name: Vec<String>,
        tokens: (usize, usize),
    },
    /// `ALTER COLUMN c SET DEFAULT …`, and the tokens of the value.
    ColumnDefault {
        name: Vec<String>,
        column: Vec<String>,
        tokens: Option<(usize, usize)>,
    },
    /// A column's type, after its name where `is_named`.
    ChangeColumn {
        name: Vec<String>,
        column: Vec<String>,
        is_named: bool,
        tokens: (usize, usize),
    },
    DescribeQuery(Box<Query>),
    Explain {
        mode: ExplainMode,
        query: Box<Query>,
    },
    Variable(Box<ParsedVariable>),
    Done(Statement),
    /// A statement that has its form and is refused for what it says.
    Wrong(SparkError),
    /// A statement of Spark's that is known by its name only.
    Unsupported(String),
}

pub(super) struct View {
    pub(super) name: Vec<Ident>,
    pub(super) scope: ViewScope,
    pub(super) replace: bool,
    pub(super) if_not_exists: bool,
    pub(super) is_altered: bool,
    pub(super) columns: Vec<(String, Option<String>)>,
    pub(super) comment: Option<String>,
    pub(super) properties: Vec<(String, String)>,
    pub(super) rows: ViewRows,
    /// The first token of what stands for the rows and the one after its last.
    pub(super) text: (usize, usize),
}

/// What a view shows.
pub(super) enum ViewRows {
    Query(Box<Query>),
    /// `USING format OPTIONS (…)`, and the columns' tokens before it.
    Source {
        format: String,
        options: Vec<(String, String)>,
        columns: Option<(usize, usize)>,
    },
}

/// First words of Spark's other statements.
pub(super) const UNSUPPORTED: [&str; 17] = [
    "ADD", "ALTER", "ANALYZE", "CALL", "COMMENT", "EXPORT", "GRANT", "IMPORT", "LIST", "LOAD",
    "MSCK", "REFRESH", "REPAIR", "REPLACE", "REVOKE", "TRUNCATE", "USE",
];

/// What can follow a first word, where that tells a statement of Spark's from a slip.
pub(super) const SECOND_WORDS: [(&str, &[&str]); 4] = [
    (
        "CREATE",
        &[
            "TABLE",
            "EXTERNAL",
            "DATABASE",
            "SCHEMA",
            "NAMESPACE",
            "FUNCTION",
            "INDEX",
            "CATALOG",
            "METRIC",
            "FLOW",
            "STREAMING",
            "MATERIALIZED",
        ],
    ),
    (
        "DROP",
        &[
            "TABLE",
            "DATABASE",
            "SCHEMA",
            "NAMESPACE",
            "FUNCTION",
            "INDEX",
            "TEMPORARY",
            "TEMP",
            "CATALOG",
            "MATERIALIZED",
        ],
    ),
    (
        "SHOW",
        &[
            "TABLE",
            "DATABASES",
            "SCHEMAS",
            "NAMESPACES",
            "COLUMNS",
            "CREATE",
            "FUNCTIONS",
            "ALL",
            "PARTITIONS",
            "TBLPROPERTIES",
            "CATALOGS",
            "CURRENT",
            "USER",
            "SYSTEM",
            "CACHED",
            "PROCEDURES",
            "COLLATIONS",
        ],
    ),
    (
        "EXPLAIN",
        &[
            "CREATE", "INSERT", "UPDATE", "DELETE", "MERGE", "CACHE", "DESCRIBE", "SHOW", "DROP",
            "ALTER", "SET", "TABLE", "ANALYZE", "USE",
        ],
    ),
];

/// `SET …` and `RESET …`: after the first word comes plain text, not SQL.
pub(super) fn raw(source: &Source) -> Result<Option<Statement>> {
    let Some(first) = source.tokens.first() else {
        return Ok(None);
    };
    let Token::Word(word) = &first.token else {
        return Ok(None);
    };
    let rest = source.slice(first.span.end, source.end()).trim();
    let rest = rest.trim_end_matches(';').trim_end();
    if word.value.eq_ignore_ascii_case("set") {
        if sets_variables(source) {
            return Ok(None);
        }
        return set(source, rest).map(Some);
    }
    if word.value.eq_ignore_ascii_case("reset") {
        let key = if rest.is_empty() {
            None
        } else {
            Some(unquoted(rest))
        };
        if key
            .as_ref()
            .is_some_and(|key| key.contains(char::is_whitespace))
        {
            return Err(error::near(source, 2, ""));
        }
        return Ok(Some(Statement::ResetConf { key }));
    }
    Ok(None)
}

/// Whether the text begins with `SET`.
pub(super) fn is_set(source: &Source) -> bool {
    matches!(source.tokens.first().map(|first| &first.token),
        Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("set"))
}

/// What stands after the `VAR` of `SET VAR a`.
pub(super) fn word_of_variables<'s>(source: &Source<'s>) -> Option<&'s str> {
    let is_word = |at: usize| matches!(source.tokens.get(at)?.token, Token::Word(_)).then_some(());
    let text = source.token_text(1)?;
    let is_variable = ["VAR", "VARIABLE"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    is_word(2)?;
    source.token_text(2).filter(|_| is_variable)
}

/// `SET VAR …`; `SET var=1` is a setting.
fn sets_variables(source: &Source) -> bool {
    let word = source.tokens.get(1).map(|token| &token.token);
    let is_variable = matches!(word, Some(Token::Word(word)) if word.quote_style.is_none()
        && ["VAR", "VARIABLE"].iter().any(|known| word.value.eq_ignore_ascii_case(known)));
    if !is_variable {
        return false;
    }
    // A name, or names in parentheses; what else is said is a setting's.
    let mut rest = source.tokens.iter().skip(2).map(|token| &token.token);
    match rest.next() {
        Some(Token::LParen) => true,
        Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("identifier") => true,
        Some(Token::Word(_)) => {
            let mut rest = rest.skip_while(|token| matches!(token, Token::Word(_) | Token::Period));
            rest.next() == Some(&Token::Eq)
        }
        _ => false,
    }
}

fn set(source: &Source, rest: &str) -> Result<Statement> {
    if rest.is_empty() {
        return Ok(Statement::ShowConf { verbose: false });
    }
    if rest.eq_ignore_ascii_case("-v") {
        return Ok(Statement::ShowConf { verbose: true });
    }
    let invalid = || source.at_fragment(SparkError::new("INVALID_SET_SYNTAX", &[]), source.whole());
    if let Some((key, value)) = rest.split_once('=') {
        let key = key.trim();
        if key.is_empty() || !key.starts_with('`') && key.contains(char::is_whitespace) {
            return Err(invalid());
        }
        let value = unquoted(value.trim());
        return Ok(Statement::SetConf {
            key: unquoted(key),
            value,
        });
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    if let [time, zone, ..] = words.as_slice()
        && time.eq_ignore_ascii_case("time")
        && zone.eq_ignore_ascii_case("zone")
    {
        return super::time_zone::set(source);
    }
    for kind in ["ROLE", "CATALOG", "PATH"] {
        if words.len() > 1
            && words
                .first()
                .is_some_and(|word| word.eq_ignore_ascii_case(kind))
        {
            return Err(SparkError::not_implemented(format!(
                "the SQL statement SET {kind}"
            )));
        }
    }
    if words.len() > 1 {
        return Err(invalid());
    }
    Ok(Statement::GetConf {
        key: unquoted(rest),
    })
}

/// The text between backticks, or the text itself.
fn unquoted(text: &str) -> String {
    let inner = text
        .strip_prefix('`')
        .and_then(|text| text.strip_suffix('`'));
    inner.unwrap_or(text).to_string()
}
