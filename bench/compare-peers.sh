#!/usr/bin/env bash
# Measures Thrum beside the Python and Node.js pipelines and the ceilings of broker, ONNX Runtime, FFT and database, all in one
# run on this machine, and prints the tables: about two minutes a round. Expects the peers in ../shared/peers.
#
#   bench/compare-peers.sh [rounds=3]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
peers="$root/../shared/peers/run-all.sh"
[ -f "$peers" ] || { echo "compare-peers.sh: expected the peers' measurement at ../shared/peers/run-all.sh beside this repository" >&2; exit 2; }
"$root/thrum" version >&2
PRODUCT_CMD="$root/thrum bench pipeline --url {url} --model {model}" exec "$peers" "${1:-3}"
