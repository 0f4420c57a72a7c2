// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func keys(secrets ...string) [][]byte {
	var all [][]byte
	for _, s := range secrets {
		all = append(all, []byte(s))
	}
	return all
}

func TestAWorkerWithAnotherSecretIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ caller, called [][]byte }{
		"neither believes the other":     {keys("b"), keys("a")},
		"the called one refuses":         {keys("b", "a"), keys("a")},
		"the caller refuses":             {keys("a"), keys("b", "a")},
		"a secret that is part of it":    {keys("secre"), keys("secret")},
		"one that only begins as it":     {keys("secret\x00"), keys("secret")},
		"many, none of them in common":   {keys("a", "b", "c"), keys("d", "e")},
		"the caller is ahead of the key": {keys("new", "old"), keys("old")},
	} {
		t.Run(name, func(t *testing.T) {
			one := opened(t, func(o *Options) { o.Keys, o.Handle = c.called, never(t) })
			two := caller(t, func(o *Options) { o.Keys = c.caller })
			_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
			require.ErrorIs(t, err, errSecretsDiffer)
			var lost *Unreachable
			require.ErrorAs(t, err, &lost)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestWhoAcceptsEachOthersKeysIsConnected(t *testing.T) {
	one := opened(t, func(o *Options) { o.Keys = keys("old", "new") })
	two := caller(t, func(o *Options) { o.Keys = keys("new", "old") })
	_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
	assert.NoError(t, err)
}

func TestKeysAreReplacedStepByStep(t *testing.T) {
	one, two := opened(t, func(o *Options) { o.Keys = keys("old") }), caller(t, func(o *Options) { o.Keys = keys("old") })
	call := func() error {
		_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
		return err
	}
	require.NoError(t, call())
	// All accept the new one, then all show it, then nobody accepts the old one.
	for _, step := range [][][]byte{keys("old", "new"), keys("new", "old"), keys("new")} {
		one.SetKeys(step)
		require.Eventually(t, func() bool { return call() == nil }, soon, time.Millisecond)
		two.SetKeys(step)
		require.Eventually(t, func() bool { return call() == nil }, soon, time.Millisecond)
	}
	one.SetKeys(nil)
	assert.NoError(t, call(), "no keys are no change")
}

func TestKeysThatDoNotCountAnyMoreEndConnections(t *testing.T) {
	began := make(chan struct{}, 1)
	handle := func(ctx context.Context, _ Envelope) (json.RawMessage, error) {
		began <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for name, changes := range map[string]func(one, two *Gateway){
		"of the caller":     func(_, two *Gateway) { two.SetKeys(keys("other")) },
		"of the called one": func(one, _ *Gateway) { one.SetKeys(keys("other")) },
	} {
		t.Run(name, func(t *testing.T) {
			one, two := opened(t, func(o *Options) { o.Handle = handle }), caller(t, nil)
			ended := make(chan error, 1)
			go func() {
				_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
				ended <- err
			}()
			<-began
			changes(one, two)
			var lost *Unreachable
			require.ErrorAs(t, <-ended, &lost)
			assert.Equal(t, MaybeDelivered, lost.Delivered)
			_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
			assert.ErrorIs(t, err, errSecretsDiffer)
		})
	}
}

func TestKeysThatStillCountKeepConnections(t *testing.T) {
	one, two := opened(t, nil), caller(t, nil)
	_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{count(one), count(two)})
	more := append(keys("new"), secret...)
	one.SetKeys(more)
	two.SetKeys(more)
	assert.Equal(t, []int{1, 1}, []int{count(one), count(two)})
}

func count(g *Gateway) int {
	g.sockets.mu.Lock()
	defer g.sockets.mu.Unlock()
	return len(g.sockets.open)
}

func TestAHandshakeIsHeldToTheKeysOfItsEnd(t *testing.T) {
	old, err := derive(keys("old"))
	require.NoError(t, err)
	replaced, err := derive(keys("new"))
	require.NoError(t, err)
	s := newSockets(old)
	s.trustOnly(replaced)
	assert.ErrorIs(t, s.prove(&socket{of: s}, old.own, old.own), errSecretsDiffer)
	assert.NoError(t, s.prove(&socket{of: s}, replaced.own, replaced.own))
}

func TestTheUsersOwnCertificates(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	one := opened(t, func(o *Options) { o.Keys, o.TLS = nil, ours.config(t) })
	two := caller(t, func(o *Options) { o.Keys, o.TLS = nil, ours.config(t) })
	_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
	require.NoError(t, err)
	one.SetKeys(keys("x"))
	_, err = two.Call(within(t, soon), one.Addr(), to(`1`))
	require.NoError(t, err, "keys are not looked at")

	for name, adjust := range map[string]func(*Options){
		"of another authority": func(o *Options) { o.TLS = others.config(t) },
		"believes, and is not believed": func(o *Options) {
			o.TLS = others.config(t)
			o.TLS.RootCAs = ours.pool
		},
		"without certificates": func(*Options) {},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := caller(t, adjust).Call(within(t, soon), one.Addr(), to(`1`))
			assert.ErrorAs(t, err, new(*Unreachable))
		})
	}
}

func TestAGatewayNeedsToKnowWhomToBelieve(t *testing.T) {
	for name, o := range map[string]Options{
		"nothing":         {},
		"an empty secret": {Keys: keys("a", "")},
		"no certificate":  {TLS: &tls.Config{}},
	} {
		o.Bind, o.Handle = "127.0.0.1:0", echo
		_, err := Listen(o)
		assert.ErrorContains(t, err, "open the gateway", name)
	}
	_, err := Listen(Options{Bind: "127.0.0.1:0", Keys: secret})
	assert.ErrorContains(t, err, "handler")
	_, err = Listen(Options{Bind: "nowhere", Keys: secret, Handle: echo})
	assert.ErrorContains(t, err, "cluster.bind")
}

func TestTheAddressForOthers(t *testing.T) {
	listening := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 7000}
	for advertise, want := range map[string]string{
		"": "10.0.0.1:7000", "host": "host:7000", "host:9": "host:9", "host:0": "host:7000", "[::1]:9": "[::1]:9",
	} {
		got, err := advertised(advertise, listening)
		assert.NoError(t, err)
		assert.Equal(t, want, got, advertise)
	}
}

// authority signs certificates.
type authority struct {
	pool *x509.CertPool
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a := authority{pool: x509.NewCertPool(), key: key}
	a.cert = signed(t, template, template, key, key)
	a.pool.AddCert(a.cert)
	return a
}

func signed(t *testing.T, template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

func (a authority) config(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	cert := signed(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.cert, key, a.key)
	return &tls.Config{RootCAs: a.pool, Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
}

func TestAStrangerWhoBidsWelcomeIsNotBelieved(t *testing.T) {
	other, err := derive(keys("other"))
	require.NoError(t, err)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", other.serverConfig())
	require.NoError(t, err)
	defer listener.Close()
	shaken := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer conn.Close()
			_, err = conn.Write([]byte{welcome})
		}
		shaken <- err
	}()
	_, err = caller(t, nil).Call(within(t, soon), listener.Addr().String(), to(`1`))
	assert.ErrorIs(t, err, errSecretsDiffer)
	assert.Error(t, <-shaken, "the handshake has not ended")
}
