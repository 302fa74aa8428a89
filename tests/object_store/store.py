"""A store that tests may fill and look into."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY, SECRET = "test-key", "test-secret-that-nobody-may-see"


def serve() -> tuple[subprocess.Popen[str], str]:
    """A server of its own, and its endpoint."""
    program = Path(__file__).with_name("server.py")
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    while not (line := process.stdout.readline().strip()).isdigit():
        assert process.poll() is None, "the server ended"
    return process, f"http://127.0.0.1:{line}"


def end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=30)


def client(service: str, endpoint: str, key: str = KEY, secret: str = SECRET) -> Any:
    import boto3

    return boto3.client(
        service,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
    )


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    name: str
    s3: Any

    @property
    def url(self) -> str:
        return f"s3a://{self.name}"

    def keys(self, prefix: str = "") -> list[str]:
        found = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [file["Key"] for page in found for file in page.get("Contents", [])]

    def put(self, key: str, text: str) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=text.encode())

    def text(self, key: str) -> str:
        text: str = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read().decode()
        return text

    def uploads(self) -> list[str]:
        """Those that were begun and neither completed nor given up."""
        found = self.s3.list_multipart_uploads(Bucket=self.name)
        return [upload["Key"] for upload in found.get("Uploads", [])]

    def settings(self) -> dict[str, str]:
        """What a session needs to know to reach this bucket."""
        own = f"fs.s3a.bucket.{self.name}."
        return {
            f"{own}endpoint": self.endpoint,
            f"{own}access.key": KEY,
            f"{own}secret.key": SECRET,
        }
