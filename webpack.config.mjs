import path from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';
import { EsbuildPlugin } from 'esbuild-loader';

const root = path.dirname(fileURLToPath(import.meta.url));

/** What all bundles share: one language, one output folder, the kernels compiled on the way in. */
const common = (mode) => ({
  mode,
  context: root,
  devtool: mode === 'production' ? false : 'source-map',
  output: { path: path.join(root, 'dist'), filename: '[name].js' },
  resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
  module: {
    rules: [
      { resourceQuery: /wasm/, type: 'asset/bytes', use: path.join(root, 'scripts/kernels-loader.mjs') },
      { resourceQuery: /worker/, loader: path.join(root, 'scripts/worker-loader.mjs') },
      { test: /\.ts$/, resourceQuery: { not: /wasm|worker/ }, loader: 'esbuild-loader', options: { target: 'es2022' } },
      { test: /\.css$/, type: 'asset/source' },
    ],
  },
  optimization: { minimizer: [new EsbuildPlugin({ target: 'es2022', legalComments: 'eof' })] },
  performance: { hints: false },
  // protobufjs asks for `long` in a way no bundler sees; the reader takes 64-bit integers with and without it
  ignoreWarnings: [{ module: /@protobufjs\/inquire/ }],
  stats: 'errors-warnings',
});

const node = (mode) => ({
  ...common(mode),
  target: 'node20',
  // its CommonJS build asks for its WebAssembly beside the bundle, the other one where the bundle was made
  resolve: { ...common(mode).resolve, alias: { 'onnxruntime-web$': path.join(root, 'node_modules/onnxruntime-web/dist/ort.node.min.js') } },
  externals: { vscode: 'commonjs vscode', 'onnxruntime-node': 'commonjs onnxruntime-node' },
});

export default (_env, { mode = 'development' }) => [
  {
    ...node(mode),
    name: 'node',
    entry: {
      extension: './src/extension/extension.ts',
      worker: './src/worker/main.ts',
      lane: './src/worker/lane.ts',
      cli: './src/cli/main.ts',
      engine: './src/engine/main.ts',
    },
    output: { ...common(mode).output, library: { type: 'commonjs2' } },
    plugins: [
      new CopyPlugin({
        patterns: [
          'src/report/plan.schema.json',
          { from: 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.{mjs,wasm}', to: '[name][ext]' },
        ],
      }),
    ],
  },
  {
    ...common(mode),
    name: 'page',
    target: 'web',
    entry: { page: './webview-ui/src/main.ts', compare: './webview-ui/src/compare/main.ts' },
    plugins: [
      new CopyPlugin({
        patterns: [
          { from: 'node_modules/@vscode/codicons/dist/codicon.{css,ttf}', to: '[name][ext]' },
          { from: 'webview-ui/l10n/*.json', to: 'page.[name][ext]' },
        ],
      }),
    ],
  },
];
