// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

func TestAWorkerIsToldOnceOfEachPropertyWithoutEffect(t *testing.T) {
	told := kafkaconfig.WorkerWarnings(map[string]string{
		"bootstrap.servers": "a:1", "group.id": "g", "key.converter": "x", "nobody.knows": "1", "default.api.timeout.ms": "1000", "linger.ms": "1",
		"reconnect.backoff.ms": "1", "producer.batch.size": "1", "producer.foo": "1", "consumer.linger.ms": "1", "admin.sasl.kerberos.service.name": "kafka",
		"admin.max.poll.records": "7", "consumer.metadata.max.age.ms": "7200000",
	})
	assert.Equal(t, []string{
		"admin.max.poll.records has no effect: a client that administers has no such property",
		"admin.sasl.kerberos.service.name has no effect: Kerberos is not supported",
		"consumer.linger.ms has no effect: a consumer has no such property",
		"consumer.metadata.max.age.ms=7200000 is outside what the client supports (250ms to 1h0m0s): using 1h0m0s",
		"producer.batch.size has no effect: a batch is sent when linger.ms ends or when it has max.request.size",
		"producer.foo has no effect: no Kafka client has such a property",
		"reconnect.backoff.ms has no effect: retry.backoff.ms says how long is waited before a lost connection is opened again, too",
	}, told)
}

func TestAConnectorIsToldOfItsOverridesAndOfNothingElse(t *testing.T) {
	worker := map[string]string{"bootstrap.servers": "a:1", "producer.batch.size": "1", "producer.bar": "1", "reconnect.backoff.ms": "1"}
	assert.Empty(t, kafkaconfig.ConnectorWarnings(worker, map[string]string{"batch.size": "1", "producer.override.linger.ms": "1"}))
	told := kafkaconfig.ConnectorWarnings(worker, map[string]string{"producer.override.foo": "secret", "producer.override.batch.size": "2",
		"consumer.override.acks": "1", "admin.override.config.providers": "env", "consumer.override.ssl.cipher.suites": "A,TLS_AES_128_GCM_SHA256",
		"consumer.override.security.protocol": "SSL"})
	assert.Equal(t, []string{
		"admin.override.config.providers has no effect: variables are replaced by the worker's own config.providers",
		"consumer.override.acks has no effect: a consumer has no such property",
		"consumer.override.ssl.cipher.suites: A has no effect: Go does not support it, or not as safe",
		"producer.override.foo has no effect: no Kafka client has such a property",
	}, told)
}

func TestCompressionLevelsAreThoseOfGosLibraries(t *testing.T) {
	for name, c := range map[string]struct {
		props map[string]string
		want  kgo.CompressionCodec
	}{
		"lz4 as it comes is fast": {with("compression.type", "lz4"), kgo.Lz4Compression().WithLevel(0)},
		"lz4 low":                 {with("compression.type", "lz4", "compression.lz4.level", "1"), kgo.Lz4Compression().WithLevel(1 << 9)},
		"lz4 high":                {with("compression.type", "lz4", "compression.lz4.level", "17"), kgo.Lz4Compression().WithLevel(1 << 17)},
		"zstd as it comes":        {with("compression.type", "zstd"), kgo.ZstdCompression().WithLevel(2)},
		"zstd fast":               {with("compression.type", "zstd", "compression.zstd.level", "-5"), kgo.ZstdCompression().WithLevel(1)},
		"zstd best":               {with("compression.type", "zstd", "compression.zstd.level", "19"), kgo.ZstdCompression().WithLevel(4)},
		"gzip as it comes":        {with("compression.type", "gzip"), kgo.GzipCompression().WithLevel(-1)},
	} {
		t.Run(name, func(t *testing.T) {
			cl := client(t, kafkaconfig.Producer, c.props)
			assert.Equal(t, []kgo.CompressionCodec{c.want}, cl.OptValue(kgo.ProducerBatchCompression))
		})
	}
	_, errs := kafkaconfig.Parse(kafkaconfig.Producer, with("compression.type", "gzip", "compression.gzip.level", "0"))
	assert.Equal(t, []string{"Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1"}, texts(errs))
}

// bufferedConn notes the sizes of its buffers.
type bufferedConn struct {
	net.Conn
	read, write int
}

func (c *bufferedConn) SetReadBuffer(bytes int) error  { c.read = bytes; return nil }
func (c *bufferedConn) SetWriteBuffer(bytes int) error { c.write = bytes; return nil }

func TestSocketBuffersAreSetWhereTheUserSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		props       map[string]string
		read, write int
	}{
		"neither": {with(), 0, 0},
		"both":    {with("send.buffer.bytes", "1000", "receive.buffer.bytes", "2000"), 2000, 1000},
		"left":    {with("send.buffer.bytes", "-1", "receive.buffer.bytes", "2000"), 2000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			conn := &bufferedConn{}
			require.NoError(t, dialOnce(t, c.props, conn))
			assert.Equal(t, c.read, conn.read)
			assert.Equal(t, c.write, conn.write)
		})
	}
}

// dialOnce has a client open a connection, which is ended before anything is sent.
func dialOnce(t *testing.T, props map[string]string, conn net.Conn) error {
	t.Helper()
	settings := parse(t, kafkaconfig.Plain, props)
	cl, err := kgo.NewClient(append(settings.Options(func(context.Context, string, string) (net.Conn, error) { return conn, nil }), kgo.RequestRetries(0))...)
	require.NoError(t, err)
	defer cl.Close()
	dial, ok := cl.OptValue(kgo.Dialer).(func(context.Context, string, string) (net.Conn, error))
	require.True(t, ok)
	_, err = dial(t.Context(), "tcp", bootstrap)
	return err
}

func TestTheListenersForAdministratorsAreNoClientProperties(t *testing.T) {
	require.Empty(t, kafkaconfig.WorkerWarnings(map[string]string{"bootstrap.servers": "a:1", "admin.listeners": "http://:1",
		"admin.listeners.https.ssl.client.auth": "required"}))
}
