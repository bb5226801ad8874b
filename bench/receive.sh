#!/usr/bin/env bash
# How fast Thrum receives and decodes, in one run on this machine:
#   - behind the lossless stand-in broker of the peers (the client's own ceiling), beside the null subscriber in C;
#   - behind mosquitto, beside the same null subscriber on the same broker.
# Prints one table row a measurement: medians and ranges over the rounds. Expects the peers in ../shared/peers, gcc and mosquitto.
#
#   bench/receive.sh [rounds=3]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tool="$root/../shared/peers/load/mqload.c"
[ -f "$tool" ] || tool="$root/../../shared/peers/load/mqload.c"
[ -f "$tool" ] || { echo "receive.sh: expected the peers' load tool at ../shared/peers/load/mqload.c beside this repository" >&2; exit 2; }
PATH=$PATH:/usr/sbin
rounds=${1:-3}
work=$(mktemp -d)
broker=
clean_up() {
    if [ -n "$broker" ]; then kill "$broker" 2> /dev/null || true; fi
    rm -rf "$work"
}
trap clean_up EXIT
gcc -O2 -march=native -pthread -o "$work/mqload" "$tool" -lm
thrum=${THRUM:-"$root/thrum"}
"$thrum" version >&2

port=$((20000 + RANDOM % 20000))
cat > "$work/mosquitto.conf" << CONF
listener $port 127.0.0.1
allow_anonymous true
user $(id -un)
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 0
CONF
mosquitto -c "$work/mosquitto.conf" > "$work/mosquitto.log" 2>&1 &
broker=$!
sleep 1

# note KEY JSON-LINE: keeps the rate and, of Thrum, the bytes allocated.
note() { printf '%s\t%s\n' "$1" "$(grep -o '"messages_\?[Pp]er_\?[Ss]":[0-9.]*\|"lost":[0-9-]*\|"bytesPerMessage":[0-9.]*\|"cpu\(_s\)\?":[0-9.]*' <<< "$2" | tr '\n' ' ')" >> "$work/results"; }

behind_stand_in() { # NAME QOS SAMPLES MESSAGES COMMAND…
    local key="stand-in, QoS $2, $3 samples, $1" qos=$2 samples=$3 messages=$4 own=$((port + 1 + RANDOM % 1000)) line
    shift 4
    "$work/mqload" serve --port "$own" --qos "$qos" --samples "$samples" --messages "$messages" --seconds 60 > /dev/null &
    local serve=$!
    sleep 0.3
    line=$("$@" --port "$own" --qos "$qos" --samples "$samples" --messages "$messages" --seconds 50 2> /dev/null)
    wait "$serve" || true
    note "$key" "$line"
}

behind_mosquitto() { # NAME QOS SAMPLES MESSAGES COMMAND…
    local key="mosquitto, QoS $2, $3 samples, $1" qos=$2 samples=$3 messages=$4 line
    shift 4
    "$@" --port "$port" --qos "$qos" --samples "$samples" --messages "$messages" --seconds 50 > "$work/line" 2> "$work/said" &
    local subscriber=$! tries
    # The null subscriber does not say when it is ready, but it is at once.
    sleep 0.5
    if [[ "$*" == *' bench receive'* ]]; then
        for ((tries = 0; tries < 200; tries++)); do
            if grep -q '^ready' "$work/said"; then break; fi
            sleep 0.1
        done
    fi
    "$work/mqload" pub --port "$port" --qos "$qos" --samples "$samples" --messages "$messages" --seconds 50 > /dev/null
    wait "$subscriber" || true
    line=$(cat "$work/line")
    note "$key" "$line"
}

for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    for qos in 0 1; do
        for shape in '64 2000000' '256 1500000' '1024 800000' '4096 200000'; do
            read -r samples messages <<< "$shape"
            behind_stand_in 'null subscriber' "$qos" "$samples" "$messages" "$work/mqload" sub
            behind_stand_in 'Thrum' "$qos" "$samples" "$messages" "$thrum" bench receive
        done
        for shape in '64 150000' '256 150000' '1024 100000' '4096 40000'; do
            read -r samples messages <<< "$shape"
            behind_mosquitto 'null subscriber' "$qos" "$samples" "$messages" "$work/mqload" sub
            behind_mosquitto 'Thrum' "$qos" "$samples" "$messages" "$thrum" bench receive
        done
    done
done

echo '| measurement | messages/s, median (range) | CPU s | bytes allocated a message | lost |'
echo '|---|---|---|---|---|'
cut -f1 "$work/results" | awk '!seen[$0]++' | while IFS= read -r key; do
    awk -F'\t' -v key="$key" '$1 == key { print $2 }' "$work/results" | sed 's/"//g' | awk -v key="$key" '
        { for (i = 1; i <= NF; i++) { split($i, f, ":"); if (f[1] ~ /^messages/) rate[++n] = f[2]; if (f[1] ~ /^cpu/) cpu += f[2]; if (f[1] == "bytesPerMessage") bytes = bytes " " f[2]; if (f[1] == "lost") lost += f[2] } }
        END {
            for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (rate[j] < rate[i]) { t = rate[i]; rate[i] = rate[j]; rate[j] = t }
            printf "| %s | %.1f k (%.1f - %.1f) | %.2f |%s | %d |\n", key, rate[int((n + 1) / 2)] / 1000, rate[1] / 1000, rate[n] / 1000, cpu / n, bytes, lost
        }'
done
