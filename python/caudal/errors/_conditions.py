"""The conditions that the Python layer itself raises: name to message template.

Names and templates are Spark's own (they are an interface: programs match on them).
Conditions of the engine live in the compiled core and arrive ready made; this table
must not repeat those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TEMPLATES: dict[str, str] = {
    "ARGUMENT_REQUIRED": "Argument `<arg_name>` is required when <condition>.",
    "ATTRIBUTE_NOT_CALLABLE": (
        "Attribute `<attr_name>` in provided object `<obj_name>` is not callable."
    ),
    "ATTRIBUTE_NOT_SUPPORTED": "Attribute `<attr_name>` is not supported.",
    "AXIS_LENGTH_MISMATCH": (
        "Length mismatch: Expected axis has <expected_length> elements, new values have "
        "<actual_length> elements."
    ),
    "CANNOT_ACCESS_TO_DUNDER": "Dunder(double underscore) attribute is for internal use only.",
    "CANNOT_APPLY_IN_FOR_COLUMN": (
        "Cannot apply 'in' operator against a column: please use 'contains' in a string"
        " column or 'array_contains' function for an array column."
    ),
    "CANNOT_BE_EMPTY": "At least one <item> must be specified.",
    "CANNOT_BE_NONE": "Argument `<arg_name>` cannot be None.",
    "CANNOT_CONVERT_COLUMN_INTO_BOOL": (
        "Cannot convert column into bool (offending column: <column>): please use '&' for"
        " 'and', '|' for 'or', '~' for 'not' when building DataFrame boolean expressions."
    ),
    "CANNOT_CONVERT_TYPE": "Cannot convert <from_type> into <to_type>.",
    "CANNOT_DETERMINE_TYPE": "Some of types cannot be determined after inferring.",
    "CANNOT_INFER_EMPTY_SCHEMA": "Can not infer schema from an empty dataset.",
    "CANNOT_INFER_SCHEMA_FOR_TYPE": "Can not infer schema for type: `<data_type>`.",
    "CANNOT_INFER_TYPE_FOR_FIELD": "Unable to infer the type of the field `<field_name>`.",
    "CANNOT_MERGE_TYPE": "Can not merge type `<data_type1>` and `<data_type2>`.",
    "CANNOT_PARSE_DATATYPE": "Unable to parse datatype. <msg>.",
    "CANNOT_REGISTER_UDTF": (
        "Cannot register the UDTF '<name>': expected a 'UserDefinedTableFunction'. Please make "
        "sure the UDTF is correctly defined as a class, and then either wrap it in the `udtf()`"
        " function or annotate it with `@udtf(...)`."
    ),
    "CANNOT_SET_TOGETHER": "<arg_list> should not be set together.",
    "CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF": (
        "returnType can not be specified when `<arg_name>` is a user-defined function, but got"
        " <return_type>."
    ),
    "CANNOT_WITHOUT": "Cannot <condition1> without <condition2>.",
    "CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF": (
        "Calling property or member '<member>' is not supported in PySpark Classic, please use"
        " Spark Connect instead."
    ),
    "COLLATION_INVALID_PROVIDER": (
        "The value <provider> does not represent a correct collation provider. Supported"
        " providers are: [<supportedProviders>]."
    ),
    "COLUMN_IN_LIST": "`<func_name>` does not allow a Column in a list.",
    "DATA_SOURCE_EXTRANEOUS_FILTERS": (
        "<type>.pushFilters() returned filters that are not part of the input. Make sure that"
        " each returned filter is one of the input filters by reference. Input filters:"
        " <input>. Extraneous filters: <extraneous>."
    ),
    "DATA_SOURCE_INVALID_RETURN_TYPE": (
        "Unsupported return type ('<type>') from Python data source '<name>'. Expected types:"
        " <supported_types>."
    ),
    "DATA_SOURCE_PUSHDOWN_DISABLED": (
        "<type> implements pushFilters() but filter pushdown is disabled because configuration"
        " '<conf>' is false. Set it to true to enable filter pushdown."
    ),
    "DATA_SOURCE_RETURN_SCHEMA_MISMATCH": (
        "Return schema mismatch in the result from 'read' method. Expected: <expected> columns,"
        " Found: <actual> columns. Make sure the returned values match the required output"
        " schema."
    ),
    "DATA_SOURCE_TYPE_MISMATCH": "Expected <expected>, but got <actual>.",
    "DIFFERENT_ROWS": "<error_msg>",
    "DIFFERENT_SCHEMA": "Schemas do not match.\n--- actual\n+++ expected\n<error_msg>",
    "DISALLOWED_TYPE_FOR_CONTAINER": (
        "Argument `<arg_name>`(type: <arg_type>) should only contain a type in"
        " [<allowed_types>], got <item_type>"
    ),
    "FIELD_DATA_TYPE_UNACCEPTABLE": "<data_type> can not accept object <obj> in type <obj_type>.",
    "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME": (
        "<field_name>: <data_type> can not accept object <obj> in type <obj_type>."
    ),
    "FIELD_NOT_NULLABLE": "Field is not nullable, but got None.",
    "FIELD_NOT_NULLABLE_WITH_NAME": "<field_name>: This field is not nullable, but got None.",
    "FIELD_STRUCT_LENGTH_MISMATCH": (
        "Length of object (<object_length>) does not match with length of fields (<field_length>)."
    ),
    "FIELD_STRUCT_LENGTH_MISMATCH_WITH_NAME": (
        "<field_name>: Length of object (<object_length>) does not match with length of"
        " fields (<field_length>)."
    ),
    "FIELD_TYPE_MISMATCH": "<obj> is not an instance of type <data_type>.",
    "FIELD_TYPE_MISMATCH_WITH_NAME": "<field_name>: <obj> is not an instance of type <data_type>.",
    "HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN": (
        "Function `<func_name>` should return Column, got <return_type>."
    ),
    "INDEX_NOT_POSITIVE": "Index must be positive, got '<index>'.",
    "INDEX_OUT_OF_RANGE": "<arg_name> index out of range, got '<index>'.",
    "INPUT_NOT_FULLY_CONSUMED": "The input iterator must be fully consumed.",
    "INVALID_ARROW_UDTF_WITH_ANALYZE": (
        "The arrow UDTF '<name>' is invalid. Arrow UDTFs do not support the 'analyze' method. "
        "Please remove the 'analyze' method from '<name>' and specify a returnType instead."
    ),
    "INVALID_INTERVAL_CASTING": "Interval <start_field> to <end_field> is invalid.",
    "INVALID_JSON_DATA_TYPE_FOR_COLLATIONS": (
        "Collations can only be applied to string types, but the JSON data type is <jsonType>."
    ),
    "INVALID_NDARRAY_DIMENSION": "NumPy array input should be of <dimensions> dimensions.",
    "INVALID_PANDAS_UDF": "Invalid function: <detail>",
    "INVALID_PANDAS_UDF_TYPE": (
        "`<arg_name>` should be one of the values from PandasUDFType, got <arg_type>"
    ),
    "INVALID_RETURN_TYPE_FOR_ARROW_UDF": (
        "Grouped and Cogrouped map Arrow UDF should return StructType for <eval_type>, got "
        "<return_type>."
    ),
    "INVALID_RETURN_TYPE_FOR_PANDAS_UDF": (
        "Pandas UDF should return StructType for <eval_type>, got <return_type>."
    ),
    "INVALID_STREAMING_SOURCE_NAME": (
        "Invalid streaming source name '<source_name>'. Source names must contain only"
        " ASCII letters, digits, and underscores."
    ),
    "INVALID_TIMEOUT_TIMESTAMP": (
        "Timeout timestamp (<timestamp>) cannot be earlier than the current watermark"
        " (<watermark>)."
    ),
    "INVALID_TYPE": "Argument `<arg_name>` should not be a <arg_type>.",
    "INVALID_TYPENAME_CALL": (
        "StructField does not have typeName. Use typeName on its type explicitly instead."
    ),
    "INVALID_TYPE_DF_EQUALITY_ARG": (
        "Expected type <expected_type> for `<arg_name>` but got type <actual_type>."
    ),
    "INVALID_UDF_EVAL_TYPE": "Eval type for UDF must be <eval_type>.",
    "INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE": (
        "The UDTF '<name>' is invalid. It has both its return type and an 'analyze' attribute. "
        "Please make it have one of either the return type or the 'analyze' static method in "
        "'<name>' and try again."
    ),
    "INVALID_UDTF_HANDLER_TYPE": (
        "The UDTF is invalid. The function handler must be a class, but got '<type>'. Please "
        "provide a class as the function handler."
    ),
    "INVALID_UDTF_NO_EVAL": (
        "The UDTF '<name>' is invalid. It does not implement the required 'eval' method. Please"
        " implement the 'eval' method in '<name>' and try again."
    ),
    "INVALID_UDTF_RETURN_TYPE": (
        "The UDTF '<name>' is invalid. It does not specify its return type or implement the "
        "required 'analyze' static method. Please specify the return type or implement the "
        "'analyze' static method in '<name>' and try again."
    ),
    "INVALID_WINDOW_BOUND_TYPE": "Invalid window bound type: <window_bound_type>.",
    "KEY_NOT_EXISTS": "Key `<key>` does not exist.",
    "KEY_VALUE_PAIR_REQUIRED": "Key-value pair or a list of pairs is required.",
    "LENGTH_SHOULD_BE_THE_SAME": (
        "<arg1> and <arg2> should be of the same length, got <arg1_length> and <arg2_length>."
    ),
    "MALFORMED_VARIANT": "Variant binary is malformed. Please check the data source is valid.",
    "MIXED_TYPE_REPLACEMENT": "Mixed type replacements are not supported.",
    "NEGATIVE_VALUE": (
        "Value for `<arg_name>` must be greater than or equal to 0, got '<arg_value>'."
    ),
    "NOT_EXPECTED_TYPE": "Argument `<arg_name>` should be <expected_type>, got <arg_type>.",
    "NOT_IMPLEMENTED": "<feature> is not implemented.",
    "NOT_ITERABLE": "<objectName> is not iterable.",
    "NOT_SAME_TYPE": (
        "Argument `<arg_name1>` and `<arg_name2>` should be the same type, got <arg_type1>"
        " and <arg_type2>."
    ),
    "NO_OBSERVE_BEFORE_GET": "Should observe by calling `DataFrame.observe` before `get`.",
    "NO_ACTIVE_OR_DEFAULT_SESSION": (
        "No active or default Spark session found. Please create a new Spark session before"
        " running the code."
    ),
    "ONLY_ALLOWED_FOR_SINGLE_COLUMN": (
        "Argument `<arg_name>` can only be provided for a single column."
    ),
    "ONLY_ALLOW_SINGLE_TRIGGER": "Only a single trigger is allowed.",
    "ONLY_SUPPORTED_WITH_SPARK_CONNECT": (
        "<feature> is only supported with Spark Connect; however, the current Spark session"
        " does not use Spark Connect."
    ),
    "OUTPUT_EXCEEDS_INPUT_ROWS": (
        "The number of output rows must not exceed the number of input rows."
    ),
    "PACKAGE_NOT_INSTALLED": (
        "<package_name> >= <minimum_version> must be installed; however, it was not found."
    ),
    "PLOT_INVALID_TYPE_COLUMN": (
        "Column <col_name> must be one of <valid_types> for plotting, got <col_type>."
    ),
    "READ_ONLY": "<object> is read-only.",
    "RESULT_COLUMN_NAMES_MISMATCH": (
        "Column names of the returned data do not match specified schema.<missing><extra>"
    ),
    "RESULT_COLUMN_TYPES_MISMATCH": (
        "Column types of the returned data do not match specified schema. Mismatch: <mismatch>."
    ),
    "RESULT_ROWS_MISMATCH": (
        "The number of output rows (<output_length>) must match the number of input rows "
        "(<input_length>)."
    ),
    "REUSE_OBSERVATION": "An Observation can be used with a DataFrame only once.",
    "RESULT_COLUMN_SCHEMA_MISMATCH": (
        "Number of columns of the returned data doesn't match specified schema. Expected:"
        " <expected> Actual: <actual>"
    ),
    "SESSION_OR_CONTEXT_NOT_EXISTS": "SparkContext or SparkSession should be created first.",
    "SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE": (
        "SimpleDataSourceStreamReader.read() returned a non-empty batch but the end offset:"
        " <end_offset> did not advance past the start offset: <start_offset>. The end offset"
        " must represent the position after the last record returned."
    ),
    "SLICE_WITH_STEP": "Slice with step is not supported.",
    "STATE_NOT_EXISTS": "State is either not defined or has already been removed.",
    "STOP_ITERATION_OCCURRED": (
        "Caught StopIteration thrown from user's code; failing the task: <exc>"
    ),
    "ST_INVALID_ALGORITHM_VALUE": (
        "Invalid or unsupported edge interpolation algorithm value: '<alg>'."
    ),
    "ST_INVALID_CRS_VALUE": (
        "Invalid or unsupported CRS (coordinate reference system) value: '<crs>'."
    ),
    "ST_INVALID_SRID_VALUE": (
        "Invalid or unsupported SRID (spatial reference identifier) value: <srid>."
    ),
    "TOO_MANY_VALUES": "Expected <expected> values for `<item>`, got <actual>.",
    "TYPE_HINT_SHOULD_BE_SPECIFIED": (
        "Type hints for <target> should be specified; however, got <sig>."
    ),
    "UDF_RETURN_TYPE": (
        "Return type of the user-defined function should be <expected>, but is <actual>."
    ),
    "UDTF_ARROW_TYPE_CONVERSION_ERROR": (
        "PyArrow UDTF must return an iterator of pyarrow.Table or pyarrow.RecordBatch objects."
    ),
    "UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE": (
        "Failed to evaluate the user-defined table function '<name>' because the function "
        "arguments did not match the expected signature of the 'eval' method (<reason>). Please"
        " update the query so that this table function call provides arguments matching the "
        "expected signature, or else update the table function so that its 'eval' method "
        "accepts the provided arguments, and then try the query again."
    ),
    "UDTF_EXEC_ERROR": (
        "User defined table function encountered an error in the '<method_name>' method: <error>"
    ),
    "UDTF_INVALID_OUTPUT_ROW_TYPE": (
        "The type of an individual output row in the '<func>' method of the UDTF is invalid. "
        "Each row should be a tuple, list, or dict, but got '<type>'. Please make sure that the"
        " output rows are of the correct type."
    ),
    "UDTF_RETURN_NOT_ITERABLE": (
        "The return value of the '<func>' method of the UDTF is invalid. It should be an "
        "iterable (e.g., generator or list), but got '<type>'. Please make sure that the UDTF "
        "returns one of these types."
    ),
    "UDTF_RETURN_SCHEMA_MISMATCH": (
        "The number of columns in the result does not match the specified schema. Expected "
        "column count: <expected>, Actual column count: <actual>. Please make sure the values "
        "returned by the '<func>' method have the same number of columns as specified in the "
        "output schema."
    ),
    "UDTF_RETURN_TYPE_MISMATCH": (
        "Mismatch in return type for the UDTF '<name>'. Expected a 'StructType', but got "
        "'<return_type>'. Please ensure the return type is a correctly formatted StructType."
    ),
    "UNEXPECTED_TUPLE_WITH_STRUCT": "Unexpected tuple <tuple> with StructType.",
    "UNSUPPORTED_DATA_TYPE": "Unsupported DataType `<data_type>`.",
    "UNSUPPORTED_NUMPY_ARRAY_SCALAR": "The type of array scalar '<dtype>' is not supported.",
    "UNSUPPORTED_OPERATION": "<operation> is not supported.",
    "UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION": (
        "Function `<func_name>` should use only POSITIONAL or POSITIONAL OR KEYWORD arguments."
    ),
    "UNSUPPORTED_PIE_PLOT_PARAM": "Pie plot requires either a `y` column or `subplots=True`.",
    "UNSUPPORTED_PLOT_BACKEND": (
        "`<backend>` is not supported, it should be one of the values from <supported_backends>"
    ),
    "UNSUPPORTED_PLOT_BACKEND_PARAM": (
        "`<backend>` does not support `<param>` set to <value>, it should be one of the "
        "values from <supported_values>"
    ),
    "UNSUPPORTED_PLOT_KIND": (
        "`<plot_type>` is not supported, it should be one of the values from <supported_plot_types>"
    ),
    "UNSUPPORTED_SIGNATURE": "Unsupported signature: <signature>.",
    "VALUE_NOT_ALLOWED": (
        "Value for `<arg_name>` has to be amongst the following values: <allowed_values>."
    ),
    "VALUE_NOT_NON_EMPTY_STR": (
        "Value for `<arg_name>` must be a non-empty string, got '<arg_value>'."
    ),
    "VALUE_NOT_POSITIVE": "Value for `<arg_name>` must be positive, got '<arg_value>'.",
    "VALUE_OUT_OF_BOUNDS": (
        "Value for `<arg_name>` must be between <lower_bound> and <upper_bound>"
        " (inclusive), got <actual>"
    ),
    "VALUE_NOT_PLAIN_COLUMN_REFERENCE": (
        "Value `<val>` in `<field_name>` should be a plain column reference such as `df.col` or"
        " `col('column')`."
    ),
    "WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION": (
        "Function `<func_name>` should take between 1 and 3 arguments, but the provided"
        " function takes <num_args>."
    ),
    "WRONG_NUM_COLUMNS": "Function `<func_name>` should take at least <num_cols> columns.",
    "ZERO_INDEX": "Index must be non-zero.",
}

# The few of them that have a SQLSTATE.
SQL_STATES: dict[str, str] = {
    "ATTRIBUTE_NOT_SUPPORTED": "0A000",
    "CANNOT_INFER_EMPTY_SCHEMA": "42K09",
    "CANNOT_INFER_SCHEMA_FOR_TYPE": "42K09",
    "CANNOT_INFER_TYPE_FOR_FIELD": "42K09",
    "CANNOT_MERGE_TYPE": "42K09",
    "CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF": "0A000",
    "NOT_EXPECTED_TYPE": "42K09",
    "NOT_IMPLEMENTED": "0A000",
    "NOT_ITERABLE": "42K09",
    "NOT_SAME_TYPE": "42K09",
    "NO_ACTIVE_OR_DEFAULT_SESSION": "08003",
    "ONLY_SUPPORTED_WITH_SPARK_CONNECT": "0A000",
    "ST_INVALID_ALGORITHM_VALUE": "22023",
    "ST_INVALID_CRS_VALUE": "22023",
    "ST_INVALID_SRID_VALUE": "22023",
}


def message(condition: str, parameters: Mapping[str, str]) -> str:
    """The text of `condition` with its places filled.

    Raises
    ------
    ValueError
        For a condition that the table has not.
    AssertionError
        When `parameters` are not exactly the template's places, as in PySpark.
    """
    template = TEMPLATES.get(condition)
    if template is None:
        raise ValueError(f"Cannot find main error class '{condition}'")
    places = set(re.findall("<([a-zA-Z0-9_-]+)>", template))
    if places != set(parameters):
        raise AssertionError(
            f"Undefined error message parameter for error class: {condition}. "
            f"Parameters: {dict(parameters)}"
        )
    return re.sub("<([a-zA-Z0-9_-]+)>", lambda place: str(parameters[place.group(1)]), template)
