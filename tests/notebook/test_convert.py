"""``caudal convert``: which cells a file has, and what Python 2 becomes."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

from caudal.cli import main
from caudal.errors import PySparkValueError
from caudal.notebook.convert import python2
from caudal.notebook.convert.code import converted
from caudal.notebook.convert.prints import converted as prints
from caudal.notebook.sources import Cell, Source, read


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('print "a", b', 'print("a", b)'),
        ("print", "print()"),
        ("if x: print a; b = 1", "if x: print(a); b = 1"),
        ("for i in x:\n  print i,\n  print", 'for i in x:\n  print(i, end=" ")\n  print()'),
        ('print >>sys.stderr, "%d" % n # why', 'print("%d" % n, file=sys.stderr) # why'),
        ("print (a, b)", "print((a, b))"),
        ("print (a), b", "print((a), b)"),
        ("print(a)", "print(a)"),
        ("print(a, file=f)", "print(a, file=f)"),
        ("print '''x\nprint y''', z", "print('''x\nprint y''', z)"),
        ("print 'a' \\\n  , 'b'", "print('a', 'b')"),
        ("print f(\n  a,\n  b)", "print(f(\n  a,\n  b))"),
        ("try: print a\nexcept: print b", "try: print(a)\nexcept: print(b)"),
        ("s = 'print x' # print y", "s = 'print x' # print y"),
        ("printer = 1\nprint.x\nprint = 2", "printer = 1\nprint.x\nprint = 2"),
        ("print {'a': 1}['a'], x if y else z", "print({'a': 1}['a'], x if y else z)"),
        ("print -1.5e3", "print(-1.5e3)"),
        ("print u'é' + ur'\\d'", "print(u'é' + ur'\\d')"),
    ],
)
def test_print_statements_become_calls(old: str, new: str) -> None:
    assert prints(old)[0] == new


def source(*code: str, version: str | None = None) -> Source:
    return Source([Cell("code", text) for text in code], "test", version)


def test_other_things_of_python_2_are_converted_too() -> None:
    result = converted(
        source(
            "print 1",
            "for k, v in d.iteritems():\n    f = lambda (a, b): a <> b\nx = xrange(0777)",
            "try:\n    pass\nexcept Exception, e:\n    raise ValueError, `e`",
        )
    )
    assert [cell.text for cell in result.cells][1:] == [
        "for k, v in d.items():\n    f = lambda a_b: a_b[0] != a_b[1]\nx = range(0o777)",
        "try:\n    pass\nexcept Exception as e:\n    raise ValueError(repr(e))",
    ]
    assert result.changes[0] == "code cell 1: a print statement"
    assert "xrange()" in result.changes[1]
    assert "parameters that unpack tuples" in result.changes[1]
    assert not result.broken


def test_what_is_valid_in_both_is_read_as_python_2_in_a_notebook_of_it() -> None:
    both = "print >>f, a\nprint (a), b\nprint\nprint(a, b)"
    assert converted(source("print 1", both)).cells[1].text == (
        "print(a, file=f)\nprint((a), b)\nprint()\nprint(a, b)"
    )
    assert converted(source(both)).cells[0].text == both
    as_calls = "from __future__ import print_function\nprint\nx = {}(3)"
    modern = converted(source(as_calls.format("xrange"), version="2.7")).cells[0].text
    assert modern == as_calls.format("range")


def test_python_3_stays_as_it_is() -> None:
    texts = ["print('a', end='')\nx = map(f, d.keys())", "await x\n%timeit f()\ny = !ls"]
    result = converted(source(*texts))
    assert [cell.text for cell in result.cells] == texts
    assert (result.changes, result.notes) == ([], [])


def test_magics_stand_aside() -> None:
    text = "%matplotlib inline\nif x:\n    %time print_all()\n    print x\nfiles = !ls\ndf?"
    result = converted(source(text))
    assert result.cells[0].text == text.replace("print x", "print(x)")
    whole = "%sql\nselect 'print x' /"
    assert converted(source(whole, "print 1")).cells[0].text == whole


def test_what_is_left_to_do_is_said() -> None:
    cells = ("print 1", "a / b\nc / 2.0", "%scala val x", "def (:", "import findspark")
    result = converted(source(*cells))
    assert result.broken == [4]
    assert [note.split(":")[0] for note in result.notes] == [f"code cell {n}" for n in (2, 3, 4, 5)]
    assert "line 1 divided ints" in result.notes[0]


def test_without_fissix_prints_are_converted_and_the_rest_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(python2, "has_fixers", lambda: False)
    result = converted(source("print 1", "x = 10L"))
    assert result.cells[0].text == "print(1)"
    assert "pip install 'caudal[convert]'" in result.notes[0]


HOSTED = """# Databricks notebook source
# MAGIC %md
# MAGIC # Lección
# MAGIC
# MAGIC texto

# COMMAND ----------

# DBTITLE 1,Leer
x = 1

# not a magic
print x

# COMMAND ----------

# MAGIC %sql
# MAGIC select *
# MAGIC   from x

# COMMAND ----------

"""


def test_a_hosted_source_has_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "lesson.py"
    path.write_text(HOSTED, encoding="utf-8")
    assert [(cell.kind, cell.text) for cell in read(path).cells] == [
        ("markdown", "# Lección\n\ntexto"),
        ("markdown", "#### Leer"),
        ("code", "x = 1\n\n# not a magic\nprint x"),
        ("code", "%sql\nselect *\n  from x"),
    ]


def test_a_hosted_sql_source_is_sql_but_for_its_magics(tmp_path: Path) -> None:
    path = tmp_path / "lesson.sql"
    path.write_text(
        "-- Databricks notebook source\nselect 1 -- one\n-- COMMAND ----------\n"
        "-- MAGIC %python\n-- MAGIC x = 1\n"
    )
    assert read(path).code == ["%sql\nselect 1 -- one", "%python\nx = 1"]


def test_an_export_of_jupyters_has_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "lesson.py"
    path.write_text(
        "#!/usr/bin/env python\n# coding: utf-8\n\n# # Title\n# text\n\n# In[1]:\n\n\nx = 1\n"
        "# of the code\n\n\n# prose\n\n# In[ ]:\n\n\nprint(x)\n\n"
    )
    assert [(cell.kind, cell.text) for cell in read(path).cells] == [
        ("markdown", "# Title\ntext"),
        ("code", "x = 1\n# of the code"),
        ("markdown", "prose"),
        ("code", "print(x)"),
    ]


def test_files_in_cells_and_plain_ones_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lesson.py"
    path.write_text("# %%\nx = 1\n# %% [markdown]\n# # T\n# %%\nx\n")
    assert [(cell.kind, cell.text) for cell in read(path).cells] == [
        ("code", "x = 1"),
        ("markdown", "# T"),
        ("code", "x"),
    ]
    path.write_text("x = 1\n\n\ny = 2\n")
    assert (read(path).form, read(path).code) == ("Python", ["x = 1\n\n\ny = 2"])


def test_notebooks_of_both_formats_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["T"]},
        {"cell_type": "code", "input": ["print 1\n", "x"], "language": "python", "outputs": []},
    ]
    path.write_text(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert [(cell.kind, cell.text) for cell in read(path).cells] == [
        ("markdown", "## T"),
        ("code", "print 1\nx"),
    ]
    code = {"cell_type": "code", "source": "%md\nhola", "metadata": {}, "outputs": []}
    kernel = {"kernelspec": {"name": "python2"}}
    path.write_text(json.dumps({"nbformat": 4, "cells": [code], "metadata": kernel}))
    found = read(path)
    assert [(cell.kind, cell.text) for cell in found.cells] == [("markdown", "hola")]
    assert found.language_version == "2"


def test_pictures_of_markdown_cells_stay(tmp_path: Path) -> None:
    picture = {"image.png": {"image/png": "AAAA"}}
    markdown = nbformat.v4.new_markdown_cell("![](attachment:image.png)", attachments=picture)
    raw = nbformat.v4.new_raw_cell("raw")
    nbformat.write(nbformat.v4.new_notebook(cells=[markdown, raw]), tmp_path / "a.ipynb")
    assert main(["convert", str(tmp_path / "a.ipynb"), "-o", str(tmp_path / "b.ipynb")]) == 0
    written = nbformat.read(tmp_path / "b.ipynb", as_version=4)
    nbformat.validate(written)
    assert written.cells[1].attachments == picture
    assert written.cells[2].cell_type == "raw"


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("[]")
    with pytest.raises(PySparkValueError, match="not a Jupyter notebook"):
        read(tmp_path / "a.ipynb")
    with pytest.raises(PySparkValueError, match="only"):
        read(tmp_path / "a.docx")
    for name in ("a.dbc", "a.html"):
        (tmp_path / name).write_text("<script>__DATABRICKS_NOTEBOOK_MODEL = 'e30='</script>")
        assert main(["convert", str(tmp_path / name)]) == 2


def test_the_command_writes_a_notebook_and_says_what_it_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lesson.py"
    path.write_text(HOSTED, encoding="utf-8")
    assert main(["convert", str(path)]) == 0
    said = capsys.readouterr().out
    assert "2 code cells of lesson.py (Databricks source)" in said
    assert "code cell 1: a print statement" in said
    written = nbformat.read(tmp_path / "lesson.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(written)
    assert written.cells[0].source == "%load_ext caudal"
    assert written.metadata.kernelspec.name == "python3"
    assert main(["convert", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["convert", str(path), "--kernel", "--force"]) == 0
    kernelled = nbformat.read(tmp_path / "lesson.ipynb", as_version=4)
    assert kernelled.metadata.kernelspec.name == "caudal"
    assert kernelled.cells[0].cell_type == "markdown"


def test_the_command_never_writes_over_its_source(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}))
    before = path.read_text()
    assert main(["convert", str(path)]) == 0
    assert path.read_text() == before
    assert (tmp_path / "a.caudal.ipynb").exists()


def test_a_cell_that_stays_broken_is_the_exit_status(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("def (:\n")
    assert main(["convert", str(path)]) == 1
    assert main(["convert", str(tmp_path / "nope.py")]) == 2


# Archives and pages.

MODEL = {
    "version": "NotebookV1",
    "name": "lección",
    "language": "sql",
    "commands": [
        {"command": "select ';'", "position": 2.0},
        {"command": "%md # Título", "position": 0.5, "commandTitle": "no"},
        {"command": "%python\nprint 1", "position": 3, "commandTitle": "T", "showCommandTitle": 1},
        {"command": "", "position": 4},
    ],
}
CELLS = [
    ("markdown", "# Título"),
    ("code", "%sql\nselect ';'"),
    ("markdown", "#### T"),
    ("code", "%python\nprint(1)"),
]


def cells_of(path: Path) -> list[tuple[str, str]]:
    cells = nbformat.read(path, as_version=4).cells[1:]
    return [(cell.cell_type, cell.source) for cell in cells]


def test_an_archive_becomes_a_folder_of_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "course.dbc"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("course/manifest.mf", "version: Manifest")
        archive.writestr("course/week 1/", "")
        archive.writestr("course/week 1/lesson.sql", json.dumps(MODEL))
        archive.writestr("../../out.python", json.dumps({"commands": [{"command": "x = 1"}]}))
    assert main(["convert", str(path)]) == 0
    assert cells_of(tmp_path / "course" / "course" / "week 1" / "lesson.ipynb") == CELLS
    # Whatever an archive says, nothing is written beside the folder.
    assert cells_of(tmp_path / "course" / "out.ipynb") == [("code", "x = 1")]
    assert main(["convert", str(path)]) == 2
    assert main(["convert", str(path), "-o", str(tmp_path / "other")]) == 0
    assert (tmp_path / "other" / "out.ipynb").exists()


def test_a_page_carries_its_notebook(tmp_path: Path) -> None:
    text = base64.b64encode(quote(json.dumps(MODEL)).encode()).decode()
    path = tmp_path / "lesson.html"
    path.write_text(f"<html><script>var __DATABRICKS_NOTEBOOK_MODEL = '{text}';</script></html>")
    assert main(["convert", str(path)]) == 0
    assert cells_of(tmp_path / "lesson.ipynb") == CELLS


# Odd files.


def test_a_cell_that_is_indented_as_a_whole_runs_as_it_is() -> None:
    result = converted(source("print 1", "\n\tif x:\n\t    print 2", "  x = 1\n  y = 2"))
    assert not result.broken
    assert result.cells[1].text == "\n\tif x:\n\t    print(2)"
    assert result.cells[2].text == "  x = 1\n  y = 2"


def test_tabs_are_of_eight_places_in_python_2() -> None:
    result = converted(source("if a:\n\tprint 1\n        print 2\n\tif b:\n\t    c()"))
    assert not result.broken
    indented = "        print(1)\n        print(2)\n        if b:\n            c()"
    assert result.cells[0].text == f"if a:\n{indented}"
    # Tabs that are no trouble stay.
    assert converted(source("if a:\n\tprint 1")).cells[0].text == "if a:\n\tprint(1)"


def test_an_old_encoding_is_read_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nprint 'lección'\n".encode("latin-1"))
    assert "lección" in read(path).code[0]
    path.write_bytes("x = 'lección'\n".encode("latin-1"))
    assert main(["convert", str(path)]) == 2
    path.write_bytes(b"# coding: nonsense\nx = 1\n")
    assert main(["convert", str(path)]) == 2


def test_what_python_3_has_no_more_is_pointed_out() -> None:
    old = (
        "n = sys.maxint\nl = string.letters\nsorted(d, cmp=f)\nx = cmp(a, b)\n"
        "try:\n    f()\nexcept E, e:\n    print e.message, m.message\n"
        "def unichr(n): return n\nunichr(3)\nreload(sys)"
    )
    notes = converted(source(old)).notes
    assert [note.removeprefix("code cell 1: ") for note in notes] == [
        "line 1: sys.maxint is sys.maxsize now",
        "line 2: string.letters is string.ascii_letters now",
        "line 3: cmp= is gone: give key=",
        "line 4: cmp() is gone: a key function, or (a > b) - (a < b) instead",
        "line 8: e.message is str(e) now",
        "line 11: reload() is gone: importlib.reload instead",
    ]
    assert converted(source("n = sys.maxint")).notes == []


def test_magics_within_a_cell_of_python_2(tmp_path: Path) -> None:
    old = "%pip install x\nfor i in xrange(3):\n    %timeit f(i)\n    print i,\nls = !ls\ndf?"
    result = converted(source(old))
    assert result.cells[0].text == old.replace("xrange", "range").replace(
        "print i,", 'print(i, end=" ")'
    )
    assert not result.broken
