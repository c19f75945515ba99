#!/usr/bin/env python3
"""Runs `tenon query`, above all on devices made of others.

usage: query.py TENON MOCK_LATE

TENON finds the plugins TEMPLATE, MINIMAL and BARE in its default folder; MOCK_LATE is the library of a plugin whose first device
claims what it does not compile.
"""
import json
import re
import sys
import unittest
from pathlib import Path

from command import PLUGINS, Command
from models import model, model_of, model_with_branches

LATE = Path(sys.argv[2]).resolve()
MIXED = str(Path(__file__).resolve().parents[3] / "conformance" / "variants" / "two_devices.onnx")


class Query(Command):
    def late(self):
        """The environment in which LATE is found."""
        (self.at / "LATE.json").write_text(json.dumps({"tenon_manifest": 1, "name": "LATE", "library": str(LATE)}))
        return {"TENON_PLUGIN_PATH": str(self.at)}

    def test_query_of_a_split_model(self):
        device = "HETERO:MINIMAL,TEMPLATE"
        found = json.loads(self.done("query", MIXED, "-d", device, "--json"))
        self.assertEqual({node["node"]: node["device"] for node in found["nodes"]}, {"sum": "TEMPLATE", "relu": "MINIMAL"})
        self.assertEqual(found["subgraphs"], 2)
        self.assertEqual(found["copied_bytes"], 48)
        text = self.done("query", MIXED, "-d", device)
        self.assertIn("sum: TEMPLATE\n    not MINIMAL: only Relu", text)
        self.assertIn("split into 2 parts\nknown to be copied in an inference: 48 bytes", text)
        picture = self.done("query", MIXED, "-d", device, "--dot")
        self.assertIn('n0 -> n1 [label="48 bytes", penwidth=2];', picture)
        self.assertIn('label="relu\\nRelu\\nMINIMAL"', picture)

    def test_picture_of_inner_graphs_and_constants(self):
        """`choose` uses what MINIMAL and TEMPLATE compute in its branches alone; `folded` is computed at compile."""
        path = self.at / "inner.onnx"
        path.write_bytes(model_with_branches())
        device = "HETERO:MINIMAL,TEMPLATE"
        found = json.loads(self.done("query", str(path), "-d", device, "--json"))
        self.assertEqual([node["node"] for node in found["nodes"] if node.get("runs_nowhere")], ["folded"])
        self.assertEqual(found["subgraphs"], 2)
        picture = self.done("query", str(path), "-d", device, "--dot").splitlines()
        self.assertEqual([line.strip() for line in picture if "->" in line],
                         ['n0 -> n3 [label="12 bytes", penwidth=2];', "n1 -> n3;",
                          "n3 -> n4;", "n2 -> n4 [style=dashed];"])
        self.assertIn('  n2 [fillcolor="white", style="filled,dashed", label="folded\\nNeg\\nruns nowhere"];', picture)

    def test_query_of_a_model_that_one_device_takes(self):
        text = self.done("query", MIXED, "-d", "HETERO:TEMPLATE.1,MINIMAL")
        self.assertEqual(text, "sum: TEMPLATE.1\nrelu: TEMPLATE.1\n2 nodes, 0 not supported\n")
        found = json.loads(self.done("query", MIXED, "-d", "HETERO:TEMPLATE,MINIMAL", "--json"))
        self.assertEqual({node["device"] for node in found["nodes"]}, {"TEMPLATE.0"})
        self.assertNotIn("subgraphs", found)

    def test_devices_of_nodes(self):
        device = ["-d", "HETERO:MINIMAL,TEMPLATE.0,TEMPLATE.1"]
        text = self.done("query", MIXED, *device, "-a", "relu=TEMPLATE.1")
        self.assertIn("sum: TEMPLATE.0\n", text)
        self.assertIn("relu: TEMPLATE.1\n    not MINIMAL: its affinity names another device", text)
        self.assertIn("relu: TEMPLATE.0\n    not MINIMAL: its affinity names another device\n2 nodes",
                      self.done("query", MIXED, *device, "-a", "relu=TEMPLATE"))
        self.assertEqual(self.done("run", MIXED, *device, "-a", "relu=TEMPLATE.1"), "y: float [3, 4]\n")
        for command, option in ("run", "-o"), ("query", "-p"), ("compile", "-o"):
            result = self.call(command, MIXED, *device, "-a", "nobody=TEMPLATE", option, "PERF_COUNT=NO")
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"-a: model odd_even has no node nobody (NOT_FOUND)", result.stderr)
        result = self.call("run", MIXED, *device, "-a", "relu=NPU")
        self.assertIn(b"node relu: its affinity NPU is none of the devices", result.stderr)

    def test_devices_of_nodes_where_there_is_one_device(self):
        words = "-a: device {} is not made of others"
        for command, *options in (["run"], ["query"], ["compile", "-o", "blob"], ["benchmark"]):
            for device in "TEMPLATE", "TEMPLATE.1":
                self.fails(1, words.format(device), command, MIXED, "-d", device, "-a", "relu=MINIMAL", *options)
        self.assertFalse((self.at / "blob").exists())
        self.fails(1, "no plugin is called GONE", "run", MIXED, "-d", "GONE", "-a", "relu=MINIMAL")
        self.done("compile", MIXED, "-d", "HETERO:TEMPLATE,MINIMAL", "-a", "relu=TEMPLATE", "-o", "blob")
        self.done("run", "blob", "-d", "HETERO:TEMPLATE,MINIMAL")
        self.fails(1, "-a: it is compiled already", "run", "blob", "-d", "HETERO:TEMPLATE,MINIMAL", "-a", "relu=TEMPLATE")
        self.assertIn("an error where DEVICE\nis not made of others", self.done("run", "--help"))

    def alias(self, name, **fields):
        """Puts a plugin behind an alias, in a folder that comes before that of all plugins."""
        (self.at / f"{name}.json").write_text(json.dumps(
            {"tenon_manifest": 1, "name": name, "library": str(PLUGINS / f"libtenon_{name.lower()}.so"), **fields}))

    def test_devices_of_nodes_behind_an_alias(self):
        self.alias("MINIMAL", alias="GPU", fallback=["TEMPLATE.0"])
        self.alias("TEMPLATE", alias="GPU")
        found = {"TENON_PLUGIN_PATH": str(self.at)}
        for device, wish, runs in (("GPU", "GPU.0", "GPU.0"), ("GPU", "GPU.1", "GPU.1"), ("GPU", "TEMPLATE", "GPU.1"),
                                   ("HETERO:GPU.0,GPU.1", "GPU.0", "GPU.0"), ("HETERO:GPU.0,GPU.1", "GPU.1", "GPU.1"),
                                   ("HETERO:MINIMAL, GPU.1", "GPU.1", "GPU.1")):
            text = self.done("query", MIXED, "-d", device, "-a", f"relu={wish}", **found)
            self.assertIn(f"relu: {runs}\n", text, f"{device} {wish}")
            self.done("run", MIXED, "-d", device, "-a", f"relu={wish}", **found)
        self.fails(1, "node relu: its affinity GPU.7 is none of the devices", "run", MIXED, "-d", "GPU", "-a", "relu=GPU.7",
                   **found)

    def test_properties_of_devices_behind_an_alias(self):
        self.alias("MINIMAL", alias="GPU")
        self.alias("TEMPLATE", alias="GPU")
        found = {"TENON_PLUGIN_PATH": str(self.at)}
        self.assertNotIn("NUM_STREAMS", self.done("properties", "GPU", **found))
        text = self.done("properties", "GPU.1", **found)
        self.assertIn("NUM_STREAMS", text)
        self.assertIn("PROXY_DEVICES", text)
        self.done("run", self.relu, "-d", "GPU.1", "-p", "NUM_STREAMS=2", **found)
        self.fails(1, "property NUM_STREAMS: -2 is out of range", "run", self.relu, "-d", "GPU.1", "-p", "NUM_STREAMS=-2",
                   **found)
        self.fails(1, "GPU: MINIMAL: property 'NUM_STREAMS' is not known", "run", self.relu, "-d", "GPU.0", "-p", "NUM_STREAMS=2", **found)

    def test_properties_of_devices_made_of_others(self):
        # One of a device behind it, and one that HETERO's plugin has: with it nothing is left to one device.
        text = self.done("query", MIXED, "-d", "HETERO:TEMPLATE.0,TEMPLATE.1", "-p", "TEMPLATE_DELAY=0.001",
                         "-p", "MODEL_DISTRIBUTION_POLICY=PIPELINE_PARALLEL")
        self.assertIn("sum: TEMPLATE.0\nrelu: TEMPLATE.1\n", text)
        result = self.call("query", MIXED, "-d", "HETERO:MINIMAL,TEMPLATE", "-p", "NO_SUCH=1")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"HETERO: property NO_SUCH is not known", result.stderr)
        result = self.call("query", MIXED, "-d", "HETERO:MINIMAL,TEMPLATE", "-p", "AVAILABLE_DEVICES=1")
        self.assertIn(b"AVAILABLE_DEVICES", result.stderr)

    def test_query(self):
        found = json.loads(self.done("query", self.add, "-d", "TEMPLATE", "--json"))
        self.assertEqual([(n["node"], n["supported"], n["device"]) for n in found["nodes"]], [("n", True, "TEMPLATE.0")])
        self.assertIn("n: TEMPLATE.0", self.done("query", self.add, "-d", "TEMPLATE.0"))
        text = self.done("query", self.add, "-d", "BARE")
        self.assertIn("1 nodes, 1 not supported", text)
        self.assertIn("n: TEMPLATE.0", self.done("query", self.add, "-d", "TEMPLATE", "-p", "PERF_COUNT=YES"))

    def test_devices_that_do_not_tell_what_runs_there(self):
        """MINIMAL, BARE and LATE have no EXECUTION_DEVICES."""
        for device, runs in (("HETERO:MINIMAL,TEMPLATE", "MINIMAL.0"), ("HETERO:BARE,MINIMAL", "BARE.0"),
                             ("HETERO:TEMPLATE.1,BARE", "TEMPLATE.1")):
            self.assertEqual(self.done("query", self.relu, "-d", device), f"n: {runs}\n1 nodes, 0 not supported\n")
            self.assertIn(f'label="n\\nRelu\\n{runs}"', self.done("query", self.relu, "-d", device, "--dot"))
        result = self.call("query", self.relu, "-d", "HETERO:LATE.0,LATE.1,TEMPLATE", **self.late())
        self.assertTrue(result.stdout.startswith(b"n: LATE.1\n"), result.stdout)
        for options, runs in (["-a", "n=MINIMAL"], "MINIMAL.0"), (["-a", "n=LATE.1"], "LATE.1"):
            self.assertTrue(self.done("query", self.relu, "-d", "HETERO:LATE.0,LATE.1,MINIMAL", *options,
                                      **self.late()).startswith(f"n: {runs}\n"))

    def test_devices_of_an_alias_that_do_not_tell_what_runs_there(self):
        self.alias("BARE", alias="GPU", priority=1)
        self.alias("MINIMAL", alias="GPU")
        for device, runs in (("GPU", "GPU.0"), ("GPU.1", "GPU.1"), ("HETERO:GPU.1,TEMPLATE", "GPU.1"),
                             ("HETERO:TEMPLATE.1,GPU.1", "TEMPLATE.1"), ("HETERO:GPU,TEMPLATE", "GPU.0")):
            self.assertEqual(self.done("query", self.relu, "-d", device, TENON_PLUGIN_PATH=str(self.at)),
                             f"n: {runs}\n1 nodes, 0 not supported\n")
        self.assertEqual(self.done("query", self.relu, "-d", "GPU", "-p", "DEVICE_ID=1", TENON_PLUGIN_PATH=str(self.at)),
                         "n: GPU.1\n1 nodes, 0 not supported\n")

    def test_refusals_where_one_device_has_all(self):
        only = "only Relu of version 14 is supported"
        neg, two, bytes_ = self.at / "neg.onnx", self.at / "two.onnx", self.at / "bytes.onnx"
        neg.write_bytes(model("Neg", ["x"], [16]))
        two.write_bytes(model_of([("Relu", ["x"], "a", None, "r"), ("Neg", ["a"], "y", None, "n")], ["x"], [("y", 1)], [4]))
        bytes_.write_bytes(model_of([("Neg", ["x"], "y", None, b"\xff\0")], ["x"], [("y", 1)], [4]))
        query = ["query", neg, "-d", "HETERO:MINIMAL,BARE,TEMPLATE.1,TEMPLATE.0"]
        text = self.done(*query)
        self.assertEqual(text, f"n: TEMPLATE.1\n    not MINIMAL: {only}; BARE: {only}\n1 nodes, 0 not supported\n")
        self.assertEqual(json.loads(self.done(*query, "--json"))["nodes"][0]["refused_by"], f"MINIMAL: {only}; BARE: {only}")
        self.assertIn(f'n0 [fillcolor="#a6cee3", label="n\\nNeg\\nTEMPLATE.1", tooltip="not MINIMAL: {only}; BARE: {only}"];',
                      self.done(*query, "--dot"))
        self.assertEqual(self.done("query", bytes_, "-d", "HETERO:MINIMAL,TEMPLATE"),
                         f"(no UTF-8): TEMPLATE.0\n    not MINIMAL: {only}\n1 nodes, 0 not supported\n")
        inner = self.at / "inner.onnx"  # the constant `folded` is offered to none
        inner.write_bytes(model_with_branches())
        text = self.done("query", inner, "-d", "HETERO:BARE,TEMPLATE", "-a", "left=TEMPLATE")
        self.assertIn(f"left: TEMPLATE.0\n    not BARE: its affinity names another device\nright: TEMPLATE.0\n    not BARE: {only}\n"
                      "folded: TEMPLATE.0\nchoose: ", text)
        for model_, device, words in ((self.relu, "LATE.0", ["n: TEMPLATE.0\n    not LATE.0: no room on the device\n"]),
                                      (neg, "LATE.2", ["n: TEMPLATE.0\n    not LATE.2: the cable was pulled\n"]),
                                      (two, "LATE.0", ["r: TEMPLATE.0\n    not LATE.0: it claims the node, and has not got it\n",
                                                       "n: TEMPLATE.0\n    not LATE.0: only Relu\n"])):
            result = self.call("query", model_, "-d", f"HETERO:{device},TEMPLATE", **self.late())
            for text in words:
                self.assertIn(text, result.stdout.decode())

    def test_refusals_of_an_alias(self):
        neg = self.at / "neg.onnx"
        neg.write_bytes(model("Neg", ["x"], [16]))
        self.alias("MINIMAL", alias="GPU", fallback=["TEMPLATE.1"])
        for device in "GPU", "HETERO:GPU,TEMPLATE.1", "HETERO:GPU.0,TEMPLATE.1":
            shown = device.removeprefix("HETERO:").partition(",")[0] if "," in device else "GPU.0"
            self.assertEqual(self.done("query", neg, "-d", device, TENON_PLUGIN_PATH=str(self.at)),
                             f"n: TEMPLATE.1\n    not {shown}: only Relu of version 14 is supported\n1 nodes, 0 not supported\n")

    def test_refusals_of_an_alias_that_claims_and_does_not_compile(self):
        self.late()
        path = self.at / "LATE.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "alias": "GPU", "fallback": ["MINIMAL"]}))
        for device, shown in (("GPU", "MINIMAL.0\n    not GPU.0: no room on the device"),
                              ("HETERO:GPU.0,TEMPLATE.1", "TEMPLATE.1\n    not GPU.0: LATE: no room on the device")):
            result = self.call("query", self.relu, "-d", device, TENON_PLUGIN_PATH=str(self.at))
            self.assertEqual((result.returncode, result.stdout.decode()), (0, f"n: {shown}\n1 nodes, 0 not supported\n"))

    def test_a_list_in_the_property(self):
        text = self.done("query", MIXED, "-d", "HETERO", "-p", "DEVICE_PRIORITIES=MINIMAL, TEMPLATE")
        self.assertIn("sum: TEMPLATE\n    not MINIMAL: only Relu", text)
        self.assertEqual(self.done("query", self.relu, "-d", "HETERO", "-p", "DEVICE_PRIORITIES=MINIMAL,TEMPLATE"),
                         "n: MINIMAL.0\n1 nodes, 0 not supported\n")

    def test_a_model_that_is_claimed_and_not_compiled(self):
        """LATE.0 claims every Relu and compiles none."""
        found = self.late()
        words = "node n (Relu) is taken by no device: LATE.0: no room on the device"
        text = self.fails(1, f"tenon query: {self.relu}: HETERO: {words} (UNSUPPORTED)\n", "query", self.relu,
                          "-d", "HETERO:LATE.0", **found)
        self.assertEqual(text, "n: the model does not compile\n1 nodes, 1 not supported\n")
        told = json.loads(self.fails(1, words, "query", self.relu, "-d", "HETERO:LATE.0", "--json", **found))
        self.assertEqual(told["error"], f"HETERO: {words}")
        self.assertEqual([(node["supported"], node["device"], node["reason"]) for node in told["nodes"]],
                         [(False, "", "the model does not compile")])
        picture = self.fails(1, words, "query", self.relu, "-d", "HETERO:LATE.0", "--dot", **found)
        self.assertIn('n0 [fillcolor="white", label="n\\nRelu\\nnot supported"', picture)

    def test_a_node_that_nobody_claims_is_an_answer(self):
        told = json.loads(self.done("query", self.add, "-d", "HETERO:MINIMAL,BARE", "--json"))
        self.assertEqual(told["nodes"][0]["reason"], "MINIMAL: only Relu of version 14 is supported; "
                                                     "BARE: only Relu of version 14 is supported")
        self.assertEqual(told["error"], f"HETERO: node n (Add) is taken by no device: {told['nodes'][0]['reason']}")

    def test_names_of_any_bytes(self):
        path = self.at / "bytes.onnx"
        rows = [("Relu", ["x"], "a", None, b"r\0a"), ("Neg", ["a"], "b", None, b"r\0b"),
                ("Relu", ["b"], "c", None, b"\xffq"), ("Neg", ["c"], "y", None, b"\xfeq")]
        path.write_bytes(model_of(rows, ["x"], [("y", 1)], [16]))
        mixed = ["query", path, "-d", "HETERO:MINIMAL,TEMPLATE"]
        runs = ["MINIMAL", "TEMPLATE", "MINIMAL", "TEMPLATE"]
        refusal = "MINIMAL: only Relu of version 14 is supported"
        self.assertIn(f"r\\x00a: MINIMAL\nr\\x00b: TEMPLATE\n    not {refusal}\n(no UTF-8): MINIMAL\n", self.done(*mixed))
        nodes = json.loads(self.done(*mixed, "--json"))["nodes"]
        self.assertEqual([node["node"] for node in nodes], ["r\0a", "r\0b", "(no UTF-8)", "(no UTF-8)"])
        self.assertEqual([node["device"] for node in nodes], runs)
        self.assertEqual([node.get("refused_by") for node in nodes], [None, refusal, None, refusal])
        self.assertFalse([node for node in nodes if "runs_nowhere" in node])
        for command, devices in (mixed, runs), (["query", path, "-d", "TEMPLATE"], ["TEMPLATE.0"] * 4):
            picture = self.done(*command, "--dot")  # is UTF-8, or this fails
            self.assertEqual(re.findall(r'label="(.*?)\\n(\w+)\\n(.*?)"', picture),
                             list(zip(["r a", "r b", "(no UTF-8)", "(no UTF-8)"], ["Relu", "Neg"] * 2, devices)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
