// Builds what the pages are served from, into dist: the chart library as one
// module without imports, with the licences of what is in it at its end; and the
// admin's page in few files instead of many, its places as files of their own that
// are fetched when somebody goes there.
import { build } from 'esbuild';
import { appendFile, readFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const library = 'dist/vchart.js';
const common = { bundle: true, minify: true, format: 'esm', platform: 'browser', metafile: true };

const charts = await build({
  ...common,
  entryPoints: ['vchart.mjs'],
  outfile: library,
  target: 'es2020',
  legalComments: 'none', // the notices below hold them whole
});
await appendFile(library, await notices(charts.metafile));
await report([library]);

for (const stale of ['dist/js', 'dist/css']) await rm(stale, { recursive: true, force: true });
const page = await build({
  ...common,
  entryPoints: ['static/js/admin/main.js', 'static/css/admin.css'],
  outdir: 'dist',
  outbase: 'static',
  chunkNames: 'js/admin/[name]-[hash]',
  splitting: true,
  target: 'es2022',
});
await report(Object.keys(page.metafile.outputs));

/** Says how large files are. */
async function report(files) {
  for (const file of files) console.log(`${file}: ${Math.round((await stat(file)).size / 1024)} KiB`);
}

/** The licences of the packages in the bundle, as one comment. */
async function notices(metafile) {
  const folders = new Set();
  for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[library].inputs)) {
    const inside = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (inside && bytesInOutput > 0) folders.add(inside[1]);
  }
  const parts = [];
  for (const folder of [...folders].sort()) parts.push(await notice(folder));
  const text = `This file holds, bundled and minified:\n\n${parts.join('\n\n')}`;
  return `\n/*!\n${text.replaceAll('*/', '* /')}\n*/\n`;
}

/** One package's name and licence. */
async function notice(folder) {
  const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const license = about.license ?? about.licenses?.[0]?.type;
  if (!license) throw new Error(`${about.name} names no licence`);
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const terms = file ? (await readFile(path.join(folder, file), 'utf8')).trim() : standardTerms(about, license);
  return `--- ${about.name} ${about.version} (${license}) ---\n${terms}`;
}

/** The terms of a package that names its licence without its text. */
function standardTerms(about, license) {
  const holder = about.author?.name ?? about.author ?? `the authors of ${about.name}`;
  if (license !== 'MIT') throw new Error(`${about.name} comes without the text of ${license}`);
  return `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}
