"""Kernels that tests share: starting one takes a second or two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..kafka import brokers
from .kernels import Kernel


@pytest.fixture(scope="session")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kernel, Path]]:
    folder = tmp_path_factory.mktemp("notebook")
    kernel = Kernel("caudal", folder)
    kernel.run("pass")  # the note of the first cell is test_kernel's
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


@pytest.fixture
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker of the test's own: the course's topics have fixed names."""
    try:
        brokers.noida_program()
    except brokers.BrokerMissing as missing:
        pytest.skip(str(missing))
    with brokers.noida(tmp_path_factory.mktemp("broker")) as broker:
        yield broker.bootstrap
