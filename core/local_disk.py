"""SQLite over a network file system loses data: what a folder lies on."""

from __future__ import annotations

from pathlib import Path

MOUNTS = Path("/proc/mounts")
NETWORK_FILE_SYSTEMS = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "afs"),
    *("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "gpfs", "beegfs", "ocfs2"),
}


def network_file_system(folder: Path, mounts: str) -> str:
    """The type of the network file system a folder lies on, else "". `mounts`: /proc/mounts."""
    best, kind = "", ""
    for line in mounts.splitlines():
        point, found = line.split()[1].replace("\\040", " "), line.split()[2]
        inside = folder == Path(point) or Path(point) in folder.parents
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind if kind in NETWORK_FILE_SYSTEMS else ""


def lies_on_network(folder: Path) -> str:
    """The type of the network file system under a folder of this machine, else ""."""
    return network_file_system(folder.resolve(), MOUNTS.read_text()) if MOUNTS.exists() else ""
