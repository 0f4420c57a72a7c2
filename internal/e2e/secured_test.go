// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// Everything that logs in here has one of these.
const (
	scramPassword = "secret-of-sam"
	plainPassword = "secret-of-pat"
	wrongPassword = "secret-of-nobody"
)

// The listeners of a secured broker, beside the one that lets in everybody.
const (
	overTLS     = "MTLS"    // wants a certificate of the client
	overSCRAM   = "SCRAM"   // SASL_SSL
	overPlain   = "PLAINS"  // SASL_PLAINTEXT
	overOAuth   = "OAUTH"   // SASL_PLAINTEXT, with tokens that nobody signs
	overStrange = "STRANGE" // TLS, with the certificate of another host
)

// secured is a broker that is reached in many ways.
type secured struct {
	*kafkatest.Broker
	t *testing.T
	// ours signs certificates of clients that the broker trusts, theirs those that it does not.
	ours, theirs *authority
	secrets      []string
}

const saslPackage = "org.apache.kafka.common.security."

// startSecured starts the broker, and makes the one user whom it keeps itself.
func startSecured(t *testing.T) *secured {
	t.Helper()
	s := &secured{t: t, ours: newAuthority(t), theirs: newAuthority(t), secrets: []string{scramPassword, plainPassword, wrongPassword, "storesecret", "keysecret"}}
	trusted := s.file(append(read(t, absolute(t, "ca.pem")), s.ours.root...))
	shown := map[string]string{"ssl.keystore.type": "PEM", "ssl.keystore.location": absolute(t, "server.pem")}
	strange := map[string]string{"security.protocol": "SSL", "ssl.keystore.type": "PEM", "ssl.keystore.location": s.file(s.ours.sign("elsewhere").both())}
	s.Broker = kafkatest.StartBroker(t, kafkatest.WithListeners(map[string]map[string]string{
		overTLS: merged(shown, map[string]string{"security.protocol": "SSL", "ssl.client.auth": "required", "ssl.truststore.type": "PEM", "ssl.truststore.location": trusted}),
		overSCRAM: merged(shown, map[string]string{"security.protocol": "SASL_SSL", "sasl.enabled.mechanisms": "SCRAM-SHA-512",
			"scram-sha-512.sasl.jaas.config": saslPackage + "scram.ScramLoginModule required;"}),
		overPlain: {"security.protocol": "SASL_PLAINTEXT", "sasl.enabled.mechanisms": "PLAIN",
			"plain.sasl.jaas.config": saslPackage + `plain.PlainLoginModule required user_pat="` + plainPassword + `";`},
		overOAuth: {"security.protocol": "SASL_PLAINTEXT", "sasl.enabled.mechanisms": "OAUTHBEARER",
			"oauthbearer.sasl.jaas.config": saslPackage + "oauthbearer.OAuthBearerLoginModule required;"},
		overStrange: strange,
	}))
	results, err := lookInto(t, s.Addr()).admin.AlterUserSCRAMs(t.Context(), nil,
		[]kadm.UpsertSCRAM{{User: "sam", Mechanism: kadm.ScramSha512, Iterations: 4096, Password: scramPassword}})
	require.NoError(t, err)
	require.NoError(t, results["sam"].Err)
	return s
}

func (s *secured) file(content []byte) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "store.pem")
	require.NoError(s.t, os.WriteFile(path, content, 0o600))
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

// under puts a prefix before each key.
func under(prefix string, props map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range props {
		out[prefix+key] = value
	}
	return out
}

// Ways to be let in. Each is a complete set of properties of a client.

func (s *secured) by(listener, protocol string, more ...map[string]string) map[string]string {
	props := map[string]string{"bootstrap.servers": s.ListenerAddr(listener), "security.protocol": protocol}
	for _, m := range more {
		maps.Copy(props, m)
	}
	return props
}

func (s *secured) jks() map[string]string {
	return s.by(overTLS, "SSL", map[string]string{
		"ssl.truststore.location": absolute(s.t, "trust.jks"), "ssl.truststore.password": "storesecret",
		"ssl.keystore.location": absolute(s.t, "server.jks"), "ssl.keystore.password": "storesecret", "ssl.key.password": "keysecret"})
}

func (s *secured) pkcs12() map[string]string {
	return s.by(overTLS, "SSL", map[string]string{
		"ssl.truststore.type": "PKCS12", "ssl.truststore.location": absolute(s.t, "trust.p12"), "ssl.truststore.password": "storesecret",
		"ssl.keystore.type": "PKCS12", "ssl.keystore.location": absolute(s.t, "server.p12"), "ssl.keystore.password": "storesecret"})
}

func (s *secured) pemFiles(pair certificate) map[string]string {
	return s.by(overTLS, "SSL", s.trust(), map[string]string{"ssl.keystore.type": "PEM", "ssl.keystore.location": s.file(pair.both())})
}

// inline has everything in the properties, each text on one line.
func (s *secured) inline() map[string]string {
	pair := s.ours.sign("a client")
	s.secrets = append(s.secrets, strings.Split(string(pair.key), "\n")[1])
	line := func(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }
	return s.by(overTLS, "SSL", map[string]string{
		"ssl.truststore.type": "PEM", "ssl.truststore.certificates": line(read(s.t, absolute(s.t, "ca.pem"))),
		"ssl.keystore.type": "PEM", "ssl.keystore.certificate.chain": line(pair.chain), "ssl.keystore.key": line(pair.key)})
}

func (s *secured) trust() map[string]string {
	return map[string]string{"ssl.truststore.type": "PEM", "ssl.truststore.location": absolute(s.t, "ca.pem")}
}

func (s *secured) scram(user, password string) map[string]string {
	return s.by(overSCRAM, "SASL_SSL", s.trust(), map[string]string{"sasl.mechanism": "SCRAM-SHA-512",
		"sasl.jaas.config": fmt.Sprintf(saslPackage+"scram.ScramLoginModule required username=%q password=%q;", user, password)})
}

func (s *secured) plain(user, password string) map[string]string {
	return s.by(overPlain, "SASL_PLAINTEXT", map[string]string{"sasl.mechanism": "PLAIN", "sasl.jaas.config": kafkatest.PlainLogin(user, password)})
}

func (s *secured) oauth() map[string]string {
	return s.by(overOAuth, "SASL_PLAINTEXT", map[string]string{"sasl.mechanism": "OAUTHBEARER",
		"sasl.jaas.config": saslPackage + `oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="olga";`})
}

// worker describes a worker of which all clients have these properties, and which reads variables from files.
func (s *secured) worker(t *testing.T, props map[string]string, more ...map[string]string) *worker {
	t.Helper()
	all := map[string]string{"config.providers": "file", "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider"}
	for _, prefix := range []string{"", "producer.", "consumer."} {
		maps.Copy(all, under(prefix, props))
	}
	for _, m := range more {
		maps.Copy(all, m)
	}
	return distributed(t, props["bootstrap.servers"], all)
}

// variables keeps secrets in a file, and returns the properties with variables in their place.
func (s *secured) variables(props map[string]string) map[string]string {
	path, out := kafkatest.PropertiesFile(s.t, props), maps.Clone(props)
	for key := range props {
		if strings.HasSuffix(key, ".password") || key == "sasl.jaas.config" || key == "ssl.keystore.key" {
			out[key] = "${file:" + path + ":" + key + "}"
		}
	}
	return out
}

// requireNoSecrets looks for passwords and keys in all that a worker has said and written.
func (s *secured) requireNoSecrets(t *testing.T, w *worker, texts ...string) {
	t.Helper()
	said := [][]byte{[]byte(w.said()), read(t, w.stdout), []byte(strings.Join(texts, "\n"))}
	k := lookInto(t, s.Addr())
	for _, topic := range k.topics() {
		if strings.HasPrefix(topic, w.props["group.id"]) {
			for _, r := range k.records(topic) {
				said = append(said, r.Key, r.Value)
			}
		}
	}
	for _, secret := range s.secrets {
		require.False(t, bytes.Contains(bytes.Join(said, []byte("\n")), []byte(secret)), "%s was told", secret)
	}
}

func TestAWorkerAndItsConnectorsLogInInEveryWay(t *testing.T) {
	s := startSecured(t)
	t.Run("with the properties of worker and connectors", func(t *testing.T) { s.copiesInEveryWay(t) })
	t.Run("as a worker by a password or a token", func(t *testing.T) { s.workersLogIn(t) })
	t.Run("or is told why not when it starts", func(t *testing.T) { s.workersAreRefused(t) })
	t.Run("or is told why not in the status of the task", func(t *testing.T) { s.tasksAreRefused(t) })
}

func (s *secured) copiesInEveryWay(t *testing.T) {
	w := s.worker(t, s.jks(), under("producer.", s.pkcs12()), under("consumer.", s.pemFiles(s.ours.sign("a worker"))))
	w.start()
	scram, plain, oauth, inline := s.variables(s.scram("sam", scramPassword)), s.variables(s.plain("pat", plainPassword)), s.oauth(), s.variables(s.inline())
	ways := map[string][2]map[string]string{
		"worker": {nil, nil},
		"first":  {merged(under("producer.override.", scram), under("admin.override.", scram)), merged(under("consumer.override.", plain), under("admin.override.", plain))},
		"second": {merged(under("producer.override.", oauth), under("admin.override.", oauth)), merged(under("consumer.override.", inline), under("admin.override.", inline))},
	}
	dir, topic := t.TempDir(), kafkatest.Topic(t)
	in, out := func(way string) string { return filepath.Join(dir, way+".in") }, func(way string) string { return filepath.Join(dir, way+".out") }
	for way, overrides := range ways {
		addLines(t, in(way), 0, 100)
		w.create(way+"-in", "RUNNING", merged(overrides[0], map[string]string{"connector.class": "FileStreamSource", "file": in(way), "topic": topic + way,
			"topic.creation.default.partitions": "1", "topic.creation.default.replication.factor": "1"}))
		w.create(way+"-out", "RUNNING", merged(overrides[1], map[string]string{"connector.class": "FileStreamSink", "file": out(way), "topics": topic + way}))
	}
	for way := range ways {
		awaitSize(t, out(way), 100*lineBytes, settleLimit)
		requireSameBytes(t, in(way), out(way))
	}
	shown := w.must(http.MethodGet, "/connectors?expand=status&expand=info", nil)
	w.terminate()
	s.requireNoSecrets(t, w, string(shown))
}

func (s *secured) workersLogIn(t *testing.T) {
	for name, props := range map[string]map[string]string{"SCRAM": s.scram("sam", scramPassword), "PLAIN": s.plain("pat", plainPassword), "OAUTHBEARER": s.oauth()} {
		t.Run(name, func(t *testing.T) {
			w := s.worker(t, props)
			w.start()
			w.terminate()
			s.requireNoSecrets(t, w)
		})
	}
}

// refusal is a way to be refused, and what a user is told to look at.
type refusal struct {
	props map[string]string
	wants []string
}

func (s *secured) refusals() map[string]refusal {
	return map[string]refusal{
		"a wrong password":         {s.plain("pat", wrongPassword), []string{"SASL_PLAINTEXT", "check sasl.jaas.config"}},
		"an unknown user":          {s.scram("nobody", wrongPassword), []string{"SASL_SSL", "check sasl.jaas.config"}},
		"a stranger's certificate": {s.pemFiles(s.theirs.sign("a stranger")), []string{"security.protocol=SSL", "check ssl.keystore.*"}},
		"no certificate":           {s.by(overTLS, "SSL", s.trust()), []string{"security.protocol=SSL", "set ssl.keystore.location"}},
		"a server that nobody knows": {s.by(overTLS, "SSL", map[string]string{"ssl.truststore.type": "PEM", "ssl.truststore.location": s.file(s.theirs.root)}),
			[]string{"security.protocol=SSL", "set ssl.truststore.location"}},
		"the name of another host": {s.by(overStrange, "SSL", map[string]string{"ssl.truststore.type": "PEM", "ssl.truststore.location": s.file(s.ours.root)}),
			[]string{"security.protocol=SSL", "the broker's certificate is for another host name"}},
	}
}

func (s *secured) workersAreRefused(t *testing.T) {
	for name, refusal := range s.refusals() {
		t.Run(name, func(t *testing.T) {
			w := s.worker(t, refusal.props)
			w.launch()
			require.Equal(t, 1, w.exitCode())
			told := slices.DeleteFunc(strings.Split(w.said(), "\n"), func(line string) bool { return !strings.Contains(line, refusal.wants[1]) })
			require.Len(t, told, 1, "one line tells it: %s", w.said())
			for _, want := range append(refusal.wants, refusal.props["bootstrap.servers"]) {
				require.Contains(t, told[0], want)
			}
			s.requireNoSecrets(t, w)
		})
	}
}

func (s *secured) tasksAreRefused(t *testing.T) {
	w := s.worker(t, s.jks())
	w.start()
	dir, topic := t.TempDir(), kafkatest.Topic(t)
	addLines(t, filepath.Join(dir, "in"), 0, 10)
	refusals, all := map[string]refusal{}, s.refusals()
	for _, name := range []string{"a wrong password", "a stranger's certificate", "a server that nobody knows"} {
		refusal := all[name]
		name = strings.ReplaceAll(name, " ", "-")
		props := s.variables(refusal.props)
		w.create(name+"-in", "RUNNING", merged(under("producer.override.", props), map[string]string{"connector.class": "FileStreamSource", "file": filepath.Join(dir, "in"), "topic": topic}))
		w.create(name+"-out", "RUNNING", merged(under("consumer.override.", props), map[string]string{"connector.class": "FileStreamSink", "file": filepath.Join(dir, name), "topics": topic}))
		refusals[name+"-in"], refusals[name+"-out"] = refusal, refusal
	}
	eventually(t, settleLimit, func() error {
		var errs []error
		for name, refusal := range refusals {
			got, err := w.states(name)
			for _, want := range append(refusal.wants, "FAILED") {
				if err == nil && !strings.Contains(got, want) {
					err = fmt.Errorf("%s is %s", name, got)
				}
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	shown := w.must(http.MethodGet, "/connectors?expand=status&expand=info", nil)
	w.terminate()
	s.requireNoSecrets(t, w, string(shown))
}
