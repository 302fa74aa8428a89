"""URLs: parts of addresses, encoding, decoding; broken ones, wrong arguments."""

URL = "http://user:pw@spark.apache.org:8080/path/p.php?query=1&k2=v%202&empty=&query=2#Ref"
PARTS = [
    "HOST",
    "PATH",
    "QUERY",
    "REF",
    "PROTOCOL",
    "FILE",
    "AUTHORITY",
    "USERINFO",
    "host",
    "NOPE",
]
URLS = [
    "http://spark.apache.org/path?query=1",
    "https://example.com",
    "https://example.com/",
    "http://[::1]:80/a",
    "mailto:a@b.c",
    "/only/path?x=1",
    "file:///a/b",
    "ftp://h/a;b",
    "http://h?a=b",
    "http://exa_mple.com/x",
    "HTTP://Host/Path",
    "http://h/a%20b?q=%C3%A9",
    "http://h/é?q=é",
    "",
    "a",
    "jdbc:mysql://h:3306/db",
    "http://user@h/",
    "http://h:/x",
]

EXPRESSIONS = [
    f"parse_url('{URL}', 'QUERY', 'query')",
    f"parse_url('{URL}', 'QUERY', 'k2')",
    f"parse_url('{URL}', 'QUERY', 'empty')",
    f"parse_url('{URL}', 'QUERY', 'nope')",
    f"parse_url('{URL}', 'HOST', 'query')",
    f"parse_url('{URL}', 'QUERY', null)",
    f"parse_url('{URL}', null)",
    "parse_url(null, 'HOST')",
    "try_parse_url('inva lid://spark.apache.org/path?query=1', 'QUERY')",
    "try_parse_url('http://a/b?c=d', 'QUERY', 'c')",
    "url_encode('https://spark.apache.org')",
    "url_encode('a b+c/é?&=*-_.~')",
    "url_encode('')",
    "url_encode(null)",
    "url_encode(12)",
    "url_decode('https%3A%2F%2Fspark.apache.org')",
    "url_decode('a+b%20c')",
    "url_decode('%C3%A9')",
    "url_decode('%c3%a9')",
    "url_decode('%FF')",
    "url_decode('')",
    "url_decode(null)",
    "try_url_decode('http%3A%2F%2spark.apache.org')",
    "try_url_decode('a%20b')",
    "try_url_decode('%')",
]

ERRORS = [
    "parse_url('inva lid://spark.apache.org/path?query=1', 'QUERY')",
    "parse_url('http://a b', 'HOST')",
    "parse_url('http://h/%zz', 'HOST')",
    "parse_url('http://h/|', 'HOST')",
    "parse_url('http://h:port/', 'HOST')",
    "parse_url(':', 'HOST')",
    "parse_url('http://', 'HOST')",
    "parse_url('http://h')",
    "parse_url('http://h', 'HOST', 'a', 'b')",
    "parse_url(1, 'HOST')",
    "parse_url('http://h?a=1', 'QUERY', '[')",
    "parse_url('http://h?a.c=1', 'QUERY', 'a.c')",
    "url_decode('http%3A%2F%2spark.apache.org')",
    "url_decode('%')",
    "url_decode('%zz')",
    "url_decode('a%4')",
    "url_encode()",
    "url_encode('a', 'b')",
]


def run(spark, ctx):
    for url in [*URLS, URL]:
        for_each = ", ".join(f"'{part}', try_parse_url('{url}', '{part}')" for part in PARTS)
        yield (
            f"parts of {url}",
            ctx.outcome(lambda text=for_each: spark.sql(f"SELECT map({text})").first()[0]),
        )
    yield from ctx.expressions(EXPRESSIONS)
    yield from ctx.expressions(ERRORS)
    spark.createDataFrame(
        [
            ("http://a/b?c=1", "HOST", "c"),
            ("http://a/b?c=1", "QUERY", "c"),
            (None, "HOST", None),
            ("http://x/?d=2", "QUERY", "d"),
        ],
        "u string, p string, k string",
    ).createOrReplaceTempView("t")
    yield (
        "columns",
        spark.sql(
            "SELECT u, p, parse_url(u, p), parse_url(u, p, k), url_encode(u), url_decode(url_encode(u)) FROM t"
        ),
    )
    yield "nulls outside ANSI", ctx.outcome(lambda: _without_ansi(spark))


def _without_ansi(spark):
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        return spark.sql("SELECT parse_url('inva lid://spark', 'HOST')").first()[0]
    finally:
        spark.conf.unset("spark.sql.ansi.enabled")
