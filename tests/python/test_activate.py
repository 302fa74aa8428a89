"""``import pyspark`` after `activate`, and the command ``caudal``; each in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import caudal

ROOT = str(Path(caudal.__file__).parent.parent)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )


def run(code: str) -> subprocess.CompletedProcess[str]:
    return python("-c", textwrap.dedent(code))


def test_pyspark_is_caudal() -> None:
    done = run("""
        import caudal
        caudal.activate(); caudal.activate()
        import pyspark, pyspark.sql.types
        from pyspark.sql import SparkSession, functions as F
        from pyspark.sql.streaming.query import StreamingQuery
        import caudal.sql.types, caudal.sql.functions, caudal.sql.streaming.query as q
        assert pyspark is caudal
        assert pyspark.sql.types is caudal.sql.types
        assert F is caudal.sql.functions and StreamingQuery is q.StreamingQuery
        assert caudal.sql.types.__name__ == caudal.sql.types.__spec__.name == "caudal.sql.types"
        assert pyspark.__version__ == "4.3.0"
        print("good")
    """)
    assert (done.stdout, done.returncode) == ("good\n", 0), done.stderr


def test_classes_say_where_programs_find_them() -> None:
    done = run("""
        import caudal, pickle
        from caudal.sql import SparkSession as before
        assert before.__module__ == "caudal.sql.session"
        caudal.activate()
        from pyspark.errors import AnalysisException
        from pyspark.sql import DataFrame, Row, SparkSession
        from pyspark.sql.types import StringType, StructType
        assert SparkSession is before
        for cls in (DataFrame, Row, SparkSession, StringType, AnalysisException):
            print(f"{cls.__module__}.{cls.__qualname__}")
        print(type(SparkSession.builder))
        schema = StructType().add("a", StringType())
        assert pickle.loads(pickle.dumps(schema)) == schema
    """)
    assert done.stdout.splitlines() == [
        "pyspark.sql.dataframe.DataFrame",
        "pyspark.sql.types.Row",
        "pyspark.sql.session.SparkSession",
        "pyspark.sql.types.StringType",
        "pyspark.errors.AnalysisException",
        "<class 'pyspark.sql.session.SparkSession.Builder'>",
    ], done.stderr


def test_a_missing_part_names_itself() -> None:
    done = run("""
        import caudal
        caudal.activate()
        try:
            import pyspark.ml
        except ImportError as error:
            print(error)
    """)
    assert "pyspark.ml" in done.stdout and "caudal.ml" in done.stdout, done.stderr


def test_a_real_pyspark_is_left_alone() -> None:
    done = run("""
        import sys, types
        sys.modules["pyspark"] = types.ModuleType("pyspark")
        import caudal
        try:
            caudal.activate()
        except ImportError as error:
            print(error)
    """)
    assert "pyspark is imported already" in done.stdout, done.stderr


def test_without_activation_nothing_changes() -> None:
    done = run("""
        import caudal, sys
        assert not any("caudal" in type(f).__module__ for f in sys.meta_path)
    """)
    assert done.returncode == 0, done.stderr


def test_run_a_program(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("VALUE = 7\n")
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nfrom beside import VALUE\nfrom pyspark.sql import Row\n"
        "if __name__ == '__main__':\n    print(Row(n=VALUE), sys.argv[1:])\n    sys.exit(3)\n"
    )
    done = python("-m", "caudal", "run", str(program), "--flag", "x")
    assert done.stdout == "Row(n=7) ['--flag', 'x']\n", done.stderr
    assert done.returncode == 3


def test_run_without_a_program(tmp_path: Path) -> None:
    done = python("-m", "caudal", "run", str(tmp_path / "nope.py"))
    assert done.returncode == 2
    assert "no such program" in done.stderr


def test_doctor_prints_versions() -> None:
    done = python("-m", "caudal", "doctor")
    assert "python" in done.stdout and "core" in done.stdout
