#!/usr/bin/env bash
# How fast Thrum writes into VictoriaMetrics, turn by turn in one run, beside two ceilings that do nothing but send prebuilt bodies over one connection: the
# peers' (six fields and two tags a point), and one with the very bytes that Thrum writes (six fields and four tags). Expects the peers in ../shared/peers, python3 and Debian's victoria-metrics.
#
#   bench/write-ceiling.sh [rounds=15] [points=100000]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tool="$root/../shared/peers/ceilings/tsdb_ingest.py"
[ -f "$tool" ] || tool="$root/../../shared/peers/ceilings/tsdb_ingest.py"
[ -f "$tool" ] || { echo "write-ceiling.sh: expected the peers' tsdb_ingest.py at ../shared/peers/ceilings beside this repository" >&2; exit 2; }
rounds=${1:-15} points=${2:-100000}
work=$(mktemp -d)
database=
trap 'if [ -n "$database" ]; then kill "$database" 2> /dev/null || true; wait "$database" 2> /dev/null || true; fi; rm -rf "$work"' EXIT
dotnet build "$root/bench/Delivery" -c Release -v q --nologo > "$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
bench="$root/bench/Delivery/bin/Release/net10.0/Thrum.Delivery.dll"
port=$((20000 + RANDOM % 20000))
victoria-metrics -storageDataPath "$work/data" -httpListenAddr "127.0.0.1:$port" -retentionPeriod 100y > "$work/database.log" 2>&1 &
database=$!
for ((try = 0; try < 100; try++)); do
    if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then break; fi
    sleep 0.1
done
dotnet "$bench" write "$rounds" "http://127.0.0.1:$port" "$points" "$tool"
