#!/usr/bin/env bash
# What journal mode costs beside memory mode: the broker holds a backlog for a gateway that is away; the gateway is started on it in each mode in turn.
#
#   bench/journal-cost.sh THRUM MODEL RECORDING [ROUNDS] [COPIES] [REPLAY-OPTION…]
#
# THRUM is the built executable, RECORDING is replayed COPIES times (8), each as a machine of its own, in messages of 1024 samples with QoS 1. Needs
# mosquitto and curl. A line per run, then the ratio of the medians: samples a second, processor time a sample, and bytes written to disk a sample
# (by the process, from /proc/PID/io, and by the gateway's own count).
set -euo pipefail
thrum=$(realpath "$1") model=$(realpath "$2") recording=$(realpath "$3") rounds=${4:-3} copies=${5:-8}
shift $(($# < 5 ? $# : 5))
options=("$@")
PATH=$PATH:/usr/sbin
work=$(mktemp -d)
broker='' gateway=''
end() { if [ -n "$1" ]; then kill "$2" "$1" 2> /dev/null || true; wait "$1" 2> /dev/null || true; fi; }
trap 'end "$gateway" -TERM; end "$broker" -TERM; rm -rf "$work"' EXIT
port=$((20000 + RANDOM % 20000)) http=$((40000 + RANDOM % 20000))

cat > "$work/mosquitto.conf" << CONF
listener $port 127.0.0.1
allow_anonymous true
persistence true
persistence_location $work/
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 0
user $(id -un)
CONF
mosquitto -c "$work/mosquitto.conf" > "$work/mosquitto.log" 2>&1 &
broker=$!

settings() { # MODE CLIENT
    cat > "$work/$1.json" << JSON
{ "version": 1, "http": { "port": $http }, "store": { "path": "$work/$1/thrum.db", "durability": "$1" },
  "mqtt": { "port": $port, "clientId": "bench-$1", "topics": [ { "template": "vibration/{machine}/{sensor}/{axis}" } ] },
  "detector": { "models": [ { "path": "$model" } ] } }
JSON
}

metric() { curl -s "http://127.0.0.1:$http/metrics" | awk -v name="$1" '$1 == name { print $2; found = 1 } END { if (!found) print 0 }'; }
decoded() { metric 'thrum_stage_sent_total{stage="decode",unit="message"}'; }
wait_for() { until "$@"; do sleep 0.02; done; }
is_ready() { curl -sf "http://127.0.0.1:$http/readyz" > /dev/null; }
has_all() { [ "$(decoded)" -ge "$messages" ]; }
has_some() { [ "$(decoded)" -gt 0 ]; }
start_gateway() { "$thrum" run -c "$work/$1.json" > "$work/$1.log" 2>&1 & gateway=$!; }
cpu() { awk '{ print ($14 + $15) / 100 }' "/proc/$gateway/stat"; }
written() { awk '/^write_bytes/ { print $2 }' "/proc/$gateway/io"; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

run() { # MODE
    local before after cpu_before written_before samples
    start_gateway "$1"; wait_for is_ready; end "$gateway" -TERM; gateway=''
    messages=0
    for copy in $(seq "$copies"); do
        messages=$((messages + $("$thrum" replay "$recording" "${options[@]}" --broker "mqtt://127.0.0.1:$port" --topic "vibration/m$copy-$RANDOM/s/a" --qos 1 \
            --block 1024 --speed max --json | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p')))
    done
    start_gateway "$1"; wait_for has_some
    before=$(date +%s.%N) first=$(decoded) cpu_before=$(cpu) written_before=$(written)
    wait_for has_all
    after=$(date +%s.%N)
    samples=$(((messages - first) * 1024))
    awk -v mode="$1" -v s="$samples" -v t="$(echo "$after $before" | awk '{ print $1 - $2 }')" -v c="$(echo "$(cpu) $cpu_before" | awk '{ print $1 - $2 }')" \
        -v w="$(($(written) - written_before))" -v own="$(metric thrum_disk_written_bytes_per_sample)" \
        'BEGIN { printf "%s %.0f samples/s, %.3f us of processor a sample, %.2f bytes written a sample (own count %.2f)\n", mode, s / t, c / s * 1e6, w / s, own }'
    end "$gateway" -TERM; gateway=''
    rm -rf "${work:?}/$1"
}

for mode in memory journal; do settings $mode; done
for _ in $(seq "$rounds"); do
    for mode in memory journal; do run $mode | tee -a "$work/results"; done
done
rate() { awk -v m="$1" '$1 == m { print $2 }' "$work/results" | median; }
used() { awk -v m="$1" '$1 == m { print $4 }' "$work/results" | median; }
echo "journal / memory: $(awk -v a="$(rate journal)" -v b="$(rate memory)" 'BEGIN { printf "%.2f", a / b }') of the samples a second, $(awk -v a="$(used journal)" -v b="$(used memory)" 'BEGIN { printf "%.2f", a / b }') times the processor time a sample"
