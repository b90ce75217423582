"""What processes use: processor time and memory, as Linux tells them."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time that a process used, its ended children with it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def database_cpu(folder: Path) -> float:
    """The same of the processes of the embedded PostgreSQL in a data folder: the postmaster and its children."""
    pid = int(next(folder.rglob("postmaster.pid")).read_text().split()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_seconds(pid) + sum(cpu_seconds(int(each)) for each in children)


def resident_mb(pid: int | str) -> float:
    """The resident memory of a process, in megabytes; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
