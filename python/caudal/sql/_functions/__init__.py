"""How Python functions in queries run: what the compiled core calls, kind by kind.

`kinds` numbers the kinds, `hints` reads them off type hints; `support` serves `udf`s, the
drivers in `columns`, `tables` and `groups` all others; `to_pandas`, `to_arrow` and
`pickled` convert values.
"""
