// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

const password = `s3"cr\et =;'`

const scramModule = "org.apache.kafka.common.security.scram.ScramLoginModule"

func jaas(module string) string {
	return module + ` required username="alice" password="s3\"cr\\et =;'";`
}

// authority is a certificate for the host name "broker" and the given addresses, which signs itself.
func authority(t *testing.T, addresses ...net.IP) (pemText, keyText []byte, pair tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "broker"}, DNSNames: []string{"broker"}, IPAddresses: addresses, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	pemText = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyText = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	pair, err = tls.X509KeyPair(pemText, keyText)
	require.NoError(t, err)
	return pemText, keyText, pair
}

func file(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func newCluster(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return cluster
}

// ping connects a pooled client with these properties and returns what Ping says.
func ping(t *testing.T, address string, props map[string]string) error {
	t.Helper()
	props["bootstrap.servers"] = address
	lease, err := kafkaconfig.NewPool(kafkaconfig.PoolOptions{}).Plain(props)
	require.NoError(t, err)
	defer lease.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return kafkaconfig.Ping(ctx, lease.Client, lease.Settings)
}

func TestSASLLogsIn(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		t.Run(mechanism, func(t *testing.T) {
			cluster := newCluster(t, kfake.EnableSASL(), kfake.Superuser(mechanism, "alice", password))
			module := scramModule
			if mechanism == "PLAIN" {
				module = "shaded.org.apache.kafka.common.security.plain.PlainLoginModule"
			}
			require.NoError(t, ping(t, cluster.ListenAddrs()[0], with("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", mechanism, "sasl.jaas.config", jaas(module))))
		})
	}
}

func TestAWrongPasswordIsNamedAsSuch(t *testing.T) {
	cluster := newCluster(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "alice", "another"))
	err := ping(t, cluster.ListenAddrs()[0], with("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN",
		"sasl.jaas.config", jaas("org.apache.kafka.common.security.plain.PlainLoginModule")))
	require.ErrorContains(t, err, "check sasl.jaas.config")
	assert.NotContains(t, err.Error(), `cr\et`)
}

func TestTLSTrustsTheGivenRoot(t *testing.T) {
	root, _, pair := authority(t)
	for name, c := range map[string]struct {
		props map[string]string
		want  string
	}{
		"a PEM file without a host name check":   {with("ssl.truststore.type", "PEM", "ssl.truststore.location", file(t, root), "ssl.endpoint.identification.algorithm", ""), ""},
		"a PEM file whose type was not set":      {with("ssl.truststore.location", file(t, root), "ssl.endpoint.identification.algorithm", ""), ""},
		"inline PEM":                             {with("ssl.truststore.certificates", string(root), "ssl.endpoint.identification.algorithm", ""), ""},
		"the host name counts unless turned off": {with("ssl.truststore.location", file(t, root)), "another host name"},
		"the system does not trust it":           {with("ssl.endpoint.identification.algorithm", ""), "set ssl.truststore.location to a key store or PEM file"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := newCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}))
			c.props["security.protocol"] = "SSL"
			err := ping(t, cluster.ListenAddrs()[0], c.props)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestTLSChecksTheHostName(t *testing.T) {
	root, _, pair := authority(t, net.IPv4(127, 0, 0, 1))
	cluster := newCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}))
	require.NoError(t, ping(t, cluster.ListenAddrs()[0], with("security.protocol", "SSL", "ssl.truststore.certificates", string(root))))
}

func TestTheClientShowsItsOwnCertificate(t *testing.T) {
	root, key, pair := authority(t)
	serve := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert}
	for name, store := range map[string]map[string]string{
		"from one file":          with("ssl.keystore.type", "PEM", "ssl.keystore.location", file(t, append(root, key...))),
		"from inline properties": with("ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain", string(root), "ssl.keystore.key", string(key)),
	} {
		t.Run(name, func(t *testing.T) {
			cluster := newCluster(t, kfake.TLS(serve))
			store["security.protocol"], store["ssl.endpoint.identification.algorithm"] = "ssl", ""
			store["ssl.truststore.certificates"] = string(root)
			require.NoError(t, ping(t, cluster.ListenAddrs()[0], store))
		})
	}
}

func TestSecurityErrorsSayWhatToUseAndHideSecrets(t *testing.T) {
	root, _, _ := authority(t)
	secured := func(pairs ...string) map[string]string {
		return with(append([]string{"security.protocol", "SASL_SSL", "sasl.mechanism", "SCRAM-SHA-512", "sasl.jaas.config", jaas(scramModule)}, pairs...)...)
	}
	for name, c := range map[string]struct {
		props     map[string]string
		key, want string
	}{
		"Kerberos":               {with("security.protocol", "SASL_PLAINTEXT"), "sasl.mechanism", "use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER"},
		"a mechanism of Amazon":  {secured("sasl.mechanism", "AWS_MSK_IAM"), "sasl.mechanism", "not supported: use PLAIN"},
		"no login":               {secured("sasl.jaas.config", ""), "sasl.jaas.config", "it is missing"},
		"another login module":   {secured("sasl.mechanism", "PLAIN"), "sasl.jaas.config", "needs the login module org.apache.kafka.common.security.plain.PlainLoginModule"},
		"no semicolon":           {secured("sasl.jaas.config", scramModule+` required username=a password="`+"hunter2\""), "sasl.jaas.config", "must end with a semicolon"},
		"an open quote":          {secured("sasl.jaas.config", scramModule+` required username=a password="hunter2;`), "sasl.jaas.config", "does not end"},
		"two modules":            {secured("sasl.jaas.config", jaas(scramModule)+jaas(scramModule)), "sasl.jaas.config", "only one login module"},
		"no flag":                {secured("sasl.jaas.config", scramModule+` username="hunter2";`), "sasl.jaas.config", "required, requisite"},
		"no password":            {secured("sasl.jaas.config", scramModule+` required username="hunter2";`), "sasl.jaas.config", "the option password is missing"},
		"no equals sign":         {secured("sasl.jaas.config", scramModule+` required username hunter2 x;`), "sasl.jaas.config", "form key="},
		"a damaged trust store":  {secured("ssl.truststore.location", file(t, []byte("\xfe\xed\xfe\xed"))), "ssl.truststore.location", "the key store ends early"},
		"a key store's password": {secured("ssl.keystore.location", "testdata/stores/server.p12", "ssl.keystore.password", "hunter2"), "ssl.keystore.password", "does not open the key store"},
		"no such file":           {secured("ssl.truststore.location", "/nowhere/ca.pem"), "ssl.truststore.location", "cannot read it"},
		"an empty file":          {secured("ssl.truststore.type", "PEM", "ssl.truststore.location", file(t, nil)), "ssl.truststore.location", "no PEM block"},
		"no certificate in it":   {secured("ssl.truststore.certificates", "hunter2"), "ssl.truststore.certificates", "no PEM certificate found"},
		"no key in it":           {secured("ssl.keystore.location", file(t, root)), "ssl.keystore.location", "no usable PEM certificate chain and private key"},
		"an encrypted key":       {secured("ssl.keystore.certificate.chain", string(root), "ssl.keystore.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nYQ==\n-----END ENCRYPTED PRIVATE KEY-----"), "ssl.keystore.certificate.chain", "belongs into ssl.key.password"},
		"an old TLS":             {secured("ssl.enabled.protocols", "TLSv1.1"), "ssl.enabled.protocols", "only TLSv1.2 and TLSv1.3"},
		"another identification": {secured("ssl.endpoint.identification.algorithm", "ldaps"), "ssl.endpoint.identification.algorithm", "use https"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := kafkaconfig.Parse(kafkaconfig.Consumer, c.props)
			require.Len(t, errs, 1)
			assert.Equal(t, c.key, keyOf(errs[0]))
			assert.ErrorContains(t, errs[0], c.want)
			for _, secret := range []string{"hunter2", "cr\\et", "alice"} {
				assert.NotContains(t, errs[0].Error(), secret)
			}
		})
	}
}

func TestSecurityThatIsNotAskedForIsNotRead(t *testing.T) {
	parse(t, kafkaconfig.Plain, with("ssl.truststore.location", "/nowhere", "sasl.mechanism", "GSSAPI", "sasl.jaas.config", "junk"))
}

func TestPingSaysWhatIsLikelyWrong(t *testing.T) {
	t.Run("nobody listens", func(t *testing.T) {
		cluster := newCluster(t)
		address := cluster.ListenAddrs()[0]
		cluster.Close()
		err := ping(t, address, with())
		require.ErrorContains(t, err, "reach Kafka at "+address+" with security.protocol=PLAINTEXT")
		require.ErrorContains(t, err, "check bootstrap.servers, that the broker runs")
	})
	t.Run("plain text to a listener with TLS", func(t *testing.T) {
		_, _, pair := authority(t)
		cluster := newCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}))
		require.ErrorContains(t, ping(t, cluster.ListenAddrs()[0], with()), "another security.protocol than PLAINTEXT")
	})
	t.Run("a name that does not resolve", func(t *testing.T) {
		pool := kafkaconfig.NewPool(kafkaconfig.PoolOptions{Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "kafka", IsNotFound: true}
		}})
		lease, err := pool.Producer(with())
		require.NoError(t, err)
		defer lease.Close()
		require.ErrorContains(t, kafkaconfig.Ping(t.Context(), lease.Client, lease.Settings), "does not resolve")
	})
}

func TestAllConnectionsGoThroughTheDialer(t *testing.T) {
	cluster := newCluster(t)
	broken := errors.New("the network is down")
	dialed := 0
	pool := kafkaconfig.NewPool(kafkaconfig.PoolOptions{Dial: func(context.Context, string, string) (net.Conn, error) {
		dialed++
		return nil, broken
	}})
	lease, err := pool.Consumer(map[string]string{"bootstrap.servers": cluster.ListenAddrs()[0]})
	require.NoError(t, err)
	defer lease.Close()
	require.ErrorIs(t, lease.Client.Ping(t.Context()), broken)
	assert.Positive(t, dialed)
}

func TestThePoolReturnsEveryWrongProperty(t *testing.T) {
	_, err := kafkaconfig.NewPool(kafkaconfig.PoolOptions{}).Producer(with("acks", "9", "linger.ms", "x"))
	require.ErrorContains(t, err, "configuration acks")
	require.ErrorContains(t, err, "configuration linger.ms")
}

func TestATasksClientIsRefusedAtItsFirstContact(t *testing.T) {
	root, key, pair := authority(t, net.IPv4(127, 0, 0, 1))
	users := newCluster(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "alice", "another")).ListenAddrs()[0]
	certified := newCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool()})).ListenAddrs()[0]
	open := newCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}})).ListenAddrs()[0]
	plainLogin := []string{"security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN", "sasl.jaas.config", jaas("org.apache.kafka.common.security.plain.PlainLoginModule")}
	trusting := []string{"security.protocol", "SSL", "ssl.truststore.certificates", string(root)}
	for name, c := range map[string]struct {
		address string
		props   []string
		want    string
	}{
		"a broker that hangs up":                       {users, plainLogin, ""}, // for a wrong password, or for another reason
		"no certificate":                               {certified, trusting, "set ssl.keystore.location"},
		"a stranger's certificate":                     {certified, append(trusting[:4:4], "ssl.keystore.certificate.chain", string(root), "ssl.keystore.key", string(key)), "check ssl.keystore.*"},
		"an unknown authority":                         {open, []string{"security.protocol", "SSL"}, "set ssl.truststore.location"},
		"an unknown authority without the host's name": {open, []string{"security.protocol", "SSL", "ssl.endpoint.identification.algorithm", ""}, "set ssl.truststore.location"},
		"no TLS":            {users, []string{"security.protocol", "SSL"}, ""},
		"nobody is there":   {"127.0.0.1:1", trusting, ""},
		"nothing to ask":    {users, nil, ""},
		"all is as it must": {open, trusting, ""},
	} {
		t.Run(name, func(t *testing.T) {
			props := with(c.props...)
			props["bootstrap.servers"] = c.address
			lease, err := kafkaconfig.NewPool(kafkaconfig.PoolOptions{}).Producer(props)
			require.NoError(t, err)
			defer lease.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err = lease.LogIn(ctx)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
