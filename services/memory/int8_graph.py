"""The embedding model's graph, written anew so that its int8 weights are multiplied as the int8 they are.

The graph in the package makes float32 of every weight before it multiplies. The one written here has the very same
weights and scales, rounds what it multiplies them with to eight bits, and costs less than half the processor's time.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
DIMENSION = 384
OPSET, CONTRIB_OPSET, IR_VERSION = 17, 1, 10
CONTRIB = "com.microsoft"  # operators of onnxruntime itself
EPSILON = 1e-12  # of the model's layer normalisations

Array = npt.NDArray[Any]


def int8_graph(model: Path, *, signed: bool) -> bytes:
    """The package's model as a graph from ``input_ids`` (1, n) and ``position_ids`` (n) to ``mean`` (1, 384).

    ``mean`` is the mean of the tokens' vectors. It takes one text at a time, without padding: what is multiplied gets
    one scale for all its rows, so that another text beside it would change its numbers. ``signed`` false shifts the
    weights by 128, for processors that add up signed ones with too few bits; every product stays the same.
    """
    return _Writer(onnx.load(model), signed=signed).written()


def probe() -> bytes:
    """A graph from ``a``, uint8 (8, 64), to ``c``, its product with int8 weights of 127.

    For 255s the product is 64 * 255 * 127: more than a processor gets that adds pairs of products up in 16 bits.
    """
    weights = numpy_helper.from_array(np.full((64, 16), 127, dtype=np.int8), "b")
    taken = helper.make_tensor_value_info("a", TensorProto.UINT8, [8, 64])
    given = helper.make_tensor_value_info("c", TensorProto.INT32, [8, 16])
    return _model([helper.make_node("MatMulInteger", ["a", "b"], ["c"])], [taken], [given], [weights])


class _Writer:
    """Nodes and weights of the new graph, taken from the package's one by one. A value's name is its node's output."""

    def __init__(self, model: onnx.ModelProto, *, signed: bool) -> None:
        self._given = {tensor.name: tensor for tensor in model.graph.initializer}
        self._matrices = [
            node.input[1]
            for node in model.graph.node
            if node.op_type == "MatMul" and f"{node.input[1]}_q" in self._given
        ]
        self._signed = signed
        self._nodes: list[onnx.NodeProto] = []
        self._weights: dict[str, onnx.TensorProto] = {}

    def written(self) -> bytes:
        for name, value in (("first", 0), ("second", 1), ("end", 2**31)):
            self._keep(name, np.array([value], dtype=np.int64))
        tokens = self._token_vectors()
        for layer in range(LAYERS):
            tokens = self._layer(layer, tokens)
        self._node("ReduceMean", [tokens], "mean", axes=[1], keepdims=0)
        ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "n"])
        positions = helper.make_tensor_value_info("position_ids", TensorProto.INT64, ["n"])
        mean = helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, DIMENSION])
        return _model(self._nodes, [ids, positions], [mean], list(self._weights.values()))

    def _token_vectors(self) -> str:
        """Rows of the int8 tables, made float only where they are looked up."""
        prefix = "inner.embeddings."
        words = self._rows("word", "input_ids")
        positions = self._rows("position", "position_ids")
        kind = self._keep("token_type", self._array(f"{prefix}token_type_embeddings.weight")[:1])
        placed = self._node("Add", [words, positions], "placed")
        summed = self._node("Add", [placed, kind], "summed")
        return self._normalised(summed, f"{prefix}LayerNorm", "tokens")

    def _rows(self, table: str, ids: str) -> str:
        prefix = f"inner.embeddings.{table}_embeddings.weight"
        numbers = self._node("Gather", [self._kept(f"{prefix}_q"), ids], f"{table}_int8")
        scales = self._node("Gather", [self._kept(f"{prefix}_scale"), ids], f"{table}_scale")
        floats = self._node("Cast", [numbers], f"{table}_float", to=TensorProto.FLOAT)
        return self._node("Mul", [floats, scales], f"{table}_vector")

    def _layer(self, layer: int, tokens: str) -> str:
        """One layer of the transformer. The six matrices of a layer stand in the package's graph in this order."""
        query, key, value, attended, wide, narrow = self._matrices[layer * 6 : layer * 6 + 6]
        ours, theirs = f"layer{layer}.", f"inner.encoder.layer.{layer}."
        asked = [f"{theirs}attention.self.{name}.bias" for name in ("query", "key", "value")]
        joined = self._linear(tokens, [query, key, value], asked, f"{ours}asked")
        parts = [f"{ours}query", f"{ours}key", f"{ours}value"]
        self._nodes.append(helper.make_node("Split", [joined], parts, axis=-1))
        heads = self._node("MultiHeadAttention", parts, f"{ours}heads", CONTRIB, num_heads=HEADS)
        output = self._linear(heads, [attended], [f"{theirs}attention.output.dense.bias"], f"{ours}attended")
        added = self._node("Add", [output, tokens], f"{ours}attended_sum")
        middle = self._normalised(added, f"{theirs}attention.output.LayerNorm", f"{ours}middle")
        forward = self._forward(middle, (wide, narrow), ours, theirs)
        added = self._node("Add", [forward, middle], f"{ours}forward_sum")
        return self._normalised(added, f"{theirs}output.LayerNorm", f"{ours}out")

    def _forward(self, middle: str, matrices: tuple[str, str], ours: str, theirs: str) -> str:
        """The feed-forward half of a layer, the first token apart from the others.

        That token's numbers are up to ten times as large as the others'; under one scale theirs would lose three bits.
        """
        done = []
        for part, start, stop in (("first", "first", "second"), ("others", "second", "end")):
            rows = self._node("Slice", [middle, start, stop, "second"], f"{ours}{part}")
            wide = self._linear(rows, matrices[:1], [f"{theirs}intermediate.dense.bias"], f"{ours}{part}_wide")
            active = self._node("Gelu", [wide], f"{ours}{part}_active", CONTRIB)
            done.append(self._linear(active, matrices[1:], [f"{theirs}output.dense.bias"], f"{ours}{part}_narrow"))
        return self._node("Concat", done, f"{ours}forward", axis=1)

    def _linear(self, rows: str, matrices: Sequence[str], biases: Sequence[str], output: str) -> str:
        """The rows times the matrices, which stand side by side, with their biases added."""
        name = "+".join(matrices)
        weights = np.concatenate([self._array(f"{matrix}_q") for matrix in matrices], axis=1)
        zeros = np.zeros(weights.shape[1], dtype=np.int8)
        if not self._signed:
            weights, zeros = _shifted(weights), _shifted(zeros)
        scales = np.concatenate([self._array(f"{matrix}_scale").reshape(-1) for matrix in matrices])
        taken = [
            rows,
            self._keep(f"{name}_q", weights),
            self._keep(f"{name}_scale", scales),
            self._keep(f"{name}_zero", zeros),
            self._keep(f"{name}_bias", np.concatenate([self._array(bias) for bias in biases])),
        ]
        return self._node("DynamicQuantizeMatMul", taken, output, CONTRIB)

    def _normalised(self, rows: str, norm: str, output: str) -> str:
        taken = [rows, self._kept(f"{norm}.weight"), self._kept(f"{norm}.bias")]
        return self._node("LayerNormalization", taken, output, axis=-1, epsilon=EPSILON)

    def _node(self, operator: str, taken: Sequence[str], output: str, domain: str = "", **options: Any) -> str:
        self._nodes.append(helper.make_node(operator, list(taken), [output], domain=domain, **options))
        return output

    def _array(self, name: str) -> Array:
        return numpy_helper.to_array(self._given[name])

    def _kept(self, name: str) -> str:
        return self._keep(name, self._array(name))

    def _keep(self, name: str, array: Array) -> str:
        if name not in self._weights:
            self._weights[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name


def _shifted(weights: Array) -> Array:
    return (weights.astype(np.int16) + 128).astype(np.uint8)


def _model(
    nodes: Sequence[onnx.NodeProto],
    taken: Sequence[onnx.ValueInfoProto],
    given: Sequence[onnx.ValueInfoProto],
    weights: Sequence[onnx.TensorProto],
) -> bytes:
    graph = helper.make_graph(nodes, "embedder", taken, given, weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, CONTRIB_OPSET)]
    written: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString()
    return written
