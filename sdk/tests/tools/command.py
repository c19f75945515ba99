"""What tests of the command `tenon` share; the first argument of each is the command."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from models import model

TENON = Path(sys.argv[1]).resolve()
PLUGINS = TENON.parent.parent / "lib" / "tenon" / "plugins"


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.at = Path(self.folder.name)
        self.relu, self.add = self.at / "relu.onnx", self.at / "add.onnx"
        self.relu.write_bytes(model("Relu", ["x"], [16]))
        self.add.write_bytes(model("Add", ["a", "b"], ["n", 2]))

    def call(self, *arguments, stdout=subprocess.PIPE, preexec_fn=None, **environment):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("TENON_")}
        return subprocess.run([TENON, *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE, timeout=120,
                              preexec_fn=preexec_fn, cwd=self.at, env={**clean, **environment})

    def done(self, *arguments, **environment):
        result = self.call(*arguments, **environment)
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        self.assertEqual(result.stderr.decode(), "")
        return result.stdout.decode()

    def fails(self, status, words, *arguments, **environment):
        result = self.call(*arguments, **environment)
        errors = result.stderr.decode()
        self.assertEqual(result.returncode, status, f"{arguments}: {errors}")
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, errors)
        return result.stdout.decode()
