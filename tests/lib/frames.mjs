// Reads names of CMAF segments on stdin, prints how many samples they have.
import { readFileSync } from 'node:fs';
import { readFragments } from './hls-check/fragment.mjs';

let n = 0;
for (const name of readFileSync(0, 'utf8').split('\n').filter(Boolean))
  for (const fragment of readFragments(readFileSync(name))) n += fragment.samples.length;
console.log(n);
