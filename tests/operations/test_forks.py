"""Copies of a process live and obey, whatever it did at the moment of the fork."""

import subprocess
import sys
from textwrap import dedent


def test_a_copy_can_write_a_log_while_which_another_thread_wrote_one() -> None:
    said = _run(
        """
        reads, writes = os.pipe()
        logging.basicConfig(stream=os.fdopen(writes, "w"))
        threading.Thread(target=logging.error, args=("long" * 100_000,), daemon=True).start()
        os.read(reads, 1)  # it writes, and waits for us to read the rest

        def read_on():
            time.sleep(0.2)
            while os.read(reads, 1 << 16):
                pass

        threading.Thread(target=read_on, daemon=True).start()
        calm_forks()
        child = os.fork()
        if not child:
            logging.error("the copy, too")
            os._exit(0)
        print(end_of(child))
        """
    )
    assert said == "0"


def test_a_copy_ends_when_told_although_its_parent_only_makes_a_note_of_it() -> None:
    said = _run(
        """
        signal.signal(signal.SIGTERM, lambda *_: print("noted", flush=True))
        calm_forks()
        child = os.fork()
        while not child:
            signal.pause()
        os.kill(child, signal.SIGTERM)  # in its first moments
        print(end_of(child))
        os.kill(os.getpid(), signal.SIGTERM)
        """
    )
    assert said == "-15\nnoted"


_BEFORE = """
import logging, os, signal, threading, time
from visavis.operations.forks import calm_forks

def end_of(child):
    for _ in range(3000):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    return "it waits for ever"
"""


def _run(script: str) -> str:
    command = [sys.executable, "-c", _BEFORE + dedent(script)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
