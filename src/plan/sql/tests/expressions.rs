//! Single expressions.

use super::{check, expression};

#[test]
fn names_and_operators() {
    let cases = [
        ("a", "a"),
        ("`a b`.c", "a b.c"),
        ("window.end", "window.end"),
        ("t.*", "t.*"),
        ("*", "*"),
        ("a AS x", "a AS x"),
        ("a x", "a AS x"),
        ("a desc", "a AS desc"),
        ("1 + 2 * 3", "+(1, *(2, 3))"),
        ("-a * b", "*(-(a), b)"),
        ("-5", "-5"),
        ("- 5.5D", "Double(-5.5)"),
        ("a - -1", "-(a, -1)"),
        ("a & b | b ^ a << 1", "|(&(a, b), ^(b, <<(a, 1)))"),
        ("a = b is null", "isnull(=(a, b))"),
        (
            "a = 1 and b = 2 or not a > 3",
            "or(and(=(a, 1), =(b, 2)), not(>(a, 3)))",
        ),
        ("!(a = 1)", "not(=(a, 1))"),
        ("a == 1", "=(a, 1)"),
        ("a <> 1", "!=(a, 1)"),
        ("a <=> b", "<=>(a, b)"),
        ("a div 2 % 3", "%(div(a, 2), 3)"),
        ("c || 'x' || 'y'", "||(||(c, 'x'), 'y')"),
        ("~a", "~(a)"),
    ];
    check(&cases, expression);
}

#[test]
fn predicates_cases_and_casts() {
    let cases = [
        ("a between 1 and 2 + 3", "between(a, 1, +(2, 3))"),
        ("a not between 1 and 2", "not(between(a, 1, 2))"),
        ("c like 'a\\_%' escape '/'", "like(c, 'a\\_%', '/')"),
        ("c not ilike 'a'", "not(ilike(c, 'a'))"),
        (
            "c rlike 'x' and c not regexp 'y'",
            "and(rlike(c, 'x'), not(rlike(c, 'y')))",
        ),
        ("a in (1, 2)", "in(a; 1, 2)"),
        ("a not in (1)", "not(in(a; 1))"),
        ("a is not null", "isnotnull(a)"),
        ("(a = 1) is not true", "not(<=>(=(a, 1), true))"),
        ("a is distinct from b", "not(<=>(a, b))"),
        (
            "case a when 1 then 'x' else 'y' end",
            "case =(a, 1) -> 'x' else 'y'",
        ),
        ("case when a > 1 then 'x' end", "case >(a, 1) -> 'x'"),
        (
            "cast(a as array<struct<x: int, y: map<string, int>>>)",
            "cast(a : array<struct<x:int,y:map<string,int>>>)",
        ),
        ("try_cast(c as int)", "try_cast(c : int)"),
        ("a::decimal(10, 2)", "cast(a : decimal(10,2))"),
        ("-1::int", "cast(-1 : int)"),
    ];
    check(&cases, expression);
}

#[test]
fn calls_access_and_lambdas() {
    let cases = [
        ("extract(HOUR from t)", "extract('HOUR', t)"),
        ("substring(c from 1 for 2)", "substring(c, 1, 2)"),
        ("position('a' in c)", "locate('a', c)"),
        ("trim(both 'x' from c)", "trim('x', c)"),
        ("trim(c)", "trim(c)"),
        ("ltrim('x', c)", "ltrim('x', c)"),
        ("current_date", "current_date()"),
        ("current_timestamp()", "current_timestamp()"),
        ("count(*)", "count(*)"),
        ("count(distinct a, b)", "count(DISTINCT a, b)"),
        ("count(a) filter (where a > 1)", "count(a) FILTER >(a, 1)"),
        ("s.x.y", "s.x.y"),
        ("arr[0]", "arr[0]"),
        ("m['k'].z", "m['k']['z']"),
        ("(s).x", "s['x']"),
        ("f(a).x[1]", "f(a)['x'][1]"),
        ("struct(a, b as z)", "struct(a, b AS z)"),
        (
            "transform(arr, x -> x + 1)",
            "transform(arr, (x) -> +(x, 1))",
        ),
        (
            "aggregate(arr, 0, (acc, x) -> acc + x)",
            "aggregate(arr, 0, (acc, x) -> +(acc, x))",
        ),
        ("exists(arr, x -> x > 1)", "exists(arr, (x) -> >(x, 1))"),
    ];
    check(&cases, expression);
}

#[test]
fn literals() {
    let cases = [
        ("'it\\'s'", "'it's'"),
        ("'it''s'", "'it's'"),
        ("'a' \"b\"", "'ab'"),
        ("r'a\\n'", "'a\\n'"),
        ("x'1F'", "Binary([31])"),
        ("null", "null"),
        ("true", "true"),
        ("interval 30 minutes", "1800000000us:interval minute"),
        (
            "interval 1 hour 30 minutes",
            "5400000000us:interval hour to minute",
        ),
        ("interval '1' day", "86400000000us:interval day"),
        (
            "INTERVAL '1 02:03' DAY TO MINUTE",
            "93780000000us:interval day to minute",
        ),
        (
            "interval '1-2' year to month",
            "14mo:interval year to month",
        ),
        (
            "interval '1 day 2 hours'",
            "93600000000us:interval day to hour",
        ),
        ("interval -1 week", "-604800000000us:interval day"),
        ("interval 1.5 seconds", "1500000us:interval second"),
        ("date '2020-01-01'", "Date(18262)"),
        (
            "timestamp '2020-01-01 00:00:01.5'",
            "Timestamp(1577836801500000)",
        ),
        (
            "timestamp '2020-01-01 00:00:00+01:00'",
            "Timestamp(1577833200000000)",
        ),
        (
            "timestamp_ntz '2020-01-01'",
            "TimestampNtz(1577836800000000)",
        ),
        ("timestampadd(MONTH, 1, t)", "timestampadd('MONTH', 1, t)"),
        (
            "if(a > 1, left(c, 1), date(t))",
            "if(>(a, 1), left(c, 1), date(t))",
        ),
        ("array(1, 2)", "array(1, 2)"),
        ("map('a', 1)", "map('a', 1)"),
        ("10S", "Short(10)"),
        ("2BD", "Decimal(2, 1, 0)"),
        ("1e3", "Double(1000.0)"),
        ("interval", "interval"),
        ("values", "values"),
        ("`from`", "from"),
    ];
    check(&cases, expression);
}

#[test]
fn windows() {
    let cases = [
        (
            "row_number() over (order by a desc)",
            "row_number() OVER (order a desc)",
        ),
        (
            "sum(a) over (partition by b order by c rows between 1 preceding and current row)",
            "sum(a) OVER (by b order c rows -1 .. 0)",
        ),
        (
            "avg(count) over (partition by action order by window.start desc range between interval 30 minutes preceding and current row)",
            "avg(count) OVER (by action order window.start desc range -1800000000us:interval minute .. 0)",
        ),
        ("sum(a) over ()", "sum(a) OVER ()"),
    ];
    check(&cases, expression);
}

#[test]
fn expressions_of_the_courses() {
    let cases = [
        ("gt like '%stairs%'", "like(gt, '%stairs%')"),
        ("gt is not null", "isnotnull(gt)"),
        ("cast(key as string)", "cast(key : string)"),
        ("LineItem.ItemCode", "LineItem.ItemCode"),
        (
            "explode(value.InvoiceLineItems) as LineItem",
            "explode(value.InvoiceLineItems) AS LineItem",
        ),
        ("TotalAmount * 0.2", "*(TotalAmount, Decimal(2, 1, 1))"),
        ("InvoiceNumber as key", "InvoiceNumber AS key"),
    ];
    check(&cases, expression);
}
