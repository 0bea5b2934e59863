/** Where the boxes directly inside one module stand, and how the lines between them run. */
import { Graph, layout } from '@dagrejs/dagre';
import { IN, OUT } from '../visible.js';

/** What is directly inside one module. `IN` and `OUT` are where lines enter and leave it. */
export interface LevelInput {
  readonly boxes: readonly { readonly id: number; readonly width: number; readonly height: number }[];
  /** Ids of boxes, or `IN` and `OUT`. */
  readonly lines: readonly { readonly from: number; readonly to: number }[];
}

export interface LevelLayout {
  readonly width: number;
  readonly height: number;
  /** Left and top of each box, two numbers a box. */
  readonly corners: Float64Array;
  /** x and y of the points of each line. */
  readonly lines: readonly Float64Array[];
  /** x of where lines enter and leave. */
  readonly enter: number;
  readonly leave: number;
}

/** Levels that a line may cross in all before the longest lines are led around: dagre makes a node for each crossing. */
const MOST_CROSSINGS = 1500;
const RANK_GAP = 34;
const LANE_GAP = 12;
const LANES = 8;

/** Index of the level of each box, when every line leads at least one level down; lines that would lead up are left out. */
function levels(boxes: LevelInput['boxes'], lines: LevelInput['lines']): Map<number, number> {
  const position = new Map(boxes.map(({ id }, i) => [id, i]));
  const down = boxes.map((): number[] => []);
  for (const { from, to } of lines) {
    const a = position.get(from);
    const b = position.get(to);
    if (a !== undefined && b !== undefined && a < b) down[a].push(b);
  }
  const level = new Array<number>(boxes.length).fill(0);
  down.forEach((targets, i) => targets.forEach((j) => (level[j] = Math.max(level[j], level[i] + 1))));
  return new Map(boxes.map(({ id }, i) => [id, level[i]]));
}

/** Whether each line is to be led around everything. */
function ledAround({ boxes, lines }: LevelInput): boolean[] {
  const level = levels(boxes, lines);
  const last = Math.max(0, ...level.values()) + 1;
  const at = (end: number): number => (end === IN ? -1 : end === OUT ? last : level.get(end)!);
  const crossings = lines.map(({ from, to }) => Math.max(0, Math.abs(at(to) - at(from)) - 1));
  let total = crossings.reduce((sum, count) => sum + count, 0);
  const around = lines.map(() => false);
  for (const [i, count] of [...crossings.entries()].sort((a, b) => b[1] - a[1])) {
    if (total <= MOST_CROSSINGS) break;
    // lines through the border of the module have no side to be led around on
    if (lines[i].from === IN || lines[i].to === OUT) continue;
    around[i] = true;
    total -= count;
  }
  return around;
}

/**
 * Lays out one level from top to bottom: lines enter above all boxes and leave below them, boxes do not overlap.
 * @returns numbers relative to the upper left corner of what is in the level
 */
export function layoutLevel(input: LevelInput): LevelLayout {
  const { boxes, lines } = input;
  if (boxes.length === 0) return { width: 0, height: 0, corners: new Float64Array(), lines: [], enter: 0, leave: 0 };
  const around = ledAround(input);
  const graph = new Graph({ multigraph: true });
  // tight trees are nearly as good as network simplex, and take half the time
  graph.setGraph({ rankdir: 'TB', ranker: 'tight-tree', nodesep: 22, edgesep: 14, ranksep: RANK_GAP });
  for (const { id, width, height } of boxes) graph.setNode(String(id), { width, height });
  const [entered, left] = [lines.some(({ from }) => from === IN), lines.some(({ to }) => to === OUT)];
  const fed = new Set(lines.filter(({ from }) => from !== IN).map(({ to }) => to));
  const feeding = new Set(lines.filter(({ to }) => to !== OUT).map(({ from }) => from));
  // all beginnings stand below where lines enter, all ends above where they leave
  if (entered) {
    graph.setNode(String(IN), { width: 0, height: 0 });
    for (const { id } of boxes) if (!fed.has(id)) graph.setEdge(String(IN), String(id), { weight: 0, labelpos: 'c' }, 'below');
  }
  if (left) {
    graph.setNode(String(OUT), { width: 0, height: 0 });
    for (const { id } of boxes) if (!feeding.has(id)) graph.setEdge(String(id), String(OUT), { weight: 0, labelpos: 'c' }, 'above');
  }
  lines.forEach(({ from, to }, i) => {
    // lines have no labels: those at their right would take room and bend them
    if (!around[i]) graph.setEdge(String(from), String(to), { weight: 1, labelpos: 'c' }, String(i));
  });
  layout(graph);

  const placed = (id: number) => graph.node(String(id)) as { readonly x: number; readonly y: number };
  const corners = new Float64Array(boxes.length * 2);
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = (x: number, y: number): void => {
    west = Math.min(west, x);
    north = Math.min(north, y);
    east = Math.max(east, x);
    south = Math.max(south, y);
  };
  boxes.forEach(({ id, width, height }, i) => {
    const { x, y } = placed(id);
    corners[2 * i] = x - width / 2;
    corners[2 * i + 1] = y - height / 2;
    reach(x - width / 2, y - height / 2);
    reach(x + width / 2, y + height / 2);
  });
  if (entered) reach(placed(IN).x, placed(IN).y);
  if (left) reach(placed(OUT).x, placed(OUT).y);

  const paths = lines.map(({ from, to }, i) => {
    if (around[i]) return null;
    const { points } = graph.edge(String(from), String(to), String(i)) as {
      readonly points: readonly { readonly x: number; readonly y: number }[];
    };
    for (const { x, y } of points) reach(x, y);
    return Float64Array.from(points.flatMap(({ x, y }) => [x, y]));
  });
  const sizeOf = new Map(boxes.map((box) => [box.id, box]));
  const edge = east;
  let lane = 0;
  const all = lines.map(({ from, to }, i) => {
    const path = paths[i];
    if (path) return path;
    const x = edge + LANE_GAP * (1 + (lane++ % LANES));
    const [a, b] = [placed(from), placed(to)];
    const points = [a.x + sizeOf.get(from)!.width / 2, a.y, x, a.y, x, b.y, b.x + sizeOf.get(to)!.width / 2, b.y];
    reach(x, a.y);
    return Float64Array.from(points);
  });

  const move = (numbers: Float64Array): Float64Array => numbers.map((value, i) => value - (i % 2 === 0 ? west : north));
  return {
    width: east - west,
    height: south - north,
    corners: move(corners),
    lines: all.map(move),
    enter: (entered ? placed(IN).x : (west + east) / 2) - west,
    leave: (left ? placed(OUT).x : (west + east) / 2) - west,
  };
}
