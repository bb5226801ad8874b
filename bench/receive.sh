#!/usr/bin/env bash
# How fast Thrum receives and decodes, in one run on this machine:
#   - behind the lossless stand-in broker of the peers (the client's own ceiling), beside the null subscriber in C;
#   - behind mosquitto, beside the same null subscriber on the same broker.
# The two take turns, and who begins alternates, so that what else the machine does meets both. Prints one table row a pair: medians
# and ranges over the rounds, the median of the rounds' ratios, and the processor time a message, medians of Thrum / the other.
# Behind mosquitto a run takes two seconds and more, so that compiling the code, 0.1 s of processor time once, is little of it.
# Expects the peers in ../shared/peers, gcc and mosquitto.
#
#   bench/receive.sh [rounds=3] [stand-in|mosquitto|both] [floats a message, or all] [QoS, or all]
#   THRUM=… bench/receive.sh 7 mosquitto 4096      another thrum than the one of this repository
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tool="$root/../shared/peers/load/mqload.c"
[ -f "$tool" ] || tool="$root/../../shared/peers/load/mqload.c"
[ -f "$tool" ] || { echo "receive.sh: expected the peers' load tool at ../shared/peers/load/mqload.c beside this repository" >&2; exit 2; }
PATH=$PATH:/usr/sbin
rounds=${1:-3} broker_kind=${2:-both} only_samples=${3:-all} only_qos=${4:-all}
case $broker_kind in stand-in | mosquitto | both) ;; *)
    echo "receive.sh: the second argument is '$broker_kind', expected stand-in, mosquitto or both" >&2
    exit 2
    ;;
esac
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
note() { printf '%s\t%s\t%s\n' "$round" "$1" "$(grep -o '"messages\(_\?[Pp]er_\?[Ss]\)\?":[0-9.]*\|"lost":[0-9-]*\|"bytesPerMessage":[0-9.]*\|"cpu\(_s\)\?":[0-9.]*' <<< "$2" | tr '\n' ' ')" >> "$work/results"; }

behind_stand_in() { # NAME QOS SAMPLES MESSAGES COMMAND…
    local key="stand-in | $2 | $3 | $1" qos=$2 samples=$3 messages=$4 own=$((port + 1 + RANDOM % 1000)) line
    shift 4
    "$work/mqload" serve --port "$own" --qos "$qos" --samples "$samples" --messages "$messages" --seconds 60 > /dev/null &
    local serve=$!
    sleep 0.3
    line=$("$@" --port "$own" --qos "$qos" --samples "$samples" --messages "$messages" --seconds 50 2> /dev/null)
    wait "$serve" || true
    note "$key" "$line"
}

behind_mosquitto() { # NAME QOS SAMPLES MESSAGES COMMAND…
    local key="mosquitto | $2 | $3 | $1" qos=$2 samples=$3 messages=$4 line
    shift 4
    # Not the one of the run before: it would say that this one is ready.
    rm -f "$work/said"
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

in_turn() { # BROKER QOS SAMPLES MESSAGES
    local nothing=("$1" 'null subscriber' "$2" "$3" "$4" "$work/mqload" sub) own=("$1" Thrum "$2" "$3" "$4" "$thrum" bench receive)
    if [ $((round % 2)) -eq 0 ]; then
        "${own[@]}"
        "${nothing[@]}"
    else
        "${nothing[@]}"
        "${own[@]}"
    fi
}

is_wanted() { # BROKER QOS SAMPLES MESSAGES
    [[ $broker_kind == "$1" || $broker_kind == both ]] && [[ $only_qos == "$2" || $only_qos == all ]] && [[ $only_samples == "$3" || $only_samples == all ]]
}

for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds, load $(cut -d' ' -f1 /proc/loadavg)" >&2
    for qos in 0 1; do
        for shape in '64 2000000' '256 1500000' '1024 800000' '4096 200000'; do
            if is_wanted stand-in "$qos" $shape; then in_turn behind_stand_in "$qos" $shape; fi
        done
        for shape in '64 400000' '256 400000' '1024 250000' '4096 120000'; do
            if is_wanted mosquitto "$qos" $shape; then in_turn behind_mosquitto "$qos" $shape; fi
        done
    done
done

echo '| broker | QoS | floats a message | Thrum, k messages/s | null subscriber | ratio, median (range) | CPU us a message | bytes | lost |'
echo '|---|---|---|---|---|---|---|---|---|'
cut -f2 "$work/results" | sed 's/ | [^|]*$//' | awk '!seen[$0]++' | while IFS= read -r key; do
    awk -F'\t' -v key="$key" '
        function sort(a, n,   i, j, t) { for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t } }
        function text(a, n, scale, form) { sort(a, n); return sprintf(form " (" form " - " form ")", a[int((n + 1) / 2)] / scale, a[1] / scale, a[n] / scale) }
        index($2, key " | ") == 1 {
            own = $2 ~ /Thrum$/
            gsub(/"/, "", $3); n = split($3, parts, " ")
            for (i = 1; i <= n; i++) {
                split(parts[i], f, ":")
                if (f[1] == "messages") count = f[2]
                else if (f[1] ~ /^messages/) { if (own) { mine[$1] = f[2]; t[++nt] = f[2] } else { theirs[$1] = f[2]; s[++ns] = f[2] } }
                if (f[1] ~ /^cpu/ && count > 0) { if (own) mcpu[++nm] = f[2] / count * 1e6; else tcpu[++ntc] = f[2] / count * 1e6 }
                if (own && f[1] == "bytesPerMessage") b[++nb] = f[2]
                if (own && f[1] == "lost") lost += f[2]
            }
        }
        END {
            for (r in mine) if (theirs[r] > 0) q[++nq] = mine[r] / theirs[r]
            sort(b, nb); sort(mcpu, nm); sort(tcpu, ntc)
            printf "| %s | **%s** | %s | %s | %.2f / %.2f | %s | %d |\n", key, text(t, nt, 1000, "%.1f"), text(s, ns, 1000, "%.1f"), text(q, nq, 1, "%.2f"), \
                mcpu[int((nm + 1) / 2)], tcpu[int((ntc + 1) / 2)], b[int((nb + 1) / 2)], lost
        }' "$work/results"
done
