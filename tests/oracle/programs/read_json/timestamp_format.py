"""Texts as timestamps: the default forms, a format of one's own, zones in the text."""

TEXTS = [
    "2016-07-26 02:45:07",
    "2016-07-26T02:45:07",
    "2016-07-26T02:45:07Z",
    "2016-07-26T02:45:07.123456Z",
    "2016-07-26T02:45:07+02:00",
    "2016-07-26T02:45:07.5-0330",
    "2016-07-26 02:45",
    "2016-07-26",
    "2016-7-6 2:5:7",
    "26/07/2016 02:45",
    "2016-13-01",
    "nonsense",
]


def run(spark, ctx):
    path = ctx.write_lines("a.json", [f'{{"k":{n},"t":"{text}"}}' for n, text in enumerate(TEXTS)])
    schema = "k int, t timestamp"
    for zone in ["UTC", "America/New_York"]:
        spark.conf.set("spark.sql.session.timeZone", zone)
        yield f"default in {zone}", spark.read.schema(schema).json(path)
    own = spark.read.schema(schema).option("timestampFormat", "dd/MM/yyyy HH:mm")
    yield "own format", own.json(path)
    yield "own zone", spark.read.schema(schema).option("timeZone", "Asia/Kolkata").json(path)
    for pattern in ["yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", "yyyy-MM-dd HH:mm:ss"]:
        yield pattern, spark.read.schema(schema).option("timestampFormat", pattern).json(path)
    yield "without a zone", spark.read.schema("k int, t timestamp_ntz").json(path)
