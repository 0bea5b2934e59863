import { isFloat } from '../../dataTypes.js';
import { constant } from '../../derived/constant.js';
import { filled } from '../../derived/fill.js';
import { quote } from '../../quote.js';
import { inferOutputs } from '../../shapes/infer.js';
import { MOST_ELEMENTS, UNKNOWN, count, listed, shaped, type Dims, type NodeView, type Value } from '../../shapes/value.js';
import { ModelError, type GraphNode, type Layer, type Tensor } from '../../types.js';
import { attributesOf, bind, type Attributes, type Bindings } from './attributes.js';
import { derivedConstants } from './constants.js';
import { domainName, type FindFunction } from './functions.js';
import { uniqueNames } from './names.js';
import { subgraphs, topological } from './order.js';
import { type GraphProto, type NodeProto, type SparseTensorProto, type TensorProto } from './proto.js';
import type { ReadDims } from './symbols.js';
import { weightsOf } from './weights.js';

/** What the walk needs to know about the file. */
export interface WalkInput {
  readonly tensorOf: (proto: TensorProto) => { tensor: Tensor; small: readonly number[] | null };
  readonly sparseOf: (proto: SparseTensorProto) => Tensor;
  readonly listOf: (attributes: Attributes, name: string) => { tensor: Tensor; small: readonly number[] | null } | null;
  readonly findFunction: FindFunction;
  readonly readDims: ReadDims;
  readonly readInputDims: ReadDims;
  /** Fixed size of the batch, which counts are divided by. */
  readonly batch: number;
}

export interface Walked {
  readonly nodes: readonly GraphNode[];
  readonly layers: readonly Layer[];
  readonly parameters: number;
  readonly warnings: readonly string[];
}

/** Functions inside functions and subgraphs that are followed. */
const DEEPEST = 100;
/** Nodes after functions are put in the place of their calls. */
const MOST_NODES = 1e6;
const MOST_WARNINGS = 20;

/** Values by name; a subgraph sees those around it, a function's body only its own. */
interface Scope {
  readonly values: Map<string, Value>;
  readonly outer: Scope | null;
}

/** Where the walk is. */
interface Place {
  readonly scope: Scope;
  /** Prefix of the names of nodes. */
  readonly path: string;
  readonly bindings: Bindings;
  /** How often this runs for one run of the model; null when nobody knows. */
  readonly runs: number | null;
  readonly depth: number;
  /** Declared shapes of values. */
  readonly declared: ReadonlyMap<string, Dims>;
}

/**
 * Goes once through all nodes in topological order, into subgraphs and functions, and carries what is known about values along: shapes, small
 * integers, and which are constants. So weights are found wherever they hide, and what layers cost.
 */
export function walkModel(graph: GraphProto, input: WalkInput): Walked {
  const nodes: GraphNode[] = [];
  const layers: Layer[] = [];
  const warnings = new Set<string>();
  const unique = uniqueNames();
  const uniqueLayer = uniqueNames();
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const counted = new Set<TensorProto | SparseTensorProto>();
  let parameters = 0;

  const warn = (text: string): void => {
    if (warnings.size < MOST_WARNINGS) warnings.add(text);
    else if (warnings.size === MOST_WARNINGS) warnings.add('there are more such findings, which are left out');
  };

  const countParameters = (proto: TensorProto | SparseTensorProto, tensor: Tensor, least: number): void => {
    if (counted.has(proto) || tensor.elements < least || !isParameter(tensor)) return;
    counted.add(proto);
    parameters += tensor.elements;
  };

  const lookUp = (scope: Scope, name: string): Value | undefined => {
    for (let at: Scope | null = scope; at; at = at.outer) {
      const found = at.values.get(name);
      if (found) return found;
    }
    return undefined;
  };

  /** Walks a graph whose inputs have the given values; returns the values of its outputs. */
  const walkGraph = (
    graph: GraphProto,
    place: Omit<Place, 'declared' | 'scope'>,
    outer: Scope | null,
    inputs: readonly (Value | null)[] | null,
  ): Value[] => {
    const scope: Scope = { values: new Map(), outer };
    const declared = new Map<string, Dims>();
    for (const { name, type } of [...graph.valueInfo, ...graph.output]) {
      const dims = input.readDims(type);
      if (dims) declared.set(name, dims);
    }
    for (const proto of graph.initializer) {
      const { tensor, small } = input.tensorOf(proto);
      countParameters(proto, tensor, 1);
      if (scope.values.has(tensor.name)) warn(`initializer ${quote(tensor.name)} is there twice; the first one counts`);
      else scope.values.set(tensor.name, ofTensor(tensor, small));
    }
    for (const proto of graph.sparseInitializer) {
      const tensor = input.sparseOf(proto);
      countParameters(proto, tensor, 1);
      if (!scope.values.has(tensor.name)) scope.values.set(tensor.name, ofTensor(tensor, null));
    }
    graph.input.forEach(({ name, type }, i) => {
      if (scope.values.has(name)) return;
      const given = inputs?.[i] ?? UNKNOWN;
      const dims = merged((inputs ? input.readDims : input.readInputDims)(type), given.dims);
      scope.values.set(name, { ...given, dims });
    });
    walkNodes(graph.node, { ...place, scope, declared });
    return graph.output.map(({ name }) => {
      const found = lookUp(scope, name);
      if (!found && name !== '') warn(`output ${quote(name)} is produced by no node`);
      return found ?? UNKNOWN;
    });
  };

  const walkNodes = (protos: readonly NodeProto[], place: Place): void => {
    const { scope, path } = place;
    const ordinals = new Map<string, number>();
    for (const proto of topological(protos, captured)) {
      const ordinal = ordinals.get(proto.opType) ?? 0;
      ordinals.set(proto.opType, ordinal + 1);
      const name = unique(path + (proto.name || `${proto.opType || 'node'}_${ordinal}`));
      if (nodes.length >= MOST_NODES)
        throw new ModelError(`more than ${MOST_NODES} nodes once its functions are unfolded: larger than any model this tool can show`);
      const index = nodes.length;
      nodes.push({ name, op: proto.opType, domain: domainName(proto.domain), inputs: proto.input, outputs: proto.output });

      const inputs = proto.input.map((value) => {
        if (value === '') return null;
        const found = lookUp(scope, value);
        if (!found) warn(`input ${quote(value)} of node ${quote(name)} is produced by no node`);
        return found ?? UNKNOWN;
      });
      const view = nodeView(proto, inputs, place.bindings);
      const outputs = outputsOf(proto, view, name, place);
      weights(view, outputs, index, name, place.runs);
      proto.output.forEach((value, i) => {
        if (value === '') return;
        if (scope.values.has(value))
          warn(`value ${quote(value)} is produced twice, the second time by node ${quote(name)}; the first one counts`);
        else scope.values.set(value, outputs[i] ?? UNKNOWN);
      });
    }
  };

  const weights = (view: NodeView, outputs: readonly Value[], node: number, name: string, runs: number | null): void => {
    for (const { suffix, tensor, channelAxis, macs } of weightsOf({ ...view, outputs }))
      layers.push({
        name: uniqueLayer(suffix === '' ? name : `${name}#${suffix}`),
        op: view.op,
        node,
        weight: tensor,
        channelAxis,
        macs: macs === null || runs === null ? null : Math.round((macs * runs) / input.batch),
      });
  };

  /** Values of a node's outputs: of the function or the subgraphs it runs, of the constant it is, or by the rules of its operator. */
  const outputsOf = (proto: NodeProto, view: NodeView, name: string, place: Place): Value[] => {
    const called = input.findFunction(proto);
    if (called) {
      deeper(place.depth, name);
      const values = new Map<string, Value>();
      called.inputs.forEach((parameter, i) => values.set(parameter, view.inputs[i] ?? UNKNOWN));
      const scope: Scope = { values, outer: null };
      walkNodes(called.nodes, {
        scope,
        path: `${name}/`,
        bindings: bind(proto, place.bindings, called.defaults),
        runs: place.runs,
        depth: place.depth + 1,
        declared: new Map(),
      });
      return proto.output.map((_, i) => lookUp(scope, called.outputs[i]) ?? UNKNOWN);
    }

    const inner = subgraphs(proto);
    let inferred: Value[];
    if (inner.length > 0) {
      deeper(place.depth, name);
      const results = inner.map(({ name: branch, graph }) =>
        walkGraph(
          graph,
          { path: `${name}/${branch}/`, bindings: place.bindings, runs: runsInside(view, place.runs), depth: place.depth + 1 },
          place.scope,
          bodyInputs(view, graph),
        ),
      );
      inferred = ownerOutputs(view, results);
    } else inferred = inferOutputs(view);

    const own = ownConstant(proto, view, place.bindings);
    if (own) return [own];
    const derived = derivedConstants(view, inferred);
    return view.outputNames.map((output, i) => {
      const value = inferred[i] ?? UNKNOWN;
      const constant = derived[i];
      if (constant) return { ...value, dims: constant.shape, constant };
      const declared = place.declared.get(output);
      return declared ? { ...value, dims: merged(declared, value.dims) } : value;
    });
  };

  const deeper = (depth: number, name: string): void => {
    if (depth >= DEEPEST)
      throw new ModelError(
        `functions and subgraphs are nested more than ${DEEPEST} levels deep at node ${quote(name)}: no real model does that`,
      );
  };

  /** The constant that is written in a node itself; null for all other nodes. */
  const ownConstant = (proto: NodeProto, view: NodeView, bindings: Bindings): Value | null => {
    const name = proto.output[0] ?? '';
    const attributes = attributesOf(proto, bindings);
    if (view.op === 'Constant') {
      const value = attributes.find('value')?.t;
      if (value) {
        const { tensor, small } = input.tensorOf(value);
        countParameters(value, tensor, 2); // single numbers belong to the arithmetic, they are no weights
        return ofTensor({ ...tensor, name }, small);
      }
      const sparse = attributes.find('sparse_value')?.sparseTensor;
      if (sparse) {
        const tensor = input.sparseOf(sparse);
        countParameters(sparse, tensor, 2);
        return ofTensor({ ...tensor, name }, null);
      }
      const list = ['value_float', 'value_floats', 'value_int', 'value_ints'].find((key) => attributes.find(key));
      const values = list && input.listOf(attributes, list);
      return values ? ofTensor({ ...values.tensor, name }, values.small) : null;
    }
    if (view.op === 'ConstantOfShape') {
      const shape = view.inputs[0]?.elements;
      const elements = count(shape);
      if (!shape || elements === null || !Number.isSafeInteger(elements) || elements < 0) return null;
      const value = attributes.find('value')?.t;
      const one = value ? input.tensorOf(value) : { tensor: { dataType: 'float32' as const }, small: [0] };
      if (one.small?.length !== 1) return null;
      const tensor = filled(name, one.tensor.dataType, shape as number[], elements, one.small[0]);
      return ofTensor(tensor, elements <= MOST_ELEMENTS ? new Array<number>(elements).fill(one.small[0]) : null);
    }
    return null;
  };

  walkGraph(graph, { path: '', bindings: null, runs: 1, depth: 0 }, null, null);
  return { nodes, layers, parameters, warnings: [...warnings] };
}

/** Floats of any width, and the narrow integers that quantized weights are. */
function isParameter({ dataType }: Tensor): boolean {
  return isFloat(dataType) || /^u?int[248]$/.test(dataType);
}

function ofTensor(tensor: Tensor, small: readonly number[] | null): Value {
  return { ...listed(tensor.shape, small, isFloat(tensor.dataType)), constant: constant(tensor) };
}

/** What a value is declared to be counts; what that leaves open is filled from what was inferred. */
function merged(declared: Dims | null, inferred: Dims | null): Dims | null {
  if (!declared) return inferred;
  if (inferred?.length !== declared.length) return declared;
  return declared.map((dim, i) => dim ?? inferred[i]);
}

function nodeView(proto: NodeProto, inputs: readonly (Value | null)[], bindings: Bindings): NodeView {
  const { int, ints, float, floats, text } = attributesOf(proto, bindings);
  const standard = ['', 'com.microsoft'].includes(domainName(proto.domain));
  return {
    op: standard ? proto.opType : `${proto.domain}.${proto.opType}`,
    inputs,
    outputNames: proto.output,
    int,
    ints,
    float,
    floats,
    text,
  };
}

/** How often a node's subgraph runs. */
function runsInside({ op, inputs, ints, int }: NodeView, runs: number | null): number | null {
  if (runs === null || op === 'If') return runs;
  if (op === 'Loop') {
    const trips = inputs[0]?.elements?.[0];
    const endless = !inputs[1] || inputs[1].elements?.[0] === 1;
    return typeof trips === 'number' && endless ? runs * trips : null;
  }
  if (op === 'Scan') {
    const scanned = int('num_scan_inputs') ?? 1;
    const axis = ints('scan_input_axes')?.[0] ?? 0;
    const length = inputs[inputs.length - scanned]?.dims?.at(axis);
    return typeof length === 'number' ? runs * length : null;
  }
  return null;
}

/** What is known about the inputs of a body. Values that change from one run to the next keep their rank at most. */
function bodyInputs({ op, inputs, ints, int }: NodeView, graph: GraphProto): (Value | null)[] {
  if (op === 'Loop') return [shaped([]), shaped([]), ...inputs.slice(2).map((v) => shaped(v?.dims?.map(() => null) ?? null))];
  if (op === 'Scan') {
    const scanned = int('num_scan_inputs') ?? 1;
    const axes = ints('scan_input_axes');
    const first = inputs.length - scanned;
    return inputs.map((v, i) => {
      if (i < first) return shaped(v?.dims ?? null);
      const dims = v?.dims;
      const axis = axes?.[i - first] ?? 0;
      return shaped(dims?.filter((_, at) => at !== (axis < 0 ? axis + dims.length : axis)) ?? null);
    });
  }
  return graph.input.map(() => null);
}

/** What is known about the outputs of a node from those of its subgraphs. */
function ownerOutputs({ op, inputs, outputNames, int }: NodeView, results: readonly Value[][]): Value[] {
  if (op === 'If') {
    const [first, second] = results;
    return outputNames.map((_, i) => shaped(common(first?.[i]?.dims, second ? second[i]?.dims : first?.[i]?.dims)));
  }
  const body = results[0] ?? [];
  if (op === 'Loop') {
    const carried = inputs.length - 2;
    return outputNames.map((_, i) => {
      const dims = body[i + 1]?.dims ?? null;
      return shaped(i < carried ? (dims?.map(() => null) ?? null) : dims && [null, ...dims]);
    });
  }
  if (op === 'Scan') {
    const states = inputs.length - (int('num_scan_inputs') ?? 1);
    return outputNames.map((_, i) => shaped(i < states ? (body[i]?.dims ?? null) : null));
  }
  return outputNames.map(() => UNKNOWN);
}

function common(a: Dims | null | undefined, b: Dims | null | undefined): Dims | null {
  if (a?.length !== b?.length || !a || !b) return null;
  return a.map((dim, i) => (dim === b[i] ? dim : null));
}
