"""The image, built from the Dockerfile and run, with Debian's buildah and no engine.

The base is a Debian made here, of this machine's own release: the image that the Dockerfile names
is in a registry.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import missing
from tests.project.checkout import ROOT, run

pytestmark = [pytest.mark.image, pytest.mark.timeout(900)]

PAGE = "# Installing\n\nFirst things.\n\n## With npm\n\nRun `npm install widget` in a terminal."


@dataclass(frozen=True)
class Buildah:
    """Images and containers, all of them in one folder."""

    folder: Path

    def command(self, *arguments: str | Path) -> list[str | Path]:
        places = ["--root", self.folder / "storage", "--runroot", self.folder / "run"]
        return ["buildah", *places, "--storage-driver", "vfs", *arguments]

    def __call__(self, *arguments: str | Path) -> str:
        return run(*self.command(*arguments))

    def build(self, tag: str, context: Path, *options: str) -> None:
        certificates = "/etc/ssl/certs:/etc/ssl/certs:ro"  # of whatever stands before the network
        self(
            "bud", "--isolation", "chroot", "--format", "docker", "--network", "host",
            "--volume", certificates, "--tag", tag, *options, context,
        )  # fmt: skip

    def run(self, container: str, *command: str, options: tuple[str, ...] = ()) -> str:
        return self(*self.running(options), container, "--", *command)

    def running(self, options: tuple[str, ...] = ()) -> tuple[str, ...]:
        return ("run", "--isolation", "chroot", "--network", "host", *options)


@dataclass(frozen=True)
class Image:
    buildah: Buildah
    config: dict[str, Any]
    container: str


def debian(folder: Path) -> Path:
    """A context whose image is a Debian with Python and no more."""
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines())
    sites = run("apt-get", "indextargets", "--format", "$(SITE)").splitlines()
    mirror = next(site for site in sites if site.endswith("/debian"))
    include = "--include=python3,python3-venv,ca-certificates"
    base = folder / "base"
    run("debootstrap", "--variant=minbase", include, release["VERSION_CODENAME"], base, mirror)
    (folder / "context").mkdir()
    run("tar", "--directory", base, "--create", "--file", folder / "context/base.tar", ".")
    (folder / "context/Dockerfile").write_text("FROM scratch\nADD base.tar /\n")
    return folder / "context"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    for program in ("buildah", "debootstrap", "apt-get"):
        if not shutil.which(program):
            missing(program)
    if os.geteuid() != 0:
        missing("root")
    folder = tmp_path_factory.mktemp("image")
    buildah = Buildah(folder)
    try:
        buildah.build("localhost/base", debian(folder))
        buildah.build("localhost/askdocs", ROOT, "--build-arg", "BASE=localhost/base")
        inspected = json.loads(buildah("inspect", "--type", "image", "localhost/askdocs"))
        container = buildah("from", "localhost/askdocs").strip()
        yield Image(buildah, inspected["Docker"]["config"], container)
    finally:
        shutil.rmtree(folder)  # a gigabyte


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(image: Image, port: int) -> Iterator[str]:
    """The image's own command."""
    options = image.buildah.running(("--env", f"PORT={port}"))
    command = [*image.config["Entrypoint"], *image.config["Cmd"]]
    process = subprocess.Popen(image.buildah.command(*options, image.container, "--", *command))
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(60):
            try:
                httpx.get(f"{url}/healthz", timeout=60).raise_for_status()
                break
            except httpx.ConnectError:
                assert process.poll() is None, "the server ended"
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait()


def test_a_reader_is_answered_by_the_image(image: Image, tmp_path: Path) -> None:
    (tmp_path / "install.md").write_text(PAGE)
    tmp_path.chmod(0o755)  # the server is another user
    site = ("--volume", f"{tmp_path}:/site:ro")
    url_option = ("--url", "https://w.example")
    image.buildah.run(image.container, "askdocs", "ingest", "/site", *url_option, options=site)
    with serving(image, free_port()) as url:
        question = {"query": "How do I install it with npm?"}
        answer = httpx.post(f"{url}/chat", json=question, timeout=60).raise_for_status().json()
    assert "npm install widget" in answer["response"]
    assert answer["sources"][0]["url"].startswith("https://w.example/")


def test_the_health_check_tells_a_running_server_from_none(image: Image) -> None:
    port = free_port()
    _, *command = image.config["Healthcheck"]["Test"]
    check = image.buildah.command(
        *image.buildah.running(("--env", f"PORT={port}")), image.container, "--", *command
    )
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0
    with serving(image, port):
        assert subprocess.run(check, check=False, capture_output=True).returncode == 0


def test_the_server_is_nobody_in_particular(image: Image) -> None:
    assert image.buildah.run(image.container, "id", "-u").strip() == "10001"
    assert image.buildah.run(image.container, "sh", "-c", "test -w /opt || echo no") == "no\n"


def test_what_is_kept_is_on_a_volume_that_the_server_may_write(image: Image) -> None:
    assert "/data" in image.config["Volumes"]
    assert image.buildah.run(image.container, "sh", "-c", "test -w /data && echo yes") == "yes\n"


def test_a_start_compiles_nothing(image: Image) -> None:
    there = "import importlib.util as u, os; print(os.path.exists(u.find_spec('{}').cached))"
    for module in ("app.main", "ingest.run", "openai"):
        found = image.buildah.run(image.container, "python3", "-c", there.format(module))
        assert found == "True\n", module
