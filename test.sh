#!/usr/bin/env bash
# Runs the tests, each part within its time budget:
#
#   ./test.sh               everything below
#   ./test.sh unit          no server, no browser; also formatting and lock files     (5 minutes)
#   ./test.sh integration   real mosquitto, RabbitMQ, InfluxDB, VictoriaMetrics …    (10 minutes)
#   ./test.sh crash         the gateway killed in mid-flight: 50 times, 12 as a part  (10 minutes)
#   ./test.sh browser       the live page in Chromium                                 (5 minutes)
#   ./test.sh full          everything, with longer loops (THRUM_FULL=1)              (three times as long)
#
# Needs the .NET 10 SDK and npm. On Debian as root it installs the servers that a part needs and that are missing; elsewhere the
# tests that need them are skipped. With THRUM_REQUIRE_ALL=1 a skipped test is a failure. The last line is always
# "N passed, N failed, N skipped", summed from the test reports; what is no test (a part that ran none or ran out of time, a
# build that fails) counts as one failure each.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec < /dev/null

readonly build_budget=900
declare -rA budget=([unit]=300 [integration]=600 [crash]=600 [browser]=300)
declare -rA filter=(
    [unit]='Category!=Integration&Category!=Crash&Category!=Browser'
    [integration]='Category=Integration'
    [crash]='Category=Crash'
    [browser]='Category=Browser')
declare -rA programs=([unit]='' [integration]='mosquitto rabbitmq-server influxd victoria-metrics prometheus-alertmanager' [crash]='mosquitto influxd' [browser]='chromium')
declare -rA package=([mosquitto]=mosquitto [rabbitmq-server]=rabbitmq-server [influxd]=influxdb [victoria-metrics]=victoria-metrics [prometheus-alertmanager]=prometheus-alertmanager [chromium]=chromium)

case "${1:-all}" in
    crash) parts=(crash) factor=1; export THRUM_CRASH_KILLS=${THRUM_CRASH_KILLS:-50} ;;
    unit | integration | browser) parts=("$1") factor=1 ;;
    all) parts=(unit integration crash browser) factor=1 ;;
    full) parts=(unit integration crash browser) factor=3; export THRUM_FULL=1 THRUM_CRASH_KILLS=${THRUM_CRASH_KILLS:-50} ;;
    *) echo "test.sh: '$1' is no part; expected unit, integration, crash, browser, full or nothing" >&2; exit 2 ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build process outlives this script.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
PATH=$PATH:/usr/sbin

work=$(mktemp -d) || exit 1
policy=/usr/sbin/policy-rc.d
made_policy=
clean_up() {
    rm -rf "$work"
    if [ -n "$made_policy" ]; then rm -f "$policy"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

passed=0 failed=0 skipped=0
# What the crash test found equal, said once more at the end.
verdicts=

finish() {
    local status=0
    if [ "$failed" -gt 0 ]; then status=1; fi
    if [ "$skipped" -gt 0 ] && [ "${THRUM_REQUIRE_ALL:-}" = 1 ]; then
        echo "THRUM_REQUIRE_ALL=1: a skipped test is a failure"
        status=1
    fi
    if [ -n "$verdicts" ]; then echo "$verdicts"; fi
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$status"
}

# check NAME LOG SECONDS COMMAND…: what is no test but must hold; says what went wrong and counts it.
check() {
    local name=$1 log=$work/$2.log seconds=$3 start=$SECONDS status
    shift 3
    timeout --kill-after=20 "$seconds" "$@" > "$log" 2>&1
    status=$?
    if [ "$status" -eq 0 ]; then
        echo "$name: ok ($((SECONDS - start)) s)"
        return 0
    fi
    tail -n 100 "$log"
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        echo "$name: FAILED, not done in $seconds s"
    else
        echo "$name: FAILED"
    fi
    failed=$((failed + 1))
    return 1
}

missing_programs() {
    local part program
    for part in "${parts[@]}"; do
        for program in ${programs[$part]}; do
            command -v "$program" > /dev/null || echo "$program"
        done
    done | sort -u
}

# Debian's packages start their server at once; nothing may be left listening on port 1883.
forbid_service_starts() {
    if [ -e "$policy" ]; then return; fi
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy" && made_policy=yes
}

disable_services() {
    if [ ! -d /run/systemd/system ] || ! command -v systemctl > /dev/null; then return; fi
    local name
    for name in "$@"; do
        systemctl disable --now "$name.service" > /dev/null 2>&1
    done
}

install_missing() {
    local missing=() packages=() program
    mapfile -t missing < <(missing_programs)
    if [ "${#missing[@]}" -eq 0 ]; then return; fi
    if [ "$(id -u)" -ne 0 ] || [ ! -e /etc/debian_version ]; then
        echo "not installed: ${missing[*]} (this script installs them on Debian as root); tests that need them are skipped"
        return
    fi
    for program in "${missing[@]}"; do packages+=("${package[$program]}"); done
    echo "installing ${packages[*]}"
    forbid_service_starts
    export DEBIAN_FRONTEND=noninteractive
    check 'package lists' apt-update 300 apt-get update -q
    check 'installation' apt-install 900 apt-get install -q -y --no-install-recommends "${packages[@]}"
    disable_services "${packages[@]}"
}

lock_files() {
    local project status=0
    while IFS= read -r project; do
        if [ ! -f "$(dirname "$project")/packages.lock.json" ]; then
            echo "$project has no packages.lock.json beside it"
            status=1
        fi
    done < <(find . \( -name bin -o -name obj -o -name node_modules \) -prune -o -name '*.csproj' -print)
    return "$status"
}
export -f lock_files

# The counters of a report: total, executed, passed, failed, error, timeout, aborted. A skipped test was not executed.
counters() {
    find "$1" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + \
        | sed -n 's/.*total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)" failed="\([0-9]*\)" error="\([0-9]*\)" timeout="\([0-9]*\)" aborted="\([0-9]*\)".*/\1 \2 \3 \4 \5 \6 \7/p'
}

run_part() {
    local part=$1 seconds=$((${budget[$1]} * factor)) start=$SECONDS status
    local reports=$work/$part log=$work/$part.log
    mkdir -p "$reports"
    echo "$part: running (at most $seconds s)"
    timeout --kill-after=20 "$seconds" dotnet test Stream.sln -c Release --no-build --nologo -v q -m:1 \
        --filter "${filter[$part]}" --logger trx --results-directory "$reports" > "$log" 2>&1
    status=$?

    local p=0 f=0 s=0 total executed good bad error late aborted
    while read -r total executed good bad error late aborted; do
        p=$((p + good)) f=$((f + bad + error + late + aborted)) s=$((s + total - executed))
    done < <(counters "$reports")

    local verdict=ok
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        verdict="FAILED, not done in $seconds s" f=$((f + 1))
    elif [ $((p + f + s)) -eq 0 ]; then
        verdict='FAILED, it ran no test' f=1
    elif [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        verdict="FAILED, dotnet test ended with $status" f=1
    elif [ "$f" -gt 0 ]; then
        verdict=FAILED
    fi
    if [ "$verdict" != ok ]; then grep -v 'No test matches the given testcase filter' "$log" | tail -n 400; fi
    if [ "$part" = crash ]; then
        verdicts=$(find "$reports" -name '*.trx' -exec grep -ho 'kills [0-9]*, points [0-9]* equal, transitions [0-9]* equal, webhooks [0-9]* equal' {} + | sort -u)
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "$part: $verdict ($p passed, $f failed, $s skipped, $((SECONDS - start)) s)"
}

for tool in dotnet npm; do
    command -v "$tool" > /dev/null || { echo "test.sh: '$tool' was not found on the PATH; the .NET 10 SDK and npm are needed" >&2; failed=1; finish; }
done

install_missing
check 'lock files' lock-files 60 bash -c lock_files
check 'build' build $((build_budget * factor)) dotnet build Stream.sln -c Release --nologo -v q || finish
for part in "${parts[@]}"; do
    if [ "$part" = unit ]; then
        check 'formatting' format 300 dotnet format whitespace Stream.sln --no-restore --verify-no-changes --exclude src/OnnxRuntime/
    fi
    run_part "$part"
done
finish
