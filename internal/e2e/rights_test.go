// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// guarded is a worker that logs in to a broker with ACLs, as a user without any right.
type guarded struct {
	*worker
	k    *kafka
	user string
}

func guard(t *testing.T, broker *kafkatest.Broker, user string, more map[string]string) *guarded {
	t.Helper()
	login := maps.Clone(more)
	if login == nil {
		login = map[string]string{}
	}
	for _, prefix := range []string{"", "producer.", "consumer.", "admin."} {
		login[prefix+"security.protocol"], login[prefix+"sasl.mechanism"] = "SASL_PLAINTEXT", "PLAIN"
		login[prefix+"sasl.jaas.config"] = kafkatest.PlainLogin(user, "secret-of-"+user)
	}
	return &guarded{distributed(t, broker.SecureAddr(), login), lookInto(t, broker.Addr()), user}
}

func TestMissingRightsAreToldWithTheCommandsThatGiveThem(t *testing.T) {
	broker := kafkatest.StartBroker(t, kafkatest.WithUsers(map[string]string{"alice": "secret-of-alice", "bob": "secret-of-bob", "carol": "secret-of-carol"}))
	t.Run("one after the other to a user who has none", func(t *testing.T) {
		w := guard(t, broker, "alice", nil)
		group := w.props["group.id"]
		for _, missing := range []string{"--group " + group, "--topic " + group + ".configs", "--topic " + group + ".offsets", "--topic " + group + ".status",
			"--transactional-id connect-cluster-" + group} {
			w.requireRefusal(missing)
		}
		w.requireCopy()
	})
	t.Run("to a user with the rights of a worker of Kafka Connect it is one", func(t *testing.T) {
		w := guard(t, broker, "bob", nil)
		w.allowAsKafkaConnect()
		w.requireRefusal("--operation Write --operation Describe --transactional-id connect-cluster-" + w.props["group.id"])
		w.requireCopy()
	})
	t.Run("for the transactional ids of exactly-once tasks in their status", func(t *testing.T) {
		w := guard(t, broker, "carol", map[string]string{"exactly.once.source.support": "enabled"})
		w.allowAsKafkaConnect()
		w.requireRefusal("--operation Write --operation Describe --transactional-id connect-cluster-" + w.props["group.id"])
		w.requireExactlyOnceCopy()
	})
}

// requireRefusal requires that the worker does not start for want of one right, and gives it that by following its advice.
func (w *guarded) requireRefusal(missing string) {
	t := w.api.t
	t.Helper()
	w.launch()
	require.Equal(t, 1, w.exitCode())
	require.NotContains(t, w.said(), "secret-of")
	w.obey(w.advised(w.said(), missing))
}

// advised finds the one command in a text.
func (w *guarded) advised(text, missing string) string {
	t := w.api.t
	t.Helper()
	commands := regexp.MustCompile(`kafka-acls [^)\n"]*`).FindAllString(text, -1)
	require.NotEmpty(t, commands, text)
	require.Len(t, slices.Compact(commands), 1, "one right after the other is asked for: %s", text)
	require.Contains(t, commands[0], "--bootstrap-server "+w.props["bootstrap.servers"]+" --add --allow-principal User:"+w.user+" ")
	require.Contains(t, commands[0], missing)
	return commands[0]
}

// obey does what kafka-acls would do.
func (w *guarded) obey(command string) {
	t := w.api.t
	t.Helper()
	acls := kadm.NewACLs().ResourcePatternType(kadm.ACLPatternLiteral)
	var operations []kadm.ACLOperation
	words := strings.Fields(command)
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "kafka-acls", "--add":
			continue
		case "--bootstrap-server":
		case "--allow-principal":
			acls.Allow(words[i+1]).AllowHosts("*")
		case "--operation":
			operation, err := kmsg.ParseACLOperation(words[i+1])
			require.NoError(t, err)
			operations = append(operations, operation)
		case "--group":
			acls.Groups(words[i+1])
		case "--topic":
			acls.Topics(words[i+1])
		case "--transactional-id":
			acls.TransactionalIDs(words[i+1])
		case "--resource-pattern-type":
			require.Equal(t, "prefixed", words[i+1])
			acls.ResourcePatternType(kadm.ACLPatternPrefixed)
		default:
			require.FailNow(t, "kafka-acls does not know this", "%s in %s", words[i], command)
		}
		i++
	}
	w.create(acls.Operations(operations...))
}

func (w *guarded) create(acls *kadm.ACLBuilder) {
	t := w.api.t
	t.Helper()
	results, err := w.k.admin.CreateACLs(t.Context(), acls)
	require.NoError(t, err)
	require.NotEmpty(t, results)
	for _, r := range results {
		require.NoError(t, r.Err)
	}
	// The controller has them now; the broker, which decides, a moment later.
	eventually(t, readLimit, func() error {
		described, err := w.k.admin.DescribeACLs(t.Context(), acls)
		for _, d := range described {
			if len(d.Described) == 0 {
				return errors.New("the broker does not know all rights yet")
			}
		}
		return err
	})
}

// allowAsKafkaConnect gives what Kafka's documentation asks for a worker without exactly-once support.
func (w *guarded) allowAsKafkaConnect() {
	builder := func() *kadm.ACLBuilder {
		return kadm.NewACLs().ResourcePatternType(kadm.ACLPatternLiteral).Allow("User:" + w.user).AllowHosts("*")
	}
	w.create(builder().Groups(w.props["group.id"]).Operations(kadm.OpRead))
	w.create(builder().Topics(w.props["config.storage.topic"], w.props["offset.storage.topic"], w.props["status.storage.topic"]).
		Operations(kadm.OpCreate, kadm.OpDescribe, kadm.OpRead, kadm.OpWrite))
}

// requireCopy starts the worker and requires that a source and a sink work whose connectors may do what they need.
func (w *guarded) requireCopy() {
	t := w.api.t
	t.Helper()
	dir, topic := t.TempDir(), kafkatest.Topic(t)
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	data := kadm.NewACLs().ResourcePatternType(kadm.ACLPatternLiteral).Allow("User:" + w.user).AllowHosts("*")
	w.create(data.Topics(topic).Groups("connect-out").Operations(kadm.OpCreate, kadm.OpDescribe, kadm.OpRead, kadm.OpWrite))
	addLines(t, in, 0, 100)
	w.start()
	w.source("in", in, topic)
	w.sink("out", topic, out)
	awaitSize(t, out, 100*lineBytes, catchUpLimit)
	w.terminate()
}

// requireExactlyOnceCopy starts the worker, requires that a source fails for want of its transactional id, and that it works when it has been
// given that by following the advice in its status.
func (w *guarded) requireExactlyOnceCopy() {
	t := w.api.t
	t.Helper()
	in, topic := filepath.Join(t.TempDir(), "in.txt"), kafkatest.Topic(t)
	data := kadm.NewACLs().ResourcePatternType(kadm.ACLPatternLiteral).Allow("User:" + w.user).AllowHosts("*")
	w.create(data.Topics(topic).Operations(kadm.OpCreate, kadm.OpDescribe, kadm.OpWrite))
	addLines(t, in, 0, 100)
	w.start()
	w.source("in", in, topic)
	var told string
	eventually(t, settleLimit, func() (err error) {
		if told, err = w.states("in"); err == nil && !strings.Contains(told, "[FAILED") {
			err = fmt.Errorf("in is %s", told)
		}
		return err
	})
	group := w.props["group.id"]
	require.Contains(t, told, "take the transactional id "+group+"-in-0: ")
	require.Contains(t, told, "User:"+w.user+" has no right to use the transactional id "+group+"-in-0, without which its records cannot be written exactly once")
	require.NotContains(t, told, "secret-of")
	w.obey(w.advised(told, "--transactional-id "+group+"- --resource-pattern-type prefixed"))
	w.must(http.MethodPost, "/connectors/in/restart?includeTasks=true&onlyFailed=true", nil)
	w.await("in", running)
	eventually(t, settleLimit, func() error {
		if n := len(w.k.committedRecords(topic)); n != 100 {
			return fmt.Errorf("%d records are committed", n)
		}
		return nil
	})
	w.terminate()
}
