"""As much of a container engine as our Dockerfile needs, on the kernel's own means.

An image is this machine's root with a layer over it (overlayfs), so that what stands for the base
image is this machine's Python in a clean virtual environment; the rest is done as the file says.
A container has the image's root read-only, a /tmp of its own, and the program as its process 1.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from tests.unit.app.support import Child

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

BASE = "/base"
"""Where the clean virtual environment is that stands for a base image's Python."""

FIRST = {"PATH": f"{BASE}/bin:/usr/local/bin:/usr/bin:/bin"}

_ENTER = """
set -e
root=$1 layer=$2 rights=$3
shift 3
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer,workdir=$layer.work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
[ "$rights" = rw ] || mount -o remount,ro "$root"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
exec chroot "$@"
"""


_PROBE = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/layer /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/layer,workdir=/mnt/work /mnt/root
"""


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the instructions of a Dockerfile with their arguments."""
    joined = re.sub(r"\\\n", " ", text)
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, argument = line.strip().partition(" ")
            yield name, argument.strip()


@dataclass
class Image:
    """A stage of a Dockerfile, and what it says of the containers made of it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(FIRST))
    user: str = "0:0"
    directory: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def layer(self) -> Path:
        return self.folder / "layer"

    def lay(self) -> None:
        for name in ("layer", "layer.work", "root"):
            (self.folder / name).mkdir(parents=True)
        (self.layer / "root").mkdir(mode=0o711)  # where a Python may be that others must run

    def entering(self, command: list[str], rights: str, environment: dict[str, str]) -> list[str]:
        """Return the command line that runs a command in a container of this image."""
        inside = [f"{name}={value}" for name, value in environment.items()]
        script = f"cd {shlex.quote(self.directory)}; exec {shlex.join(command)}"
        return [
            "unshare", "--mount", "--pid", "--fork", "--kill-child",
            "sh", "-c", _ENTER, "sh", str(self.folder / "root"), str(self.layer), rights,
            f"--userspec={self.user}", str(self.folder / "root"),
            "/usr/bin/env", "-i", *inside, "/bin/sh", "-c", script,
        ]  # fmt: skip

    def run(self, script: str) -> None:
        """Do a RUN: in a shell, with the machine's own way to the package index."""
        index = {name: each for name, each in os.environ.items() if name.startswith("PIP_")}
        proxies = {n: each for n, each in os.environ.items() if n.lower().endswith("_proxy")}
        words = self.entering(
            ["/bin/sh", "-c", script], "rw", {**index, **proxies, **self.environment}
        )
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def at(self, path: str) -> Path:
        """Return where a path of the image is on this machine."""
        return self.layer / Path(self.directory, path).relative_to("/")


def build(text: str, context: Path, folder: Path) -> Image:
    """Do what a Dockerfile says; return its last stage. Knows the instructions that ours has."""
    stages: dict[str, Image] = {}
    image = Image(folder)
    for name, argument in instructions(text):
        if name == "FROM":
            image = Image(folder / str(len(stages)))
            image.lay()
            image.run(f"{shlex.quote(sys._base_executable)} -m venv {BASE}")
            stages[argument.rpartition(" AS ")[2]] = image
            image.facts["base"] = argument.partition(" AS ")[0]
        elif name == "COPY":
            _copy(argument, image, stages, context)
        elif name == "RUN":
            image.run(argument)
        elif name == "ENV":
            pairs = (word.partition("=") for word in shlex.split(argument))
            before = image.environment["PATH"]
            image.environment |= {key: v.replace("${PATH}", before) for key, _, v in pairs}
        else:
            _note(name, argument, image)
    return image


def _copy(argument: str, image: Image, stages: dict[str, Image], context: Path) -> None:
    *sources, target = argument.split()
    if sources[0].startswith("--from="):
        origin = stages[sources.pop(0).removeprefix("--from=")]
        (source,) = sources
        shutil.copytree(origin.at(source), image.at(target), symlinks=True)
        return
    image.at(target).mkdir(parents=True, exist_ok=True)
    for name in sources:
        if (context / name).is_dir():
            shutil.copytree(context / name, image.at(target), dirs_exist_ok=True)
        else:
            shutil.copy(context / name, image.at(target))


def _note(name: str, argument: str, image: Image) -> None:
    if name == "WORKDIR":
        image.directory = argument
        if argument != "/tmp":
            image.at(".").mkdir(parents=True, exist_ok=True)
    elif name == "USER":
        image.user = argument
    elif name == "ENTRYPOINT":
        image.entrypoint = json.loads(argument)
    elif name == "CMD":
        image.command = json.loads(argument)
    else:
        assert name in ("LABEL", "VOLUME", "STOPSIGNAL", "HEALTHCHECK"), name
        image.facts[name] = argument


@asynccontextmanager
async def container(
    image: Image, environment: dict[str, str], command: list[str] | None = None
) -> AsyncIterator[Child]:
    """Run a container, which never outlives the context; its pid is that of its process 1."""
    words = [*image.entrypoint, *(image.command if command is None else command)]
    process = await anyio.open_process(
        image.entering(words, "ro", {**image.environment, **environment}),
        stdin=subprocess.DEVNULL,
    )
    try:
        yield Child(process)
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.aclose()


def first_process(child: Child) -> int:
    """Return the pid, on this machine, of a container's process 1."""
    pid = child.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def is_possible() -> bool:
    """Say whether this machine lets us have namespaces and layers."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    probe = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "sh", "-c", _PROBE],
        capture_output=True, check=False,
    )  # fmt: skip
    return probe.returncode == 0
