"""What the application is put together of, and that nothing of it comes by itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_importing_a_module_registers_nothing():
    command = [sys.executable, "-m", "tests.support.registries"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert not done.stdout
