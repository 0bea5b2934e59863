import { quote } from '../../quote.js';
import { inferOutputs } from '../../shapes/infer.js';
import { UNKNOWN, count, type Dims, type Value } from '../../shapes/value.js';
import { ModelError, type GraphNode, type Layer, type Tensor } from '../../types.js';
import { bind, type Bindings } from './attributes.js';
import { bodyInputs, ownerOutputs, runsInside } from './bodies.js';
import { derivedConstants } from './constants.js';
import { checkUnfolding, domainName, type FindFunction } from './functions.js';
import { literal, ofTensor, type Literals } from './literals.js';
import { uniqueNames } from './names.js';
import { OnnxNode } from './nodeView.js';
import { subgraphs, topological } from './order.js';
import { parameterCounter } from './parameters.js';
import type { GraphProto, NodeProto, SparseTensorProto, TensorProto } from './proto.js';
import type { ReadDims } from './symbols.js';
import { weightsOf } from './weights.js';

/** What the walk needs to know about the file. */
export interface WalkInput {
  readonly literals: Literals;
  readonly findFunction: FindFunction;
  readonly readDims: ReadDims;
  readonly readInputDims: ReadDims;
  /** Fixed size of the batch, which counts are divided by. */
  readonly batch: number;
  /** Names of the model's inputs, those with an initializer left out. */
  readonly inputs: readonly string[];
}

export interface Walked {
  readonly nodes: readonly GraphNode[];
  readonly elements: ReadonlyMap<string, number | null>;
  readonly layers: readonly Layer[];
  readonly parameters: number;
  readonly outputSources: readonly (number | null)[];
  readonly warnings: readonly string[];
}

/** Functions inside functions and subgraphs that are followed. */
const DEEPEST = 100;
const MOST_WARNINGS = 20;
/** What is left of an absurdly long path in the names of inner nodes. */
const LONGEST_STEP = 256;

/** Values by name; a subgraph sees those around it, a function's body only its own. */
interface Scope {
  readonly values: Map<string, Value>;
  /** Of the values that something computes or feeds in: as in `GraphNode.sources`. */
  readonly sources: Map<string, number>;
  readonly outer: Scope | null;
}

/** What a graph gives. */
interface Results {
  readonly values: Value[];
  readonly sources: readonly (number | undefined)[];
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
  const elements = new Map<string, number | null>();
  const layers: Layer[] = [];
  const warnings = new Set<string>();
  const unique = uniqueNames();
  const uniqueLayer = uniqueNames();
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const counted = new Set<TensorProto | SparseTensorProto>();
  const parameters = parameterCounter();

  const warn = (text: string): void => {
    if (warnings.size < MOST_WARNINGS) warnings.add(text);
    else if (warnings.size === MOST_WARNINGS) warnings.add('there are more such findings, which are left out');
  };

  /** A tensor that is written in the file; once, however often the function it is in is called. */
  const countTensor = (proto: TensorProto | SparseTensorProto, tensor: Tensor): void => {
    if (counted.has(proto)) return;
    counted.add(proto);
    parameters.add(tensor);
  };

  /** Values of functions' bodies are called alike in every call: they are left out. */
  const countElements = (name: string, value: Value, { bindings }: Pick<Place, 'bindings'>): void => {
    if (bindings !== null || value.constant !== null || elements.has(name)) return;
    const all = count(value.dims);
    elements.set(name, all === null ? null : all / input.batch);
  };

  const lookUp = (scope: Scope, name: string): Value | undefined => {
    for (let at: Scope | null = scope; at; at = at.outer) {
      const found = at.values.get(name);
      if (found) return found;
    }
    return undefined;
  };

  const sourceOf = (scope: Scope, name: string): number | undefined => {
    for (let at: Scope | null = scope; at; at = at.outer) if (at.values.has(name)) return at.sources.get(name);
    return undefined;
  };

  /** Walks a graph whose inputs have the given values and sources. */
  const walkGraph = (
    graph: GraphProto,
    place: Omit<Place, 'declared' | 'scope'>,
    outer: Scope | null,
    inputs: readonly (Value | null)[] | null,
    sources: readonly (number | undefined)[],
  ): Results => {
    const scope: Scope = { values: new Map(), sources: new Map(), outer };
    const declared = new Map<string, Dims>();
    for (const { name, type } of [...graph.valueInfo, ...graph.output]) {
      const dims = input.readDims(type);
      if (dims) declared.set(name, dims);
    }
    for (const proto of graph.initializer) {
      const { tensor, small } = input.literals.tensorOf(proto);
      countTensor(proto, tensor);
      if (scope.values.has(tensor.name)) warn(`initializer ${quote(tensor.name)} is there twice; the first one counts`);
      else scope.values.set(tensor.name, ofTensor(tensor, small));
    }
    for (const proto of graph.sparseInitializer) {
      const tensor = input.literals.sparseOf(proto);
      countTensor(proto, tensor);
      if (!scope.values.has(tensor.name)) scope.values.set(tensor.name, ofTensor(tensor, null));
    }
    graph.input.forEach(({ name, type }, i) => {
      if (scope.values.has(name)) return;
      const given = inputs?.[i] ?? UNKNOWN;
      const dims = merged((inputs ? input.readDims : input.readInputDims)(type), given.dims);
      const value = { ...given, dims };
      scope.values.set(name, value);
      countElements(name, value, place);
      if (sources[i] !== undefined) scope.sources.set(name, sources[i]);
    });
    walkNodes(graph.node, { ...place, scope, declared });
    const values = graph.output.map(({ name }) => {
      const found = lookUp(scope, name);
      if (!found && name !== '') warn(`output ${quote(name)} is produced by no node`);
      return found ?? UNKNOWN;
    });
    return { values, sources: graph.output.map(({ name }) => sourceOf(scope, name)) };
  };

  const walkNodes = (protos: readonly NodeProto[], place: Place): void => {
    const { scope, path } = place;
    const ordinals = new Map<string, number>();
    for (const proto of topological(protos, captured)) {
      const ordinal = ordinals.get(proto.opType) ?? 0;
      ordinals.set(proto.opType, ordinal + 1);
      const name = unique(path + (proto.name || `${proto.opType || 'node'}_${ordinal}`));
      const index = nodes.length;
      const sources: number[] = [];
      const fed = new Set<number | undefined>([undefined]);
      const feed = (source: number | undefined): void => {
        if (!fed.has(source)) sources.push(source!);
        fed.add(source);
      };
      nodes.push({ name, op: proto.opType, domain: domainName(proto.domain), inputs: proto.input, outputs: proto.output, sources });

      const inputs = proto.input.map((value) => {
        if (value === '') return null;
        feed(sourceOf(scope, value));
        const found = lookUp(scope, value);
        if (!found) warn(`input ${quote(value)} of node ${quote(name)} is produced by no node`);
        return found ?? UNKNOWN;
      });
      const view = new OnnxNode(proto, inputs, place.bindings);
      const outputs = outputsOf(view, name, place, feed);
      addLayers(view, outputs, index, name, place.runs);
      proto.output.forEach((value, i) => {
        if (value === '') return;
        if (scope.values.has(value))
          warn(`value ${quote(value)} is produced twice, the second time by node ${quote(name)}; the first one counts`);
        else {
          scope.values.set(value, outputs[i] ?? UNKNOWN);
          scope.sources.set(value, index);
          countElements(value, outputs[i] ?? UNKNOWN, place);
        }
      });
    }
  };

  const addLayers = (view: OnnxNode, outputs: readonly Value[], node: number, name: string, runs: number | null): void => {
    const weights = weightsOf(view, outputs);
    for (const { suffix, tensor, channelAxis, macs } of weights)
      layers.push({
        name: uniqueLayer(suffix === '' ? name : `${name}#${suffix}`),
        op: view.proto.opType,
        node,
        weight: tensor,
        channelAxis,
        macs: macs === null || runs === null ? null : Math.round((macs * runs) / input.batch),
      });
    parameters.use(view, weights);
  };

  /**
   * Values of a node's outputs: of the function or the subgraphs it runs, of the constant it is, or by the rules of its operator.
   * @param feed told what the outputs come from, where the node runs other nodes
   */
  const outputsOf = (view: OnnxNode, name: string, place: Place, feed: (source: number | undefined) => void): readonly Value[] => {
    const { proto } = view;
    const called = input.findFunction(proto);
    if (called) {
      deeper(place.depth, name);
      const scope: Scope = { values: new Map(), sources: new Map(), outer: null };
      called.inputs.forEach((parameter, i) => {
        scope.values.set(parameter, view.inputs[i] ?? UNKNOWN);
        const source = sourceOf(place.scope, proto.input[i] ?? '');
        if (source !== undefined) scope.sources.set(parameter, source);
      });
      walkNodes(called.nodes, {
        scope,
        path: `${step(name)}/`,
        bindings: bind(proto, place.bindings, called.defaults),
        runs: place.runs,
        depth: place.depth + 1,
        declared: new Map(),
      });
      for (const output of called.outputs) feed(sourceOf(scope, output));
      return proto.output.map((_, i) => lookUp(scope, called.outputs[i]) ?? UNKNOWN);
    }

    const inner = subgraphs(proto);
    let inferred: Value[];
    if (inner.length > 0) {
      deeper(place.depth, name);
      const results = inner.map(({ name: branch, graph }) =>
        walkGraph(
          graph,
          { path: `${step(name)}/${step(branch)}/`, bindings: place.bindings, runs: runsInside(view, place.runs), depth: place.depth + 1 },
          place.scope,
          bodyInputs(view),
          // Loop and Scan hand their inputs to the body one by one; that of an If has none
          proto.input.map((value) => sourceOf(place.scope, value)),
        ),
      );
      for (const { sources } of results) sources.forEach(feed);
      inferred = ownerOutputs(
        view,
        results.map(({ values }) => values),
      );
    } else inferred = inferOutputs(view);

    const written = literal(view, input.literals, (tensorProto, tensor) => {
      if (tensor.elements > 1) countTensor(tensorProto, tensor); // single numbers belong to the arithmetic, they are no weights
    });
    if (written) return [written];
    const derived = derivedConstants(view, inferred);
    if (derived.length === 0 && place.declared.size === 0) return inferred;
    return inferred.map((value, i) => {
      const constant = derived[i];
      if (constant) return { ...value, dims: constant.shape, constant };
      const declared = place.declared.get(view.outputNames[i]);
      return declared ? { ...value, dims: merged(declared, value.dims) } : value;
    });
  };

  const deeper = (depth: number, name: string): void => {
    if (depth >= DEEPEST)
      throw new ModelError(
        `functions and subgraphs are nested more than ${DEEPEST} levels deep at node ${quote(name)}: no real model does that`,
      );
  };

  checkUnfolding(graph.node, input.findFunction);
  const fedIn = new Map(input.inputs.map((name, i) => [name, -1 - i]));
  const { sources } = walkGraph(
    graph,
    { path: '', bindings: null, runs: 1, depth: 0 },
    null,
    null,
    graph.input.map(({ name }) => fedIn.get(name)),
  );
  const outputSources = sources.map((source) => source ?? null);
  return { nodes, elements, layers, parameters: parameters.total(), outputSources, warnings: [...warnings] };
}

/** A node's name as part of a path; names of names must not grow without bound. */
const step = (name: string): string => (name.length > LONGEST_STEP * 8 ? `…${name.slice(-LONGEST_STEP)}` : name);

/** What a value is declared to be counts; what that leaves open is filled from what was inferred. */
function merged(declared: Dims | null, inferred: Dims | null): Dims | null {
  if (!declared) return inferred;
  if (inferred?.length !== declared.length) return declared;
  return declared.map((dim, i) => dim ?? inferred[i]);
}
