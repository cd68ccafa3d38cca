#!/usr/bin/env python3
"""Makes `.venv` and becomes a command (run, test, check, fuzz, …): needs only python3.

Standard library only. `make` is a thin front of this file.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = BASE / ".stamps"
WANTED = ((3, 11), (3, 12), (3, 13))
COMMANDS = {
    "run": ("requirements.txt", ["manage.py", "serve", "--demo"]),
    "serve": ("requirements.txt", ["manage.py", "serve"]),
    "test": ("requirements-dev.txt", ["-m", "huaweicrm.testing.suite"]),
    "check": ("requirements-dev.txt", ["-m", "huaweicrm.testing.check"]),
    "fuzz": ("requirements-dev.txt", ["-m", "huaweicrm.testing.fuzz"]),
    "chaos": ("requirements-dev.txt", ["-m", "bench.chaos"]),
    "shots": ("requirements-dev.txt", ["bench/shots.py"]),
    "bench": ("requirements-dev.txt", ["-m", "bench"]),
    "mutants": ("requirements-dev.txt", ["bench/mutants.py"]),
}
VENV_HINT = """
Python could not make a virtual environment. On Debian and Ubuntu the part is missing; install it:

    sudo apt-get install -y python3-venv

and start again."""


def main():
    """Prepare what the command needs, then become it."""
    words = sys.argv[1:] or ["run"]
    if words[0] not in COMMANDS:
        raise SystemExit(f"usage: python3 bootstrap.py {'|'.join(COMMANDS)} [options]")
    requirements, command = COMMANDS[words[0]]
    STAMPS.mkdir(exist_ok=True)
    with open(STAMPS / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(requirements):
            install(requirements)
    os.chdir(BASE)
    os.execv(PYTHON, [str(PYTHON), *command, *words[1:]])


def wanted_stamp(requirements):
    """The content a stamp has when the packages in `.venv` are those of the requirements."""
    names = (
        [requirements] if requirements == "requirements.txt" else ["requirements.txt", requirements]
    )
    hashed = hashlib.sha256(str(VENV).encode())
    for name in names:
        hashed.update((BASE / name).read_bytes())
    return hashed.hexdigest()


def is_installed(requirements):
    """True when `.venv` holds these requirements, or more."""
    if not PYTHON.exists():
        return False
    for name in {requirements, "requirements-dev.txt"}:
        stamp = STAMPS / name
        if stamp.exists() and stamp.read_text() == wanted_stamp(name):
            return True
    return False


def install(requirements):
    """Make `.venv` when there is none, and install with pip (which reads the user's pip.conf)."""
    if not PYTHON.exists():
        make_venv()
    print(f"Installing packages of {requirements} (once, a minute or so) …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call([*pip, "-r", str(BASE / requirements)]):
        raise SystemExit(
            "pip could not install the packages; see above. Behind a firewall set a mirror, for"
            " example:\n\n    pip config set global.index-url https://pypi.tuna.tsinghua.edu.cn/simple"
        )
    (STAMPS / requirements).write_text(wanted_stamp(requirements))


def make_venv():
    """A fresh `.venv` with a Python that the pinned packages know."""
    if VENV.is_symlink() or VENV.exists():
        shutil.rmtree(VENV, ignore_errors=True)
    print("Making .venv …", flush=True)
    done = subprocess.run(
        [find_python(), "-m", "venv", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit(done.stdout.decode(errors="replace") + VENV_HINT)


def find_python():
    """This Python when it is one of 3.11 … 3.13, else one of them on the PATH."""
    if sys.version_info[:2] in WANTED:
        return sys.executable
    for major, minor in reversed(WANTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    raise SystemExit(
        f"This is Python {sys.version.split()[0]}; huaweicrm runs on 3.11 to 3.13. Install one of"
        " them; its name on the PATH is found by itself."
    )


if __name__ == "__main__":
    main()
