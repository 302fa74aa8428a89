//! Commands, settings and parameters.

use super::*;
use crate::plan::sql::{CatalogStatement, Described, ViewScope};
use crate::plan::{Expr, Literal};

fn names(parts: &[&str]) -> Vec<String> {
    parts.iter().map(ToString::to_string).collect()
}

#[test]
fn views_are_created_and_dropped() {
    let Statement::CreateView {
        name,
        scope,
        replace,
        columns,
        plan,
        ..
    } = statement("create or replace temp view v(a comment 'x') comment 'q' as select 1 ;")
    else {
        panic!("not a view");
    };
    assert_eq!(
        (name, scope, replace),
        (names(&["v"]), ViewScope::Temporary, true)
    );
    assert_eq!(columns, [("a".to_string(), Some("x".to_string()))]);
    assert_eq!(print::plan(&plan), "Project[1](One)");
    let Statement::CreateStoredView(view) =
        statement("create view d.v comment 'q' tblproperties (a = 'b') as select 1 ;")
    else {
        panic!("not a stored view");
    };
    assert_eq!(
        (view.name, view.scope),
        (names(&["d", "v"]), ViewScope::Persistent)
    );
    assert_eq!(
        (view.comment.as_deref(), view.text.as_str()),
        (Some("q"), "select 1")
    );
    assert_eq!(
        statement("drop view if exists a.v"),
        Statement::DropView {
            name: names(&["a", "v"]),
            if_exists: true
        }
    );
}

#[test]
fn tables_are_created_and_filled() {
    let Statement::CreateTable(table) = statement(
        "create table if not exists d.t (a int, `default` string comment 'x') using CSV \
         options (header true, 'sep' = ';') partitioned by (a) location '/x' comment 'c'",
    ) else {
        panic!("not a table");
    };
    let columns = table.schema.map(|schema| schema.fields.len());
    assert_eq!((table.name, columns), (names(&["d", "t"]), Some(2)));
    assert_eq!(
        (table.if_not_exists, table.format),
        (true, Some("CSV".into()))
    );
    let options = [("header", "true"), ("sep", ";")];
    assert_eq!(table.options, options.map(|(k, v)| (k.into(), v.into())));
    assert_eq!(table.partition_by, names(&["a"]));
    assert_eq!(
        (table.location.as_deref(), table.comment.as_deref()),
        (Some("/x"), Some("c"))
    );
    let Statement::CreateTable(table) = statement("create table t as select 1") else {
        panic!("not a table");
    };
    assert_eq!(
        table.plan.map(|plan| print::plan(&plan)).as_deref(),
        Some("Project[1](One)")
    );
    let Statement::Insert(insert) =
        statement("insert overwrite table t partition (k = 'a', n) (x, y) select 1, 2")
    else {
        panic!("not an insert");
    };
    let fixed: Vec<_> = insert
        .partition
        .iter()
        .map(|(k, v)| (k.as_str(), v.is_some()))
        .collect();
    assert_eq!(fixed, [("k", true), ("n", false)]);
    assert_eq!(
        (insert.columns, insert.overwrite),
        (Some(names(&["x", "y"])), true)
    );
    for text in [
        "insert into t (select 1)",
        "insert into t (values (1))",
        "insert into t table u",
    ] {
        let Statement::Insert(insert) = statement(text) else {
            panic!("not an insert");
        };
        assert_eq!((insert.columns, insert.overwrite), (None, false), "{text}");
    }
    assert_eq!(
        statement("drop table if exists d.t"),
        Statement::DropTable {
            name: names(&["d", "t"]),
            if_exists: true
        }
    );
}

#[test]
fn settings_take_the_rest_of_the_line() {
    let set = |key: &str, value: &str| Statement::SetConf {
        key: key.into(),
        value: value.into(),
    };
    assert_eq!(statement("set a=b"), set("a", "b"));
    assert_eq!(statement("set a = b c "), set("a", "b c"));
    assert_eq!(statement("set a='b'"), set("a", "'b'"));
    assert_eq!(statement("set `a.b`=c"), set("a.b", "c"));
    assert_eq!(statement("set a.b.c=1;"), set("a.b.c", "1"));
    assert_eq!(
        statement("set time zone 'UTC'"),
        set("spark.sql.session.timeZone", "UTC")
    );
    assert_eq!(statement("set a"), Statement::GetConf { key: "a".into() });
    assert_eq!(statement("SET -v"), Statement::ShowConf { verbose: true });
    assert_eq!(statement("set"), Statement::ShowConf { verbose: false });
    assert_eq!(statement("reset"), Statement::ResetConf { key: None });
    assert_eq!(
        statement("reset a.b"),
        Statement::ResetConf {
            key: Some("a.b".into())
        }
    );
}

#[test]
fn tables_are_listed_cached_and_described() {
    let shown = |namespace, pattern: Option<&str>| Statement::ShowTables {
        namespace,
        pattern: pattern.map(str::to_string),
    };
    assert_eq!(statement("show tables"), shown(None, None));
    assert_eq!(statement("show tables like 'x*'"), shown(None, Some("x*")));
    assert_eq!(
        statement("show tables from d like 't'"),
        shown(Some(names(&["d"])), Some("t"))
    );
    assert_eq!(
        statement("cache lazy table t"),
        Statement::CacheTable {
            name: names(&["t"]),
            lazy: true,
            options: Vec::new(),
            plan: None
        }
    );
    assert!(matches!(
        statement("cache table t as select 1"),
        Statement::CacheTable {
            plan: Some(_),
            lazy: false,
            ..
        }
    ));
    assert_eq!(
        statement("uncache table if exists t"),
        Statement::UncacheTable {
            name: names(&["t"]),
            if_exists: true
        }
    );
    assert_eq!(statement("clear cache"), Statement::ClearCache);
    assert_eq!(
        statement("describe extended t"),
        Statement::Catalog(Box::new(CatalogStatement::Describe(Described::Table {
            name: names(&["t"]),
            extended: true
        })))
    );
    let Statement::Catalog(described) = statement("desc select 1") else {
        panic!("not a statement of the catalog");
    };
    assert!(matches!(
        *described,
        CatalogStatement::Describe(Described::Query(_))
    ));
    assert!(matches!(
        statement("explain select 1"),
        Statement::Explain { .. }
    ));
}

#[test]
fn parameters_take_their_places() {
    let number = |n| Expr::Literal(Literal::Integer(n));
    let options = ParseOptions::default();
    let positional = Parameters::Positional(vec![number(1), number(2), number(3)]);
    assert_eq!(
        query_with("select ?, '?' from t where a = ?", &options, &positional),
        "Project[1, '?'](Filter[=(a, 2)](t))"
    );
    let named = Parameters::Named(vec![("x".into(), number(7))]);
    let text = "select :x::string from t limit :x";
    assert_eq!(
        query_with(text, &options, &named),
        "Limit[0 Some(7)](Project[cast(7 : string)](t))"
    );
    for (text, parameters, condition) in [
        ("select :X", &named, "UNBOUND_SQL_PARAMETER"),
        (
            "select :x, ?",
            &named,
            "INVALID_QUERY_MIXED_QUERY_PARAMETERS",
        ),
    ] {
        let error = parse_statement(text, &options, parameters).unwrap_err();
        assert_eq!(error.condition(), condition, "{text}");
    }
    let error = parse_statement("select ?", &options, &Parameters::None).unwrap_err();
    assert_eq!(error.parameters(), [("name".to_string(), "_7".to_string())]);
}

#[test]
fn options_change_the_reading() {
    let legacy = ParseOptions {
        having_without_group_by_as_where: true,
        ..Default::default()
    };
    assert_eq!(
        query_with(
            "select a + 1 as z from t having b > 1 order by b",
            &legacy,
            &Parameters::None
        ),
        "Sort[b](Filter[>(b, 1)](Project[+(a, 1) AS z](t)))"
    );
    let quoted = ParseOptions {
        double_quoted_identifiers: true,
        ..Default::default()
    };
    assert_eq!(
        query_with("select \"a b\" from t", &quoted, &Parameters::None),
        "Project[a b](t)"
    );
    let zone = crate::types::Zone::parse("America/New_York").unwrap();
    let zoned = ParseOptions {
        time_zone: zone,
        ..Default::default()
    };
    assert_eq!(
        query_with("select timestamp '1970-01-01'", &zoned, &Parameters::None),
        "Project[Timestamp(18000000000)](One)"
    );
}
