#!/usr/bin/python3
"""Computes what the golden tests compare the reader and the core with, from numpy and onnx alone.

Needs Debian's python3-onnx, python3-numpy and libonnx-testdata, and the packages that `node scripts/materials.mjs` fetches.
Usage: /usr/bin/python3 test/golden/make_golden.py
Writes models.json (layers of real models with the statistics of their weights) and testdata.json (every model and tensor of
libonnx-testdata) beside itself.

A model is evaluated here the plain way: every node whose inputs are known is computed with numpy, on whole arrays. Definitions:
  parameters  elements of floats and of 2-, 4- and 8-bit integers in initializers and in tensors of Constant nodes (these from 2 elements on)
  std         population standard deviation;  kurtosis: excess
  sqnr        10 log10(sum x^2 / sum (x - x^)^2), x^ = round-half-even(x / s) s, s = max|x| / 127 of the tensor or the output channel
"""
import collections
import hashlib
import json
import pathlib
import subprocess

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, numpy_helper

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
MODELS = [
    'ocr-models/assets/ch_PP-OCRv4_det_infer.onnx',
    'ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx',
    'ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
    'vad-web/dist/silero_vad_legacy.onnx',
    'vad-web/dist/silero_vad_v5.onnx',
    'vad-web/dist/silero_vad_v6.onnx',
]
TESTDATA = pathlib.Path('/usr/share/libonnx-testdata/data')


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def evaluate(node, inputs):
    """The outputs of a node whose inputs are arrays, or None for operators that weights are not hidden behind."""
    a = attributes(node)
    op = node.op_type
    x = inputs[0] if inputs else None

    def listed(name, position):
        if name in a:
            return [int(v) for v in a[name]]
        return [int(v) for v in inputs[position]] if len(inputs) > position else None

    if op == 'Identity':
        return [x]
    if op == 'Transpose':
        return [np.transpose(x, a.get('perm'))]
    if op == 'Reshape':
        shape = [x.shape[i] if d == 0 else d for i, d in enumerate(listed('shape', 1))]
        return [x.reshape(shape)]
    if op == 'Unsqueeze':
        axes = listed('axes', 1)
        rank = x.ndim + len(axes)
        for axis in sorted(axis % rank for axis in axes):
            x = np.expand_dims(x, axis)
        return [x]
    if op == 'Squeeze':
        return [np.squeeze(x, tuple(listed('axes', 1)))]
    if op == 'Concat':
        return [np.concatenate(inputs, a['axis'])]
    if op == 'Slice':
        starts, ends = listed('starts', 1), listed('ends', 2)
        axes = listed('axes', 3) or list(range(len(starts)))
        steps = [int(v) for v in inputs[4]] if len(inputs) > 4 else [1] * len(starts)
        where = [slice(None)] * x.ndim
        for start, end, axis, step in zip(starts, ends, axes, steps):
            where[axis] = slice(start, end, step)
        return [x[tuple(where)]]
    return None


def channel_axis(node, position, array):
    """Axis of the output channels of a weight as the operator sees it."""
    op = node.op_type
    if op in ('Conv', 'Gather'):
        return 0
    if op == 'Gemm':
        return 0 if attributes(node).get('transB', 0) else 1
    if op == 'MatMul':
        return array.ndim - 1 if position == 1 else array.ndim - 2
    return 1  # ConvTranspose, LSTM, GRU, RNN


WEIGHT_INPUTS = {'Conv': [1], 'ConvTranspose': [1], 'Gemm': [1], 'MatMul': [1, 0], 'LSTM': [1, 2], 'GRU': [1, 2], 'RNN': [1, 2], 'Gather': [0]}


def weights_of(node, known):
    for position in WEIGHT_INPUTS.get(node.op_type, []):
        array = known.get(node.input[position])
        if array is None or array.dtype.kind != 'f' or array.size == 0:
            continue
        if node.op_type == 'Gather' and (array.ndim != 2 or attributes(node).get('axis', 0) != 0):
            continue
        yield position, array
        if node.op_type == 'MatMul':
            return


def constant_tensor(node):
    for a in node.attribute:
        if a.name == 'value':
            return numpy_helper.to_array(a.t)
    return None


def is_parameter(array):
    return array.dtype.kind == 'f' or array.dtype in (np.int8, np.uint8)


def walk(graph, outer, found):
    """Appends a row per weight, and counts parameters, in the order of the file, subgraphs where their owner is."""
    known = dict(outer)
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        known[tensor.name] = array
        if is_parameter(array):
            found['parameters'] += array.size
    for node in graph.node:
        found['nodes'] += 1
        for position, array in weights_of(node, known):
            found['weights'].append(row(node, position, array))
        for a in node.attribute:
            if a.type == AttributeProto.GRAPH:
                walk(a.g, known, found)
        if node.op_type == 'Constant':
            array = constant_tensor(node)
            if array is not None:
                known[node.output[0]] = array
                if is_parameter(array) and array.size > 1:
                    found['parameters'] += array.size
        elif node.input and all(name in known for name in node.input if name):
            results = evaluate(node, [known[name] for name in node.input if name])
            for name, array in zip(node.output, results or []):
                known[name] = array


def sqnr(x, absmax):
    scale = np.where(absmax == 0, 1.0, absmax / 127)
    error = x - np.clip(np.rint(x / scale), -127, 127) * scale
    noise = np.sum(error * error)
    return None if noise == 0 else round(float(10 * np.log10(np.sum(x * x) / noise)), 4)


def row(node, position, array):
    x = array.astype(np.float64)
    axis = channel_axis(node, position, array)
    mean = x.mean()
    variance = ((x - mean) ** 2).mean()
    kurtosis = float(((x - mean) ** 4).mean() / variance**2 - 3) if variance > 0 else None
    per_channel = np.abs(x).max(axis=tuple(i for i in range(x.ndim) if i != axis), keepdims=True)
    return {
        'op': node.op_type,
        'node': node.name,
        'shape': list(array.shape),
        'axis': axis,
        'min': float(x.min()),
        'max': float(x.max()),
        'mean': float(mean),
        'std': float(np.sqrt(variance)),
        'kurtosis': kurtosis,
        'zeros': int((x == 0).sum()),
        'sqnr': {'int8/tensor/minmax': sqnr(x, np.abs(x).max()), 'int8/channel/minmax': sqnr(x, per_channel)},
    }


def real_models():
    models = {}
    for name in MODELS:
        model = onnx.load(ROOT / '.materials' / name)
        found = {'nodes': 0, 'parameters': 0, 'weights': []}
        walk(model.graph, {}, found)
        models[name] = {
            'opset': max(o.version for o in model.opset_import if o.domain in ('', 'ai.onnx')),
            'nodes': found['nodes'],
            'parameters': int(found['parameters']),
            'layersByOp': dict(sorted(collections.Counter(w['op'] for w in found['weights']).items())),
            'weights': found['weights'],
        }
    return models


def digest_of(hashes, array):
    with np.errstate(over='ignore'):
        values = array.astype(np.float32).ravel()
    bits = values.view(np.uint32).copy()
    bits[np.isnan(values)] = 0x7FC00000
    hashes.update(bits.astype('<u4').tobytes())


class Digest:
    """Tensors of one element type: how many, their elements, and a hash of the elements as float32."""

    def __init__(self):
        self.tensors = 0
        self.elements = 0
        self.hash = hashlib.sha256()

    def add(self, array):
        self.tensors += 1
        self.elements += array.size
        digest_of(self.hash, array)

    def json(self):
        return {'tensors': self.tensors, 'elements': self.elements, 'sha256': self.hash.hexdigest()}


TYPE_NAMES = {
    TensorProto.FLOAT: 'float32', TensorProto.UINT8: 'uint8', TensorProto.INT8: 'int8', TensorProto.UINT16: 'uint16', TensorProto.INT16: 'int16',
    TensorProto.INT32: 'int32', TensorProto.INT64: 'int64', TensorProto.STRING: 'string', TensorProto.BOOL: 'bool', TensorProto.FLOAT16: 'float16',
    TensorProto.DOUBLE: 'float64', TensorProto.UINT32: 'uint32', TensorProto.UINT64: 'uint64', TensorProto.COMPLEX64: 'complex64',
    TensorProto.COMPLEX128: 'complex128', TensorProto.BFLOAT16: 'bfloat16',
}


def digests():
    return collections.defaultdict(Digest)


def add(digest, tensor):
    name = TYPE_NAMES[tensor.data_type]
    if name in ('string', 'complex64', 'complex128'):
        digest[name].tensors += 1
        digest[name].elements += int(np.prod(tensor.dims, dtype=np.int64))
    else:
        digest[name].add(numpy_helper.to_array(tensor))


def tensors_in(graph):
    """Initializers, then nodes in the file's order with the tensors of their attributes, subgraphs inside."""
    yield from graph.initializer
    for node in graph.node:
        for a in node.attribute:
            if a.type == AttributeProto.TENSOR:
                yield a.t
            if a.type == AttributeProto.GRAPH:
                yield from tensors_in(a.g)


def value_kind(values, index):
    return values[index].type.WhichOneof('value') if index < len(values) else None


def testdata():
    in_models, in_files = digests(), digests()
    layers = collections.Counter()
    read, not_tensors = 0, []
    paths = sorted(TESTDATA.rglob('*.onnx'), key=lambda p: str(p.relative_to(TESTDATA)).encode())
    for path in paths:
        model = onnx.load(path)
        read += 1
        found = {'nodes': 0, 'parameters': 0, 'weights': []}
        walk(model.graph, {}, found)
        layers.update(w['op'] for w in found['weights'])
        for tensor in tensors_in(model.graph):
            add(in_models, tensor)
        for pb in sorted(path.parent.rglob('*.pb'), key=lambda p: str(p.relative_to(path.parent)).encode()):
            kind, index = pb.stem.split('_')
            if value_kind(model.graph.input if kind == 'input' else model.graph.output, int(index)) != 'tensor_type':
                not_tensors.append(str(pb.relative_to(TESTDATA)))
                continue
            tensor = TensorProto.FromString(pb.read_bytes())
            add(in_files, tensor)
    return {
        'version': subprocess.run(['dpkg-query', '-W', '-f', '${Version}', 'libonnx-testdata'], capture_output=True, text=True, check=True).stdout,
        'models': {'files': len(paths), 'read': read, 'refused': len(paths) - read},
        'layersByOp': dict(sorted(layers.items())),
        'tensorsInModels': {name: d.json() for name, d in sorted(in_models.items())},
        'tensorFiles': {name: d.json() for name, d in sorted(in_files.items())},
        'filesWithoutTensor': not_tensors,
    }


def text(value, depth=0):
    """JSON with the rows of tables on one line each."""
    if isinstance(value, dict) and depth < 3:
        inner = ',\n'.join(f'{" " * (depth + 1)}{json.dumps(key)}: {text(item, depth + 1)}' for key, item in value.items())
        return '{\n' + inner + '\n' + ' ' * depth + '}'
    if isinstance(value, list) and value and depth < 3:
        return '[\n' + ',\n'.join(' ' * (depth + 1) + text(item, 3) for item in value) + '\n' + ' ' * depth + ']'
    return json.dumps(value, allow_nan=False)


def write(name, value):
    (HERE / name).write_text(text(value) + '\n')


if __name__ == '__main__':
    write('models.json', real_models())
    write('testdata.json', testdata())
