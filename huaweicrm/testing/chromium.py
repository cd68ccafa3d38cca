"""The browser of the tests and screenshots: Debian's chromium, with Chinese glyphs from a wheel."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{wheel}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
</fontconfig>
"""


def executable() -> str:
    """The path of a chromium: CHROMIUM, else the PATH; "" when there is none."""
    named = os.environ.get("CHROMIUM", "")
    return named or next((path for path in map(shutil.which, NAMES) if path), "")


def why_not() -> str:
    """The reason why browser tests cannot run, "" when they can."""
    if executable():
        return ""
    return "no chromium on the PATH (apt-get install -y chromium, or set CHROMIUM=/path)"


def try_to_install() -> None:
    """As root on Debian or Ubuntu, install chromium by apt; anything that fails is only printed."""
    if executable() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing chromium by apt for the browser tests …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    for command in (install, ["apt-get", "update", "-qq"], install):
        if executable():
            return
        try:
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, timeout=240, check=False)
        except subprocess.TimeoutExpired:
            print(f"{' '.join(command)} took over four minutes")


def font_config(folder: Path) -> Path:
    """Write a fonts.conf that adds the Chinese font of the wheel; for FONTCONFIG_FILE."""
    spec = importlib.util.find_spec("manimgx_fonts_cjk")
    wheel = Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
    made = folder / "fonts.conf"
    made.write_text(FONTS.format(wheel=wheel, cache=folder / "fontcache"))
    return made
