#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the real transforms of Kafka Connect 4.1.0 over testdata/cases/*.json and writes what they did to testdata/golden/*.jsonl.
# Needs a JDK 17 or later and Maven; the Go tests need neither.
# CACHE is where jars and classes go (default: .cache/golden-java at the root of the repository, shared with the converters).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
converters=$here/../../../../converters/testdata/java
cache=${CACHE:-$here/../../../../.cache/golden-java}
mkdir -p "$cache/lib" "$cache/classes"
if [ ! -f "$cache/lib/.complete" ]; then
    mvn -q -B -f "$converters/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$cache/lib"
    touch "$cache/lib/.complete"
fi
javac -nowarn -d "$cache/classes" -cp "$cache/lib/*" "$converters/GoldenBytes.java" "$here/GoldenTransforms.java"
java -Duser.timezone=UTC -Duser.language=en -Duser.country=US -cp "$cache/classes:$cache/lib/*" GoldenTransforms "$here/.."
