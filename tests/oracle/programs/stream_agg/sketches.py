"""Sketches and variants that a stream adds up, batch by batch."""

from pyspark.sql import functions as F


def run(spark, ctx):
    def hll(source):
        rows = source("a", "k STRING, v INT")
        return rows.groupBy("k").agg(
            F.hll_sketch_estimate(F.hll_sketch_agg("v", 8)).alias("hll"),
            F.hex(F.hll_sketch_agg("v", 4)).alias("bytes"),
        )

    def theta(source):
        rows = source("a", "k STRING, v INT")
        return rows.groupBy("k").agg(
            F.expr("theta_sketch_estimate(theta_sketch_agg(v))").alias("theta"),
            F.expr("kll_sketch_get_n_bigint(kll_sketch_agg_bigint(v))").alias("n"),
            F.expr("approx_top_k(v, 2)").alias("top"),
            F.count_min_sketch("v", F.lit(0.5), F.lit(0.5), F.lit(1)).alias("cms"),
            F.hex(F.bitmap_construct_agg(F.bitmap_bit_position("v"))).substr(1, 4).alias("bits"),
        )

    def joined(source):
        rows = source("a", "k STRING, v INT")
        return rows.select(
            "k",
            F.expr("variant_get(parse_json(concat('{\"a\":', v, '}')), '$.a', 'int')").alias("a"),
        )

    def kept(source):
        rows = source("a", "k STRING, v INT")
        return rows.select(F.parse_json(F.concat(F.lit("["), "v", F.lit(', "x"]'))).alias("w"))

    def schema_of(source):
        rows = source("a", "k STRING, v INT")
        return rows.groupBy("k").agg(
            F.expr("schema_of_variant_agg(parse_json(concat('{\"a\":', v, '}')))").alias("s"),
            F.expr("to_json(first(parse_json(string(v))))").alias("f"),
        )

    def grouped(source):
        rows = source("a", "k STRING, v INT")
        return rows.select(F.parse_json(F.col("v").cast("string")).alias("w")).groupBy("w").count()

    def distinct(source):
        rows = source("a", "k STRING, v INT")
        return rows.select(F.parse_json(F.col("v").cast("string")).alias("w")).dropDuplicates(["w"])

    steps = [
        {"a": [{"k": "x", "v": 1}, {"k": "x", "v": 2}, {"k": "y", "v": 9}]},
        {"a": [{"k": "x", "v": 2}, {"k": "z", "v": None}]},
        {"a": [{"k": "y", "v": 9}, {"k": "y", "v": 10}, {"k": "x", "v": 40}]},
    ]
    for name, build, mode in [
        ("hll", hll, "complete"),
        ("hll", hll, "update"),
        ("others", theta, "complete"),
        ("variants", joined, "append"),
        ("variants kept", kept, "append"),
        ("schemas", schema_of, "complete"),
    ]:
        yield from ctx.steps(f"{name}, {mode}", build, mode, steps, restart_each_step=True)
    for name, build, mode in [
        ("by variants", grouped, "complete"),
        ("distinct variants", distinct, "append"),
    ]:

        def start(build=build, mode=mode):
            with ctx.script(build, mode) as script:
                script.start()
            return "starts"

        yield name, ctx.outcome(start)
