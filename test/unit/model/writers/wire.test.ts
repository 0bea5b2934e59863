import fc from 'fast-check';
import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { attributeMessage, nodeMessage, type AttributeValue } from '../../../../src/model/writers/onnx/nodes.js';
import { tensorMessage } from '../../../../src/model/writers/onnx/messages.js';
import { fieldsOf, MessageWriter, type Bytes } from '../../../../src/model/writers/onnx/wire.js';

/** Messages that are written, against a decoder that is not ours. */

const name = fc.string({ maxLength: 200 });
const int64 = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const float32 = fc.float({ noNaN: true });

const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.record({ int: int64 }),
  fc.record({ ints: fc.array(int64) }),
  fc.record({ float: float32 }),
  fc.record({ floats: fc.array(float32) }),
  fc.record({ text: name }),
);

async function streamed(message: MessageWriter): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of message.stream()) parts.push(part);
  return Buffer.concat(parts);
}

describe('what is written', () => {
  it('is what a decoder of ONNX reads: nodes and their attributes', () => {
    fc.assert(
      fc.property(fc.array(name), fc.array(name), name, fc.dictionary(name, attributeValue), (inputs, outputs, op, attributes) => {
        const node = onnx.NodeProto.decode(nodeMessage({ op, inputs, outputs, attributes }).finish());
        expect(node.input).toEqual(inputs);
        expect(node.output).toEqual(outputs);
        expect(node.opType).toBe(op);
        expect(node.attribute.map((attribute) => attribute.name)).toEqual(Object.keys(attributes));
        Object.values(attributes).forEach((value, i) => {
          const found = node.attribute[i];
          if ('int' in value) expect([found.type, Number(found.i)]).toEqual([2, value.int]);
          else if ('ints' in value) expect([found.type, found.ints!.map(Number)]).toEqual([7, value.ints]);
          else if ('float' in value) expect([found.type, found.f]).toEqual([1, value.float]);
          else if ('floats' in value) expect([found.type, found.floats]).toEqual([6, value.floats]);
          else if ('text' in value) expect([found.type, Buffer.from(found.s!).toString()]).toEqual([3, value.text]);
        });
      }),
    );
  });

  it('is what a decoder of ONNX reads: tensors, in attributes too', () => {
    fc.assert(
      fc.property(name, fc.array(fc.nat({ max: 2 ** 40 })), fc.uint8Array({ maxLength: 300 }), (text, shape, raw) => {
        const tensor = { dataType: 'uint8' as const, shape, raw };
        for (const found of [
          onnx.TensorProto.decode(tensorMessage(text, tensor).finish()),
          onnx.AttributeProto.decode(attributeMessage(text, { tensor }).finish()).t!,
        ]) {
          expect(found.dims!.map(Number)).toEqual(shape);
          expect(found.dataType).toBe(2);
          expect(Array.from(found.rawData!)).toEqual(Array.from(raw));
        }
      }),
    );
  });

  it('comes apart into the fields it was put together from', () => {
    const field = fc.tuple(fc.integer({ min: 1, max: 2 ** 29 - 1 }), fc.oneof(fc.nat(), fc.uint8Array()));
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const message = new MessageWriter();
        for (const [number, value] of fields) {
          if (typeof value === 'number') message.int(number, value);
          else message.field(number, value);
        }
        const found = [...fieldsOf(message.finish())].map(({ number, body, value }, i) => [
          number,
          typeof fields[i][1] === 'number' ? value : body,
        ]);
        expect(found).toEqual(fields);
        expect(Buffer.concat([...fieldsOf(message.finish())].map(({ whole }) => whole)).equals(Buffer.from(message.finish()))).toBe(true);
      }),
    );
  });

  it('is the same bytes in one piece and in stretches, however large and however made', async () => {
    const part = fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.constantFrom(1, 1000, 3000), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(part), async (parts) => {
        const now = new MessageWriter();
        const later = new MessageWriter();
        parts.forEach(([bytes, times, deferred], i) => {
          const whole = new Uint8Array(bytes.length * times).map((_, at) => bytes[at % bytes.length]);
          const half = whole.length >> 1;
          // eslint-disable-next-line @typescript-eslint/require-await
          const read = async function* () {
            yield whole.subarray(0, half);
            yield whole.subarray(half);
          };
          const body: Bytes = deferred ? { length: whole.length, read } : whole;
          now.field(i + 1, new MessageWriter().field(1, whole));
          later.field(i + 1, new MessageWriter().field(1, body));
        });
        expect(later.length).toBe(now.length);
        expect(Buffer.from(await streamed(later)).equals(now.finish())).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused when what comes is not as long as was said', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await
    const read = async function* () {
      yield new Uint8Array(3);
    };
    const message = new MessageWriter().field(1, { length: 4, read });
    await expect(streamed(message)).rejects.toThrow('4 bytes were announced, 3 came');
    expect(() => message.finish()).toThrow(TypeError);
  });
});
