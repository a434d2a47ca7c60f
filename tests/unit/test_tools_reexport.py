"""A re-export of a graph made by hand: free batch, our names, the same numbers, the same bytes."""

import dataclasses

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tools.models.equivalence import batch_difference, original_difference
from tools.models.recipes import Recipe
from tools.models.reexport import reexport
from tools.models.registry import ModelsWrong

RECIPE = Recipe(
    inputs={"input": ("batch", 3, 4, 4)},
    outputs={"embedding": ("batch", 5)},
    renames={"output": "embedding"},
    span=(-1.0, 1.0),
)


def _graph(
    nodes: list[onnx.NodeProto],
    weights: dict[str, NDArray[np.generic]],
    outputs: dict[str, list[int | str]],
    *,
    listed: bool = False,
    batch: int | str = 1,
) -> bytes:
    """Serialize a graph with one input, (batch, 3, 4, 4); `listed` names its weights as inputs."""
    initializers = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    inputs: dict[str, tuple[int, list[int | str]]] = {
        "input": (TensorProto.FLOAT, [batch, 3, 4, 4])
    }
    if listed:
        inputs |= {tensor.name: (tensor.data_type, list(tensor.dims)) for tensor in initializers}
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info(name, *what) for name, what in inputs.items()],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in outputs.items()
        ],
        initializers,
    )
    opset = [helper.make_opsetid("", 13)]
    model: bytes = helper.make_model(graph, opset_imports=opset, ir_version=7).SerializeToString()
    return model


def _original(*, dust: float = 1e-30) -> bytes:
    """As upstream publishes: one picture only, weights among the inputs, dust in the weights."""
    weights = np.random.default_rng(0).normal(size=(48, 5)).astype(np.float32)
    weights[0] = dust
    return _graph(
        [
            helper.make_node("Reshape", ["input", "flat"], ["row"]),
            helper.make_node("MatMul", ["row", "weights"], ["output"]),
        ],
        {"flat": np.array([1, 48], dtype=np.int64), "weights": weights},
        {"output": [1, 5]},
        listed=True,
    )


def _run(model: bytes, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {session.get_inputs()[0].name: pixels})[0])


def test_a_baked_batch_becomes_free() -> None:
    """Seven pictures at once give what the original gives one by one."""
    original = _original()
    pixels = np.random.default_rng(1).normal(size=(7, 3, 4, 4)).astype(np.float32)

    model = reexport(original, RECIPE)

    singles = [_run(original, pixels[i : i + 1])[0] for i in range(7)]
    assert np.allclose(singles, _run(model, pixels), atol=1e-5)


def test_the_signature_is_the_recipe() -> None:
    """Our names, free dimensions by name, and no weight among the inputs."""
    session = ort.InferenceSession(reexport(_original(), RECIPE))

    (given,), (made,) = session.get_inputs(), session.get_outputs()
    assert ("input", ["batch", 3, 4, 4]) == (given.name, given.shape)
    assert ("embedding", ["batch", 5]) == (made.name, made.shape)


def test_a_second_run_gives_the_same_bytes() -> None:
    """From the original, and from the result: there is nothing left to change."""
    once = reexport(_original(), RECIPE)

    assert once == reexport(_original(), RECIPE)
    assert once == reexport(once, dataclasses.replace(RECIPE, renames={}))


@pytest.mark.parametrize(
    ("weight", "kept"),
    [
        pytest.param(1e-30, 0.0, id="dust"),
        pytest.param(-1e-40, 0.0, id="a negative subnormal"),
        pytest.param(1e-14, 1e-14, id="small, but a weight"),
        pytest.param(-0.5, -0.5, id="a weight"),
    ],
)
def test_only_dust_is_cleared(weight: float, kept: float) -> None:
    """All other weights stay, to the bit."""
    before = onnx.load_from_string(_original(dust=weight)).graph.initializer
    after = onnx.load_from_string(reexport(_original(dust=weight), RECIPE)).graph.initializer
    old, new = (
        next(numpy_helper.to_array(tensor) for tensor in tensors if tensor.name == "weights")
        for tensors in (before, after)
    )

    assert [np.float32(kept)] * 5 == new[0].tolist()
    assert np.array_equal(old[1:], new[1:])


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        pytest.param(
            dataclasses.replace(RECIPE, renames={}), r"'embedding'.*'output'", id="an output"
        ),
        pytest.param(
            dataclasses.replace(RECIPE, inputs={"data": ("batch", 3, 4, 4)}),
            r"'data'.*'input'",
            id="an input",
        ),
        pytest.param(
            dataclasses.replace(RECIPE, outputs={"embedding": ("batch", 5, 1)}),
            "embedding",
            id="a rank",
        ),
    ],
)
def test_a_graph_that_is_not_the_recipe_is_refused(recipe: Recipe, text: str) -> None:
    """The line names what was expected and what is there."""
    with pytest.raises(ModelsWrong, match=text):
        reexport(_original(), recipe)


def test_a_good_reexport_differs_from_nothing() -> None:
    """Not from the original, not between a batch and single pictures."""
    model = reexport(_original(), RECIPE)

    assert original_difference(model, _original(), RECIPE) < 1e-6
    assert batch_difference(model, RECIPE) < 1e-6


def test_a_changed_weight_shows_against_the_original() -> None:
    """The first input counts here, as it does not there."""
    model = reexport(_original(dust=0.1), RECIPE)

    assert original_difference(model, _original(), RECIPE) > 1e-3


def _mixing() -> bytes:
    """Subtracts the mean of the batch, which alone is the picture itself."""
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["input", "mean"], ["rest"]),
        helper.make_node("Flatten", ["rest"], ["embedding"]),
    ]
    return _graph(nodes, {}, {"embedding": ["batch", 48]}, batch="batch")


def test_pictures_that_influence_each_other_show() -> None:
    """A batch is only a way to save time."""
    assert batch_difference(_mixing(), RECIPE) > 0.1


@pytest.mark.parametrize("names", [["good", "bad"], ["bad", "good"]])
def test_a_network_of_nan_is_no_equal(names: list[str]) -> None:
    """In whichever of its outputs: NaN never passes for a small difference."""
    nodes = [
        helper.make_node("Flatten", ["input"], ["good"]),
        helper.make_node("Sqrt", ["input"], ["roots"]),
        helper.make_node("Flatten", ["roots"], ["bad"]),
    ]
    model = _graph(nodes, {}, {name: ["batch", 48] for name in names}, batch="batch")

    assert np.isnan(batch_difference(model, RECIPE))
