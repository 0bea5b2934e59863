import type { Finding, LayerReport } from '../../report/types.js';

/** What findings change in a layer's report: advice tells of them too. */
export const withFindings = (
  { advice }: Pick<LayerReport, 'advice'>,
  findings: readonly Finding[],
): Pick<LayerReport, 'findings' | 'advice'> => ({
  findings,
  advice: advice && { ...advice, causes: findings.map(({ text }) => text) },
});
