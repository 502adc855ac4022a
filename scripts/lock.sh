#!/bin/sh
# Pins what requirements/*.in ask for, with hashes and without the address of any registry.
set -eu
cd "$(dirname -- "$0")/../requirements"

../.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
for name in run english dev bench s3; do
    ../.venv/bin/python -m uv pip compile --quiet --upgrade --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        "$name.in" --output-file "$name.txt"
    echo "requirements/$name.txt: $(grep -c '^[a-z0-9]' "$name.txt") packages"
done
