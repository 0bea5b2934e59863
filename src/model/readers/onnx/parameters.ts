import { isFloat } from '../../dataTypes.js';
import type { NodeView } from '../../shapes/value.js';
import type { Tensor } from '../../types.js';

/** Inputs that say how others are quantized; they are no parameters of the model. */
const QUANTIZATION: ReadonlyMap<string, readonly number[]> = new Map([
  ['QuantizeLinear', [1, 2]],
  ['DequantizeLinear', [1, 2]],
  ['ConvInteger', [2, 3]],
  ['MatMulInteger', [2, 3]],
  ['QLinearConv', [1, 2, 4, 5, 6, 7]],
  ['QLinearMatMul', [1, 2, 4, 5, 6, 7]],
  ['QGemm', [1, 2, 4, 5, 7, 8]],
  ['DynamicQuantizeMatMul', [2, 3]],
  ['MatMulIntegerToFloat', [2, 3, 4, 5]],
  ['MatMulNBits', [2, 3]],
]);

/** Inputs that may be 32-bit integers and still be weights: biases of quantized layers. */
const BIASES: ReadonlyMap<string, number> = new Map([
  ['DequantizeLinear', 0],
  ['QLinearConv', 8],
  ['QGemm', 6],
]);

/** Counts the parameters of a model while its nodes go by. */
export interface ParameterCounter {
  /** A tensor the file holds: counted when it has real numbers, or integers as narrow as quantized weights are. */
  add(tensor: Tensor): void;
  /** A node that uses tensors: tells what they are for. `weights` are those of its layers. */
  use(node: NodeView, weights: readonly { readonly tensor: Tensor }[]): void;
  total(): number;
}

export function parameterCounter(): ParameterCounter {
  const counted = new Set<Tensor>();
  const at = (node: NodeView, input: number): Tensor | undefined => node.inputs[input]?.constant?.tensor;
  return {
    add(tensor) {
      if (isFloat(tensor.dataType) || /^u?int(2|4|8|16)$/.test(tensor.dataType)) counted.add(tensor);
    },
    use(node, weights) {
      for (const input of QUANTIZATION.get(node.op) ?? []) {
        const tensor = at(node, input);
        if (tensor) counted.delete(tensor);
      }
      const bias = at(node, BIASES.get(node.op) ?? -1);
      if (bias?.dataType === 'int32') counted.add(bias);
      if (node.op !== 'MatMulNBits') return;
      // several parameters are packed into each byte
      const packed = at(node, 1);
      if (packed && weights.length > 0 && counted.delete(packed)) counted.add(weights[0].tensor);
    },
    total: () => [...counted].reduce((sum, { elements }) => sum + elements, 0),
  };
}
