// The house rules: which room may know of which. The order of the rooms is the direction of the imports.
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to: { path: to } });

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'numbers in, numbers out: no I/O, no Node, no vscode',
      from: { path: '^src/core' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    forbid('core-knows-nobody', '^src/core', '^(src/(?!core)|webview-ui)', 'the core stands alone'),
    forbid('report-is-types', '^src/report', '^(src/(?!core|report)|webview-ui)', 'a report needs nothing but the core’s types'),
    forbid('rpc-is-generic', '^src/rpc', '^(src/(?!rpc|report)|webview-ui)', 'messages carry report types only'),
    forbid('model-below-engine', '^src/model', '^(src/(?!core|model)|webview-ui)', 'core ← model'),
    forbid(
      'engine-below-analysis',
      '^src/engine',
      '^(src/(?!core|model|engine|rpc|report)|webview-ui)',
      'model ← engine; settings are report types',
    ),
    forbid('analysis-below-worker', '^src/analysis', '^(src/(?!core|model|engine|report|analysis)|webview-ui)', 'engine ← analysis'),
    forbid('exporters', '^src/exporters', '^(src/(?!core|model|report|exporters)|webview-ui)', 'exporters see model and report'),
    forbid('worker-below-shells', '^src/worker', '^(src/(extension|cli)|webview-ui)', 'worker ← extension, cli'),
    forbid('cli-is-a-shell', '^src/cli', '^(src/extension|webview-ui)', 'the terminal knows no editor'),
    forbid('extension-is-a-shell', '^src/extension', '^(src/cli|webview-ui)', 'the editor knows no terminal'),
    { name: 'vscode-only-in-extension', severity: 'error', from: { path: '^src', pathNot: '^src/extension' }, to: { path: '^vscode$' } },
    forbid('page-sees-messages-only', '^webview-ui', '^src/(?!report|rpc)', 'the page sees report types and the message protocol'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'src/core/kernels/assembly' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
