// Runs the portal's own verifier (wwwroot/portal/verify.js) outside a browser: every draw given must verify, and no draw with one changed byte may.
// usage: node browser.mjs VERIFY.JS FOLDER…
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [script, ...folders] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(script).href);
const names = ['candidates.tsv', 'order.json', 'reveals.json', 'result.json'];
const good = async files => {
  const [candidates, order, reveals, result] = files;
  const steps = await verify({ candidates, order, reveals, result });
  return steps.length === 6 && steps.every(step => step.ok);
};

let tried = 0, wrong = 0;
for (const folder of folders) {
  const files = names.map(name => new Uint8Array(readFileSync(join(folder, name))));
  if (!await good(files)) { wrong++; console.log(`${folder}: not verified`); }
  for (let which = 0; which < 4; which++) {
    for (let at = 0; at < files[which].length; at++) {
      const changed = files[which].slice();
      changed[at] ^= 1;
      tried++;
      if (await good(files.map((file, i) => i === which ? changed : file))) { wrong++; console.log(`${folder}/${names[which]} byte ${at}: passed`); }
    }
  }
}
console.log(`${tried} changed draws, ${wrong} wrong`);
process.exit(wrong === 0 && tried > 0 ? 0 : 1);
