import { bitsOf, isNumeric } from '../../dataTypes.js';
import { checkElements } from '../../checkElements.js';
import { decode } from '../../decode.js';
import { memorySource } from '../../memorySource.js';
import { bytes as byteText, quote, shapeText } from '../../quote.js';
import { HIGHEST_RANK } from '../../shapes/infer.js';
import { subSource } from '../../subSource.js';
import { ModelError, type ByteSource, type DataType, type Tensor } from '../../types.js';
import type { ExternalData } from './externalData.js';
import { RAW_DATA, STRING_DATA, elementType, typedField } from './elementTypes.js';
import { toNumber, type AttributeProto, type Int, type TensorProto } from './proto.js';
import type { DataRecord, Payload } from './records.js';
import { Wire } from './schema.js';
import { countBounds, typedSource } from './typedSource.js';

/** What the tensors of a file need to get at their values. */
export interface TensorFile {
  readonly source: ByteSource;
  readonly records: readonly DataRecord[];
  readonly external: ExternalData;
}

/** A tensor whose values are in the file as they are. */
export interface StoredTensor extends Tensor {
  /** Its values in ONNX's raw form: little-endian, row-major, no gaps. Null for strings. */
  readonly raw: ByteSource | null;
  /** The same, when they are few and already in memory. */
  readonly inline: Uint8Array | null;
}

/**
 * The tensor a message describes; its values stay in the file.
 * @throws ModelError when its dims, type and data do not fit each other.
 */
export function storedTensor(file: TensorFile, proto: TensorProto): StoredTensor {
  const { name } = proto;
  const what = `tensor ${quote(name)}`;
  const shape = dimsOf(proto.dims, what);
  const elements = countElements(shape, what);
  const dataType = elementType(proto.dataType);
  if (!dataType)
    throw new ModelError(`${what} has the unknown element type ${proto.dataType}: export the model for a published ONNX version`);
  const record = proto.docString === '' ? undefined : file.records[Number(proto.docString)];
  const { raw, inline, byteLength } =
    proto.dataLocation === 1
      ? externalBytes(file, proto, dataType, elements, what)
      : ownBytes(file, record?.payloads ?? [], dataType, shape, elements, what);
  return { name, dataType, shape, elements, byteLength, raw, inline, read: elementReader(name, dataType, elements, raw) };
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Reads elements out of raw little-endian bytes. */
function elementReader(name: string, dataType: DataType, elements: number, raw: ByteSource | null): Tensor['read'] {
  return async (start, end, into) => {
    checkElements(start, end, elements, name);
    const bits = bitsOf[dataType];
    if (!raw || bits === null || !isNumeric(dataType))
      throw new ModelError(`tensor ${quote(name)} holds ${dataType} values, which are no weights`);
    const firstByte = Math.floor((start * bits) / 8);
    const place =
      into && dataType === 'float32' && isLittleEndian ? new Uint8Array(into.buffer, into.byteOffset, into.byteLength) : undefined;
    const data = await raw.slice(firstByte, Math.ceil((end * bits) / 8), place);
    if (into && data === place) return into;
    return decode(dataType, data, end - start, start - (firstByte * 8) / bits);
  };
}

export function dimsOf(dims: readonly Int[], what: string): number[] {
  if (dims.length > HIGHEST_RANK)
    throw new ModelError(`${what} has ${dims.length} or more dimensions: the file is damaged, export it again`);
  return dims.map((dim) => {
    const size = toNumber(dim);
    if (size < 0) throw new ModelError(`${what} has a negative dimension (${size}): the file is damaged, export it again`);
    return size;
  });
}

/** Product of the dims. @throws ModelError beyond 2^53, where numbers stop being exact. */
export function countElements(shape: readonly number[], what: string): number {
  if (shape.includes(0)) return 0;
  const elements = shape.reduce((product, dim) => product * dim, 1);
  if (elements > Number.MAX_SAFE_INTEGER)
    throw new ModelError(`the dims ${shapeText(shape)} of ${what} overflow: the file is damaged, export it again`);
  return elements;
}

interface Bytes {
  readonly raw: ByteSource | null;
  readonly inline: Uint8Array | null;
  readonly byteLength: number;
}

const rawLength = (type: DataType, elements: number): number => Math.ceil((elements * (bitsOf[type] ?? 0)) / 8);

function mismatch(what: string, shape: readonly number[], dataType: DataType, needed: string, found: string): never {
  throw new ModelError(
    `${what} with dims ${shapeText(shape)} of ${dataType} needs ${needed}, the file has ${found}: it is damaged or was stripped of its weights, export it again`,
  );
}

function ownBytes(
  file: TensorFile,
  payloads: readonly Payload[],
  dataType: DataType,
  shape: readonly number[],
  elements: number,
  what: string,
): Bytes {
  const has = (field: number): Payload | undefined => payloads.find((p) => p.field === field && p.pieces.length > 0);
  if (dataType === 'string') {
    const strings = has(STRING_DATA)?.pieces ?? [];
    if (strings.length !== elements) mismatch(what, shape, dataType, `${elements} strings`, String(strings.length));
    return { raw: null, inline: null, byteLength: strings.reduce((sum, piece) => sum + piece.length, 0) };
  }

  const needed = rawLength(dataType, elements);
  const rawData = has(RAW_DATA);
  if (rawData && (rawData.pieces[0].length > 0 || elements === 0)) {
    const { offset, length } = rawData.pieces[0];
    if (length !== needed) mismatch(what, shape, dataType, byteText(needed), byteText(length));
    return {
      raw: rawData.inline ? memorySource(rawData.inline) : subSource(file.source, offset, length),
      inline: rawData.inline,
      byteLength: length,
    };
  }

  const { field, bytes: width } = typedField(dataType);
  const count = Math.ceil(needed / width);
  const typed = has(field);
  if (!typed) {
    if (elements > 0) mismatch(what, shape, dataType, byteText(needed), 'none');
    return { raw: memorySource(new Uint8Array(0)), inline: new Uint8Array(0), byteLength: 0 };
  }
  const { least, most } = countBounds(typed);
  if (count < least || count > most)
    mismatch(what, shape, dataType, `${count} numbers`, least === most ? String(least) : `${least} to ${most}`);
  const byteLength = typed.pieces.reduce((sum, piece) => sum + piece.length, 0);
  const only = typed.pieces[0];
  const isRaw = typed.pieces.length === 1 && !only.tagged && typed.wire !== 0 && only.length === needed;
  const source = isRaw ? subSource(file.source, only.offset, needed) : typedSource(file.source, typed, width, count, what);
  return { raw: typed.inline && isRaw ? memorySource(typed.inline) : source, inline: isRaw ? typed.inline : null, byteLength };
}

function externalBytes(file: TensorFile, proto: TensorProto, dataType: DataType, elements: number, what: string): Bytes {
  const needed = rawLength(dataType, elements);
  return { raw: file.external.slice(proto, needed, what), inline: null, byteLength: needed };
}

/** The `floats` of an attribute that were too many to decode with it; null when there are none. */
export function floatList({ source, records }: TensorFile, attribute: AttributeProto): Tensor | null {
  const floats = records[Number(attribute.docString)]?.payloads.find(({ wire }) => wire === Wire.Fixed32);
  if (!floats) return null;
  const elements = countBounds(floats).most;
  const byteLength = floats.pieces.reduce((sum, piece) => sum + piece.length, 0);
  const raw = typedSource(source, floats, 4, elements, `attribute ${quote(attribute.name)}`);
  return {
    name: '',
    dataType: 'float32',
    shape: [elements],
    elements,
    byteLength,
    read: elementReader(attribute.name, 'float32', elements, raw),
  };
}
