// Loaded into every node that a test starts (see sh.sh): playlists that it
// fetches are kept for hls-check.mjs --recorded, which looks at its own itself.
import { recordFetch } from '../hls-check/recorded.mjs';

if (process.env.WEIR_PLAYLISTS && !/hls-check/.test(process.argv[1] ?? ''))
  recordFetch(process.env.WEIR_PLAYLISTS);
