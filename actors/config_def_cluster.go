// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"crypto/tls"
	"net"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/protocol"
)

// Cluster is how a worker meets the others of its group and agrees with them. Its keys are our own: Java workers ignore them.
type Cluster struct {
	// Seeds are gossip addresses of other workers, host:port. Workers also find each other through the status topic.
	Seeds []string
	// Bind and GatewayBind are the addresses, host:port, that gossip and the gateway listen at; a port of 0 is a free one.
	Bind, GatewayBind string
	// Advertise is the host by which other workers reach both; "" is that of the REST API.
	Advertise string
	// Secrets protect both: the first is used, all are accepted. None stands for the key in the config topic.
	Secrets [][]byte
	// TLS has the users' own certificates for the gateway; nil makes keys of the secret.
	TLS *tls.Config
	// Timers are those of the protocol.
	Timers protocol.Settings
}

// clusterKeys are those of workers that share their work.
var clusterKeys = connect.ConfigDef{
	{Name: "cluster.seeds", Type: connect.ListType, Default: []string{}, Validator: hostPorts, Importance: connect.Medium,
		Doc: "Gossip addresses of other workers, as host:port. Workers of a group also find each other through their status topic."},
	{Name: "cluster.bind", Type: connect.StringType, Default: "", Validator: hostPort, Importance: connect.Medium,
		Doc: "Address, as host:port, at which the worker gossips, by TCP and UDP; by default the host of the REST API and a free port."},
	{Name: "cluster.gateway.bind", Type: connect.StringType, Default: "", Validator: hostPort, Importance: connect.Medium,
		Doc: "Address, as host:port, at which the worker takes messages of other workers; by default the host of the REST API and a free port."},
	{Name: "cluster.advertise", Type: connect.StringType, Default: "", Importance: connect.Medium,
		Doc: "Host by which other workers reach this one; by default that of the advertised REST API."},
	{Name: "cluster.secret", Type: connect.PasswordType, Importance: connect.High,
		Doc: "Secret that all workers of a group share. Of several, separated by commas, the first is used and all are accepted, so that it can be " +
			"changed while the cluster runs. Without one, a key in the config topic takes its place."},
	{Name: "cluster.lease.ms", Type: connect.LongType, Default: int64(15000), Validator: connect.AtLeast(1000), Importance: connect.Low,
		Doc: "How long, in milliseconds, a worker goes on working while Kafka does not confirm its share."},
	{Name: "cluster.stall.ms", Type: connect.LongType, Default: int64(1000), Validator: connect.AtLeast(300), Importance: connect.Low,
		Doc: "A pause of the process longer than this, in milliseconds, suspends its tasks until Kafka has confirmed them."},
	{Name: "cluster.rollcall.timeout.ms", Type: connect.LongType, Default: int64(500), Validator: connect.AtLeast(50), Importance: connect.Low,
		Doc: "How long, in milliseconds, a worker that gossip does not see any more may take to answer through Kafka."},
	{Name: "cluster.leader.silence.ms", Type: connect.LongType, Default: int64(15000), Validator: connect.AtLeast(1000), Importance: connect.Low,
		Doc: "How long, in milliseconds, a leader may leave undone what is needed, before another worker leads."},
}

var (
	hostPort  = check(isHostPort, "an address is host:port")
	hostPorts = check(func(list []string) bool {
		for _, text := range list {
			if text == "" || !isHostPort(text) {
				return false
			}
		}
		return true
	}, "an address is host:port; several are separated by commas")
)

// isHostPort takes "" for an address that was not given.
func isHostPort(text string) bool {
	_, port, err := net.SplitHostPort(text)
	return text == "" || err == nil && port != ""
}

// clusterOf reads the keys. Addresses that were not given are at the host of the REST API: nothing listens further than that.
func (c *Config) clusterOf(values connect.ConfigValues) Cluster {
	timers := protocol.Defaults()
	timers.Lease = milliseconds(values.Long("cluster.lease.ms"))
	timers.Stall = milliseconds(values.Long("cluster.stall.ms"))
	timers.RollCall = milliseconds(values.Long("cluster.rollcall.timeout.ms"))
	timers.Silence = milliseconds(values.Long("cluster.leader.silence.ms"))
	timers.Rebalance = milliseconds(int64(values.Int("rebalance.timeout.ms")))
	timers.Return = milliseconds(int64(values.Int("scheduled.rebalance.max.delay.ms")))
	free := c.freePort()
	return Cluster{
		Seeds: values.List("cluster.seeds"), Timers: timers,
		Bind: firstOf(values.String("cluster.bind"), free), GatewayBind: firstOf(values.String("cluster.gateway.bind"), free),
		Advertise: values.String("cluster.advertise"), Secrets: secretsOf(string(values.Password("cluster.secret"))),
	}
}

// freePort is a free port at the host of the first REST listener.
func (c *Config) freePort() string {
	for _, text := range c.Listeners {
		if l, err := connect.ParseListener(text); err == nil {
			return net.JoinHostPort(l.Host, "0")
		}
	}
	return anyFreePort
}

// anyFreePort is one at all addresses of the machine.
const anyFreePort = ":0"

func firstOf(given, otherwise string) string {
	if given != "" {
		return given
	}
	return otherwise
}

func secretsOf(text string) [][]byte {
	var secrets [][]byte
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			secrets = append(secrets, []byte(part))
		}
	}
	return secrets
}

// leaveLimit bounds how long a worker that leaves waits for its work to be taken over.
func (c Config) leaveLimit() time.Duration {
	return c.Cluster.Timers.LeaveAlone + c.TaskShutdownGracefulTimeout + 2*c.OffsetFlushTimeout
}

// DrainLimit is the longest that a Drain may take: while Kafka is away all waits run out.
func (c Config) DrainLimit() time.Duration {
	limit := c.TaskShutdownGracefulTimeout + 3*c.OffsetFlushTimeout + 2*c.OffsetFlushTimeout + partLimit
	if !c.Standalone {
		limit += c.leaveLimit()
	}
	return limit
}
