import { defineConfig } from 'tsdown'

const NOTICE =
  '/*! Contains Apache ECharts 6.1.0 (Apache-2.0, The Apache Software Foundation) and ZRender (BSD-3-Clause, (c) 2017 Baidu Inc.) */'

/** The charts' library is bundled with only its used part: all of it would be 60 MB of every installation. */
export default defineConfig([
  { entry: { index: 'src/index.ts' }, sourcemap: false },
  {
    entry: { dashboard: 'src/browser/dashboard.ts' },
    outDir: 'dist/browser',
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    dts: false,
    sourcemap: false,
    deps: { alwaysBundle: [/^@runspan\//] }, // a page cannot import anything
    hooks: { 'build:done': () => {} },
    outputOptions: { entryFileNames: '[name].js', banner: NOTICE },
  },
])
