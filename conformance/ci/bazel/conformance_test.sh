#!/usr/bin/env bash
# Run by Bazel's tenon_conformance_test in the folder of its run files: PLUGIN.so [OPTION]...
set -euo pipefail
suite=${TENON_CONFORMANCE:-$(find -L .. -path '*/bin/tenon-conformance' -print -quit)}
plugin=$1
shift
exec "$suite" "$plugin" "$@"
