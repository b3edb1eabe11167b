#!/bin/bash
# Requests a second of the bare HTTP server beside nginx `return 200`: each pinned to core 0, wrk on core 1, 64 kept
# connections. The two take turns, so that whatever else the machine does meets both.
#
#   bench/http/run.sh BUILD_FOLDER [ROUNDS] [SECONDS]
set -euo pipefail

build=${1:?usage: bench/http/run.sh BUILD_FOLDER [ROUNDS] [SECONDS]}
rounds=${2:-3}
seconds=${3:-5}
for tool in wrk nginx taskset awk; do
  command -v "$tool" >/dev/null || { echo "bench/http/run.sh: $tool is not installed" >&2; exit 2; }
done

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

nginx_port=18081
cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  default_type text/plain;
  server { listen 127.0.0.1:$nginx_port; location / { return 200 "Hello\n"; } }
}
CONF
taskset -c 0 nginx -p "$work" -c "$work/nginx.conf" 2>"$work/nginx.log" &
pids+=($!)
taskset -c 0 "$build/bench/http/bench_http_server" 0 >"$work/ready" &
pids+=($!)

for _ in $(seq 100); do
  if grep -q ready "$work/ready" && (exec 3<>"/dev/tcp/127.0.0.1/$nginx_port") 2>/dev/null; then break; fi
  sleep 0.05
done
own_port=$(awk '/^ready/ { print $2 }' "$work/ready")

rate() { taskset -c 1 wrk -t 1 -c 64 -d "${seconds}s" "http://127.0.0.1:$1/" | awk '/Requests\/sec/ { print $2 }'; }

for round in $(seq "$rounds"); do
  nginx_rate=$(rate "$nginx_port")
  own_rate=$(rate "$own_port")
  awk -v r="$round" -v n="$nginx_rate" -v o="$own_rate" \
    'BEGIN { printf "round %d: nginx %.0f/s, gatehouse %.0f/s, ratio %.3f\n", r, n, o, o / n }'
done
