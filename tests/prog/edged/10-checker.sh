#!/bin/sh
# The playlist checker that the other tests rely on refuses what is broken.
exec node "$(dirname "$0")/../../lib/hls-check.test.mjs"
