/** How the user left the view; kept by VS Code over reloads and moves of the tab. */
import type { Camera } from '../graph/camera.js';
import { defaultGraphView, restoreCamera, restoreGraphView, type GraphViewState } from '../graph/viewState.js';
import { noChoice, restoreColumns, type ColumnChoice } from '../table/columnLayout.js';
import { isViewId, type ViewId } from '../views/views.js';
import { isAxis, type Axis } from './plans.js';
import type { Sort } from './rows.js';

/** What the view of sensitivities shows. */
export interface SensitivityChoice {
  /** Scheme of the weights; null: the page chooses. */
  readonly scheme: string | null;
  readonly targets: 'apart' | 'weight' | 'activation' | 'both';
  readonly sort: 'order' | 'effect';
}

export interface ViewState {
  /** The view above the detail of the chosen layer. */
  readonly tab: ViewId;
  /** Index of the layer the user chose; null when the page chooses. */
  readonly selected: number | null;
  /** Name of that layer, so that a choice is dropped when the file has changed. */
  readonly selectedName: string | null;
  readonly sort: Sort | null;
  readonly filter: string;
  /** Whether the table's rows stand in modules. */
  readonly grouped: boolean;
  /** Paths of the modules whose rows are not shown. */
  readonly closedGroups: readonly string[];
  readonly columns: ColumnChoice;
  /** Pixels from the top of the table. */
  readonly scrollTop: number;
  readonly logScale: boolean;
  /** Share of the height below the header that the table may take, 0…1. */
  readonly split: number;
  /** The same for the graph. */
  readonly graphSplit: number;
  /** The same for the view of sensitivities. */
  readonly sensitivitySplit: number;
  readonly sensitivity: SensitivityChoice;
  /** What the front of plans is seen by; null: by what the plan was found for. */
  readonly planAxis: Axis | null;
  readonly graph: GraphViewState;
  /** What of the graph is in sight; null as long as nobody has looked. */
  readonly graphCamera: Camera | null;
}

export const defaultView: ViewState = {
  tab: 'layers',
  selected: null,
  selectedName: null,
  sort: null,
  filter: '',
  grouped: false,
  closedGroups: [],
  columns: noChoice,
  scrollTop: 0,
  // the tails that a clip range cuts off are too thin to be seen on a linear axis
  logScale: true,
  split: 0.42,
  graphSplit: 0.65,
  sensitivitySplit: 0.6,
  sensitivity: { scheme: null, targets: 'apart', sort: 'order' },
  planAxis: null,
  graph: defaultGraphView,
  graphCamera: null,
};

const isSort = (value: unknown): value is Sort =>
  typeof value === 'object' &&
  value !== null &&
  'column' in value &&
  typeof value.column === 'string' &&
  'descending' in value &&
  typeof value.descending === 'boolean';

function restoreSensitivity(stored: unknown): SensitivityChoice {
  const { scheme, targets, sort } = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<
    Record<keyof SensitivityChoice, unknown>
  >;
  const { sensitivity } = defaultView;
  return {
    scheme: typeof scheme === 'string' ? scheme : null,
    targets: targets === 'weight' || targets === 'activation' || targets === 'both' ? targets : sensitivity.targets,
    sort: sort === 'effect' ? sort : sensitivity.sort,
  };
}

/** What was stored, field by field: another version of the page may have written it. */
export function restoreView(stored: unknown): ViewState {
  if (typeof stored !== 'object' || stored === null) return defaultView;
  const from = stored as Partial<Record<keyof ViewState, unknown>>;
  const number = (value: unknown, otherwise: number) => (typeof value === 'number' && Number.isFinite(value) ? value : otherwise);
  const share = (value: unknown, otherwise: number) => Math.min(0.85, Math.max(0.15, number(value, otherwise)));
  return {
    tab: isViewId(from.tab) ? from.tab : defaultView.tab,
    selected: Number.isInteger(from.selected) ? (from.selected as number) : null,
    selectedName: typeof from.selectedName === 'string' ? from.selectedName : null,
    sort: isSort(from.sort) ? { column: from.sort.column, descending: from.sort.descending } : null,
    filter: typeof from.filter === 'string' ? from.filter : '',
    grouped: typeof from.grouped === 'boolean' ? from.grouped : defaultView.grouped,
    closedGroups: Array.isArray(from.closedGroups) ? from.closedGroups.filter((key): key is string => typeof key === 'string') : [],
    columns: restoreColumns(from.columns),
    scrollTop: number(from.scrollTop, 0),
    logScale: typeof from.logScale === 'boolean' ? from.logScale : defaultView.logScale,
    split: share(from.split, defaultView.split),
    graphSplit: share(from.graphSplit, defaultView.graphSplit),
    sensitivitySplit: share(from.sensitivitySplit, defaultView.sensitivitySplit),
    sensitivity: restoreSensitivity(from.sensitivity),
    planAxis: isAxis(from.planAxis) ? from.planAxis : null,
    graph: restoreGraphView(from.graph),
    graphCamera: restoreCamera(from.graphCamera),
  };
}
