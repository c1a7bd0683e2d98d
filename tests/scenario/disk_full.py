#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""disk_full - the disk fills up under load, room is made again: nothing that was answered 201 is
lost, and nothing is there twice: tests/scenario/disk_full.py PROGRAMS

The whole city, its cluster and logs included, lives on a small disk in memory, in a mount
namespace of its own. That takes root: the test is skipped (exit status 77) otherwise. The load
generator's notes have another disk, since who cannot note what he was promised proves nothing.
"""
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
sys.dont_write_bytecode = True
from place import Place, say, until  # noqa: E402

SKIPPED = 77
CLONE_NEWNS = 0x20000
DISK_MIB, NOTES_MIB = 700, 50
CASES = 8000
RATE = 1500
FULL_AFTER = 2000  # cases
WITHIN_S = 60
CHUNKS = (1 << 20, 1 << 12, 1)


def make_disk(folder, mebibytes):
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=1777", "tmpfs", folder]
    return subprocess.run(mount, check=False).returncode == 0


def make_disks(folders):
    """False where this is not allowed. Nobody outside this process sees them; they go with it."""
    if os.geteuid() != 0 or ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        return False
    apart = subprocess.run(["mount", "--make-rprivate", "/"], check=False).returncode == 0
    return apart and all(make_disk(folder, size) for folder, size in zip(folders, (DISK_MIB, NOTES_MIB)))


def fill(path):
    """Takes what room there is, to the last byte."""
    with open(path, "ab", buffering=0) as filler:
        for size in CHUNKS:
            try:
                while filler.write(b"\0" * size) == size:
                    pass
            except OSError:
                pass


def fill_until_it_hurts(place, filler):
    """PostgreSQL ends when it finds no room for its log, and refuses when it is for a table."""
    postgres = place.processes["postgres"]

    def hurts():
        fill(filler)
        return postgres.poll() is not None or "No space left" in (place.dir / "log/postgres").read_text(errors="replace")

    until(WITHIN_S, "trouble on a full disk", hurts)
    say("the disk is full")


def heal(place, filler):
    filler.unlink()
    if place.processes["postgres"].poll() is not None:
        say("PostgreSQL had ended")
        place.start_cluster()


def run(programs, notes):
    with Place(programs) as place:
        load = place.start("load", [place.dir / "bin/dunghen", "load", "--json", "--url", f"http://{place.intake}",
                                    "--connections", 32, "--rate", RATE, "--count", CASES, "--give-up", 2 * WITHIN_S,
                                    "--out", notes / "notes"])
        until(WITHIN_S, "load", lambda: int(place.one("SELECT count(*) FROM cases")) > FULL_AFTER)
        filler = place.dir / "filler"
        fill_until_it_hurts(place, filler)
        heal(place, filler)
        assert load.wait(3 * WITHIN_S) == 0, "not every case was accepted in the end"
        del place.processes["load"]
        found = json.loads(place.ctl("load", "--json", "--verify", notes / "notes"))
        say(f"noted and kept: {found}")
        place.ctl("verify")


def body(programs, disk, notes):
    if not make_disks((disk, notes)):
        print("skipped: mounting is not allowed here")
        return SKIPPED
    tempfile.tempdir = disk
    run(programs, pathlib.Path(notes))
    return 0


def main():
    with tempfile.TemporaryDirectory() as disk, tempfile.TemporaryDirectory() as notes:
        pid = os.fork()
        if pid == 0:  # leaves root on its way
            os._exit(body_status(disk, notes))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def body_status(disk, notes):
    try:
        return body(pathlib.Path(sys.argv[1]), disk, notes)
    except Exception as why:  # pylint: disable=broad-except
        print(f"FAILED: {why}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
