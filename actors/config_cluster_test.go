// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/protocol"
)

func TestTheSettingsOfACluster(t *testing.T) {
	config, errs := ConfigFrom(with(sampleDistributed(), "listeners", "http://127.0.0.1:8083",
		"cluster.seeds", "a:7946, b:7946", "cluster.bind", "10.0.0.1:7946", "cluster.advertise", "a.example.org", "cluster.secret", "new, old,",
		"cluster.lease.ms", "20000", "cluster.stall.ms", "300", "cluster.rollcall.timeout.ms", "700", "cluster.leader.silence.ms", "30000",
		"rebalance.timeout.ms", "50000", "scheduled.rebalance.max.delay.ms", "9000"))
	require.Empty(t, errs)
	timers := protocol.Defaults()
	timers.Lease, timers.Stall, timers.RollCall, timers.Silence = 20*time.Second, 300*time.Millisecond, 700*time.Millisecond, 30*time.Second
	timers.Rebalance, timers.Return = 50*time.Second, 9*time.Second
	require.Equal(t, Cluster{Seeds: []string{"a:7946", "b:7946"}, Bind: "10.0.0.1:7946", GatewayBind: "127.0.0.1:0", Advertise: "a.example.org",
		Secrets: [][]byte{[]byte("new"), []byte("old")}, Timers: timers}, config.Cluster)
}

func TestSettingsThatNoClusterCanWorkWith(t *testing.T) {
	for key, tt := range map[string]struct{ value, reason string }{
		"cluster.seeds":               {"a:7946,b", "Invalid value [a:7946, b] for configuration cluster.seeds: an address is host:port; several are separated by commas"},
		"cluster.bind":                {"a", "Invalid value a for configuration cluster.bind: an address is host:port"},
		"cluster.gateway.bind":        {"a:", "Invalid value a: for configuration cluster.gateway.bind: an address is host:port"},
		"cluster.lease.ms":            {"999", "Invalid value 999 for configuration cluster.lease.ms: Value must be at least 1000"},
		"cluster.stall.ms":            {"299", "Invalid value 299 for configuration cluster.stall.ms: Value must be at least 300"},
		"cluster.rollcall.timeout.ms": {"49", "Invalid value 49 for configuration cluster.rollcall.timeout.ms: Value must be at least 50"},
		"cluster.leader.silence.ms":   {"999", "Invalid value 999 for configuration cluster.leader.silence.ms: Value must be at least 1000"},
	} {
		t.Run(key, func(t *testing.T) {
			_, errs := ConfigFrom(with(sampleDistributed(), key, tt.value))
			require.Len(t, errs, 1)
			require.EqualError(t, errs[0], tt.reason)
		})
	}
}

// TestAStallIsLongerThanTheTimeBetweenTwoSignsOfLife is about a lease that would never open.
func TestAStallIsLongerThanTheTimeBetweenTwoSignsOfLife(t *testing.T) {
	config, errs := ConfigFrom(with(sampleDistributed(), "cluster.stall.ms", "300"))
	require.Empty(t, errs)
	require.GreaterOrEqual(t, config.Cluster.Timers.Stall, 3*config.Cluster.Timers.Tick)
}

func TestCertificatesOfTheUsersForTheGateway(t *testing.T) {
	const stores = "../internal/kafkaconfig/testdata/stores/"
	config, errs := ConfigFrom(with(sampleDistributed(), "cluster.ssl.keystore.location", stores+"server.pem", "cluster.ssl.keystore.type", "PEM",
		"cluster.ssl.truststore.location", stores+"ca.pem", "cluster.ssl.truststore.type", "PEM"))
	require.Empty(t, errs)
	require.Len(t, config.Cluster.TLS.Certificates, 1)
	require.Equal(t, tls.RequireAndVerifyClientCert, config.Cluster.TLS.ClientAuth)
	require.NotNil(t, config.Cluster.TLS.RootCAs, "who is called is held to the same")
	require.Equal(t, config.Cluster.TLS.ClientCAs, config.Cluster.TLS.RootCAs)

	config, errs = ConfigFrom(with(sampleDistributed(), "ssl.keystore.location", stores+"server.pem", "ssl.keystore.type", "PEM"))
	require.Empty(t, errs)
	require.Nil(t, config.Cluster.TLS, "those of the Kafka clients and of the REST API are not meant")

	_, errs = ConfigFrom(with(sampleDistributed(), "cluster.ssl.keystore.location", stores+"none.pem", "cluster.ssl.keystore.type", "PEM"))
	require.Len(t, errs, 1)
	require.ErrorContains(t, errs[0], "cluster.ssl.keystore.location")
}
