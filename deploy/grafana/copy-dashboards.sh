#!/bin/sh
# Copies the dashboards into a folder, with the address of your Jaeger in their links. It is the one place where that is set:
#   JAEGER_URL=https://jaeger.example.com sh deploy/grafana/copy-dashboards.sh /var/lib/grafana/dashboards
set -eu
url=${JAEGER_URL:-http://localhost:16686}
url=${url%/}
case $url in
  http://?* | https://?*) ;;
  *) echo "copy-dashboards.sh: JAEGER_URL is no http or https address: $url" >&2 && exit 2 ;;
esac
case $url in
  *[!A-Za-z0-9:/._~-]*) echo "copy-dashboards.sh: JAEGER_URL has characters other than A-Z a-z 0-9 : / . _ ~ -: $url" >&2 && exit 2 ;;
esac
mkdir -p "$1"
for file in "$(dirname "$0")"/dashboards/*.json; do
  sed "s#\"http://localhost:16686\"#\"$url\"#" "$file" > "$1/$(basename "$file")"
done
