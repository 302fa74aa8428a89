"""How does a query end whose function raises, or gives what does not fit?"""

SCHEMA = "k STRING, v INT"


def run(spark, ctx):
    import pandas as pd

    def raising(key, frames, state):
        raise ValueError("not this one")
        yield

    def missing(key, frames, state):
        yield pd.DataFrame({"k": [key[0]]})

    def extra(key, frames, state):
        yield pd.DataFrame({"k": [key[0]], "n": [1], "m": [2]})

    def misnamed(key, frames, state):
        yield pd.DataFrame({"k": [key[0]], "m": [1]})

    def mistyped(key, frames, state):
        yield pd.DataFrame({"k": [key[0]], "n": ["x"]})

    def no_frame(key, frames, state):
        yield [1, 2]

    def no_iterator(key, frames, state):
        return 5

    def returned(key, frames, state):
        return pd.DataFrame({"k": [key[0]], "n": [1]})

    def wide_state(key, frames, state):
        state.update((1, 2))
        yield pd.DataFrame({"k": [key[0]], "n": [1]})

    def two_arguments(key, frames):
        yield pd.DataFrame({"k": [key[0]], "n": [1]})

    def positions(key, frames, state):
        yield pd.DataFrame([[key[0], 4]])

    def nothing(key, frames, state):
        return iter(())

    def empty(key, frames, state):
        yield pd.DataFrame()

    functions = [
        raising, missing, extra, misnamed, mistyped, no_frame, no_iterator, returned, wide_state,
        two_arguments, positions, nothing, empty,
    ]  # fmt: skip
    for function in functions:

        def build(source, function=function):
            return (
                source("a", SCHEMA)
                .groupBy("k")
                .applyInPandasWithState(function, "k string, n int", "n int", "update", "NoTimeout")
            )

        def attempt(build=build):
            with ctx.script(build, "update") as script:
                try:
                    return str(script.step(a=[{"k": "a", "v": 1}]))
                except Exception as error:
                    # The last line that names an error is the one of the function itself.
                    lines = [line.strip() for line in str(error).split("\n")]
                    told = [x for x in lines if "rror" in x and not x.startswith("File ")]
                    mine = [x for x in told if "Query [id" not in x and "captured" not in x]
                    return [type(error).__name__, mine[-1:]]

        yield function.__name__, ctx.outcome(attempt)
