#!/usr/bin/env python3
"""Runs `tenon` through its sub-commands and its errors.

usage: commands.py TENON MOCK_BROKEN MOCK_LEAVING MOCK_FULL

TENON finds the plugins TEMPLATE and BARE in its default folder; the others are libraries of mock plugins.
"""
import json
import os
import resource
import stat
import subprocess
import sys
import threading
import unittest
from pathlib import Path

from command import PLUGINS, TENON, Command
from models import model_of, npy, read_npy

BROKEN, LEAVING, FULL = (Path(argument).resolve() for argument in sys.argv[2:5])


class Work(Command):
    def test_devices(self):
        text = self.done("devices")
        self.assertIn("TEMPLATE.0", text)
        self.assertIn("BARE.0", text)
        found = json.loads(self.done("devices", "--json"))
        self.assertIn("TEMPLATE.0", [device["id"] for device in found["devices"]])
        self.assertEqual({plugin["state"] for plugin in found["plugins"] if plugin["name"] in ("TEMPLATE", "BARE")},
                         {"loaded"})

    def test_the_default_folder_named_again_shadows_nothing(self):
        found = json.loads(self.done("devices", "--json", TENON_PLUGIN_PATH=f"{PLUGINS}:{PLUGINS}/../plugins"))
        names = [plugin["name"] for plugin in found["plugins"]]
        self.assertEqual(len(names), len(set(names)))
        self.assertNotIn("shadowed", [plugin["state"] for plugin in found["plugins"]])

    def test_inspect(self):
        found = json.loads(self.done("inspect", self.add, "--json"))
        self.assertEqual([port["name"] for port in found["inputs"]], ["a", "b"])
        self.assertEqual(found["inputs"][0]["type"], "float")
        self.assertEqual(found["operators"], {"Add": 1})
        self.assertEqual(found["operator_sets"], {"ai.onnx": 18})
        self.assertIn("operators: Add 1", self.done("inspect", self.add))

    def test_run(self):
        for name, values in ("a", [1, 2, 3, 4]), ("b", [10, 20, 30, 40]):
            (self.at / f"{name}.npy").write_bytes(npy(values, (2, 2)))
        text = self.done("run", self.add, "-d", "TEMPLATE", "-i", "a=a.npy", "-i", "1=b.npy", "-o", "out")
        self.assertEqual(text, "y: float [2, 2]\n")
        header, values = read_npy(self.at / "out" / "y.npy")
        self.assertIn("'shape': (2, 2)", header)
        self.assertEqual(values, [11, 22, 33, 44])
        self.assertEqual(self.done("run", self.add, "-d", "TEMPLATE", "-s", "a=3,2", "-s", "b=3,2"), "y: float [3, 2]\n")
        self.assertEqual(self.done("run", self.relu, "-d", "BARE", "-o", "relu"), "y: float [16]\n")
        values = read_npy(self.at / "relu" / "y.npy")[1]
        self.assertTrue(any(values) and min(values) == 0)

    def test_every_output_has_a_file(self):
        path = self.at / "outputs.onnx"
        path.write_bytes(model_of([("Relu", ["x"], "a/b"), ("Neg", ["x"], "a_b"), ("Abs", ["x"], "a_b_1")], ["x"],
                                  [("a/b", 1), ("a_b", 1), ("a_b_1", 1)], [2]))
        (self.at / "x.npy").write_bytes(npy([-1, 2], (2,)))
        self.done("run", path, "-d", "TEMPLATE", "-i", "x=x.npy", "-o", "out")
        found = {name: read_npy(self.at / "out" / name)[1] for name in os.listdir(self.at / "out")}
        self.assertEqual(found, {"a_b.npy": [0, 2], "a_b_1.npy": [1, -2], "a_b_1_2.npy": [1, 2]})

    def test_what_can_be_written_is_written(self):
        path = self.at / "types.onnx"
        path.write_bytes(model_of([("Cast", ["x"], "h", 16), ("Relu", ["x"], "y")], ["x"], [("h", 16), ("y", 1)], [2]))
        result = self.call("run", path, "-d", "TEMPLATE", "-o", "out")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(b"output h: elements of type bfloat16 have no place in a file of NumPy", result.stderr)
        self.assertEqual(os.listdir(self.at / "out"), ["y.npy"])

    def test_names_do_not_speak_to_the_terminal(self):
        path = self.at / "names.onnx"
        path.write_bytes(model_of([("Relu", ["x"], "y\n\x1b[31m\x7f\u009bz")], ["x"], [("y\n\x1b[31m\x7f\u009bz", 1)], [2]))
        shown = "y\\n\\x1b[31m\\x7f\\x9bz"
        self.assertIn(f"output 0  {shown}: float [2]\n", self.done("inspect", path))
        self.assertEqual(self.done("run", path, "-d", "TEMPLATE"), f"{shown}: float [2]\n")
        self.assertIn("y\n", json.loads(self.done("inspect", path, "--json"))["outputs"][0]["name"])
        self.fails(2, "'\\x1bwalk' is no command", "\x1bwalk")
        result = self.call("devices", TENON_PLUGIN_PATH="/none\x1b[31m")
        self.assertIn(b"plugin folder /none?[31m cannot be read", result.stderr)

    def test_words_behind_two_dashes_are_no_options(self):
        path = self.at / "-relu.onnx"
        path.write_bytes(self.relu.read_bytes())
        self.assertEqual(self.done("run", "-d", "BARE", "--", "-relu.onnx"), "y: float [16]\n")
        self.fails(1, "--help", "inspect", "--", "--help")

    def test_compile_and_run_what_was_written(self):
        (self.at / "x.npy").write_bytes(npy([-1, 2] * 8, (16,)))
        self.done("compile", self.relu, "-d", "TEMPLATE", "-o", "blob")
        self.done("run", "blob", "-d", "TEMPLATE", "-i", "x=x.npy", "-o", "out")
        self.assertEqual(read_npy(self.at / "out" / "y.npy")[1], [0, 2] * 8)
        for command in (["inspect", "blob"], ["query", "blob", "-d", "TEMPLATE"]):
            self.fails(1, [f"{command[0]} takes ONNX models only", "no ONNX model"], *command)
        self.fails(1, "neither what `tenon compile` wrote for BARE nor an ONNX model", "run", "blob", "-d", "BARE")

    def test_benchmark(self):
        line = self.done("benchmark", self.relu, "-d", "BARE", "--threads", "2", "--precision", "f32", "--json")
        found = json.loads(line)
        self.assertEqual(line.count("\n"), 1)
        self.assertEqual(set(found), {"peer", "model", "threads", "mode", "create_ms", "first_ms", "median_us", "min_us",
                                      "samples", "peak_rss_mb", "checksum", "abs_sum", "ignored"})
        self.assertEqual((found["model"], found["threads"], found["mode"]), ("relu.onnx", 2, "f32"))
        self.assertEqual(found["ignored"], ["INFERENCE_NUM_THREADS", "INFERENCE_PRECISION_HINT"])
        self.assertTrue(0 < found["min_us"] <= found["median_us"])
        self.assertGreater(found["checksum"], 0)

    def test_properties(self):
        found = json.loads(self.done("properties", "TEMPLATE", "--json"))
        rows = {row["name"]: row for row in found["properties"]}
        row = rows["INFERENCE_PRECISION_HINT"]
        self.assertEqual(set(row), {"name", "value", "default", "type", "access", "levels", "minimum", "maximum",
                                    "choices", "unit", "doc"})
        self.assertEqual((row["type"], row["access"], row["value"]), ("string", "read-write", "f32"))
        self.assertIn("INFERENCE_PRECISION_HINT = \"f32\"", self.done("properties", "TEMPLATE.0"))

    def test_help_and_version(self):
        self.assertIn("tenon benchmark MODEL", self.done("--help"))
        for command in ("devices", "inspect", "query", "run", "compile", "benchmark", "properties"):
            text = self.done(command, "--help")
            self.assertIn(f"tenon {command}", text)
            self.assertEqual(sum(line.startswith("  tenon ") for line in text.splitlines()), 1)
        for command, word, said in (("devices", "MODEL", False), ("devices", "-o", False), ("properties", "-o", False),
                                    ("run", "-o DIR", True), ("run", ".onnx", True), ("run", "1 where that is 0", True),
                                    ("benchmark", "f16", True), ("compile", "-o FILE", True)):
            self.assertEqual(word in self.done(command, "--help"), said, (command, word))
        self.assertRegex(self.done("--version"), r"^tenon \d+\.\d+\.\d+\n$")


class Usage(Command):
    def test_wrong_usage(self):
        model, run = self.relu, ["run", self.relu, "-d", "BARE"]
        for words, arguments in [
                ("usage:", []),
                ("'walk' is no command", ["walk"]),
                ("option: '--nope' instead of", ["devices", "--nope"]),
                ("option: '-d' instead of --json", ["inspect", model, "-d", "BARE"]),
                ("argument: 'x' instead of none", ["devices", "x"]),
                ("argument: 'b' instead of a single one", ["inspect", "a", "b"]),
                ("argument: MODEL is missing", ["inspect"]),
                ("-d: DEVICE is missing", ["query", model]),
                ("-d: DEVICE is missing", ["query", model, "-d"]),
                ("-d is given twice, the second time as 'B'", [*run, "-d", "B"]),
                ("-p: 'A' instead of KEY=VALUE", [*run, "-p", "A"]),
                ("-i: '=x' instead of NAME=FILE.npy", [*run, "-i", "=x"]),
                ("-i x is given twice", [*run, "-i", "x=a.npy", "-i", "x=b.npy"]),
                ("-p A is given twice", [*run, "-p", "A=1", "-p", "A=2"]),
                ("-o FILE is missing", ["compile", model, "-d", "BARE"])]:
            self.fails(2, words, *arguments)
        for value in ("0", "abc", "-1", "1x", "99999999999999"):
            self.fails(2, f"--threads: '{value}' instead of a whole number from 1", "benchmark", model, "-d", "BARE",
                       "--threads", value)
        self.fails(2, "--precision: 'f99' instead of", "benchmark", model, "-d", "BARE", "--precision", "f99")


class Failure(Command):
    def test_models_that_are_none(self):
        empty, text = self.at / "empty.onnx", self.at / "text.onnx"
        empty.write_bytes(b"")
        text.write_text("model with words\n")
        self.fails(1, ["empty.onnx", "no ONNX model: it is empty"], "inspect", empty)
        self.fails(1, ["text.onnx", "no ONNX model, or a damaged one"], "inspect", text)
        self.fails(1, "none.onnx", "run", "none.onnx", "-d", "BARE")

    def test_devices_that_are_not_there(self):
        self.fails(1, ["no plugin is called GONE", "TEMPLATE"], "run", self.relu, "-d", "GONE")
        self.fails(1, "9", "run", self.relu, "-d", "BARE.9")
        self.fails(1, "GONE", "properties", "GONE")

    def test_properties_are_named(self):
        for command in ("run", "query"):
            self.fails(1, "property FOO is not known", command, self.relu, "-d", "TEMPLATE", "-p", "FOO=1")
        self.fails(1, "INFERENCE_PRECISION_HINT", "run", self.relu, "-d", "TEMPLATE", "-p",
                   "INFERENCE_PRECISION_HINT=f99")
        self.fails(1, "INFERENCE_PRECISION_HINT", "benchmark", self.relu, "-d", "TEMPLATE", "--precision", "f64")

    def test_inputs(self):
        (self.at / "x.npy").write_bytes(npy([0] * 16, (16,)))
        (self.at / "big.npy").write_bytes(npy([0] * 16, (16,), ">f4"))
        run = ["run", self.relu, "-d", "TEMPLATE"]
        self.fails(1, "no input 'z'", *run, "-i", "z=x.npy")
        self.fails(1, "none.npy: No such file", *run, "-i", "x=none.npy")
        self.fails(1, "element type '>f4' is not read", *run, "-i", "x=big.npy")
        self.fails(1, "instead of numbers like", *run, "-s", "x=a")
        self.fails(1, "input 0, x: 2 of -i and -s speak of it", *run, "-i", "x=x.npy", "-i", "0=x.npy")
        self.fails(1, "input 0, x: 2 of -i and -s speak of it", *run, "-i", "x=x.npy", "-s", "0=16")
        self.fails(1, "shape", *run, "-s", "x=17")
        self.fails(1, "2 of -i and -s speak of it: give one", *run, "-i", "x=x.npy", "-s", "x=16")
        (self.at / "wide.npy").write_bytes(npy([0] * 8, (16,), "<i2"))
        self.fails(1, "-i x: wide.npy holds elements of type int16, expected float", *run, "-i", "x=wide.npy")
        self.fails(1, ".: Is a directory", *run, "-i", "x=.")
        self.fails(1, ["input a, filled", "does not fit into memory"], "run", self.add, "-d", "TEMPLATE", "-s",
                   "a=4611686018427387904,2")
        (self.at / "huge.npy").write_bytes(npy([], (2**62, 2)))
        self.fails(1, ["huge.npy", "does not fit into memory"], *run, "-i", "x=huge.npy")

    def test_folders_that_cannot_be_made(self):
        self.fails(1, "-o none/out: No such file", "run", self.relu, "-d", "BARE", "-o", "none/out")
        (self.at / "file").touch()
        self.fails(1, "-o file: it is there and is no folder", "run", self.relu, "-d", "BARE", "-o", "file")

    def test_full_standard_output(self):
        for arguments in (["--help"], ["--version"], ["run", "--help"], ["devices"], ["devices", "--json"],
                          ["inspect", self.relu], ["inspect", self.relu, "--json"], ["query", self.relu, "-d", "BARE"],
                          ["run", self.relu, "-d", "BARE"], ["properties", "BARE", "--json"]):
            with open("/dev/full", "w") as full:
                result = self.call(*arguments, stdout=full)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertIn(b"standard output cannot be written", result.stderr)

    def test_closed_standard_output(self):
        result = subprocess.run(["sh", "-c", '"$@" >&-', "sh", TENON, "run", self.relu, "-d", "BARE", "-o", "shut"],
                                cwd=self.at, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"standard output cannot be written", result.stderr)
        for file in (self.at / "shut").iterdir():
            self.assertEqual(file.read_bytes()[:6], b"\x93NUMPY")


    def test_what_is_read_is_not_written_over(self):
        before = self.relu.read_bytes()
        (self.at / "link").symlink_to("relu.onnx")
        for path in (self.relu, "link"):
            self.fails(2, "is the model itself", "compile", self.relu, "-d", "TEMPLATE", "-o", path)
        external = Path(__file__).resolve().parent.parent / "onnx" / "corpus" / "external"
        for name in ("whole.onnx", "whole.bin"):
            (self.at / name).write_bytes((external / name).read_bytes())
        self.fails(1, "-o whole.bin is read from here", "compile", "whole.onnx", "-d", "TEMPLATE", "-o", "whole.bin")
        self.assertEqual((self.at / "whole.bin").read_bytes(), (external / "whole.bin").read_bytes())
        self.done("compile", "whole.onnx", "-d", "TEMPLATE", "-o", "whole.blob")
        (self.at / "y.npy").write_bytes(npy([0] * 16, (16,)))
        self.fails(1, ["./y.npy would be written over y.npy, which is read"], "run", self.relu, "-d", "TEMPLATE", "-i",
                   "x=y.npy", "-o", ".")
        (self.at / "y.npy").unlink()
        self.relu.rename(self.at / "y.npy")
        self.fails(1, ["would be written over y.npy"], "run", "y.npy", "-d", "TEMPLATE", "-o", ".")
        self.assertEqual((self.at / "y.npy").read_bytes(), before)

    def test_a_file_that_may_not_grow(self):
        (self.at / "out").mkdir()
        (self.at / "out" / "y.npy").write_text("old")
        before = sorted(os.listdir(self.at))
        for arguments in (["compile", self.relu, "-d", "TEMPLATE", "-o", "blob"],
                          ["run", self.relu, "-d", "TEMPLATE", "-o", "out"]):
            result = self.call(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)))
            self.assertEqual((result.returncode, b"File too large" in result.stderr), (1, True), result.stderr)
        self.assertEqual(sorted(os.listdir(self.at)), before)
        self.assertEqual(os.listdir(self.at / "out"), ["y.npy"])
        self.assertEqual((self.at / "out" / "y.npy").read_text(), "old")

    def test_a_list_of_devices_where_none_is_taken(self):
        self.fails(1, "TEMPLATE is not made of other devices: expected TEMPLATE or TEMPLATE.ID", "run", self.relu, "-d",
                   "TEMPLATE:X")


class Export(Command):
    def compile_to(self, path, **options):
        return self.call("compile", self.relu, "-d", "TEMPLATE", "-o", path, **options)

    def blob(self):
        self.assertEqual(self.compile_to("reference").returncode, 0)
        return (self.at / "reference").read_bytes()

    def test_an_existing_file_is_replaced(self):
        path = self.at / "old"
        path.write_text("old")
        path.chmod(0o640)
        kept = open(path)
        self.assertEqual(self.compile_to(path).returncode, 0)
        self.assertEqual(path.read_bytes(), self.blob())
        self.assertEqual(kept.read(), "old")
        kept.close()
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)

    def test_a_link_is_written_through(self):
        target, link = self.at / "target", self.at / "link"
        target.write_text("longer than nothing")
        link.symlink_to("target")
        self.assertEqual(self.compile_to(link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_bytes(), self.blob())

    def test_a_pipe_is_written_through(self):
        pipe, got = self.at / "pipe", []
        os.mkfifo(pipe)
        reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
        reader.start()
        self.assertEqual(self.compile_to(pipe).returncode, 0)
        reader.join()
        self.assertTrue(pipe.is_fifo())
        self.assertEqual(got, [self.blob()])

    def test_a_device_is_written_through(self):
        device = self.at / "device"  # by a link, so that no failing test replaces a device
        device.symlink_to("/dev/stdout")
        result = self.compile_to(device)
        self.assertEqual((result.returncode, result.stdout), (0, self.blob()))
        with open("/dev/full", "w") as full:
            result = self.compile_to(device, stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"No space left", result.stderr)
        self.assertTrue(device.is_symlink())

    def test_what_cannot_be_written_leaves_nothing(self):
        before = sorted(os.listdir(self.at))
        self.fails(1, "Is a directory", "compile", self.relu, "-d", "TEMPLATE", "-o", self.at)
        self.fails(1, "none/blob", "compile", self.relu, "-d", "TEMPLATE", "-o", "none/blob")
        self.assertEqual(sorted(os.listdir(self.at)), before)


class Plugin(Command):
    def add_plugin(self, name, library):
        (self.at / f"{name}.json").write_text(
            json.dumps({"tenon_manifest": 1, "name": name, "library": str(library)}))

    def reason(self, name):
        found = json.loads(self.done("devices", "--json", TENON_PLUGIN_PATH=str(self.at)))
        return {plugin["name"]: (plugin["state"], plugin["reason"]) for plugin in found["plugins"]}[name]

    def test_a_wrong_name_is_broken(self):
        self.add_plugin("OTHER", PLUGINS / "libtenon_bare.so")
        state, reason = self.reason("OTHER")
        self.assertEqual(state, "broken")
        self.assertIn("calls itself BARE", reason)
        self.fails(1, "calls itself BARE", "run", self.relu, "-d", "OTHER", TENON_PLUGIN_PATH=str(self.at))

    def test_a_plugin_that_cannot_work_hides_no_other(self):
        self.add_plugin("BROKEN", BROKEN)
        state, reason = self.reason("BROKEN")
        self.assertEqual(state, "broken")
        self.assertIn("libnothing.so.1 is not installed", reason)

    def test_a_library_that_ends_the_process_is_no_success(self):
        self.add_plugin("LEAVING", LEAVING)
        for arguments in (["devices"], ["run", self.relu, "-d", "LEAVING"]):
            self.fails(1, "a library ended the process with exit()", *arguments, TENON_PLUGIN_PATH=str(self.at))

    def test_bytes_and_lists_of_the_command_line_reach_the_plugin(self):
        self.add_plugin("FULL", FULL)
        # What is given back is overwritten, so that it cannot be taken for what was given.
        environment = {"TENON_PLUGIN_PATH": str(self.at), "MALLOC_PERTURB_": "85"}
        key = bytes(range(64)).hex()
        for good, bad, words in ((f"KEY={key}", "KEY=ff", "another key"), ("NAMES=name,name", "NAMES=a", "other names")):
            self.done("run", self.relu, "-d", "FULL", "-p", good, **environment)
            self.fails(1, words, "run", self.relu, "-d", "FULL", "-p", bad, **environment)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
