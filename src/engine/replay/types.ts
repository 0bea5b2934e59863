import type { Declaration, TensorBytes } from '../../model/writers/onnx/messages.js';
import type { RunTensor, RunTensors, Session } from '../backend/types.js';
import type { PartNode } from '../surgery/graph.js';
import type { ChangedNode } from '../surgery/piece.js';
import type { Part } from './parts.js';

/** What is different from the float model. */
export interface Change {
  /** Constants that get other numbers. */
  readonly replaced?: ReadonlyMap<string, TensorBytes>;
  /** Nodes, by index, that are written otherwise. */
  readonly changed?: ReadonlyMap<number, ChangedNode>;
  /** Nodes, by index, one of whose inputs is quantized outside the graph; null puts it back as it was. */
  readonly fed?: ReadonlyMap<number, FedInput | null>;
}

/** An input of a node that is computed outside the graph from a value of it. */
export interface FedInput {
  /** Its place among the node's inputs. */
  readonly input: number;
  readonly value: string;
  readonly quantize: (tensor: RunTensor) => Promise<RunTensor>;
}

/** A part that is loaded, or something like one. */
export interface LoadedPart extends Session {
  /** Values it has to be fed. */
  readonly inputs: readonly string[];
}

/** What a section is to give. */
export interface SectionSpec {
  /** Values inside it or that come into it. */
  readonly outputs: readonly string[];
  /** Nodes behind it, whose outputs it gives as well. */
  readonly appended?: readonly PartNode[];
  readonly change?: Change;
  /** Whether it is run on some of a run's samples as well. */
  readonly someSamples?: boolean;
}

/** Some of the samples of a run: gives the same samples of any value that is fed. */
export type SomeSamples = (name: string, tensor: RunTensor) => RunTensor;

/** Consecutive parts that are loaded as one, to be run on what is kept before them. */
export interface Section {
  /**
   * The section's outputs in a run.
   * @param some takes some of the samples; all are run when left out
   * @param reused whether arrays may be written over by the next run
   */
  run(run: number, some?: SomeSamples, reused?: boolean): Promise<RunTensors>;
  release(): Promise<void>;
}

/** A model in parts, with the float values at the cuts of every run, so that a change is run from where it is. */
export interface Replay {
  readonly parts: readonly Part[];
  readonly runs: number;
  /** The model's outputs of every run, in float. */
  readonly floatOutputs: readonly RunTensors[];
  /** Bytes that are kept at the cuts. */
  readonly kept: number;
  /**
   * Runs the model with a change; `look` is given the outputs that may differ, run by run.
   * @param only the runs, by number; all when left out
   */
  test(change: Change, look: (run: number, outputs: RunTensors) => void | Promise<void>, only?: readonly number[]): Promise<void>;
  /** Loads consecutive parts as one, with other values as outputs. */
  section(parts: readonly number[], spec: SectionSpec): Promise<Section>;
  /** Runs part `index` with other values as outputs and gives them to `look`, which may keep those of the first run. */
  watch(
    index: number,
    outputs: readonly string[],
    look: (run: number, values: RunTensors) => void | Promise<void>,
    options?: { readonly change?: Change; readonly only?: readonly number[] },
  ): Promise<void>;
  /** Runs the whole model with a change beside the float one, looking at values inside both of them, part by part. */
  trace(
    change: Change,
    values: ReadonlySet<string>,
    look: (run: number, float: RunTensors, changed: RunTensors) => void | Promise<void>,
  ): Promise<void>;
  /** Loads nodes by themselves, each of which takes what the one before gives, with constants as inputs; all else they take is fed, of as many samples as there are. */
  chain(nodes: readonly number[], opened: ReadonlyMap<string, Declaration>, change?: Change): Promise<LoadedPart>;
  /** What a value was when the model was run: its type, and the dims that all runs agree about. */
  declared(name: string): Declaration | undefined;
  close(): Promise<void>;
}

export interface ReplayOptions {
  readonly onRun?: (done: number, total: number) => void;
  /** What a run is called when it fails. */
  readonly nameOf?: (run: number) => string;
  /** What is different from the model already: then the "float" values are those of the changed model, and changes come on top of it. */
  readonly base?: Change;
}
