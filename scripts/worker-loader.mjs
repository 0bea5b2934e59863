// Webpack loader for `import source from './worker.ts?worker'`: the worker bundled into one script, as text inside the bundle.
import path from 'node:path';
import { build } from 'esbuild';

export default function workerLoader() {
  const done = this.async();
  const minify = this.mode === 'production';
  build({
    entryPoints: [this.resourcePath],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'eof',
    minify,
    metafile: true,
    logLevel: 'silent',
  }).then(({ outputFiles, metafile }) => {
    for (const input of Object.keys(metafile.inputs)) this.addDependency(path.resolve(input));
    done(null, `export default ${JSON.stringify(outputFiles[0].text)};`);
  }, done);
}
