"""What assertSchemaEqual takes for equal, and the whole text that it gives where it does not."""

from pyspark.sql.types import (
    ArrayType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
)
from pyspark.testing import assertSchemaEqual


def schema(**types):
    return StructType([StructField(name, type_, True) for name, type_ in types.items()])


def strict(name, type_):
    return StructType([StructField(name, type_, False)])


CASES = {
    "same": (schema(a=IntegerType()), schema(a=IntegerType()), {}),
    "type": (schema(a=IntegerType()), schema(a=LongType()), {}),
    "name": (schema(a=IntegerType()), schema(b=IntegerType()), {}),
    "case of a name": (schema(a=IntegerType()), schema(A=IntegerType()), {}),
    "one more": (schema(a=IntegerType()), schema(a=IntegerType(), b=IntegerType()), {}),
    "null": (strict("a", IntegerType()), schema(a=IntegerType()), {}),
    "null counts": (
        strict("a", IntegerType()),
        schema(a=IntegerType()),
        {"ignoreNullable": False},
    ),
    "null in an array": (
        schema(a=ArrayType(IntegerType(), True)),
        schema(a=ArrayType(IntegerType(), False)),
        {},
    ),
    "null in an array counts": (
        schema(a=ArrayType(IntegerType(), True)),
        schema(a=ArrayType(IntegerType(), False)),
        {"ignoreNullable": False},
    ),
    "array": (schema(a=ArrayType(IntegerType())), schema(a=ArrayType(DoubleType())), {}),
    "map": (
        schema(a=MapType(StringType(), IntegerType())),
        schema(a=MapType(StringType(), LongType())),
        {},
    ),
    "nested": (
        schema(a=schema(b=IntegerType())),
        schema(a=schema(c=IntegerType())),
        {},
    ),
    "decimal": (schema(a=DecimalType(10, 2)), schema(a=DecimalType(12, 2)), {}),
    "order": (
        schema(a=IntegerType(), b=StringType()),
        schema(b=StringType(), a=IntegerType()),
        {},
    ),
    "order ignored": (
        schema(a=IntegerType(), b=StringType()),
        schema(b=StringType(), a=IntegerType()),
        {"ignoreColumnOrder": True},
    ),
    "order ignored, nested": (
        schema(s=schema(a=IntegerType(), b=StringType())),
        schema(s=schema(b=StringType(), a=IntegerType())),
        {"ignoreColumnOrder": True},
    ),
    "names ignored": (
        schema(a=IntegerType(), b=StringType()),
        schema(x=IntegerType(), y=StringType()),
        {"ignoreColumnName": True},
    ),
    "names ignored, type differs": (
        schema(a=IntegerType()),
        schema(x=StringType()),
        {"ignoreColumnName": True},
    ),
    "not a schema": ("a int", schema(a=IntegerType()), {}),
    "not a schema expected": (schema(a=IntegerType()), None, {}),
}


def told(call):
    try:
        return ["answer", call()]
    except Exception as error:
        return [type(error).__name__, error.getCondition(), str(error).split("\n")]


def run(spark, ctx):
    for label, (actual, expected, options) in CASES.items():
        yield (
            label,
            told(lambda a=actual, e=expected, o=options: assertSchemaEqual(a, e, **o)),
        )
