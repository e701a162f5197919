#!/bin/sh
# Loads the Olist marketplace into an empty database: sh docs/examples/marketplace/load.sh FOLDER
set -eu
[ -d "${1:-}" ] || { echo "Name the folder with the olist_*.csv files: make marketplace DATA=folder" >&2; exit 1; }
cd "$(dirname "$0")/../../.."
export CURRENCY="${CURRENCY:-BRL}" KESHER_MODE="${KESHER_MODE:-embedded}"
FILES="${VAR_DIR:-var}/marketplace"
python docs/examples/marketplace/prepare.py "$1" "$FILES"
python manage.py migrate --verbosity 0
python manage.py load_marketplace "$FILES"
