// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
)

// loopback is what brokers and workers bind; nothing here is reachable from elsewhere.
const loopback = "127.0.0.1"

// jvmArgs are the heap and, unless the caller has own options, those that halve the time of a start.
func jvmArgs(own []string, heap string) []string {
	if heap == "" {
		heap = "512m"
	}
	if own == nil {
		own = []string{"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"}
	}
	return append([]string{"-Xmx" + heap}, own...)
}

// freePorts asks the kernel for n different ports, holding all of them until the last is known.
func freePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// escapeProperty keeps the backslashes of Windows paths.
var escapeProperty = strings.NewReplacer(`\`, `\\`, "\n", `\n`)

func writeProperties(path string, p map[string]string) error {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&b, "%s=%s\n", k, escapeProperty.Replace(p[k]))
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// randomUUID is a UUID as Kafka prints them: 22 characters of URL-safe base64. Kafka refuses none of ours: only two are reserved.
func randomUUID() string {
	var u [16]byte
	rand.Read(u[:]) // never fails
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return base64.RawURLEncoding.EncodeToString(u[:])
}
