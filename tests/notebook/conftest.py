"""Kernels that tests share: starting one takes a second or two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .kernels import Kernel


@pytest.fixture(scope="session")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kernel, Path]]:
    folder = tmp_path_factory.mktemp("notebook")
    kernel = Kernel("caudal", folder)
    yield kernel, folder
    kernel.stop()


@pytest.fixture
def kernel(shared_kernel: tuple[Kernel, Path]) -> Kernel:
    """The kernel "Caudal"; what a test leaves in it the next ones see."""
    return shared_kernel[0]


@pytest.fixture
def folder(shared_kernel: tuple[Kernel, Path]) -> Path:
    """The folder that the kernel runs in."""
    return shared_kernel[1]
