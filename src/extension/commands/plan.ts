import * as vscode from 'vscode';
import { activeModel, openModel } from '../editor/active.js';
import { modelKey, type Models } from '../models/models.js';
import type { PlanRequest } from '../../report/planRequest.js';
import { askBudget } from '../run/askBudget.js';
import type { Planner } from '../run/planner.js';

/** A budget that a key binding or another extension names: `{ "budget": "bits=4.5" }`. */
const named = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'budget' in value && typeof value.budget === 'string' ? value.budget : undefined;

/** Registers what concerns the finding of plans; each command takes the model's URI, and without one the active model. */
export function registerPlanCommands(models: Models, planner: Planner): vscode.Disposable {
  const register = (command: string, work: (uri: vscode.Uri, argument: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (given?: unknown, argument?: unknown) => {
      const uri = given instanceof vscode.Uri ? given : activeModel();
      if (uri) await work(uri, given instanceof vscode.Uri ? argument : given);
    });
  return vscode.Disposable.from(
    register('precisionLens.findPlan', async (uri, argument) => {
      if (!models.peek(modelKey(uri))) await openModel(uri);
      const facts = planner.facts(uri);
      const budget = named(argument);
      const request: PlanRequest | undefined = budget
        ? { budgets: [budget], runtime: facts.runtime, minimize: 'size' }
        : await askBudget(facts);
      if (request) planner.start(uri, request);
    }),
    register('precisionLens.cancelPlan', (uri) => models.peek(modelKey(uri))?.plan.cancel()),
  );
}
