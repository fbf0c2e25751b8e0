#!/bin/sh
# Brings the database, the work pool, the five deployments and the automation up to date. May be repeated.
# Run it where the connector is installed, with PREFECT_API_URL, CONNECTOR_DATABASE_URL and
# CONNECTOR_SECRET_KEY set, from any folder.
set -eu
project=$(cd "$(dirname "$0")/.." && pwd)
automation=connector-end-dead-runs

connector db upgrade
if ! prefect --no-prompt work-pool inspect connector >/dev/null 2>&1; then
  prefect --no-prompt work-pool create connector --type process
fi
cd "$project"
prefect --no-prompt deploy --all --prefect-file prefect.yaml
if ! prefect --no-prompt automation inspect "$automation" >/dev/null 2>&1; then
  prefect --no-prompt automation create --from-file deployments/automations.yaml
fi
