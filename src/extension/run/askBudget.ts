import * as vscode from 'vscode';
import { parseBudget, PlanError } from '../../analysis/plan/budget.js';
import { costKinds, type BudgetKind, type CostKind, type PlanRequest } from '../../report/planRequest.js';
import { quickPick } from '../commands/quickPick.js';
import type { PlanFacts } from './planner.js';

type Item<T> = vscode.QuickPickItem & { readonly value: T };

const costWords = (kind: CostKind): string => {
  switch (kind) {
    case 'size':
      return vscode.l10n.t('Size of the weights');
    case 'activations':
      return vscode.l10n.t('Peak memory of activations');
    case 'bops':
      return vscode.l10n.t('Bit operations');
    case 'energy':
      return vscode.l10n.t('Energy');
    case 'time':
      return vscode.l10n.t('Time');
  }
};

/** What can be asked, and an example of it. */
const kinds = (): readonly Item<{ readonly kind: BudgetKind; readonly example: string }>[] => {
  const item = (kind: BudgetKind, example: string, label: string) => ({
    label,
    description: `${kind}=${example}`,
    value: { kind, example },
  });
  return [
    item('bits', '4.5', vscode.l10n.t('Average bits of weights')),
    item('size', '1MiB', costWords('size')),
    item('activations', '64KiB', costWords('activations')),
    item('bops', '2G', costWords('bops')),
    item('energy', '50uJ', costWords('energy')),
    item('time', '2ms', costWords('time')),
    item('sqnr', '30dB', vscode.l10n.t('Floor: SQNR at the outputs')),
    item('drop', '0.5%', vscode.l10n.t('Floor: accuracy that may be lost')),
  ];
};

/** Asks what a plan is to keep to, and for what it is made. @param last what was asked before */
export async function askBudget({ request: last, runtimes, runtime }: PlanFacts): Promise<PlanRequest | undefined> {
  const title = vscode.l10n.t('Find a Plan');
  const chosen = await quickPick(kinds(), {
    title,
    placeHolder: vscode.l10n.t('What is the plan to keep to?'),
    matchOnDescription: true,
  });
  if (!chosen) return undefined;
  const { kind, example } = chosen.value;
  const before = last?.budgets.find((text) => text.startsWith(`${kind}=`));
  const limit = await vscode.window.showInputBox({
    title: chosen.label,
    value: before?.slice(kind.length + 1) ?? example,
    prompt: vscode.l10n.t('A number with its unit, e.g. {0}', example),
    ignoreFocusOut: true,
    validateInput: (text) => problemOf(`${kind}=${text}`),
  });
  if (limit === undefined) return undefined;
  const minimize = kind === 'sqnr' || kind === 'drop' ? await askCost() : 'size';
  if (!minimize) return undefined;
  const first = last?.runtime ?? runtime;
  const offered = [...runtimes].sort((a, b) => Number(b.name === first) - Number(a.name === first));
  const target = await quickPick(
    offered.map(({ name, title: label }): Item<string> => ({ label, description: name, value: name })),
    { title, placeHolder: vscode.l10n.t('What is to run the model?'), matchOnDescription: true },
  );
  return target && { budgets: [`${kind}=${limit}`], runtime: target.value, minimize };
}

async function askCost(): Promise<CostKind | undefined> {
  const items = costKinds.map((value): Item<CostKind> => ({ label: costWords(value), value }));
  const chosen = await quickPick(items, { placeHolder: vscode.l10n.t('What is to be spent least of?') });
  return chosen?.value;
}

/** What is wrong with a budget; undefined when nothing is. */
function problemOf(text: string): string | undefined {
  try {
    parseBudget(text);
    return undefined;
  } catch (error) {
    if (error instanceof PlanError) return error.message;
    throw error;
  }
}
