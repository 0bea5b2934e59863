/** A coefficient and the variable it belongs to. */
export type Term = readonly [coefficient: number, variable: string];

/** Minimize a sum of terms under rows. Variables in `binary` are 0 or 1, all others at least 0. */
export interface Program {
  readonly objective: readonly Term[];
  readonly rows: readonly { readonly terms: readonly Term[]; readonly relation: '<=' | '='; readonly limit: number }[];
  readonly binary: readonly string[];
}

export interface Solved {
  /** Whether nothing better than by `gap` was left. */
  readonly optimal: boolean;
  /** Whether a binary variable is 1; undefined when the solver found no solution. */
  readonly taken: (variable: string) => boolean | undefined;
}

/** CPLEX LP format; a term on each line, for HiGHS cuts lines of more than 560 characters. */
function written({ objective, rows, binary }: Program): string {
  const sum = (terms: readonly Term[]): string =>
    terms.map(([factor, name]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor).toExponential()} ${name}`).join('\n');
  const constraints = rows.map(({ terms, relation, limit }, i) => `r${i}:\n${sum(terms)}\n${relation} ${limit.toExponential()}`);
  return `Minimize\ngoal:\n${sum(objective)}\nSubject To\n${constraints.join('\n')}\nBinary\n${binary.join('\n')}\nEnd\n`;
}

/**
 * Solves a program by HiGHS (loaded on first use). It works to absolute tolerances of about 1e-6: scale what goes in to about 1.
 *
 * @param gap absolute distance from the optimum that counts as none
 */
export async function solve(program: Program, gap: number, seconds: number): Promise<Solved> {
  const { default: load } = await import('highs');
  const highs = await load();
  const { Status, Columns } = highs.solve(written(program), {
    output_flag: false,
    mip_rel_gap: 0,
    mip_abs_gap: gap,
    time_limit: seconds,
  });
  return {
    optimal: Status === 'Optimal',
    taken: (variable) => {
      const column = Columns[variable];
      return column && 'Primal' in column ? column.Primal > 0.5 : undefined;
    },
  };
}
