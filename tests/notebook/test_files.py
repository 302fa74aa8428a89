"""``dbutils.fs``: what paths mean, and what may be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import PySparkException, PySparkNotImplementedError
from caudal.notebook.dbutils import DBUtils
from caudal.notebook.files import FileSystem, command

SETTING = "spark.caudal.fs.mounts"


@pytest.fixture
def files(spark: Any, tmp_path: Path) -> Iterator[FileSystem]:
    """With ``dbfs:/mnt/x`` as the test's folder ``x``."""
    (tmp_path / "x").mkdir()
    spark.conf.set(SETTING, f"dbfs:/mnt/x={tmp_path}/x,dbfs:/mnt/x/deep=file:{tmp_path}/deep")
    yield FileSystem(lambda: spark)
    spark.conf.unset(SETTING)


def refusal(call: Any, *arguments: Any) -> str:
    with pytest.raises(PySparkException) as raised:
        call(*arguments)
    return raised.value.getCondition() or str(raised.value)


def test_what_is_put_is_listed_and_read_by_spark(files: FileSystem, spark: Any) -> None:
    assert files.put("dbfs:/mnt/x/a/b.txt", "uno\ndós\n")
    assert files.head("dbfs:/mnt/x/a/b.txt") == "uno\ndós\n"
    assert files.head("/dbfs/mnt/x/a/b.txt", 3) == "uno"
    (listed,) = files.ls("dbfs:/mnt/x/a")
    assert (listed.path, listed.name, listed.size) == ("dbfs:/mnt/x/a/b.txt", "b.txt", 9)
    assert listed.isFile()
    assert [row.value for row in spark.read.text(listed.path).collect()] == ["uno", "dós"]
    (inner,) = files.ls("dbfs:/mnt/x")
    assert (inner.path, inner.name, inner.isDir()) == ("dbfs:/mnt/x/a/", "a/", True)
    assert refusal(files.put, "dbfs:/mnt/x/a/b.txt", "") == "PATH_ALREADY_EXISTS"


def test_folders_are_copied_moved_and_removed_only_when_asked(files: FileSystem) -> None:
    files.put("dbfs:/mnt/x/a/b.txt", "b")
    assert "is a folder" in refusal(files.cp, "dbfs:/mnt/x/a", "dbfs:/mnt/x/c")
    files.cp("dbfs:/mnt/x/a", "dbfs:/mnt/x/c", True)
    files.mv("dbfs:/mnt/x/c/b.txt", "dbfs:/mnt/x/d.txt")
    assert [file.name for file in files.ls("dbfs:/mnt/x")] == ["a/", "c/", "d.txt"]
    assert "not empty" in refusal(files.rm, "dbfs:/mnt/x/a")
    assert files.rm("dbfs:/mnt/x/a", True)
    assert files.rm("dbfs:/mnt/x/c")
    assert not files.rm("dbfs:/mnt/x/c")
    assert [file.name for file in files.ls("dbfs:/mnt/x")] == ["d.txt"]


def test_the_longest_mount_holds_a_path(files: FileSystem, tmp_path: Path) -> None:
    files.put("dbfs:/mnt/x/deep/a.txt", "a")
    assert (tmp_path / "deep" / "a.txt").read_text() == "a"
    assert refusal(files.mkdirs, "dbfs:/mnt/xy") == "CAUDAL_PATH_NOT_MOUNTED"
    assert files.mounts()[0] == ("/mnt/x", f"{tmp_path}/x")


@pytest.mark.parametrize("path", ["{0}/kept", "file:{0}/kept", "dbfs:/other", "dbfs:/mnt/x/../y"])
@pytest.mark.parametrize("verb", ["rm", "mv", "mkdirs", "put", "cp"])
def test_nothing_outside_of_the_mounts_is_changed(
    files: FileSystem, tmp_path: Path, verb: str, path: str
) -> None:
    (tmp_path / "kept").mkdir()
    target = path.format(tmp_path)
    (tmp_path / "x" / "a").write_text("a")
    arguments: dict[str, tuple[Any, ...]] = {
        "rm": (target, True),
        "mv": (target, "dbfs:/mnt/x/b", True),
        "mkdirs": (target,),
        "put": (target, "text", True),
        "cp": ("dbfs:/mnt/x/a", target),
    }
    assert refusal(getattr(files, verb), *arguments[verb]) == "CAUDAL_PATH_NOT_MOUNTED"
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["a", "kept", "x"]


def test_a_link_does_not_lead_out_of_a_mount(files: FileSystem, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    (tmp_path / "x" / "link").symlink_to(outside)
    (tmp_path / "x" / "file").symlink_to(outside / "kept.txt")
    assert refusal(files.rm, "dbfs:/mnt/x/link/kept.txt") == "CAUDAL_PATH_NOT_MOUNTED"
    assert refusal(files.put, "dbfs:/mnt/x/file", "new", True) == "CAUDAL_PATH_NOT_MOUNTED"
    files.put("dbfs:/mnt/x/a/kept.txt", "new")
    assert refusal(files.cp, "dbfs:/mnt/x/a/kept.txt", "dbfs:/mnt/x/link") == (
        "CAUDAL_PATH_NOT_MOUNTED"
    )
    # The link itself lies in the mount.
    assert files.rm("dbfs:/mnt/x/link", True)
    assert (outside / "kept.txt").read_text() == "kept"


def test_a_mounted_folder_itself_stays(files: FileSystem, tmp_path: Path) -> None:
    assert "mounted folder itself" in refusal(files.rm, "dbfs:/mnt/x", True)
    assert (tmp_path / "x").is_dir()


def test_a_place_is_mounted_and_its_mount_ended(files: FileSystem, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").write_text("a")
    assert files.mount(f"file:{tmp_path}/new", "/mnt/new")
    assert files.head("dbfs:/mnt/new/a.txt") == "a"
    assert ("/mnt/new", f"{tmp_path}/new") in files.mounts()
    assert ("/mnt/x", f"{tmp_path}/x") in files.mounts()
    assert "already mounted: /mnt/new" in refusal(files.mount, str(tmp_path), "dbfs:/mnt/new/")
    assert files.updateMount(str(tmp_path / "x"), "dbfs:/mnt/new")
    assert files.ls("/dbfs/mnt/new") == []
    assert files.refreshMounts()
    assert files.unmount("/mnt/new")
    assert "not mounted: /mnt/new" in refusal(files.unmount, "/mnt/new")
    assert refusal(files.ls, "dbfs:/mnt/new") == "CAUDAL_PATH_NOT_MOUNTED"
    assert (tmp_path / "new" / "a.txt").exists()


def test_a_store_is_mounted_with_its_settings(files: FileSystem, spark: Any) -> None:
    keys = ["fs.s3a.bucket.lake.access.key", "fs.azure.account.key"]
    try:
        files.mount("s3a://lake/raw/", "/mnt/lake", extraConfigs={"fs.s3a.access.key": "AK"})
        files.mount(
            "abfss://box@account.dfs.core.windows.net/",
            "/mnt/box",
            extraConfigs={"spark.hadoop.fs.azure.account.key": "k"},
        )
        assert dict(files.mounts())["/mnt/lake"] == "s3a://lake/raw"
        assert [spark.conf.get(key) for key in keys] == ["AK", "k"]
        assert "fs.s3a." in refusal(
            lambda: files.updateMount("s3a://lake", "/mnt/lake", extraConfigs={"fs.gs.x": "1"})
        )
    finally:
        for key in keys:
            spark.conf.unset(key)


@pytest.mark.parametrize(
    ("source", "point", "options", "said"),
    [
        ("wasbs://box@account.blob.core.windows.net", "/mnt/a", {}, "wasbs://"),
        ("{0}", "/mnt/a", {"encryptionType": "sse-s3"}, "encryptionType='sse-s3'"),
        ("{0}", "/mnt/a", {"owner": "me"}, "owner='me'"),
        ("{0}", "/mnt/a", {"extraConfigs": {"fs.s3a.x": "1"}}, "no setting 'fs.s3a.x'"),
        ("{0}/nope", "/mnt/a", {}, "PATH_NOT_FOUND"),
        ("{0}/file", "/mnt/a", {}, "cannot be mounted"),
        ("{0}", "mnt/a", {}, "'mnt/a' is no folder of dbfs:/"),
        ("{0}", "/mnt/a=b", {}, "is no folder of dbfs:/"),
    ],
)
def test_what_cannot_be_mounted_is_named(
    files: FileSystem, tmp_path: Path, source: str, point: str, options: Any, said: str
) -> None:
    (tmp_path / "file").touch()
    before = files.mounts()
    with pytest.raises(PySparkException, match=re.escape(said)):
        files.mount(source.format(tmp_path), point, **options)
    assert files.mounts() == before


def test_local_files_may_be_looked_at(files: FileSystem, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert files.head(f"file:{tmp_path}/a.txt") == "a"
    listed = files.ls(str(tmp_path))
    assert [file.path for file in listed] == [f"file:{tmp_path}/a.txt", f"file:{tmp_path}/x/"]
    files.cp(f"{tmp_path}/a.txt", "dbfs:/mnt/x/")
    assert files.head("dbfs:/mnt/x/a.txt") == "a"
    assert refusal(files.ls, str(tmp_path / "nope")) == "PATH_NOT_FOUND"


def test_what_is_not_there_is_named(files: FileSystem, spark: Any) -> None:
    with pytest.raises(PySparkNotImplementedError, match="s3a"):
        files.ls("s3a://bucket/a")
    with pytest.raises(PySparkNotImplementedError, match=r"dbutils\.jobs"):
        DBUtils(lambda: spark).jobs  # noqa: B018


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ([], "has no command ''"),
        (["chmod", "a"], "has no command 'chmod'"),
        (["ls", "-r", "a"], "ls has no option -r"),
        (["cp", "a"], "cp takes 2 path"),
    ],
)
def test_commands_that_mean_nothing_are_refused(
    files: FileSystem, words: list[str], wrong: str
) -> None:
    assert wrong in refusal(command, files, words)


def test_commands_do_what_the_functions_do(files: FileSystem) -> None:
    assert command(files, ["put", "dbfs:/mnt/x/a.txt", "áb"]) == "Wrote 3 bytes."
    assert command(files, ["cp", "dbfs:/mnt/x/a.txt", "dbfs:/mnt/x/b.txt"]) == "True"
    assert command(files, ["head", "--maxBytes=2", "dbfs:/mnt/x/b.txt"]) == (
        "á\n[Truncated to first 2 bytes]"
    )
    rows, schema = command(files, ["ls", "dbfs:/mnt/x"])
    assert schema == "path string, name string, size bigint"
    assert [row[1] for row in rows] == ["a.txt", "b.txt"]
    assert command(files, ["rm", "-r", "dbfs:/mnt/x/a.txt"]) == "True"


def test_widgets_have_defaults_and_given_values(spark: Any) -> None:
    widgets = DBUtils(lambda: spark).widgets
    widgets.text("year", "2024")
    widgets.give({"year": "2025", "place": "Elx"})
    assert widgets.getAll() == {"year": "2025", "place": "Elx"}
    assert "is not a choice" in refusal(widgets.dropdown, "place", "a", ["a", "b"])
    widgets.remove("year")
    assert "widget named year" in refusal(widgets.get, "year")
