"""The shape of the code: which room may use which, how long a file is, who knows Python.

The arrows are those of the map in ``src/lib.rs``; they go down only. A room that is
not in ``MAY_USE`` fails the test, so that a new one must be given its place here.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
PYTHON = ROOT / "python" / "caudal"

# Room → the rooms that it may name. `a::b` allows that part of `a` only.
GROUND = {"error", "storage", "time", "types"}
MAY_USE: dict[str, set[str]] = {
    "allocator": set(),
    "error": set(),
    "time": {"error"},
    # Files on disk and in object stores: no engine, no plan, no format.
    "storage": {"error"},
    "types": {"error", "time"},
    "plan": {"error", "types"},
    "formats": GROUND,
    # A client of brokers: it shares how options are read, and knows no plan and no query.
    "kafka": GROUND | {"formats"},
    # Also the printed form of a call, which its messages show.
    "functions": GROUND | {"plan::Literal", "plan::literal", "plan::text"},
    "engine": GROUND
    | {"functions", "plan::CastMode", "plan::Literal", "plan::literal", "plan::foreign_function"},
    "analysis": GROUND | {"plan", "formats", "functions", "engine"},
    "execution": GROUND | {"plan", "formats", "functions", "engine", "analysis", "kafka"},
    # The durable parts of streaming know neither plans nor DataFusion's rules.
    "streaming::checkpoint": GROUND,
    "streaming::state": GROUND | {"streaming::checkpoint"},
    "streaming::progress": GROUND | {"streaming::checkpoint"},
}
BELOW_STREAMING = GROUND | {
    "plan",
    "formats",
    "functions",
    "engine",
    "analysis",
    "execution",
    "kafka",
}
DURABLE = {"streaming::checkpoint", "streaming::state", "streaming::progress"}
MAY_USE["streaming::sources"] = BELOW_STREAMING | DURABLE
MAY_USE["streaming::sinks"] = BELOW_STREAMING | DURABLE
MAY_USE["streaming::operators"] = BELOW_STREAMING | DURABLE
MAY_USE["streaming::incremental"] = (
    BELOW_STREAMING | DURABLE | {"streaming::operators", "streaming::sources", "streaming::sinks"}
)
MAY_USE["streaming::runtime"] = MAY_USE["streaming::incremental"] | {"streaming::incremental"}
# A room's table of contents may name all that is in the room.
MAY_USE["streaming"] = BELOW_STREAMING | {
    room for room in MAY_USE if room.startswith("streaming::")
}
MAY_USE["ui"] = GROUND | {"streaming::progress"}
MAY_USE["bridge"] = set(MAY_USE)

# Crates that only some rooms may know.
CRATES_OF = {
    "pyo3": {"bridge"},
    "pyo3_arrow": {"bridge"},
    "sqlparser": {"plan"},
    "object_store": {"storage"},
    "rdkafka": {"kafka"},
    "rdkafka_sys": {"kafka"},
    "datafusion": {
        "error", "functions", "engine", "formats", "analysis", "execution", "bridge",
        "streaming", "streaming::sources", "streaming::sinks", "streaming::operators",
        "streaming::incremental", "streaming::runtime",
    },
}  # fmt: skip

MOST_LINES = 600
LONGER_FILES = {
    "python/caudal/_native.pyi": "the contract with the core, one class after the other",
}

COMMENT = re.compile(r"//[^\n]*")
STRING = re.compile(r'r#"(?:.|\n)*?"#|"(?:\\.|[^"\\])*"')
TESTS = re.compile(r"#\[cfg\((?:test|all\(test[^\n]*)\)?\]\s*(?:#\[[^\n]*\]\s*)*mod \w+ \{")
PATH = re.compile(r"\b(crate|super(?:::super)*)::((?:\w+::)*(?:\{|\w+))")


def rust_files() -> list[Path]:
    return sorted(SRC.rglob("*.rs"))


def code_of(path: Path) -> str:
    """Without strings, comments and the tests at the file's end: tests may reach anywhere."""
    text = STRING.sub('""', path.read_text(encoding="utf-8"))
    text = COMMENT.sub("", text)
    tests = TESTS.search(text)
    return text[: tests.start()] if tests else text


def is_test_file(path: Path) -> bool:
    is_named_so = path.stem == "tests" or path.stem.endswith("_tests")
    return is_named_so or "tests" in path.relative_to(SRC).parts


def module_of(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(SRC).with_suffix("").parts
    return parts[:-1] if parts[-1] in ("mod", "lib") else parts


def room_of(module: tuple[str, ...]) -> str:
    """The place in ``MAY_USE`` that a module belongs to."""
    if len(module) > 1 and "::".join(module[:2]) in MAY_USE:
        return "::".join(module[:2])
    return module[0] if module else ""


def split_group(body: str) -> list[str]:
    """``a::{b, c}, d`` → ``a::b``, ``a::c``, ``d``."""
    parts, depth, current = [], 0, ""
    for letter in body:
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    parts.append(current)
    paths: list[str] = []
    for part in (p.strip() for p in parts):
        head, brace, rest = part.partition("{")
        if brace:
            paths += [head + inner for inner in split_group(rest.rsplit("}", 1)[0])]
        elif part:
            paths.append(part.split(" as ")[0].strip())
    return paths


def group_at(text: str, start: int) -> str:
    """The text between the brace that opens at `start` and the one that closes it."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[start + 1 : at]
    return text[start + 1 :]


def uses_in(path: Path) -> set[tuple[str, ...]]:
    """Every path into this crate that the file names, from the crate's root."""
    text, module = code_of(path), module_of(path)
    found: set[tuple[str, ...]] = set()
    for match in PATH.finditer(text):
        anchor, rest = match.groups()
        base = () if anchor == "crate" else module[: len(module) - anchor.count("super")]
        if rest.endswith("{"):
            inner = split_group(group_at(text, match.end() - 1))
            paths = [rest[:-1] + each for each in inner]
        else:
            paths = [rest]
        found |= {(*base, *each.strip(":").split("::")) for each in paths}
    return found


def is_allowed(room: str, used: tuple[str, ...]) -> bool:
    if not used or room_of(used) == room:
        return True
    names = {"::".join(used[:2]), used[0] if room_of(used) == used[0] else room_of(used)}
    return bool(names & MAY_USE[room])


def wrong_arrows() -> list[str]:
    wrong = []
    for path in rust_files():
        module = module_of(path)
        if not module or is_test_file(path):
            continue
        room = room_of(module)
        if room not in MAY_USE:
            wrong.append(f"{path.relative_to(ROOT)}: the room {room!r} has no place on the map")
            continue
        rooms = {part.split("::")[0] for part in MAY_USE}
        wrong += [
            f"{path.relative_to(ROOT)}: {room} must not use {'::'.join(used)}"
            for used in sorted(uses_in(path))
            if used and used[0] in rooms and not is_allowed(room, used)
        ]
    return wrong


def test_arrows_go_down_only() -> None:
    assert not wrong_arrows(), "\n".join(["arrows that point up:", *wrong_arrows()])


@pytest.mark.parametrize("crate", sorted(CRATES_OF))
def test_a_crate_is_known_only_where_it_belongs(crate: str) -> None:
    named = re.compile(rf"(?<![\w:]){crate}::")
    wrong = [
        str(path.relative_to(ROOT))
        for path in rust_files()
        if module_of(path)
        and not is_test_file(path)
        and room_of(module_of(path)) not in CRATES_OF[crate]
        and named.search(code_of(path))
    ]
    assert not wrong, f"{crate} is not for: {', '.join(wrong)}"


def test_the_native_module_is_named_only_by_our_own_package() -> None:
    """Examples, notebooks and benchmarks are users: they have the public API only."""
    users = [ROOT / folder for folder in ("demo", "notebooks", "tests/lesson", "tests/crash")]
    wrong = [
        str(path.relative_to(ROOT))
        for folder in users
        for path in sorted(folder.rglob("*.py"))
        if "_native" in path.read_text(encoding="utf-8")
    ]
    assert not wrong, wrong


def test_a_module_says_first_what_it_is_for() -> None:
    rust = [
        p
        for p in rust_files()
        if not is_test_file(p) and not p.read_text(encoding="utf-8").startswith("//!")
    ]
    python = [
        p
        for p in sorted(PYTHON.rglob("*.py"))
        if p.read_text(encoding="utf-8").strip()
        and not p.read_text(encoding="utf-8").startswith(('"""', 'r"""', "#!"))
    ]
    missing = [str(p.relative_to(ROOT)) for p in [*rust, *python] if not is_generated(p)]
    assert not missing, f"no word on what they are for: {', '.join(missing)}"


def is_generated(path: Path) -> bool:
    return "@generated" in path.read_text(encoding="utf-8")[:200]


def test_no_file_is_longer_than_a_reader_can_bear() -> None:
    files = [*rust_files(), *PYTHON.rglob("*.py"), *PYTHON.rglob("*.pyi")]
    lengths = {
        str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in files
    }
    long = {
        name: lines
        for name, lines in lengths.items()
        if lines > MOST_LINES and name not in LONGER_FILES
    }
    assert not long, f"over {MOST_LINES} lines: {long}"


def dependency_features(*flags: str) -> set[str]:
    """``crate version features`` of everything that one kind of build compiles."""
    command = [
        "cargo",
        "tree",
        "--offline",
        "--locked",
        "--prefix",
        "none",
        "-f",
        "{p} {f}",
        *flags,
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = {line.removesuffix(" (*)").strip() for line in ran.stdout.splitlines() if line}
    return {line for line in lines if not line.startswith("caudal ")}


@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo was not found")
def test_extension_and_core_tests_share_every_compiled_dependency() -> None:
    """One differing feature deep down is a second build of DataFusion: half an hour.

    Where this fails, switch the missing feature on in Cargo.toml for both builds.
    """
    extension = dependency_features("-e", "normal,build")
    core_tests = dependency_features("-e", "normal,build,dev", "--no-default-features")
    name = re.compile(r"^(\S+ v\S+)")
    shared = {name.match(line)[1] for line in extension} & {  # type: ignore[index]
        name.match(line)[1]  # type: ignore[index]
        for line in core_tests
    }
    differing = sorted(
        line
        for line in extension ^ core_tests
        if name.match(line)[1] in shared  # type: ignore[index]
    )
    assert not differing, "compiled twice:\n" + "\n".join(differing)
