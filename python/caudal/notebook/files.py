"""``dbutils.fs`` and ``%fs``: the files that paths of a notebook mean, on this machine.

Paths are those of Spark's readers here: plain ones and ``file:`` are local, ``dbfs:/`` goes by the
session's mounts (``spark.caudal.fs.mounts``), and the sample events answer under their hosted
name. Anything may be looked at; changed is only what lies in a mounted folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from caudal import _native
from caudal._missing import not_implemented
from caudal.datasets._samples import sample_events
from caudal.errors import PySparkRuntimeError, PySparkValueError

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["FileInfo", "FileSystem", "MountInfo", "command"]

_MOUNTS = "spark.caudal.fs.mounts"
_EVENTS = PurePosixPath("/databricks-datasets/structured-streaming/events")
_HEAD_BYTES = 65536


class FileInfo(NamedTuple):
    """A file or folder: `path` is what readers take, a folder's `name` ends with a slash."""

    path: str
    name: str
    size: int
    # Milliseconds since 1970.
    modificationTime: int

    def isDir(self) -> bool:
        """Whether it is a folder."""
        return self.name.endswith("/")

    def isFile(self) -> bool:
        """Whether it is a file."""
        return not self.isDir()


class MountInfo(NamedTuple):
    """A folder of ``dbfs:/`` and the place that it is."""

    mountPoint: str
    source: str


class _Place(NamedTuple):
    """A path as the user names it (``dbfs:/…`` or ``file:/…``) and where it lies."""

    shown: str
    local: Path


class FileSystem:
    """``dbutils.fs``: files by the paths that a notebook uses.

    Parameters
    ----------
    session
        Gives the session, whose mounts count.

    Examples
    --------
    >>> files = FileSystem(lambda: spark)
    >>> [file.name for file in files.ls("/databricks-datasets/structured-streaming/events")][:2]
    ['file-0.json', 'file-1.json']
    """

    def __init__(self, session: Callable[[], SparkSession]):
        self._session = session

    def ls(self, path: str) -> list[FileInfo]:
        """What is in a folder, by name; of a file itself."""
        place = self._existing(path)
        if place.local.is_file():
            return [_info(place)]
        inside = sorted(os.listdir(place.local))
        return [_info(_below(place, name)) for name in inside]

    def head(self, file: str, maxBytes: int = _HEAD_BYTES) -> str:
        """The first `maxBytes` bytes of a file as text (UTF-8)."""
        with open(self._existing(file).local, "rb") as opened:
            return opened.read(maxBytes).decode("utf-8", errors="replace")

    def put(self, file: str, contents: str, overwrite: bool = False) -> bool:
        """Writes a text file (UTF-8); one that is there is an error unless `overwrite`."""
        target = self._to_change(file)
        if target.local.exists() and not overwrite:
            raise _exists(target)
        target.local.parent.mkdir(parents=True, exist_ok=True)
        target.local.write_text(contents, encoding="utf-8")
        return True

    def mkdirs(self, dir: str) -> bool:
        """Makes a folder and those above it."""
        self._to_change(dir).local.mkdir(parents=True, exist_ok=True)
        return True

    def cp(self, source: str, to: str, recurse: bool = False) -> bool:
        """Copies a file, or with `recurse` a folder."""
        origin, target = self._existing(source), self._target(to, source)
        _refuse_folder(origin, recurse)
        target.local.parent.mkdir(parents=True, exist_ok=True)
        if origin.local.is_dir():
            shutil.copytree(origin.local, target.local, dirs_exist_ok=True)
        else:
            shutil.copyfile(origin.local, target.local)
        return True

    def mv(self, source: str, to: str, recurse: bool = False) -> bool:
        """Moves a file, or with `recurse` a folder. Both places must be mounted."""
        origin = _refuse_missing(self._to_change(source, follows=False))
        _refuse_folder(origin, recurse)
        target = self._target(to, source)
        target.local.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(origin.local, target.local)
        return True

    def rm(self, dir: str, recurse: bool = False) -> bool:
        """Removes a file, or with `recurse` a folder; False where there is none."""
        place = self._to_change(dir, follows=False)
        if place.local.is_symlink() or place.local.is_file():
            place.local.unlink()
            return True
        if not place.local.exists():
            return False
        if self._is_mount(place.local):
            raise PySparkValueError(
                f"{place.shown} is a mounted folder itself: only what is in it can be removed"
            )
        if not recurse and any(place.local.iterdir()):
            raise PySparkRuntimeError(f"{place.shown} is a folder that is not empty: recurse")
        shutil.rmtree(place.local)
        return True

    def mounts(self) -> list[MountInfo]:
        """The folders of ``dbfs:/`` that are there."""
        found = sorted(self._mounted(), key=lambda pair: pair[0])
        return [MountInfo(str(inside), place) for inside, place in found]

    def mount(
        self,
        source: str,
        mountPoint: str,
        encryptionType: str = "",
        owner: str | None = None,
        extraConfigs: Mapping[str, str] = {},
    ) -> bool:
        """Makes a place a folder of ``dbfs:/``: a local folder or one of an object store.

        Parameters
        ----------
        source
            A local folder that is there (absolute, with or without ``file:``), ``s3a://…``,
            ``gs://…`` or ``abfss://…``.
        mountPoint
            The folder, with or without ``dbfs:``.
        encryptionType, owner
            Only as they are: a store is told by its settings how to encrypt.
        extraConfigs
            Settings of the store, by Hadoop's names. They hold for the store's bucket (S3) or
            the session.

        Raises
        ------
        PySparkValueError
            Where something is mounted there already.
        PySparkNotImplementedError
            For another kind of place; it is named.
        """
        self._refuse_unknown(encryptionType, owner)
        inside = _inside_dbfs(mountPoint)
        if inside in dict(self._mounted()):
            raise PySparkValueError(f"Directory already mounted: {inside}")
        return self._mount(source, inside, extraConfigs)

    def updateMount(
        self,
        source: str,
        mountPoint: str,
        encryptionType: str = "",
        owner: str | None = None,
        extraConfigs: Mapping[str, str] = {},
    ) -> bool:
        """The same for a folder that is mounted already, which becomes another place."""
        self._refuse_unknown(encryptionType, owner)
        return self._mount(source, self._known(mountPoint), extraConfigs)

    def unmount(self, mountPoint: str) -> bool:
        """Ends a mount; what is there stays.

        Raises
        ------
        PySparkValueError
            Where nothing is mounted there.
        """
        inside = self._known(mountPoint)
        self._set_mounts({at: place for at, place in self._mounted() if at != inside})
        return True

    def refreshMounts(self) -> bool:
        """Nothing: a session's mounts are always as they were set last."""
        return True

    def _known(self, mount_point: str) -> PurePosixPath:
        inside = _inside_dbfs(mount_point)
        if inside not in dict(self._mounted()):
            raise PySparkValueError(f"Directory not mounted: {inside}")
        return inside

    def _refuse_unknown(self, encryption: str, owner: str | None) -> None:
        for name, value in (("encryptionType", encryption), ("owner", owner)):
            if value:
                not_implemented(f"dbutils.fs.mount({name}={value!r})")

    def _mount(self, source: str, inside: PurePosixPath, extra: Mapping[str, str]) -> bool:
        scheme = urlsplit(source).scheme if "://" in source else ""
        if scheme in ("", "file") or source.startswith("file:"):
            if extra:
                raise PySparkValueError(f"a local folder has no setting {next(iter(extra))!r}")
            source = str(_refuse_missing(_local(source)).local)
            if "," in source or not Path(source).is_dir():
                raise PySparkValueError(
                    f"{source} cannot be mounted: it is no folder, or its name has a comma"
                )
        elif scheme not in _STORES:
            not_implemented(f"dbutils.fs.mount of {scheme}://")
        for name, value in extra.items():
            self._session().conf.set(_of_store(name, scheme, source), value)
        self._set_mounts({**dict(self._mounted()), inside: source.rstrip("/") or "/"})
        return True

    def _set_mounts(self, mounts: Mapping[PurePosixPath, str]) -> None:
        text = ",".join(f"dbfs:{inside}={place}" for inside, place in sorted(mounts.items()))
        self._session().conf.set(_MOUNTS, text)

    def help(self, method: str | None = None) -> None:
        """Prints what there is."""
        for name in (method,) if method else _METHODS:
            function = getattr(type(self), str(name))
            print(f"{name}: {(function.__doc__ or '').splitlines()[0]}")

    # Paths.

    def _mounted(self) -> list[tuple[PurePosixPath, str]]:
        """Folders of ``dbfs:/`` and their places, the longest first; the core has checked
        their form."""
        text = self._session().conf.get(_MOUNTS) or ""
        found = []
        for entry in filter(None, map(str.strip, text.split(","))):
            inside, _, place = entry.partition("=")
            found.append((_normal(inside.strip().removeprefix("dbfs:")), place.strip()))
        return sorted(found, key=lambda pair: -len(pair[0].parts))

    def _is_mount(self, local: Path) -> bool:
        return any(
            local == mounted or local in mounted.parents
            for mounted in (Path(place.removeprefix("file:")) for _, place in self._mounted())
        )

    def _in_mounts(self, inside: PurePosixPath) -> _Place | None:
        for folder, place in self._mounted():
            if inside == folder or folder in inside.parents:
                local = place.removeprefix("file:")
                if "://" in local:
                    not_implemented(f"dbutils.fs in an object store ({place})")
                return _Place(f"dbfs:{inside}", Path(local, *inside.relative_to(folder).parts))
        return None

    def _inside(self, path: str) -> PurePosixPath | None:
        """The place in ``dbfs:/`` that a path names, if it names one."""
        if path.startswith("dbfs:"):
            return _normal(path.removeprefix("dbfs:"))
        if path.startswith("/dbfs/"):
            inside = _normal(path.removeprefix("/dbfs"))
            return inside if self._in_mounts(inside) else None
        return None

    def _existing(self, path: str) -> _Place:
        inside = self._inside(path)
        sample = _normal(path.removeprefix("dbfs:"))
        is_sample = sample == _EVENTS or _EVENTS in sample.parents
        if inside is not None:
            mounted = self._in_mounts(inside)
            if mounted and (mounted.local.exists() or not is_sample):
                return _refuse_missing(mounted)
        if is_sample and (inside is not None or not Path(str(_EVENTS)).exists()):
            local = Path(sample_events(), *sample.relative_to(_EVENTS).parts)
            return _refuse_missing(_Place(f"dbfs:{sample}", local))
        if inside is not None:
            raise _not_mounted(f"dbfs:{inside}")
        return _refuse_missing(_local(path))

    def _to_change(self, path: str, follows: bool = True) -> _Place:
        """A place that may be changed: in a mounted folder. With `follows` it is what a link
        leads to that is changed, else the link."""
        inside = self._inside(path)
        place = self._in_mounts(inside) if inside is not None else None
        if place is None:
            raise _not_mounted(path if inside is None else f"dbfs:{inside}")
        return self._refuse_outside(place, follows)

    def _refuse_outside(self, place: _Place, follows: bool) -> _Place:
        """A link in a mounted folder may lead out of it: there nothing is changed."""
        roots = [Path(root.removeprefix("file:")).resolve() for _, root in self._mounted()]
        local = place.local
        really = local.resolve() if follows or not local.is_symlink() else local.parent.resolve()
        if not any(really == root or root in really.parents for root in roots):
            raise _not_mounted(f"file:{really}")
        return place

    def _target(self, to: str, source: str) -> _Place:
        """Where a copy goes: into a folder that is there, under its own name."""
        target = self._to_change(to)
        if not target.local.is_dir():
            return target
        name = PurePosixPath(source.rstrip("/")).name
        return self._refuse_outside(_below(target, name), follows=True)


_METHODS = (
    *("ls", "head", "put", "mkdirs", "cp", "mv", "rm"),
    *("mount", "mounts", "updateMount", "unmount", "refreshMounts"),
)

# Object stores, and how the names of their settings begin.
_STORES = {
    "s3": "fs.s3a.",
    "s3a": "fs.s3a.",
    "gs": "fs.gs.",
    "abfs": "fs.azure.",
    "abfss": "fs.azure.",
}


def _of_store(name: str, scheme: str, source: str) -> str:
    """A setting of a mount's store, for its bucket alone where the store has such settings."""
    plain, family = name.removeprefix("spark.hadoop."), _STORES[scheme]
    if not plain.startswith(family):
        raise PySparkValueError(f"{scheme}:// has no setting {name!r}: its begin with {family}")
    is_of_bucket = family == "fs.s3a." and not plain.startswith("fs.s3a.bucket.")
    bucket = urlsplit(source).netloc
    return f"fs.s3a.bucket.{bucket}.{plain.removeprefix(family)}" if is_of_bucket else plain


def _inside_dbfs(mount_point: str) -> PurePosixPath:
    plain = mount_point.removeprefix("dbfs:")
    if not plain.startswith("/") or "," in plain or "=" in plain:
        raise PySparkValueError(f"{mount_point!r} is no folder of dbfs:/ that can be mounted")
    return _normal(plain)


def command(files: FileSystem, words: Sequence[str]) -> str | tuple[list[Any], str]:
    """Runs one ``%fs`` command.

    Returns
    -------
    str or tuple
        Text to print, or rows to show with their schema.

    Raises
    ------
    PySparkValueError
        For a command that there is not, or without its paths.

    Examples
    --------
    >>> files = FileSystem(lambda: spark)
    >>> file = "/databricks-datasets/structured-streaming/events/file-0.json"
    >>> command(files, ["head", "--maxBytes=8", file])
    '{"time":\\n[Truncated to first 8 bytes]'
    """
    name, options, paths = _parsed(words)
    if name == "ls":
        rows = [tuple(file[:3]) for file in files.ls(paths[0])]
        return rows, "path string, name string, size bigint"
    if name == "mounts":
        return files.mounts(), "mountPoint string, source string"
    if name == "head":
        most = int(options.get("maxBytes", _HEAD_BYTES))
        text = files.head(paths[0], most)
        is_cut = files.ls(paths[0])[0].size > most
        return f"{text}\n[Truncated to first {most} bytes]" if is_cut else text
    if name == "put":
        files.put(paths[0], paths[1], "overwrite" in options)
        return f"Wrote {len(paths[1].encode())} bytes."
    if name == "mkdirs":
        return str(files.mkdirs(paths[0]))
    recurse = "recurse" in options
    if name == "rm":
        return str(files.rm(paths[0], recurse))
    return str(getattr(files, name)(paths[0], paths[1], recurse))


# Commands, with the number of paths that each takes and its options.
_COMMANDS: dict[str, tuple[int, frozenset[str]]] = {
    "ls": (1, frozenset()),
    "head": (1, frozenset({"maxBytes"})),
    "put": (2, frozenset({"overwrite"})),
    "mkdirs": (1, frozenset()),
    "cp": (2, frozenset({"recurse"})),
    "mv": (2, frozenset({"recurse"})),
    "rm": (1, frozenset({"recurse"})),
    "mounts": (0, frozenset()),
}


def _parsed(words: Sequence[str]) -> tuple[str, dict[str, str], list[str]]:
    name = words[0] if words else ""
    if name not in _COMMANDS:
        raise PySparkValueError(f"%fs has no command {name!r}; it has {', '.join(_COMMANDS)}")
    number, known = _COMMANDS[name]
    options: dict[str, str] = {}
    paths = []
    for word in words[1:]:
        if not word.startswith("-") or word == "-":
            paths.append(word)
            continue
        option, _, value = word.lstrip("-").partition("=")
        option = "recurse" if option == "r" else option
        if option not in known:
            raise PySparkValueError(f"%fs {name} has no option {word}")
        options[option] = value
    if len(paths) != number:
        raise PySparkValueError(f"%fs {name} takes {number} path(s), not {len(paths)}")
    return name, options, paths


def _normal(text: str) -> PurePosixPath:
    """From the root, without ``.`` and ``..``, and without looking at the disk."""
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return PurePosixPath("/", *parts)


def _local(path: str) -> _Place:
    plain = path.removeprefix("file://") if path.startswith("file://") else path
    plain = plain.removeprefix("file:")
    scheme, found, _ = plain.partition(":/")
    if found and len(scheme) > 1 and scheme.isalnum():
        not_implemented(f"dbutils.fs for {scheme}:")
    local = Path(os.path.abspath(plain))
    return _Place(f"file:{local.as_posix()}", local)


def _below(place: _Place, name: str) -> _Place:
    return _Place(f"{place.shown.rstrip('/')}/{name}", place.local / name)


def _info(place: _Place) -> FileInfo:
    about = place.local.lstat() if not place.local.exists() else place.local.stat()
    slash = "/" if place.local.is_dir() else ""
    size = 0 if slash else about.st_size
    name = PurePosixPath(place.shown).name
    return FileInfo(place.shown + slash, name + slash, size, int(about.st_mtime * 1000))


def _refuse_missing(place: _Place) -> _Place:
    if not place.local.exists():
        raise _native.data_source_error("PATH_NOT_FOUND", {"path": place.shown}, None)
    return place


def _refuse_folder(place: _Place, recurse: bool) -> None:
    if place.local.is_dir() and not recurse:
        raise PySparkValueError(f"{place.shown} is a folder: recurse=True (-r) is for folders")


def _exists(place: _Place) -> Exception:
    path = {"outputPath": place.shown}
    return _native.data_source_error("PATH_ALREADY_EXISTS", path, None)


def _not_mounted(path: str) -> Exception:
    parameters = {"path": path, "setting": _MOUNTS}
    return _native.data_source_error("CAUDAL_PATH_NOT_MOUNTED", parameters, None)
