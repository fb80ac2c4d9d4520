#!/usr/bin/env bash
# The interoperability tests with every implementation, and at full length. Needs cargo besides what CI installs.
set -euo pipefail
cd "$(dirname "$0")/../.."
test/interop/install.sh --all
FLOR_INTEROP_ALL=1 npx vitest run --project=system test/interop
