import * as vscode from 'vscode';
import { runtimeNames, runtimes } from '../../analysis/plan/runtimes.js';
import type { PlanRequest } from '../../report/planRequest.js';
import type { RuntimeOffer } from '../../rpc/page.js';
import { modelKey, type Models } from '../models/models.js';
import { planSettings } from './planSettings.js';

/** What is to be known of plans of a model beside how the finding of one stands. */
export interface PlanFacts {
  readonly request: PlanRequest | null;
  readonly runtimes: readonly RuntimeOffer[];
  /** What plans are for as long as nobody says otherwise. */
  readonly runtime: string;
}

/** Has plans found for models that are open. */
export interface Planner {
  /** What was asked of the model last, and what can be asked. */
  facts(uri: vscode.Uri): PlanFacts;
  /** Finds a plan: by effects at the outputs where the model was run to its end, on the same inputs; else by its weights alone. */
  start(uri: vscode.Uri, request: PlanRequest): void;
}

const offers = runtimeNames.map((name): RuntimeOffer => ({ name, title: runtimes[name].title }));

const proposed = (uri: vscode.Uri): string => {
  const set = vscode.workspace.getConfiguration('precisionLens', uri).get<string>('plan.runtime', 'generic');
  return offers.some(({ name }) => name === set) ? set : 'generic';
};

export function planner(models: Models): Planner {
  const asked = new Map<string, PlanRequest>();
  return {
    facts: (uri) => ({ request: asked.get(modelKey(uri)) ?? null, runtimes: offers, runtime: proposed(uri) }),
    start(uri, request) {
      const session = models.peek(modelKey(uri));
      if (!session) return;
      asked.set(modelKey(uri), request);
      session.plan.start(async () => {
        const { hardware } = await planSettings(uri);
        const { figures } = session.run;
        return { ...request, hardware, batch: 1, run: figures?.head ? figures.request : null };
      });
    },
  };
}
