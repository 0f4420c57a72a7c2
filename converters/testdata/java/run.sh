#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the real converters of Kafka Connect 4.1.0 over testdata/cases/*.jsonl and writes what they did to
# testdata/golden/*.jsonl. Needs a JDK 17 or later and Maven; the Go tests need neither.
# CACHE is where jars and classes go (default: .cache/golden-java at the root of the repository).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${CACHE:-$here/../../../.cache/golden-java}
mkdir -p "$cache/lib" "$cache/classes"
if [ ! -f "$cache/lib/.complete" ]; then
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$cache/lib"
    touch "$cache/lib/.complete"
fi
javac -nowarn -d "$cache/classes" -cp "$cache/lib/*" "$here/GoldenBytes.java"
java -Duser.timezone=UTC -Duser.language=en -Duser.country=US -cp "$cache/classes:$cache/lib/*" \
    GoldenBytes "$here/../cases" "$here/../golden"
