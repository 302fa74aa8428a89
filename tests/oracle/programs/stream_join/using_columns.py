"""Which columns and values does a join of streams on column names give?"""


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


A = "t TIMESTAMP, k STRING, v INT"
B = "t TIMESTAMP, k STRING, w INT"


def a(second, k, v):
    return {"t": clock(second), "k": k, "v": v}


def b(second, k, w):
    return {"t": clock(second), "k": k, "w": w}


STEPS = [
    {"l": [a(1, "a", 1), a(2, "b", 2), a(2, None, 3)], "r": [b(1, "a", 10), b(2, "c", 20)]},
    {"l": [a(30, "d", 4)], "r": [b(31, "e", 50)]},
]


def run(spark, ctx):
    for kind in ("inner", "left", "right", "outer", "leftsemi"):
        frames = []

        def joined(source, kind=kind, frames=frames):
            lefts = source("l", A).withWatermark("t", "10 seconds")
            rights = source("r", B).withWatermark("t", "10 seconds")
            frames.append(lefts.join(rights, ["t", "k"], kind))
            return frames[-1]

        yield from ctx.steps(kind, joined, "append", STEPS)
        yield f"{kind}: schema", frames[0].schema.simpleString()

    def by_key(source):
        lefts = source("l", A).withWatermark("t", "10 seconds")
        rights = source("r", B).withWatermark("t", "10 seconds")
        return lefts.join(rights, "k").select("k", lefts.t, rights.t.alias("u"), "v", "w")

    yield from ctx.steps("key alone", by_key, "append", STEPS)
