"""`pandas_udf` and `arrow_udf` where PySpark has them; see `caudal.sql.functions`."""

from caudal.sql.functions.python_udf import ArrowUDFType, PandasUDFType, arrow_udf, pandas_udf

__all__ = ["ArrowUDFType", "PandasUDFType", "arrow_udf", "pandas_udf"]
